"""The ways that lead on from every page of the outreach service's site, and who sees each."""

from patrolwise.web.accounts.navigation import Way
from patrolwise.web.accounts.roles import Permission

P = Permission
WAYS = (
    Way(title="Today", page="today", permissions=(P.WORK_STREET,)),
    Way(title="Cases", page="cases", permissions=(P.SEE_OWN_CASES,)),
    Way(title="Reachable moments", page="moments", permissions=(P.SEE_OWN_CASES,)),
    Way(title="Concerns", page="concerns", permissions=(P.RAISE_CONCERNS,)),
    Way(title="Disclosures", page="desk", permissions=(P.SEE_DISCLOSURES,)),
    Way(title="Asked of us", page="asked-list", permissions=(P.ANSWER_COMPLAINTS,)),
    Way(title="Services", page="services", permissions=(P.SEE_SERVICES,)),
    Way(title="Referrals to us", page="answers", permissions=(P.ANSWER_REFERRALS,)),
    Way(title="People", page="people", permissions=(Permission.MANAGE_PEOPLE,)),
    Way(
        title="Record",
        page="record",
        permissions=(Permission.SEE_ALL_RECORDS, Permission.SEE_OWN_RECORD),
    ),
)
