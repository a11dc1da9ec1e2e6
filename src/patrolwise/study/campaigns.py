"""Which campaigns an evaluation has, and in which of its places each was."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from patrolwise.errors import InputError, check_faults
from patrolwise.reporting.campaign_records import CampaignRecord, MarkedCampaign
from patrolwise.study.areas import StudyAreas
from patrolwise.study.campaigns_programme import PROGRAMME, SITE, DeclaredCampaign
from patrolwise.study.programme import Programme
from patrolwise.times import Window

EVERYWHERE = "everywhere"
_MOST_NAMED = 4


def add_campaigns(programme: Programme, more: Iterable[DeclaredCampaign]) -> Programme:
    """Return a programme with campaigns that were recorded elsewhere.

    Parameters
    ----------
    programme : Programme
    more : iterable of DeclaredCampaign
        One of the same name that shares days with one of the programme is left out: the
        programme was agreed.

    Returns
    -------
    Programme
    """
    own = programme.campaigns
    new = tuple(one for one in more if not any(_is_same(one, other) for other in own))
    return replace(programme, campaigns=(*own, *new)) if new else programme


def record_campaigns(
    declared: Sequence[DeclaredCampaign], areas: StudyAreas, span: Window
) -> tuple[CampaignRecord, ...]:
    """Return the campaigns as results hold them, numbered by their first day.

    Parameters
    ----------
    declared : sequence of DeclaredCampaign
    areas : StudyAreas
        Of the evaluation.
    span : Window
        The days of the charts: campaigns beside them have the last numbers.

    Returns
    -------
    tuple of CampaignRecord
        Of a campaign that a site recorded, the areas that this evaluation has; one with none of
        them is left out, as it was somewhere else.

    Raises
    ------
    InputError
        A campaign of the programme names an area that is neither a hot spot nor a comparison
        area; all are told together.
    """
    names = {
        **dict(areas.hot_spots.select("area_id", "name").iter_rows()),
        **dict(areas.comparison.select("area_id", "name").iter_rows()),
    }
    _check_areas(declared, names)
    here = [replace(one, areas=tuple(a for a in one.areas if a in names)) for one in declared]
    kept = [now for one, now in zip(declared, here, strict=True) if now.areas or not one.areas]
    kept.sort(key=lambda one: (not one.window.overlaps(span), one.first, one.last, one.name))
    hot, others = (set(table["area_id"]) for table in (areas.hot_spots, areas.comparison))
    return tuple(
        CampaignRecord(
            number=number,
            name=one.name,
            first=one.first.isoformat(),
            last=one.last.isoformat(),
            where=_tell_where(one, names),
            url=one.url,
            areas=one.areas,
            in_hot_spots=not one.areas or bool(hot.intersection(one.areas)),
            in_comparison=bool(others) and (not one.areas or bool(others.intersection(one.areas))),
            declared_in=one.declared_in,
        )
        for number, one in enumerate(kept, start=1)
    )


def mark_campaigns(
    declared: Sequence[DeclaredCampaign], where: str, first: date, last: date
) -> tuple[MarkedCampaign, ...]:
    """Return the campaigns of a whole force that have a day between two days, as charts mark them.

    Parameters
    ----------
    declared : sequence of DeclaredCampaign
        Everywhere, all of them.
    where : str
        In words, such as the name of the force.
    first, last : date
        Both included.

    Returns
    -------
    tuple of MarkedCampaign
        Numbered by their first day.
    """
    shown = [one for one in declared if one.first <= last and first <= one.last]
    shown.sort(key=lambda one: (one.first, one.last, one.name))
    return tuple(
        MarkedCampaign(
            number=number,
            name=one.name,
            first=one.first.isoformat(),
            last=one.last.isoformat(),
            where=where,
            url=one.url,
        )
        for number, one in enumerate(shown, start=1)
    )


def recall_site_campaigns(document: dict[str, Any]) -> tuple[DeclaredCampaign, ...]:
    """Return the campaigns that a site added to the results that a document holds.

    Parameters
    ----------
    document : dict
        results.json; one of an earlier version has none.

    Returns
    -------
    tuple of DeclaredCampaign

    Raises
    ------
    InputError
        They are not as results hold them.
    """
    try:
        return tuple(
            DeclaredCampaign(
                name=one["name"],
                first=date.fromisoformat(one["first"]),
                last=date.fromisoformat(one["last"]),
                areas=tuple(one["areas"]),
                url=one["url"],
                declared_in=SITE,
            )
            for one in document.get("campaigns", [])
            if one["declared_in"] == SITE
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"The campaigns in the results are not as they were written ({error}). Fetch the file "
            "again."
        ) from error


def _is_same(one: DeclaredCampaign, other: DeclaredCampaign) -> bool:
    return one.name.casefold() == other.name.casefold() and one.window.overlaps(other.window)


def _check_areas(declared: Sequence[DeclaredCampaign], names: dict[str, str]) -> None:
    known = ", ".join(names)
    check_faults(
        "campaigns",
        [
            f"{one.name} names {', '.join(unknown)}, and this programme has no such hot spot or "
            f"comparison area. Write one of {known}, or leave areas out: everywhere."
            for one in declared
            if one.declared_in == PROGRAMME
            and (unknown := [area for area in one.areas if area not in names])
        ],
    )


def _tell_where(one: DeclaredCampaign, names: dict[str, str]) -> str:
    if not one.areas:
        return EVERYWHERE
    named = [names[area] for area in one.areas]
    more = len(named) - _MOST_NAMED
    return f"in {', '.join(named[:_MOST_NAMED])}{f' and {more} more' if more > 0 else ''}"
