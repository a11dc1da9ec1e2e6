"""The addresses of the pages of the day."""

from django.urls import path

from patrolwise.web.livemap import views

urlpatterns = [
    path("live/", views.live, name="live"),
    path("live/table/", views.table, name="live-table"),
    path("live/events/", views.events, name="live-events"),
    path("live/places/", views.places, name="live-places"),
    path("live/base-map/<str:name>", views.base_map, name="live-base-map"),
]
