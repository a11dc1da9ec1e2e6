"""The addresses of the first page, of the lead's pages, and of tables for evaluators."""

from django.urls import path

from patrolwise.web.team import views, views_held, views_ledger, views_numbers, views_plan

urlpatterns = [
    path("", views.home, name="home"),
    path("safety/", views.safety, name="safety"),
    path("safety/watch/", views.safety_watch, name="safety-watch"),
    path("safety/calls/<uuid:call_id>/", views.call_answer, name="call-answer"),
    path("safety/wellbeing/<uuid:wellbeing_id>/", views.wellbeing_called, name="wellbeing-called"),
    path("held/", views_held.held, name="held"),
    path("held/<uuid:held_id>/", views_held.held_item, name="held-item"),
    path("glass/", views.glass, name="glass"),
    path("rota/", views_plan.rota, name="rota"),
    path("rota/add/", views_plan.shift_add, name="shift-add"),
    path("rota/<uuid:shift_id>/", views_plan.shift, name="shift"),
    path("briefs/", views_plan.briefs, name="briefs"),
    path("briefs/<str:day>/", views_plan.brief_day, name="brief-day"),
    path("proposals/", views_plan.proposals, name="proposals"),
    path("caseload/", views_numbers.caseload, name="caseload"),
    path("quality/", views_numbers.quality, name="quality"),
    path("ledger-hours/", views_ledger.ledger_hours, name="ledger-hours"),
    path("scorecard/", views_numbers.scorecard, name="scorecard"),
    path("extracts/", views_numbers.extracts, name="extracts"),
]
