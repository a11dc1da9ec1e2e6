"""Who may do what on the anti-social behaviour partnership's site.

The access matrix of the design says for each record what each role may see. Whose cases are seen is
narrower still: case officers and partners see those that they work on.
"""

from patrolwise.web.accounts.roles import Permission, make_role

P = Permission

ROLES = {
    role.key: role
    for role in (
        make_role(
            "case_officer",
            "Case officer",
            "Works on cases: takes reports, assesses risk, plans and records what is done.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
        ),
        make_role(
            "lead",
            "Partnership lead",
            "Leads the casework of all partners: every case, powers, signed instruments.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
            P.LOAD_AGREED_HOT_SPOTS,
        ),
        make_role(
            "partner",
            "Partner agency",
            "Of the police, a landlord or another partner: the cases that its agency is party to.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
        ),
        make_role(
            "patrol",
            "Patrol officer or warden",
            "Sees conditions, areas and ends of the powers in force. No case, no complainant.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
        ),
        make_role(
            "panel",
            "Review panel member",
            "Sits on anti-social behaviour case reviews that it is called to.",
            "home",
        ),
        make_role(
            "analyst",
            "Analyst",
            "Reads pseudonymised tables, and counts.",
            "home",
            P.SEE_AGREED_HOT_SPOTS,
        ),
        make_role(
            "commissioner",
            "Commissioner",
            "Sees counts after small ones are hidden, and appeals of case reviews.",
            "home",
        ),
        make_role(
            "evaluator",
            "Evaluator",
            "Reads pseudonymised tables of what was done; nobody's words, nobody's name.",
            "home",
        ),
        make_role(
            "protection",
            "Data protection officer",
            "Sees that rules are kept: instruments, retention, requests. No case.",
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
