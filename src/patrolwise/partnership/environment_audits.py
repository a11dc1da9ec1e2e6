"""What a walk of a place looks at, whether the place was looked at whole, and what was mended.

A walk scores each item of a published, versioned set from 0 (no problem) to 3 (serious), or says
that it is not here. An audit counts as whole once one walk was made in the dark. A fault goes to
whoever owns the asset, and only a later walk says that it was mended.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

from patrolwise.errors import InputError, RefusedError, check_faults

NEWEST = 2  # version of the item set
NOT_HERE = None  # the score of an item that the place has not
LEAST, MOST = 0, 3
FAULT = 2  # a score from here on needs words, and makes an issue


class Light(StrEnum):
    """In which light a walk was made."""

    DAY = "day"
    DUSK = "dusk"
    DARK = "dark"


class IssueState(StrEnum):
    """How far the mending of a fault is."""

    FOUND = "found"
    REPORTED = "reported"
    FIXED = "said to be fixed"
    VERIFIED = "verified"


class Change(StrEnum):
    """What an item's second score says of its first."""

    BETTER = "better"
    SAME = "the same"
    WORSE = "worse"
    UNKNOWN = "cannot be compared"


@dataclass(frozen=True, kw_only=True)
class AuditItem:
    """One thing to look at."""

    item: str
    title: str
    look_for: str
    in_dark: bool  # only a walk in the dark can judge it
    section: str = ""  # the heading that it stands under


@dataclass(frozen=True, kw_only=True)
class Walk:
    """What a walk found."""

    walked: datetime  # aware
    light: Light
    scores: Mapping[str, int | None]  # item → 0 to 3, or NOT_HERE
    notes: Mapping[str, str] = field(default_factory=dict)  # item → where and what
    walkers: tuple[str, ...] = ()  # roles, never names


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A fault of a place that somebody can mend."""

    item: str
    severity: int  # the score that it was found with
    found: datetime
    state: IssueState = IssueState.FOUND
    owner: str = ""  # the organisation that owns the asset
    reference: str = ""  # theirs
    reported: date | None = None
    target: date | None = None  # by when they said
    fixed: date | None = None

    def is_overdue(self, on: date) -> bool:
        """Return whether its target day has passed and nobody said that it is fixed."""
        is_waiting = self.state is IssueState.REPORTED
        return is_waiting and self.target is not None and self.target < on


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """How an item was scored on two walks."""

    item: str
    before: int | None
    after: int | None
    change: Change


@cache
def load_items(version: int = NEWEST) -> dict[str, AuditItem]:
    """Return what a walk looks at, in the order of a walk.

    Parameters
    ----------
    version : int
        Of the published set.

    Returns
    -------
    dict of item to AuditItem

    Raises
    ------
    InputError
        There is no such version.

    References
    ----------
    partnership/data/README.md names the published forms.

    Examples
    --------
    >>> load_items()["lighting"].in_dark, len(load_items())
    (True, 24)
    """
    path = files("patrolwise.partnership") / "data" / f"environment-items-{version}.csv"
    if not path.is_file():
        raise InputError(f"There is no version {version} of the items. The newest is {NEWEST}.")
    return {
        row["item"]: AuditItem(
            item=row["item"],
            title=row["title"],
            look_for=row["look_for"],
            in_dark=row["in_dark"] == "yes",
            section=row.get("section", ""),
        )
        for row in csv.DictReader(path.read_text("utf-8").splitlines())
    }


def check_walk(walk: Walk, items: Mapping[str, AuditItem]) -> None:
    """Refuse a walk that left something out, or says what cannot be.

    Parameters
    ----------
    walk : Walk
    items : mapping of item to AuditItem

    Raises
    ------
    InputError
        With all that is wrong.

    Examples
    --------
    >>> from datetime import UTC
    >>> item = AuditItem(item="cctv", title="CCTV", look_for="A camera", in_dark=True)
    >>> walk = Walk(walked=datetime(2026, 1, 5, tzinfo=UTC), light=Light.DAY, scores={"cctv": 3},
    ...     walkers=("officer",))
    >>> check_walk(walk, {"cctv": item})
    Traceback (most recent call last):
    patrolwise.errors.InputError: Walk: CCTV has 3: say where it is, and what is wrong with it.
    """
    faults = []
    if walk.walked.tzinfo is None:
        faults.append("Its time has no timezone: 01:30 happens twice in October.")
    if not walk.walkers:
        faults.append("It says not who walked, by role. Name one at least.")
    faults += [
        f"There is no item {unknown}. Items are: {', '.join(items)}."
        for unknown in sorted({*walk.scores, *walk.notes} - set(items))
    ]
    for key, item in items.items():
        if key not in walk.scores:
            faults.append(f"{item.title} has no score. Give 0 to 3, or say that it is not here.")
            continue
        score = walk.scores[key]
        if score is NOT_HERE:
            continue
        if not LEAST <= score <= MOST:
            faults.append(f"{item.title} has {score}. Give 0 to 3, or say that it is not here.")
        elif score >= FAULT and not walk.notes.get(key, "").strip():
            faults.append(f"{item.title} has {score}: say where it is, and what is wrong with it.")
    check_faults("Walk", faults)


def list_lacking_walks(walks: Sequence[Walk]) -> tuple[str, ...]:
    """Return what an audit lacks before it counts as whole.

    Parameters
    ----------
    walks : sequence of Walk

    Returns
    -------
    tuple of str
        Sentences; empty when it is whole.

    References
    ----------
    Australian Institute of Criminology, Research in Practice 8: audits by day and by night.

    Examples
    --------
    >>> list_lacking_walks([])
    ('Nobody has walked the place yet.',)
    """
    if not walks:
        return ("Nobody has walked the place yet.",)
    if not any(walk.light is Light.DARK for walk in walks):
        return ("Walk it once in the dark: light, cameras and fear are other ones by night.",)
    return ()


def compare_walks(
    before: Walk, after: Walk, items: Mapping[str, AuditItem]
) -> tuple[ItemChange, ...]:
    """Return what changed between two walks, item by item.

    Parameters
    ----------
    before, after : Walk
    items : mapping of item to AuditItem

    Returns
    -------
    tuple of ItemChange
        In the order of the items. What only the dark shows, and what is not here on one of them,
        cannot be compared when one walk was made in another light.

    Raises
    ------
    InputError
        The second walk was not after the first.

    Examples
    --------
    >>> from datetime import UTC
    >>> item = AuditItem(item="upkeep", title="Upkeep", look_for="Litter", in_dark=False)
    >>> walks = [Walk(walked=datetime(2026, 1, day, tzinfo=UTC), light=Light.DAY,
    ...     scores={"upkeep": score}) for day, score in ((5, 3), (9, 1))]
    >>> compare_walks(*walks, {"upkeep": item})[0].change
    <Change.BETTER: 'better'>
    """
    if after.walked <= before.walked:
        raise InputError(
            f"The second walk ({after.walked}) was not after the first ({before.walked}). Swap "
            "them."
        )
    found = []
    for key, item in items.items():
        first, second = before.scores.get(key), after.scores.get(key)
        change = _change(first, second)
        if item.in_dark and (before.light is Light.DARK) is not (after.light is Light.DARK):
            change = Change.UNKNOWN
        found.append(ItemChange(item=key, before=first, after=second, change=change))
    return tuple(found)


def find_new_issues(walk: Walk, issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return the faults that a walk found and that nobody is mending yet.

    Parameters
    ----------
    walk : Walk
    issues : sequence of Issue
        Of the place, in any state.

    Returns
    -------
    tuple of Issue
        One for each item with a score of 2 or 3 that has no issue which is not verified.
    """
    known = {issue.item for issue in issues if issue.state is not IssueState.VERIFIED}
    return tuple(
        Issue(item=item, severity=score, found=walk.walked)
        for item, score in walk.scores.items()
        if score is not NOT_HERE and score >= FAULT and item not in known
    )


def report_issue(
    issue: Issue, *, owner: str, reference: str, target: date | None, on: date
) -> Issue:
    """Return an issue as its asset's owner was told of it.

    Parameters
    ----------
    issue : Issue
    owner : str
        The organisation, never a person.
    reference : str
        Under which the owner knows it.
    target : date or None
        By when they mean to mend it; None where they have yet to say.
    on : date
        The day on which they were told.

    Returns
    -------
    Issue

    Raises
    ------
    RefusedError
        It was reported before, or something is lacking.
    """
    faults = _find_state_faults(issue, IssueState.FOUND)
    if not owner.strip():
        faults.append("Name the organisation that owns the asset.")
    if not reference.strip():
        faults.append("Give the owner's reference: without it nobody can ask again.")
    if target is not None and target < on:
        faults.append(f"The target day {target} is before the report of {on}. Give a later one.")
    check_faults("Report", faults, RefusedError)
    state, owner, reference = IssueState.REPORTED, owner.strip(), reference.strip()
    return replace(issue, state=state, owner=owner, reference=reference, target=target, reported=on)


def say_fixed(issue: Issue, *, on: date) -> Issue:
    """Return an issue as its owner says that it was mended; a walk has yet to see it.

    Parameters
    ----------
    issue : Issue
    on : date

    Returns
    -------
    Issue

    Raises
    ------
    RefusedError
        It is not with an owner, or was fixed before it was reported.
    """
    faults = _find_state_faults(issue, IssueState.REPORTED)
    if issue.reported is not None and on < issue.reported:
        faults.append(f"It was reported on {issue.reported}, after {on}. Give a later day.")
    check_faults("Fix", faults, RefusedError)
    return replace(issue, state=IssueState.FIXED, fixed=on)


def settle_issue(issue: Issue, walk: Walk, items: Mapping[str, AuditItem]) -> Issue:
    """Return an issue as a later walk leaves it.

    Parameters
    ----------
    issue : Issue
    walk : Walk
    items : mapping of item to AuditItem

    Returns
    -------
    Issue
        Verified when the walk scores it below 2, or finds it not here any more. Back with its owner
        when it does not. As it was when it is not said to be fixed, when the walk was not after the
        day of fixing, or was by light and the item needs the dark.
    """
    can_tell = walk.light is Light.DARK or not items[issue.item].in_dark
    is_later = issue.fixed is not None and walk.walked.date() > issue.fixed
    if issue.state is not IssueState.FIXED or not can_tell or not is_later:
        return issue
    score = walk.scores[issue.item]
    if score is NOT_HERE or score < FAULT:
        return replace(issue, state=IssueState.VERIFIED)
    return replace(issue, state=IssueState.REPORTED, severity=score, fixed=None)


def _change(before: int | None, after: int | None) -> Change:
    if before is None or after is None:
        return Change.SAME if before is after else Change.UNKNOWN
    if before == after:
        return Change.SAME
    return Change.BETTER if after < before else Change.WORSE


def _find_state_faults(issue: Issue, needed: IssueState) -> list[str]:
    if issue.state is needed:
        return []
    return [f"It is {issue.state.value}; this follows only when it is {needed.value}."]
