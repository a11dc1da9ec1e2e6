"""The addresses of plans, cards, events, briefs, debriefs and proposed changes."""

from datetime import date

from django.urls import path, register_converter

from patrolwise.web.tasking import (
    brief_views,
    change_views,
    debrief_views,
    place_views,
    plan_views,
    views,
)


class DayConverter:
    """A day in an address, such as 2026-11-28."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day."""
        return date.fromisoformat(value)  # ValueError: no such address

    def to_url(self, value: date) -> str:
        """Return it as it stands in an address."""
        return value.isoformat()


register_converter(DayConverter, "day")
_PLAN = "plans/<int:plan_id>/"

urlpatterns = [
    path("rota/", views.rota, name="rota"),
    path("cards/", views.cards, name="cards"),
    path("cards/<int:shift_id>/", views.card, name="card"),
    path("cards/<int:shift_id>/print/", views.cards_file, name="card-print"),
    path("cards/<int:shift_id>/calendar/", views.calendar, name="card-calendar"),
    path("plans/", plan_views.plans, name="plans"),
    path("plans/make/", plan_views.plan_make, name="plan-make"),
    path(_PLAN, plan_views.plan, name="plan"),
    path(f"{_PLAN}publish/", plan_views.plan_publish, name="plan-publish"),
    path(f"{_PLAN}withdraw/", plan_views.plan_withdraw, name="plan-withdraw"),
    path(f"{_PLAN}again/", plan_views.plan_again, name="plan-again"),
    path(f"{_PLAN}change/", plan_views.plan_change, name="plan-change"),
    path(f"{_PLAN}unit-out/", plan_views.plan_out, name="plan-out"),
    path(f"{_PLAN}days/<day:day>/", plan_views.plan_day, name="plan-day"),
    path(f"{_PLAN}visits/<int:visit_id>/", plan_views.visit_change, name="visit-change"),
    path(f"{_PLAN}visits/<int:visit_id>/lock/", plan_views.visit_lock, name="visit-lock"),
    path(f"{_PLAN}files/<str:name>", plan_views.plan_file, name="plan-file"),
    path("events/", place_views.events, name="events"),
    path("events/new/", place_views.event_new, name="event-new"),
    path("events/<int:event_id>/", place_views.event, name="event"),
    path("events/<int:event_id>/end/", place_views.event_end, name="event-end"),
    path("events/<int:event_id>/withdraw/", place_views.event_withdraw, name="event-withdraw"),
    path("events/campaigns.csv", place_views.campaigns_file, name="campaigns-file"),
    path("places/", place_views.place_notes, name="place-notes"),
    path("places/new/", place_views.place_note_new, name="place-note-new"),
    path("places/<int:note_id>/", place_views.place_note_close, name="place-note-close"),
    path("briefs/", brief_views.briefs, name="briefs"),
    path("briefs/new/", brief_views.brief_new, name="brief-new"),
    path("briefs/<int:brief_id>/", brief_views.brief, name="brief"),
    path("briefs/<int:brief_id>/edit/", brief_views.brief_edit, name="brief-edit"),
    path("briefs/<int:brief_id>/publish/", brief_views.brief_publish, name="brief-publish"),
    path("briefs/<int:brief_id>/read/", brief_views.brief_read, name="brief-read"),
    path("debriefs/", debrief_views.debriefs, name="debriefs"),
    path("debriefs/<int:debrief_id>/", debrief_views.debrief, name="debrief"),
    path("debrief/", debrief_views.debrief_new, name="debrief-new"),
    path("debrief/<int:shift_id>/", debrief_views.debrief_write, name="debrief-write"),
    path("changes/", change_views.changes, name="changes"),
    path("changes/new/", change_views.change_new, name="change-new"),
    path("changes/<int:change_id>/", change_views.change, name="change"),
    path("changes/<int:change_id>/decide/", change_views.change_decide, name="change-decide"),
    path("changes/<int:change_id>/reply/", change_views.change_reply, name="change-reply"),
    path("changes/<int:change_id>/effect/", change_views.change_effect, name="change-effect"),
]
