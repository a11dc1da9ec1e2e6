"""The ways that lead on from each page of the commissioning site, and who sees each."""

from patrolwise.web.accounts.navigation import Way
from patrolwise.web.accounts.roles import Permission

P = Permission
WAYS = (
    Way(title="Today", page="home", permissions=(P.SEE_OWN_RECORD,)),
    Way(title="Hot spots", page="hot-spots", permissions=(P.SEE_AGREED_HOT_SPOTS,)),
    Way(title="People", page="people", permissions=(P.MANAGE_PEOPLE,), group="Manage"),
    Way(
        title="Record",
        page="record",
        permissions=(P.SEE_ALL_RECORDS, P.SEE_OWN_RECORD),
        group="Manage",
    ),
)
