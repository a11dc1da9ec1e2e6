"""The ways that lead on from every page of the outreach service's site, and who sees each."""

from patrolwise.web.accounts.navigation import Way
from patrolwise.web.accounts.roles import Permission

WAYS = (
    Way(title="People", page="people", permissions=(Permission.MANAGE_PEOPLE,)),
    Way(
        title="Record",
        page="record",
        permissions=(Permission.SEE_ALL_RECORDS, Permission.SEE_OWN_RECORD),
    ),
)
