"""The ways that lead on from each page of the anti-social behaviour site, and who sees each."""

from patrolwise.web.accounts.navigation import Way, make_group
from patrolwise.web.accounts.roles import Permission

P = Permission
WAYS = (
    Way(title="Today", page="home", permissions=(P.SEE_OWN_RECORD,)),
    *make_group(
        "Cases",
        ("Cases", "asb-cases", P.SEE_ASB_CASES),
        ("Reports without a case", "asb-incidents", P.WRITE_ASB_CASES),
        ("Our actions", "asb-own-actions", P.DO_ASB_ACTIONS),
        ("Import", "asb-imports", P.IMPORT_ASB),
    ),
    Way(title="Orders in force", page="asb-orders", permissions=(P.SEE_ASB_ORDERS,)),
    *make_group(
        "Rules",
        ("Risk instruments", "asb-instruments", P.SEE_INSTRUMENTS),
        ("Opened by others", "asb-glass", P.SEE_ASB_GLASS),
        ("Keeping", "asb-keeping", P.RELEASE_ASB_DELETIONS),
    ),
    *make_group(
        "Numbers",
        ("Counts", "asb-counts", P.SEE_ASB_COUNTS),
        ("Tables", "asb-extracts", P.READ_ASB_EXTRACTS),
    ),
    Way(title="Hot spots", page="hot-spots", permissions=(P.SEE_AGREED_HOT_SPOTS,)),
    *make_group(
        "Case reviews",
        ("Case reviews", "reviews", P.SEE_REVIEWS),
        ("Who could ask", "review-offers", P.DECIDE_REVIEWS),
        ("Reviews ask us", "review-requests", P.ANSWER_REVIEWS),
        ("Appeals", "appeals", P.SEE_APPEALS),
        ("Counts of reviews", "review-counts", P.SEE_REVIEW_COUNTS),
        ("Procedure", "review-procedure", P.DECIDE_REVIEWS),
    ),
    Way(title="People", page="people", permissions=(P.MANAGE_PEOPLE,), group="Manage"),
    Way(
        title="Record",
        page="record",
        permissions=(P.SEE_ALL_RECORDS, P.SEE_OWN_RECORD),
        group="Manage",
    ),
)
