"""What may be done on the sites, and how a site's roles are made of it.

Each site has a table of its own, such as `police_roles.py` and `outreach_roles.py`. But for what
everybody needs who signs in, no permission is in two of them (the two sites of partners share that
of agreed hot spots): nobody stands on two sides of a wall.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.module_loading import import_string


class Permission(StrEnum):
    """One thing that somebody may do. The value is how a refusal names it."""

    # every site
    MANAGE_PEOPLE = "invite people, change roles and end access"
    SEE_OWN_RECORD = "see one's own record of reads and changes"
    SEE_ALL_RECORDS = "see everybody's record of reads and changes"
    # the two sites of partners
    SEE_AGREED_HOT_SPOTS = "see the hot spots that the partners agreed"
    LOAD_AGREED_HOT_SPOTS = "take in a published hot spot set"
    # anti-social behaviour
    SEE_ASB_CASES = "see the anti-social behaviour cases that one works on"
    SEE_ALL_ASB_CASES = "see every anti-social behaviour case"
    WRITE_ASB_CASES = "open anti-social behaviour cases and write in them"
    SHARE_ASB_CASES = "put colleagues and agencies on an anti-social behaviour case"
    DO_ASB_ACTIONS = "say what one's own agency did of a case's plan"
    LINK_ASB_ROLES = "see and join records of one person who is harmed and held to do harm"
    BREAK_ASB_GLASS = "open an anti-social behaviour case that one does not work on"
    SEE_ASB_GLASS = "see who opened a case that they do not work on, and why"
    SEE_ASB_ORDERS = "see conditions, areas and ends of powers in force, and report breaches"
    SEE_INSTRUMENTS = "see risk instruments and who signed them"
    LOAD_INSTRUMENTS = "load risk instruments"
    SIGN_INSTRUMENTS = "let a signed risk instrument into use"
    IMPORT_ASB = "read in exports of other case systems, and undo that"
    PROPOSE_ASB_DELETIONS = "hold cases, and propose what retention deletes of them"
    RELEASE_ASB_DELETIONS = "release deletions of cases that somebody else proposed"
    READ_ASB_EXTRACTS = "read pseudonymised tables of anti-social behaviour"
    SEE_ASB_COUNTS = "see counts of anti-social behaviour cases, small ones hidden"
    SEE_REVIEWS = "see the case reviews that one runs or is called to"
    SEE_ALL_REVIEWS = "see every case review, and say who runs it"
    RUN_REVIEWS = "take applications for case reviews and run them"
    DECIDE_REVIEWS = "decide on case reviews, call panels and offer reviews"
    ANSWER_REVIEWS = "answer what case reviews ask of one's own agency"
    SEE_APPEALS = "see appeals of case reviews, and answer them"
    SEE_REVIEW_COUNTS = "see the counts of case reviews for publication"
    RELEASE_REVIEW_COUNTS = "publish counts of case reviews that somebody else proposed"
    # commissioning
    RUN_GRANTS = "run rounds of grants, award, pay and see reports"
    SCORE_GRANTS = "score the applications given to one"
    SEE_GRANT_COUNTS = "see counts of rounds of grants"
    PROPOSE_GRANT_DELETIONS = "hold applications for grants, and propose what retention deletes"
    RELEASE_GRANT_DELETIONS = "release deletions of grants that somebody else proposed"
    SEE_AGENCY_MINUTES = "see minutes of agencies by hot spot and day"
    KEEP_OWN_PATROLS = "keep the patrols, roster and phone links of one's own agency"
    SEE_LEDGER = "see the streams, their hours and the quality of what agencies log"
    RUN_LEDGER = "keep agencies and streams, take in services' hours, give out the ledger"
    SEE_SCHOOLS = "see the schools register and weeks of action"
    KEEP_SESSIONS = "write sessions in schools and activities of a week of action"
    RUN_SCHOOLS = "keep schools, surveys, campaigns and officers in schools"
    SEE_SOURCES = "see what other agencies send, and counts of it by hot spot"
    AGREE_SOURCES = "keep the terms on which other agencies send records"
    SEE_SOURCE_RECORDS = "take in and place records of other agencies"
    SEE_LEARNING = "see recommendations, lessons and stage gates"
    KEEP_LEARNING = "write recommendations, lessons and stage gates"
    SEE_RETURNS = "see returns, public updates and releases"
    PREPARE_RETURNS = "send forms, make returns and write public updates"
    RELEASE_OUTPUTS = "let out what somebody else prepared"
    # police and partners
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
    SEE_PROBLEMS = "see problem-solving plans and walks of places"
    WRITE_PROBLEMS = "write problem-solving plans and walk places"
    CHECK_PHOTOS = "look at photographs of places first, and let them be seen or delete them"
    DO_OWN_ACTIONS = "see and answer the actions of one's own team in plans"
    SEE_DISCLOSED = "open what an outreach lead disclosed to the force"
    # outreach
    SEE_STREET = "see today's places, times and outreach brief"
    WORK_STREET = "log contacts, check in and debrief"
    SEE_OWN_CASES = "see the cases that one works on"
    WRITE_CASES = "open cases and write needs, consents and referrals"
    SEE_ALL_CASES = "see every case of the service"
    RAISE_CONCERNS = "say that one is worried about somebody"
    DECIDE_CONCERNS = "decide on safeguarding concerns"
    SEE_SERVICES = "see the directory of services"
    MANAGE_SERVICES = "change the directory of services"
    ANSWER_REFERRALS = "answer referrals to one's own service"
    SEE_TEAM = "see the team's shifts, safety, contacts and quality"
    PLAN_STREET = "write the outreach brief, roster shifts and propose changes of the plan"
    DECIDE_DISCLOSURES = "decide what is told to another organisation"
    SEE_DISCLOSURES = "see what was disclosed, to whom and why"
    BUILD_STORIES = "build case studies"
    RELEASE_STORIES = "release case studies that somebody else built"
    PROPOSE_DELETIONS = "propose what retention deletes"
    RELEASE_DELETIONS = "release deletions that somebody else proposed"
    HAND_OVER = "make the hand-over pack for another provider"
    ANSWER_COMPLAINTS = "answer complaints and requests of people about their record"
    SEE_GOVERNANCE = "see records of processing, notices and assessments"
    SIGN_GOVERNANCE = "sign assessments and gateways"
    READ_PSEUDONYMS = "read pseudonymised tables"
    BREAK_GLASS = "open a case that one does not work on, with a reason"
    SEND_EXCHANGE = "send and take in what crosses between the sites"


@dataclass(frozen=True, kw_only=True)
class Role:
    """What somebody is on a site."""

    key: str
    title: str
    told: str  # what it is for, for whoever gives it
    permissions: frozenset[Permission]
    first_page: str  # name of the page after sign-in


def make_role(key: str, title: str, told: str, first_page: str, *permissions: Permission) -> Role:
    """Return a role that may do what is given, and see its own record.

    Parameters
    ----------
    key, title, told, first_page : str
    *permissions : Permission

    Returns
    -------
    Role
    """
    return Role(
        key=key,
        title=title,
        told=told,
        first_page=first_page,
        permissions=frozenset((*permissions, Permission.SEE_OWN_RECORD)),
    )


class _SiteRoles(Mapping[str, Role]):
    """The roles of the site that this process serves."""

    def __getitem__(self, key: str) -> Role:
        return self._table[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    @property
    def _table(self) -> dict[str, Role]:
        table: dict[str, Role] = import_string(settings.ROLES)
        return table


ROLES: Mapping[str, Role] = _SiteRoles()


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
