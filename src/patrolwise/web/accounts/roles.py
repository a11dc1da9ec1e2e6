"""The table of who may do what on the police and partners' site.

The access matrix of the design says for each record what each role may see. Here every cell of it
that this site holds is a permission that the role has, or has not.
"""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing that somebody may do. The value is how a refusal names it."""

    SEE_HOT_SPOTS = "see the hot spots"
    DRAW_HOT_SPOTS = "draw and compare hot spot sets"
    PUBLISH_HOT_SPOTS = "publish a hot spot set"
    SEE_RECORDS = "see uploads and their data quality"
    UPLOAD_RECORDS = "upload and undo crimes, fixes and areas"
    SEE_ROTA = "see the rota and the published plan"
    PLAN_PATROLS = "make, lock and publish plans"
    SEE_FUTURE_ALLOCATION = "see days that are still to be drawn or told"
    SEE_CARDS = "see patrol cards"
    SEE_BRIEF = "read the police brief"
    WRITE_BRIEF = "write a brief"
    WRITE_DEBRIEF = "write a debrief"
    SEE_DEBRIEFS = "read debriefs of places"
    PROPOSE_CHANGES = "propose a change to the plan"
    DECIDE_CHANGES = "decide on proposed changes"
    CHECK_IN = "check in and out on patrol"
    SEE_LIVE = "see where units are now"
    SEE_DOSE = "see minutes by hot spot"
    SEE_INSIGHT = "see crimes, harm, dose and cost"
    RUN_EVALUATIONS = "run an evaluation"
    READ_API = "read tables through the evaluators' interface"
    MANAGE_DEVICES = "give and take trackers' tokens"
    MANAGE_PEOPLE = "invite people, change roles and end access"
    SEE_OWN_RECORD = "see one's own record of reads and changes"
    SEE_ALL_RECORDS = "see everybody's record of reads and changes"


P = Permission


@dataclass(frozen=True, kw_only=True)
class Role:
    """What somebody is on this site."""

    key: str
    title: str
    told: str  # what it is for, for whoever gives it
    permissions: frozenset[Permission]
    first_page: str  # name of the page after sign-in


def _role(key: str, title: str, told: str, first_page: str, *permissions: Permission) -> Role:
    return Role(
        key=key,
        title=title,
        told=told,
        first_page=first_page,
        permissions=frozenset((*permissions, P.SEE_OWN_RECORD)),
    )


ROLES = {
    role.key: role
    for role in (
        _role(
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
            P.SEE_DOSE,
            P.SEE_INSIGHT,
            P.MANAGE_DEVICES,
        ),
        _role(
            "officer",
            "Patrol officer",
            "Patrols: today's card, the brief, checking in and out, the debrief.",
            "home",
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
        _role(
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
        _role(
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
        _role(
            "partner",
            "Partner worker",
            "Patrols for a partner agency: own card, checking in and out, the debrief.",
            "home",
            P.SEE_CARDS,
            P.WRITE_DEBRIEF,
            P.PROPOSE_CHANGES,
            P.CHECK_IN,
        ),
        _role(
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
        _role(
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


def permissions_of(role: str) -> frozenset[Permission]:
    """Return what a role may do; nothing for a role that is not known.

    Parameters
    ----------
    role : str
        Its key.

    Returns
    -------
    frozenset of Permission
    """
    known = ROLES.get(role)
    return known.permissions if known else frozenset()
