"""The addresses of one's own record, and of those who answer for it."""

from django.urls import path

from patrolwise.web.yourrecord import views

urlpatterns = [
    path("my/", views.own, name="own"),
    path("my/mind/", views.own_mind, name="own-mind"),
    path("my/rate/", views.own_rate, name="own-rate"),
    path("ask/", views.ask, name="ask"),
    path("leave/", views.leave, name="leave"),
    path("cases/<uuid:case_id>/code/", views.case_code, name="case-code"),
    path("asked/", views.asked_list, name="asked-list"),
    path("asked/<uuid:request_id>/", views.asked_one, name="asked-one"),
]
