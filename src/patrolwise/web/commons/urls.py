"""The addresses of the first page and the hot spots."""

from django.urls import path

from patrolwise.web.commons import views

urlpatterns = [
    path("", views.home, name="home"),
    path("hot-spots/", views.hot_spots, name="hot-spots"),
]
