"""The addresses of what came from outreach."""

from django.urls import path

from patrolwise.web.received import views

urlpatterns = [
    path("from-outreach/", views.from_outreach, name="from-outreach"),
    path("from-outreach/notes/", views.released_notes, name="released-notes"),
    path(
        "from-outreach/proposals/<str:proposal_id>/",
        views.outreach_proposal,
        name="outreach-proposal",
    ),
    path("envelopes/", views.envelopes, name="envelopes"),
    path("envelopes/<str:reference>/", views.envelope, name="envelope"),
]
