"""The ways that lead on from every page of the outreach service's site, and who sees each."""

from patrolwise.web.accounts.navigation import Way, make_group
from patrolwise.web.accounts.roles import Permission

P = Permission
WAYS = (
    Way(title="Today", page="home", permissions=(P.SEE_OWN_RECORD,)),
    *make_group(
        "Street",
        ("My shift", "today", P.WORK_STREET),
        ("Phones", "phones", P.WORK_STREET),
        ("Clashes", "clashes", P.WRITE_CASES),
    ),
    *make_group(
        "Cases",
        ("Cases", "cases", P.SEE_OWN_CASES),
        ("Reachable moments", "moments", P.SEE_OWN_CASES),
        ("Services", "services", P.SEE_SERVICES),
        ("Stories", "stories", P.BUILD_STORIES),
        ("Stories to release", "stories-release", P.RELEASE_STORIES),
    ),
    *make_group(
        "Team",
        ("Safety", "safety", P.SEE_TEAM),
        ("Rota", "rota", P.PLAN_STREET),
        ("Brief", "briefs", P.PLAN_STREET),
        ("Caseload", "caseload", P.SEE_TEAM),
        ("Quality", "quality", P.SEE_TEAM),
        ("Scorecard", "scorecard", P.SEE_TEAM),
        ("Hours for the ledger", "ledger-hours", P.SEE_TEAM),
        ("Changes", "proposals", P.PLAN_STREET),
        ("Put aside", "held", P.DECIDE_CONCERNS),
    ),
    *make_group(
        "Safeguarding",
        ("Concerns", "concerns", P.RAISE_CONCERNS),
        ("Disclosures", "desk", P.SEE_DISCLOSURES),
    ),
    *make_group(
        "Asked of us",
        ("Asked of us", "asked-list", P.ANSWER_COMPLAINTS),
        ("Opened by others", "glass", P.ANSWER_COMPLAINTS),
        ("Keeping", "keeping", P.RELEASE_DELETIONS),
        ("Assessment", "assessment", P.SEE_GOVERNANCE),
    ),
    Way(title="Referrals to us", page="answers", permissions=(P.ANSWER_REFERRALS,)),
    Way(title="Tables", page="extracts", permissions=(P.READ_PSEUDONYMS,)),
    Way(title="People", page="people", permissions=(P.MANAGE_PEOPLE,), group="Manage"),
    Way(
        title="Record",
        page="record",
        permissions=(P.SEE_ALL_RECORDS, P.SEE_OWN_RECORD),
        group="Manage",
    ),
)
