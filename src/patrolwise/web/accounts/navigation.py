"""The ways that lead on from every page, and who sees each."""

from dataclasses import dataclass

from patrolwise.web.accounts.roles import Permission


@dataclass(frozen=True, kw_only=True)
class Way:
    """One entry of the menu: shown to whoever has one of its permissions."""

    title: str
    page: str  # name of the address
    permissions: tuple[Permission, ...]


WAYS = (
    Way(title="Today", page="field", permissions=(Permission.CHECK_IN,)),
    Way(title="Live", page="live", permissions=(Permission.SEE_LIVE,)),
    Way(title="Insight", page="insight", permissions=(Permission.SEE_INSIGHT,)),
    Way(title="Hot spots", page="hot-spots", permissions=(Permission.SEE_HOT_SPOTS,)),
    Way(title="Records", page="uploads", permissions=(Permission.SEE_RECORDS,)),
    Way(title="Rota", page="rota", permissions=(Permission.SEE_ROTA,)),
    Way(title="Cards", page="cards", permissions=(Permission.SEE_CARDS,)),
    Way(title="Briefs", page="briefs", permissions=(Permission.SEE_BRIEF,)),
    Way(title="Debrief", page="debrief-new", permissions=(Permission.WRITE_DEBRIEF,)),
    Way(title="Debriefs", page="debriefs", permissions=(Permission.SEE_DEBRIEFS,)),
    Way(title="Changes", page="changes", permissions=(Permission.PROPOSE_CHANGES,)),
    Way(title="Put aside", page="field-held", permissions=(Permission.DECIDE_CHANGES,)),
    Way(title="Devices", page="devices", permissions=(Permission.MANAGE_DEVICES,)),
    Way(title="People", page="people", permissions=(Permission.MANAGE_PEOPLE,)),
    Way(
        title="Record",
        page="record",
        permissions=(Permission.SEE_ALL_RECORDS, Permission.SEE_OWN_RECORD),
    ),
)
