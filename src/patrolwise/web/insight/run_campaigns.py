"""Which campaigns that the site knows an evaluation and a national comparison are given."""

from datetime import date

from patrolwise.study.campaigns_programme import SITE, DeclaredCampaign
from patrolwise.study.programme import Programme
from patrolwise.study.spots import place_study
from patrolwise.tables import CRIMES, make_table
from patrolwise.web.records.queries import set_in_force
from patrolwise.web.tasking.campaigns import list_campaigns


def list_site_campaigns(programme: Programme) -> tuple[DeclaredCampaign, ...]:
    """Return the site's campaigns that an evaluation marks and leaves out in turn.

    Parameters
    ----------
    programme : Programme

    Returns
    -------
    tuple of DeclaredCampaign
        Those with a day from the first that the programme looks at to its last. One of some hot
        spots only where the programme has these, by their shape: numbers of hot spots are given
        anew in every set.

    Raises
    ------
    InputError
        The programme's places cannot be read.
    """
    found = list_campaigns(_first_day(programme), programme.after.last)
    is_local = any(one.area_ids for one in found)
    shared = _find_shared(programme) if is_local else frozenset()
    return tuple(
        DeclaredCampaign(
            name=one.name,
            first=one.window.first,
            last=one.window.last,
            areas=tuple(area for area in dict.fromkeys(one.area_ids) if area in shared),
            declared_in=SITE,
        )
        for one in found
        if not one.area_ids or shared.intersection(one.area_ids)
    )


def list_force_campaigns() -> tuple[tuple[str, str, str], ...]:
    """Return the campaigns that were everywhere: those that charts of a whole force mark.

    Returns
    -------
    tuple of (name, first day, last day)
        Days are ISO, both included; the earliest first.
    """
    return tuple(
        (one.name, one.window.first.isoformat(), one.window.last.isoformat())
        for one in list_campaigns()
        if not one.area_ids
    )


def _first_day(programme: Programme) -> date:
    spots = programme.hot_spots
    chosen = spots.select.window if spots.select else spots.chosen_on
    days = [programme.before.first, *([chosen.first] if chosen else [])]
    return min(days)


def _find_shared(programme: Programme) -> frozenset[str]:
    """Return the hot spots that the programme has from the set in force, shape for shape."""
    known = set_in_force()
    if known is None or programme.hot_spots.select is not None:
        return frozenset()
    spots, _ = place_study(programme, make_table(CRIMES))
    own, theirs = spots.area_hashes, known[1].area_hashes
    return frozenset(area for area, shape in own.items() if theirs.get(area) == shape)
