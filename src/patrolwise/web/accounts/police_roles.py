"""Who may do what on the police and partners' site.

The access matrix of the design says for each record what each role may see. Here every cell of it
that this site holds is a permission that the role has, or has not.
"""

from patrolwise.web.accounts.roles import Permission, make_role

P = Permission

ROLES = {
    role.key: role
    for role in (
        make_role(
            "coordinator",
            "Patrol coordinator",
            "Plans the week, briefs, watches the day and decides on changes.",
            "home",
            P.SEE_HOT_SPOTS,
            P.PUBLISH_HOT_SPOTS,
            P.SEE_RECORDS,
            P.SEE_ROTA,
            P.PLAN_PATROLS,
            P.SEE_CARDS,
            P.SEE_BRIEF,
            P.WRITE_BRIEF,
            P.WRITE_DEBRIEF,
            P.SEE_DEBRIEFS,
            P.PROPOSE_CHANGES,
            P.DECIDE_CHANGES,
            P.SEE_LIVE,
            P.SEE_DISCLOSED,
            P.SEE_DOSE,
            P.SEE_INSIGHT,
            P.MANAGE_DEVICES,
        ),
        make_role(
            "officer",
            "Patrol officer",
            "Patrols: today's card, the brief, checking in and out, the debrief.",
            "field",
            P.SEE_HOT_SPOTS,
            P.SEE_ROTA,
            P.SEE_CARDS,
            P.SEE_BRIEF,
            P.WRITE_DEBRIEF,
            P.SEE_DEBRIEFS,
            P.PROPOSE_CHANGES,
            P.CHECK_IN,
            P.SEE_DOSE,
        ),
        make_role(
            "analyst",
            "Analyst",
            "Reads files in, finds hot spots and runs evaluations.",
            "home",
            P.SEE_HOT_SPOTS,
            P.DRAW_HOT_SPOTS,
            P.SEE_RECORDS,
            P.UPLOAD_RECORDS,
            P.SEE_ROTA,
            P.SEE_BRIEF,
            P.SEE_DEBRIEFS,
            P.SEE_DOSE,
            P.SEE_INSIGHT,
            P.RUN_EVALUATIONS,
            P.READ_API,
        ),
        make_role(
            "commissioner",
            "Commissioner's office",
            "Reads what was delivered, what it cost and what came of it.",
            "home",
            P.SEE_HOT_SPOTS,
            P.SEE_ROTA,
            P.SEE_DEBRIEFS,
            P.SEE_DOSE,
            P.SEE_INSIGHT,
        ),
        make_role(
            "partner",
            "Partner worker",
            "Patrols for a partner agency: own card, checking in and out, the debrief.",
            "field",
            P.SEE_CARDS,
            P.WRITE_DEBRIEF,
            P.PROPOSE_CHANGES,
            P.CHECK_IN,
        ),
        make_role(
            "evaluator",
            "Evaluator",
            "Judges the programme from outside: allocations, doses, crimes, evaluations.",
            "home",
            P.SEE_HOT_SPOTS,
            P.SEE_ROTA,
            P.SEE_FUTURE_ALLOCATION,
            P.SEE_DEBRIEFS,
            P.SEE_DOSE,
            P.SEE_INSIGHT,
            P.RUN_EVALUATIONS,
            P.READ_API,
        ),
        make_role(
            "administrator",
            "System administrator",
            "Invites people and gives roles. Sees that pages were read, never what they held.",
            "home",
            P.MANAGE_PEOPLE,
            P.MANAGE_DEVICES,
            P.SEE_ALL_RECORDS,
        ),
    )
}
