"""Who may do what on the commissioning partnership's site."""

from patrolwise.web.accounts.roles import Permission, make_role

P = Permission

ROLES = {
    role.key: role
    for role in (
        make_role(
            "commissioner",
            "Commissioner",
            "Answers for the money: funds, awards, returns and what is told to the public.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
        ),
        make_role(
            "programme",
            "Programme manager",
            "Runs the partnership's programme: rounds, agencies, schools, returns, learning.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
            P.LOAD_AGREED_HOT_SPOTS,
        ),
        make_role(
            "assessor",
            "Assessor",
            "Scores the applications given to it, without seeing another's scores.",
            "home",
        ),
        make_role(
            "agency",
            "Agency coordinator",
            "Of wardens, volunteers or another agency: its own patrols and hours.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
        ),
        make_role(
            "analyst",
            "Analyst",
            "Reads what agencies and health services send: counts by place and month.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
        ),
        make_role(
            "evaluator",
            "Evaluator",
            "Reads tables of what was done, and by whom as agencies.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
        ),
        make_role(
            "protection",
            "Data protection officer",
            "Sees that rules are kept: sources, lawful bases, retention.",
            "home",
            P.SEE_ALL_RECORDS,
        ),
        make_role(
            "administrator",
            "System administrator",
            "Invites people and gives roles. Sees that pages were read, never what they held.",
            "home",
            P.MANAGE_PEOPLE,
            P.SEE_ALL_RECORDS,
        ),
    )
}
