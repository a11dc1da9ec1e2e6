"""The ways that lead on from every page, and who sees each.

A menu of one level would be too long for a coordinator: ways of one group share one entry, and
the pages of the group show the others beneath it.
"""

from dataclasses import dataclass

from patrolwise.web.accounts.roles import Permission


@dataclass(frozen=True, kw_only=True)
class Way:
    """One entry of the menu: shown to whoever has one of its permissions."""

    title: str
    page: str  # name of the address
    permissions: tuple[Permission, ...]
    group: str = ""  # entry of the menu that it stands beneath; empty: it is one itself


def make_group(group: str, *ways: tuple[str, str, Permission]) -> tuple[Way, ...]:
    """Return ways that share one entry of the menu.

    Parameters
    ----------
    group : str
        What the entry is called.
    *ways : (title, page, permission)

    Returns
    -------
    tuple of Way
    """
    return tuple(
        Way(title=title, page=page, permissions=(permission,), group=group)
        for title, page, permission in ways
    )


P = Permission
WAYS = (
    Way(title="On patrol", page="field", permissions=(P.CHECK_IN,)),
    Way(title="Today", page="home", permissions=(P.SEE_OWN_RECORD,)),
    Way(title="Live", page="live", permissions=(P.SEE_LIVE,)),
    *make_group(
        "Plan",
        ("Rota", "rota", P.SEE_ROTA),
        ("Plans", "plans", P.PLAN_PATROLS),
        ("Cards", "cards", P.SEE_CARDS),
        ("Changes", "changes", P.PROPOSE_CHANGES),
        ("Events", "events", P.SEE_ROTA),
    ),
    *make_group(
        "Briefing",
        ("Briefs", "briefs", P.SEE_BRIEF),
        ("The day on a page", "briefing", P.SEE_BRIEF),
        ("Write a debrief", "debrief-new", P.WRITE_DEBRIEF),
        ("Debriefs", "debriefs", P.SEE_DEBRIEFS),
        ("Places", "place-notes", P.SEE_DEBRIEFS),
    ),
    *make_group(
        "Hot spots",
        ("Hot spots", "hot-spots", P.SEE_HOT_SPOTS),
        ("From outreach", "from-outreach", P.SEE_DOSE),
        ("Envelopes", "envelopes", P.SEE_DISCLOSED),
    ),
    *make_group(
        "Problem solving",
        ("Problem-solving plans", "problems", P.SEE_PROBLEMS),
        ("Walks of places", "audits", P.SEE_PROBLEMS),
        ("Who mends it", "asset-owners", P.SEE_PROBLEMS),
        ("What worked", "problems-worked", P.SEE_PROBLEMS),
        ("Our actions", "own-actions", P.DO_OWN_ACTIONS),
    ),
    Way(title="Records", page="uploads", permissions=(P.SEE_RECORDS,)),
    *make_group(
        "Insight",
        ("Overview", "insight", P.SEE_INSIGHT),
        ("Weekly tasking", "tasking-packs", P.SEE_INSIGHT),
        ("Minutes", "insight-dose", P.SEE_DOSE),
        ("Crimes and harm", "insight-crimes", P.SEE_INSIGHT),
        ("Separation", "insight-separation", P.SEE_INSIGHT),
        ("Called away", "insight-called-away", P.SEE_INSIGHT),
        ("Cost", "insight-cost", P.SEE_INSIGHT),
        ("Debriefs written", "insight-debriefs", P.SEE_INSIGHT),
        ("Evaluations", "runs", P.SEE_INSIGHT),
        ("National", "national", P.SEE_INSIGHT),
        ("Tables for programs", "tokens", P.READ_API),
    ),
    *make_group(
        "Manage",
        ("Devices", "devices", P.MANAGE_DEVICES),
        ("People", "people", P.MANAGE_PEOPLE),
        ("Put aside", "field-held", P.DECIDE_CHANGES),
    ),
    Way(
        title="Record",
        page="record",
        permissions=(P.SEE_ALL_RECORDS, P.SEE_OWN_RECORD),
        group="Manage",
    ),
)
