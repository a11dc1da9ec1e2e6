"""Who may do what on the outreach service's site.

The access matrix of the design says for each record what each role may see. Whose cases are seen is
narrower still: `casework.reach` says which, row by row.
"""

from patrolwise.web.accounts.roles import Permission, make_role

P = Permission

ROLES = {
    role.key: role
    for role in (
        make_role(
            "worker",
            "Outreach worker",
            "Works on the street and with the people who agreed to support: own cases only.",
            "home",
            P.SEE_STREET,
            P.WORK_STREET,
            P.SEE_OWN_CASES,
            P.WRITE_CASES,
            P.RAISE_CONCERNS,
            P.SEE_SERVICES,
            P.BREAK_GLASS,
            P.BUILD_STORIES,
        ),
        make_role(
            "lead",
            "Outreach lead",
            "Leads the service: all cases, the team's safety, the plan, quality and disclosures.",
            "home",
            P.SEE_STREET,
            P.WORK_STREET,
            P.SEE_OWN_CASES,
            P.WRITE_CASES,
            P.SEE_ALL_CASES,
            P.RAISE_CONCERNS,
            P.DECIDE_CONCERNS,
            P.SEE_SERVICES,
            P.MANAGE_SERVICES,
            P.SEE_TEAM,
            P.PLAN_STREET,
            P.DECIDE_DISCLOSURES,
            P.SEE_DISCLOSURES,
            P.BUILD_STORIES,
            P.RELEASE_STORIES,
            P.PROPOSE_DELETIONS,
            P.RELEASE_DELETIONS,
            P.HAND_OVER,
            P.ANSWER_COMPLAINTS,
            P.SEE_GOVERNANCE,
            P.SEND_EXCHANGE,
        ),
        make_role(
            "safeguarding",
            "Safeguarding lead",
            "Decides on concerns and on what is disclosed for somebody's safety.",
            "home",
            P.SEE_OWN_CASES,
            P.SEE_ALL_CASES,
            P.RAISE_CONCERNS,
            P.DECIDE_CONCERNS,
            P.SEE_SERVICES,
            P.DECIDE_DISCLOSURES,
            P.SEE_DISCLOSURES,
            P.SEE_GOVERNANCE,
        ),
        make_role(
            "protection",
            "Data protection officer",
            "Sees that rules are kept: disclosures, retention, requests, assessments. No case.",
            "home",
            P.SEE_DISCLOSURES,
            P.RELEASE_DELETIONS,
            P.RELEASE_STORIES,
            P.ANSWER_COMPLAINTS,
            P.SEE_GOVERNANCE,
            P.SIGN_GOVERNANCE,
            P.SEE_ALL_RECORDS,
        ),
        make_role(
            "partner",
            "Partner service",
            "Answers the referrals to its own service, and sees no others.",
            "home",
            P.ANSWER_REFERRALS,
        ),
        make_role(
            "evaluator",
            "Evaluator",
            "Reads pseudonymised tables of what was done; nobody's words, nobody's name.",
            "home",
            P.READ_PSEUDONYMS,
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
