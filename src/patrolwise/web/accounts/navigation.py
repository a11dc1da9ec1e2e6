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
    Way(title="People", page="people", permissions=(Permission.MANAGE_PEOPLE,)),
    Way(
        title="Record",
        page="record",
        permissions=(Permission.SEE_ALL_RECORDS, Permission.SEE_OWN_RECORD),
    ),
)
