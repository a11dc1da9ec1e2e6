"""Which records are due: their time is over, nobody holds them, and nothing above them stays.

Periods are the library's, `outreach/data/retention.csv`. A child whose birth is not known is taken
to be as young as could be: the careful side.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Min, Q, QuerySet

from patrolwise.errors import InputError
from patrolwise.outreach.retention import (
    NO_DAY_OF_ITS_OWN,
    RetentionClass,
    due_date,
    load_retention,
)
from patrolwise.web.casework.models import Concern, Engagement, Identity
from patrolwise.web.vault.deletions import DueRecord
from patrolwise.web.vault.records import PersonalRecord

Classes = Mapping[str, RetentionClass]
YOUNGEST = 10  # years: younger ones are not engaged, and the law holds nobody younger to account
_LONG_AGO = date(1900, 1, 1)  # before any clock, and any birth that counts


Clocks = Mapping[str, date]  # retention class → last day on which a clock started that is over


@dataclass(frozen=True, kw_only=True)
class Ripe:
    """Which clocks are over on a day."""

    on: date
    alone: Clocks
    by_birth: Clocks  # could be over, if somebody was born long ago


@dataclass(frozen=True, kw_only=True)
class Due(DueRecord):
    """One record whose time is over."""

    since: date


def list_personal_tables() -> list[type[PersonalRecord]]:
    """Return the tables of records about people, by name.

    Returns
    -------
    list of model classes
    """
    found = [model for model in apps.get_models() if issubclass(model, PersonalRecord)]
    return sorted(found, key=lambda model: model._meta.label)


def list_due(on: date) -> list[Due]:
    """Return the records whose time is over on a day.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of Due
        A case stands for everything beneath it; what belongs to a case goes with it, and not
        before. Records on hold, and cases with anything on hold, are left out; so are cases of
        somebody whom a worry is about that has to be kept longer.
    """
    classes = load_retention()
    ripe = _find_ripe(on, classes)
    found = [
        Due(table=model._meta.label, record_id=str(key), retention_class=kept.key, since=since)
        for model in _list_standing_alone()
        for key, kept, since in _read_due(model, classes, ripe)
    ]
    cases = {one.record_id for one in found if one.table == Engagement._meta.label}
    stays = _list_staying(on, classes, cases)
    return [one for one in found if one.record_id not in stays]


def count_due(on: date) -> dict[str, int]:
    """Return how many records `list_due` would list, without reading what need not be read.

    Parameters
    ----------
    on : date

    Returns
    -------
    dict of int
        Retention class → records.
    """
    classes, counts = load_retention(), Counter[str]()
    ripe = _find_ripe(on, classes)
    for model in _list_standing_alone():
        if model is not Engagement:
            own = _narrow(model, ripe)
            alike = _list_over(model, own.alone).values_list("retention_class")
            counts.update(dict(alike.annotate(Count("pk"))))
            counts.update(kept.key for _, kept, _ in _read_born(model, classes, own))
    cases = {str(key): kept.key for key, kept, _ in _read_due(Engagement, classes, ripe)}
    stays = _list_staying(on, classes, cases)
    counts.update(key for case, key in cases.items() if case not in stays)
    return {key: counts[key] for key in classes if counts[key]}


def _list_standing_alone() -> list[type[PersonalRecord]]:
    """Return cases, and the tables of which no record goes with a case."""
    return [
        model
        for model in list_personal_tables()
        if model is Engagement or _case_field(model) is None
    ]


def _read_due(
    model: type[PersonalRecord], classes: Classes, ripe: Ripe
) -> Iterator[tuple[Any, RetentionClass, date]]:
    """Yield key, class and day of what is due, whatever may still stand against it."""
    own, columns = _narrow(model, ripe), ("pk", "retention_class", "clock_start")
    for key, name, start in _list_over(model, own.alone).values_list(*columns):
        since = due_date(classes[name], start)
        assert since is not None  # those were chosen that have a day
        yield key, classes[name], since
    yield from _read_born(model, classes, own)


def _find_ripe(on: date, classes: Classes) -> Ripe:
    alone: dict[str, date] = {}
    by_birth: dict[str, date] = {}
    for key, kept in classes.items():
        if kept.keep not in NO_DAY_OF_ITS_OWN:
            born, clocks = (_LONG_AGO, by_birth) if kept.needs_birth_date else (None, alone)
            clocks[key] = _find_last_start(kept, on, born)
    return Ripe(on=on, alone=alone, by_birth=by_birth)


def _narrow(model: type[PersonalRecord], ripe: Ripe) -> Ripe:
    """Return the clocks that are over of a table: most tables have few classes, and few are old."""
    kept = model._default_manager.filter(is_held=False).order_by().values_list("retention_class")
    first = {key: start for key, start in kept.annotate(Min("clock_start")) if start is not None}

    def narrow(clocks: Clocks) -> Clocks:
        return {key: last for key, last in clocks.items() if key in first and first[key] <= last}

    return Ripe(on=ripe.on, alone=narrow(ripe.alone), by_birth=narrow(ripe.by_birth))


def _list_over(model: type[PersonalRecord], clocks: Clocks) -> QuerySet[PersonalRecord]:
    """Return the records of a table whose clocks are over."""
    rows, chosen = model._default_manager.order_by(), Q()
    if not clocks:
        return rows.none()
    for key, last in clocks.items():
        chosen |= Q(retention_class=key, clock_start__lte=last)
    return rows.filter(chosen, is_held=False)


def _find_last_start(kept: RetentionClass, on: date, born: date | None) -> date:
    """Return the last day on which a clock started whose time is over: later starts end later."""
    days = range(_LONG_AGO.toordinal(), on.toordinal() + 1)
    ends = bisect_right(
        days, on, key=lambda day: due_date(kept, date.fromordinal(day), born) or date.max
    )
    return date.fromordinal(days[max(ends - 1, 0)])


def _read_born(
    model: type[PersonalRecord], classes: Classes, ripe: Ripe
) -> Iterator[tuple[Any, RetentionClass, date]]:
    """Yield the same of the classes that ask for a birth: it is sealed, so each is looked at."""
    found = list(_list_over(model, ripe.by_birth))
    births = _find_births(found) if found else {}
    for record in found:
        since = _due_on(record, classes, births)
        if since is not None and since <= ripe.on:
            yield record.pk, classes[record.retention_class], since


def _due_on(record: PersonalRecord, classes: Classes, births: Mapping[Any, date]) -> date | None:
    kept = classes.get(record.retention_class)
    if kept is None or record.clock_start is None:
        return None
    born = births.get(record.pk) if kept.needs_birth_date else None
    try:
        return due_date(kept, record.clock_start, born)
    except InputError:
        return None  # a birth after the end of the case: somebody has to mend that first


def _find_births(records: Sequence[PersonalRecord]) -> dict[Any, date]:
    """Return when whoever each record is about was born, or could have been at the latest."""
    cases = {one.pk: one.pk if isinstance(one, Engagement) else _case_of(one) for one in records}
    own = {"engagement__in": {case for case in cases.values() if case}}
    told = {
        one.engagement_id: date.fromisoformat(one.born)  # type: ignore[attr-defined]
        for one in Identity.objects.filter(**own).only("controller", "engagement_id", "born")
        if one.born
    }
    agreed = dict(
        Engagement.objects.filter(pk__in=own["engagement__in"]).values_list("pk", "agreed_on")
    )
    found = {}
    for record in records:
        case = cases[record.pk]
        start = agreed[case] if case else record.created_at.date()
        youngest = start.replace(year=start.year - YOUNGEST, day=min(start.day, 28))
        found[record.pk] = told.get(case, youngest)
    return found


def _case_of(record: PersonalRecord) -> Any:
    return getattr(record, "engagement_id", None)


def _list_staying(on: date, classes: Classes, cases: Collection[str]) -> set[str]:
    """Return which of the cases that are due stay: with something on hold, or a worry."""
    stays: set[Any] = set()
    if not cases:
        return stays
    for model in list_personal_tables():
        if (field := _case_field(model)) is not None:
            rows = model._default_manager.filter(**{"is_held": True, f"{field}__in": cases})
            stays |= set(rows.values_list(field, flat=True))
    worries = list(Concern.objects.filter(engagement__in=cases))
    births = _find_births(worries)
    for worry in worries:  # it says whom it is about, and its own time is not over
        since = _due_on(worry, classes, births)
        if since is None or since > on or worry.is_held:
            stays.add(_case_of(worry))
    return {str(case) for case in stays}


def _case_field(model: type[PersonalRecord]) -> str | None:
    """Return the field by which a table's rows go with a case; None when they stand alone."""
    if model is Engagement:
        return "pk"
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is Engagement:
            goes_with = field.remote_field.on_delete is models.CASCADE
            return field.attname if goes_with and not field.null else None
    return None
