"""Which counts may be told beside each other: no small one may be found by taking some from others.

Every count is a set of atoms: pieces of a measure in single quarters. Atoms that no count that is
told sets apart can exchange what they hold, unseen. A small count is safe where all that is told of
it leaves such an exchange: nothing that is told lies wholly inside it, and something told, of 8 or
more, could lie in it whole or not at all. Then it can still be any number from 1 to 7.

The rule looks at which counts, and which rests of them, are small, not at how large others are;
what was told before decides for a count whatever it is. So what is kept back tells as little as
can be (after simulatable auditing); the tests attack it by trying all that a force could count.

References
----------
Kenthapadi, Mishra and Nissim (2005), Simulatable auditing, PODS 2005, 118-127.
Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4: secondary suppression.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from patrolwise.benchmarking.spans import Period
from patrolwise.errors import check_faults
from patrolwise.reporting.shares import (
    OwnCount,
    SharedCount,
    SharedMeasure,
    find_parts,
    is_small,
    show_count,
    shown_range,
)
from patrolwise.reporting.suppression import LARGEST_HIDDEN

Atoms = frozenset[tuple[str, date]]


@dataclass(frozen=True, kw_only=True)
class HiddenCount:
    """A count that is not told as it is, and why: for the force itself, never for the others."""

    measure: str
    period: str
    why: str


@dataclass(frozen=True, kw_only=True)
class HiddenShares:
    """What may be told, and what was kept back."""

    told: tuple[SharedCount, ...]  # in the order asked for
    hidden: tuple[HiddenCount, ...]


@dataclass(frozen=True, kw_only=True)
class _Group:
    """What is counted, and between which numbers its count lies."""

    label: str
    level: tuple[int, int]  # quarters, and of how many measures its own is a part: less is wider
    atoms: Atoms
    low: int
    high: int

    @property
    def is_small(self) -> bool:
        return is_small(self.low, self.high)

    @property
    def told_low(self) -> int:
        """The least that it can be for those who are told it."""
        return shown_range(show_count(self.low))[0]

    @property
    def told_high(self) -> int:
        """The most, likewise."""
        return shown_range(show_count(self.high))[1]


@dataclass(eq=False)
class _Told:
    """What has been told so far."""

    groups: list[_Group] = field(default_factory=list)
    hidden: list[_Group] = field(default_factory=list)  # by a file before

    def tells_whether_small(self, group: _Group) -> bool:
        """Return whether hiding a group that may be small would say more than that it is hidden.

        It may then not be told whatever it is. So it is where it holds what was hidden before: as
        a small one it would bound that.
        """
        holds_hidden = any(one.atoms < group.atoms for one in self.hidden)
        return self.may_be_small(group) and (holds_hidden or not self.protects(group))

    def protects(self, small: _Group, more: Sequence[_Group] = ()) -> bool:
        """Return whether a small count can still be any of 1 to 7."""
        told = [*self.groups, *more]
        classes: dict[frozenset[int], set[tuple[str, date]]] = defaultdict(set)
        for atom in small.atoms.union(*(one.atoms for one in told)):
            classes[frozenset(k for k, one in enumerate(told) if atom in one.atoms)].add(atom)
        if any(sign and atoms <= small.atoms for sign, atoms in classes.items()):
            return False
        if frozenset() in classes:
            return True  # some of it is in nothing that is told
        return any(
            one.low > 0 and all(atoms & small.atoms for sign, atoms in classes.items() if k in sign)
            for k, one in enumerate(told)
        )

    def may_be_small(self, group: _Group) -> bool:
        """Return whether a group can be 1 to 7 for all that those know who were told."""
        inside = [one for one in self.groups if one.atoms <= group.atoms]
        least = max((sum(one.told_low for one in some) for some in _families(inside)), default=0)
        for whole in self.groups:
            parts = [one for one in self.groups if one.atoms < whole.atoms]
            for some in _families(parts):
                if whole.atoms.difference(*(one.atoms for one in some)) <= group.atoms:
                    least = max(least, whole.told_low - sum(one.told_high for one in some))
        return least <= LARGEST_HIDDEN


def hide_shares(
    counts: Sequence[OwnCount],
    asked: Sequence[tuple[str, str]],
    measures: Mapping[str, SharedMeasure],
    earlier: Iterable[SharedCount] = (),
) -> HiddenShares:
    """Return what a force may tell of its counts, beside all that it told before.

    A count of 1 to 7 is hidden. So is every count that, with the others, would say more of a small
    one: a quarter where another of the year is small and the year is told, what lies within a small
    count, and counts that differ by 1 to 7. The longest periods and widest measures come first.
    A count that was told before is told again as it was, for a corrected one beside it would say
    how many were added.

    Parameters
    ----------
    counts : sequence of OwnCount
        All that the force knows of these measures, each measure and period once.
    asked : sequence of (measure, period)
        Which of them are to be told.
    measures : mapping of id to SharedMeasure
        With every wider measure that one of them is within.
    earlier : iterable of SharedCount
        Everything that the same force has told of these measures in any file.

    Returns
    -------
    HiddenShares
        By what is asked, in its order.

    Raises
    ------
    InputError
        Counts contradict each other: a part is more than its whole, or quarters are not the year.
    """
    pieces = find_parts(measures)
    known = {one.key: one for one in counts}
    before = {one.key: one for one in earlier}
    new = [_group(known[key], pieces) for key in asked if key not in before]
    groups = _merge_atoms(
        [*new, *(_old_group(one, known.get(one.key), pieces) for one in before.values())]
    )
    fresh, old = groups[: len(new)], groups[len(new) :]
    _check_sums([_group(one, pieces) for one in counts])
    is_told = (one.observed is not None for one in before.values())
    told = _Told([group for group, is_shown in zip(old, is_told, strict=True) if is_shown])
    told.hidden = [one for one in old if one not in told.groups]
    small = [one for one in (*fresh, *told.hidden) if one.is_small]
    return _tell(known, before, asked, _choose(fresh, small, told))


def _choose(fresh: Sequence[_Group], small: Sequence[_Group], told: _Told) -> dict[str, str]:
    """Add to what is told whatever may be; return why the others may not."""
    before = _Told(list(told.groups), told.hidden)
    guarded = [one for one in small if told.protects(one)]  # the others no longer can be
    why = {}
    for _, level in groupby(sorted(fresh, key=_by_width), key=lambda one: one.level):
        groups, wider = list(level), list(told.groups)
        may = []
        for one in groups:
            if before.tells_whether_small(one):
                why[one.label] = _TOLD_BEFORE
            elif one.is_small:
                why[one.label] = _FEW
            else:
                may.append(one)
        if not _find_told(may, guarded, told):
            told.groups += may
        else:
            why |= _add_singly(may, guarded, told)
        kept = [one for one in groups if one.label in why]
        for one in [one for one in may if one in told.groups]:
            beside = next((other for other in kept if _are_in_one(one, other, wider)), None)
            if beside:
                why[one.label] = f"kept back: {beside.label} beside it may not be told."
                told.groups.remove(one)
        bound = {atom for group in before.groups for atom in group.atoms}
        before.groups += [one for one in may if one in told.groups and one.atoms & bound]
    return why


def _add_singly(groups: Sequence[_Group], guarded: Sequence[_Group], told: _Told) -> dict[str, str]:
    """Add those groups that may be told beside what is told; return why the others may not."""
    why = {}
    for one in groups:
        found = _find_told([one], guarded, told)
        if found is None:
            told.groups.append(one)
        else:
            why[one.label] = f"kept back: with what else is told it would tell {found.label}."
    return why


def _find_told(new: Sequence[_Group], guarded: Sequence[_Group], told: _Told) -> _Group | None:
    """Return a group of 1 to 7 that would be known better if some were told."""
    return next((one for one in guarded if not told.protects(one, new)), None) or _find_small_rest(
        [*told.groups, *new], new
    )


def _are_in_one(one: _Group, other: _Group, wider: Sequence[_Group]) -> bool:
    """Return whether two groups are both within one that is told."""
    return any(one.atoms | other.atoms <= whole.atoms for whole in wider)


_FEW = "1 to 7: too few to tell."
_TOLD_BEFORE = "kept back: with what was told before, a small one could not be hidden."


def _tell(
    known: Mapping[tuple[str, str], OwnCount],
    before: Mapping[tuple[str, str], SharedCount],
    asked: Sequence[tuple[str, str]],
    why: Mapping[str, str],
) -> HiddenShares:
    told, hidden = [], []
    for key in asked:
        own = known[key]
        reason = why.get(_name(*key), "")
        if key in before:
            told.append(before[key])
            reason = (
                "" if before[key].observed == show_count(own.observed) else _as_before(before[key])
            )
        else:
            shown = None if reason else show_count(own.observed)
            expected = None
            if shown is not None and own.expected is not None:
                expected = show_count(round(own.expected))
            told.append(
                SharedCount(
                    measure=own.measure,
                    period=own.period.label,
                    observed=shown,
                    expected=expected,
                    exposure=own.exposure,
                )
            )
        if reason:
            hidden.append(HiddenCount(measure=key[0], period=key[1], why=reason))
    return HiddenShares(told=tuple(told), hidden=tuple(hidden))


def _as_before(one: SharedCount) -> str:
    shown = "hidden" if one.observed is None else f"{one.observed}"
    return f"stays as it was told before ({shown}): another figure beside it would tell a change."


def _find_small_rest(told: Sequence[_Group], new: Sequence[_Group]) -> _Group | None:
    """Return a group of 1 to 7 that is what is left when some, with new ones, are subtracted."""
    for whole in told:
        inside = [one for one in told if one.atoms < whole.atoms]
        for parts in _families(inside):
            rest = _take(whole, parts)
            is_new = any(one in new for one in (whole, *parts))
            if is_new and rest.atoms and rest.is_small:
                return rest
    return None


def _families(inside: Sequence[_Group]) -> Iterator[list[_Group]]:
    """Yield sets of groups that do not overlap: each alone, and most of them together."""
    yield from ([one] for one in inside)
    seen = set[frozenset[int]]()
    by_size = sorted(range(len(inside)), key=lambda k: len(inside[k].atoms))
    by_width = sorted(range(len(inside)), key=lambda k: _by_width(inside[k]))
    for order in (by_size, by_size[::-1], by_width, by_width[::-1]):
        family: list[int] = []
        taken: Atoms = frozenset()
        for k in order:
            if not inside[k].atoms & taken:
                family.append(k)
                taken |= inside[k].atoms
        if len(family) > 1 and frozenset(family) not in seen:
            seen.add(frozenset(family))
            yield [inside[k] for k in family]


def _take(whole: _Group, parts: Sequence[_Group]) -> _Group:
    return _Group(
        level=whole.level,
        label=f"{whole.label} without {' and '.join(one.label for one in parts)}",
        atoms=whole.atoms.difference(*(one.atoms for one in parts)),
        low=whole.low - sum(one.high for one in parts),
        high=whole.high - sum(one.low for one in parts),
    )


def _merge_atoms(groups: Sequence[_Group]) -> list[_Group]:
    """Return groups with one atom instead of many that no group sets apart."""
    holders: dict[tuple[str, date], list[int]] = defaultdict(list)
    for k, one in enumerate(groups):
        for atom in one.atoms:
            holders[atom].append(k)
    kept = frozenset({tuple(held): atom for atom, held in sorted(holders.items())}.values())
    return [replace(one, atoms=one.atoms & kept) for one in groups]


def _check_sums(groups: Sequence[_Group]) -> None:
    faults = []
    for whole in groups:
        inside = [one for one in groups if one.atoms < whole.atoms]
        for parts in _families(inside):
            rest = _take(whole, parts)
            names = " and ".join(one.label for one in parts)
            told = f"{whole.label} is {whole.low}, and {names} {whole.low - rest.low}"
            if rest.low < 0:
                faults.append(f"{told}: parts are more than the whole. Mend the counts, or within.")
            elif not rest.atoms and rest.low > 0:
                faults.append(f"{told}: all parts together are the whole. Mend the counts.")
    check_faults("Counts", list(dict.fromkeys(faults)))


def _group(own: OwnCount, pieces: Mapping[str, frozenset[str]]) -> _Group:
    return _Group(
        label=_name(*own.key),
        level=_level(own.measure, own.period, pieces),
        atoms=_atoms(own.measure, own.period, pieces),
        low=own.observed,
        high=own.observed,
    )


def _old_group(
    one: SharedCount, own: OwnCount | None, pieces: Mapping[str, frozenset[str]]
) -> _Group:
    """Return what was told before: by its count if that is known, else by what was told.

    What was hidden counts as small, whatever for it was: those who were told know no better.
    """
    if own is not None and one.observed == show_count(own.observed):
        return _group(own, pieces)
    low, high = shown_range(one.observed)
    atoms = _atoms(one.measure, one.span, pieces)
    return _Group(
        label=_name(*one.key),
        level=_level(one.measure, one.span, pieces),
        atoms=atoms,
        low=low,
        high=high,
    )


def _atoms(measure: str, period: Period, pieces: Mapping[str, frozenset[str]]) -> Atoms:
    return frozenset((piece, day) for piece in pieces[measure] for day in period.starts)


def _level(measure: str, period: Period, pieces: Mapping[str, frozenset[str]]) -> tuple[int, int]:
    return -period.quarters, sum(measure in own for own in pieces.values())


def _by_width(group: _Group) -> tuple[tuple[int, int], str]:
    return group.level, group.label


def _name(measure: str, period: str) -> str:
    return f"{measure} {period}"
