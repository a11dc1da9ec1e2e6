"""The addresses of retention and hand-over."""

from django.urls import path

from patrolwise.web.keeping import views

urlpatterns = [
    path("keeping/", views.keeping, name="keeping"),
    path("keeping/hand-over/", views.hand_over, name="hand-over"),
    path("keeping/<slug:reference>/", views.deletion, name="deletion"),
    path("cases/<uuid:case_id>/hold/", views.case_hold, name="case-hold"),
]
