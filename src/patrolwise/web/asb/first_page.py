"""What of anti-social behaviour needs somebody today."""

from collections.abc import Iterator
from datetime import datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.todos import LATER, NOW, SOON, Todo
from patrolwise.web.asb.actions.risk import find_in_use
from patrolwise.web.asb.actions.sharing import find_seen_field
from patrolwise.web.asb.models import DeletionRun, GlassBreak, ImportRun, Instrument
from patrolwise.web.asb.queries import NEEDS_ME, count_needed, filter_cases, list_loose_incidents
from patrolwise.web.asb.reach import reach_actions
from patrolwise.web.commons.clock import day_of


def list_todos(person: Person, now: datetime) -> Iterator[Todo]:
    """Yield what needs somebody, of what their role does.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Yields
    ------
    Todo
    """
    if person.may(Permission.WRITE_ASB_CASES):
        yield from _list_cases(person, now)
    if person.may(Permission.DO_ASB_ACTIONS):
        own = reach_actions(person, now).filter(done_on=None, target_day__lte=day_of(now))
        if not person.may(Permission.WRITE_ASB_CASES):
            yield Todo(title="Action that is due", number=own.count(), page="asb-own-actions")
    if person.may(Permission.SEE_ASB_GLASS):
        unseen = GlassBreak.objects.filter(**{find_seen_field(person): None}).count()
        title = "Case opened by somebody who is not on it"
        yield Todo(title=title, number=unseen, page="asb-glass", urgency=NOW)
    if person.may(Permission.SIGN_INSTRUMENTS):
        waiting = Instrument.objects.filter(signed_by="", is_demo=False).count()
        yield Todo(title="Risk instrument to sign", number=waiting, page="asb-instruments")
    if person.may(Permission.IMPORT_ASB):
        looked = ImportRun.objects.filter(state="preview").count()
        yield Todo(title="Import to keep or drop", number=looked, page="asb-imports")
    if person.may(Permission.RELEASE_ASB_DELETIONS):
        runs = DeletionRun.objects.filter(state="proposed").exclude(proposed_by_id=person.pk)
        yield Todo(title="Deletion to release", number=runs.count(), page="asb-keeping")


def _list_cases(person: Person, now: datetime) -> Iterator[Todo]:
    needed = filter_cases(person, NEEDS_ME, "", now)
    high = needed.filter(risk_band="high").count()
    query = f"?tab={NEEDS_ME}"
    yield Todo(
        title="Case at high risk",
        number=high,
        page="asb-cases",
        urgency=NOW,
        query=f"{query}&risk=high",
    )
    others = count_needed(person, now) - high
    yield Todo(title="Other case", number=others, page="asb-cases", urgency=SOON, query=query)
    if find_in_use() is None:
        told = "Risk instrument missing: none is signed"
        yield Todo(title=told, number=1, page="asb-instruments", urgency=SOON)
    loose = list_loose_incidents().count()
    yield Todo(title="Report without a case", number=loose, page="asb-incidents", urgency=LATER)
