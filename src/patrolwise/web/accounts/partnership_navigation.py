"""The ways that lead on from each page of the commissioning site, and who sees each."""

from patrolwise.web.accounts.navigation import Way, make_group
from patrolwise.web.accounts.roles import Permission

P = Permission
WAYS = (
    Way(title="Today", page="home", permissions=(P.SEE_OWN_RECORD,)),
    Way(title="Hot spots", page="hot-spots", permissions=(P.SEE_AGREED_HOT_SPOTS,)),
    *make_group(
        "Patrols",
        ("Our patrols", "own-patrols", P.KEEP_OWN_PATROLS),
        ("Phone links", "phone-links", P.KEEP_OWN_PATROLS),
        ("Our files", "own-files", P.KEEP_OWN_PATROLS),
        ("Our tracks", "own-tracks", P.KEEP_OWN_PATROLS),
        ("Minutes of agencies", "agency-minutes", P.SEE_AGENCY_MINUTES),
        ("Hours ledger", "ledger", P.SEE_LEDGER),
        ("Quality", "agency-quality", P.SEE_LEDGER),
        ("Services’ files", "service-files", P.RUN_LEDGER),
    ),
    *make_group(
        "Schools",
        ("Reach", "schools", P.SEE_SCHOOLS),
        ("Sessions", "sessions", P.SEE_SCHOOLS),
        ("Officers in schools", "initiatives", P.SEE_SCHOOLS),
        ("Weeks of action", "weeks", P.SEE_SCHOOLS),
    ),
    Way(title="To score", page="assess-list", permissions=(P.SCORE_GRANTS,)),
    *make_group(
        "Grants",
        ("Rounds", "grant-rounds", P.RUN_GRANTS),
        ("Awards", "award-list", P.RUN_GRANTS),
        ("Counts", "grant-counts", P.SEE_GRANT_COUNTS),
        ("When money ends", "fund-cliff", P.RUN_GRANTS),
        ("Keeping and deleting", "grant-keeping", P.RELEASE_GRANT_DELETIONS),
    ),
    *make_group(
        "Returns",
        ("Returns and updates", "returns", P.SEE_RETURNS),
        ("Releases", "releases", P.SEE_RETURNS),
    ),
    *make_group(
        "Learning",
        ("Recommendations", "recommendations", P.SEE_LEARNING),
        ("Lessons", "lessons", P.SEE_LEARNING),
        ("Stage gates", "trials", P.SEE_LEARNING),
    ),
    Way(title="Sources", page="sources", permissions=(P.SEE_SOURCES,)),
    Way(title="People", page="people", permissions=(P.MANAGE_PEOPLE,), group="Manage"),
    Way(
        title="Record",
        page="record",
        permissions=(P.SEE_ALL_RECORDS, P.SEE_OWN_RECORD),
        group="Manage",
    ),
)
