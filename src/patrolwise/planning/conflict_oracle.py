"""Whether some rules of a shift can hold together, and how many more can hold with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from patrolwise.planning.conflict_model import search_plan
from patrolwise.planning.conflict_packing import pack_stays
from patrolwise.planning.conflict_parts import Placing, ShiftPart, part_of, pin, plan_of, stay_names
from patrolwise.planning.conflict_room import find_shortage
from patrolwise.planning.conflict_rounds import Shares, find_shares
from patrolwise.planning.conflict_rules import PlanRule
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem

Rules = frozenset[PlanRule]

_TRIES = 12  # quick plans before a proof is tried
_TRIES_TO_GROW = 40
_MOST_STAYS = 40  # beyond, the solver is too slow to be worth its effort
_FEW_LEFT = 3  # so many that a quick plan left out are looked at one by one
# Seconds of one core: rough, but always the same, so that a seed gives one answer.
_SECONDS_OF_TRY = 2e-4  # at a quick plan, and
_SECONDS_OF_LOOK = 5e-6  # at one time of one stay in it
_SECONDS_OF_SHORTAGE = 5e-3
_SECONDS_OF_SHARE = 5e-6
_SECONDS_OF_WORK = 2.5  # of one unit of what CP-SAT counts
_SHARE = 0.1  # one question takes no more of the effort that is left
_SMALL_SHARE = 0.01  # where an answer would only be nice to have


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether some rules can hold together. Neither placing nor proof: it was not decided."""

    part: ShiftPart
    placing: Placing | None = None  # of all stays and breaks
    is_impossible: bool = False

    @property
    def plan(self) -> ShiftPlan | None:
        """A plan that keeps the rules; None where none was found."""
        return None if self.placing is None else plan_of(self.part, self.placing)


class Oracle:
    """Answers for one shift, within a given effort; the same question gets the same answer."""

    def __init__(self, problem: ShiftProblem, search: SearchRule) -> None:
        self.problem, self.search = problem, search
        self.seconds_left = search.effort
        self.was_cut = False  # by the wall clock: another machine may answer otherwise
        self.known: dict[Rules, Verdict] = {}

    @property
    def is_spent(self) -> bool:
        """Whether the effort is used up."""
        return self.seconds_left <= 0

    def judge(self, rules: Rules, tries: int = _TRIES, share: float = _SHARE) -> Verdict:
        """Return whether some rules can hold together.

        Parameters
        ----------
        rules : frozenset of PlanRule
        tries : int
            Quick plans before a proof is tried.
        share : float
            The solver takes no more of the effort that is left.

        Returns
        -------
        Verdict
        """
        verdict = self.known.get(rules)
        if verdict is None:
            verdict = self._judge(part_of(self.problem, rules), tries, share)
            if verdict.placing is not None or verdict.is_impossible or share >= _SHARE:
                self.known[rules] = verdict
        return verdict

    def has_quick_plan(self, rules: Rules) -> bool:
        """Return whether a quick plan shows that some rules can hold together.

        Parameters
        ----------
        rules : frozenset of PlanRule

        Returns
        -------
        bool
            False says nothing.
        """
        part = part_of(self.problem, rules)
        return not part.is_clash and self._pack(part, _few_for(part)).is_whole(part)

    def grow(self, rules: Rules, more: Sequence[PlanRule]) -> Rules:
        """Return rules that can hold together with some others, as many as are easily found.

        Parameters
        ----------
        rules : frozenset of PlanRule
            That were judged possible.
        more : sequence of PlanRule

        Returns
        -------
        frozenset of PlanRule
            With all of `rules`.
        """
        others = [rule for rule in more if rule.kind != "owed" and rule not in rules]
        grown = self._add_in_halves(rules, others)
        owed = [rule for rule in more if rule.kind == "owed" and rule not in rules]
        grown |= self._pack_more(grown, owed)
        left = [rule for rule in owed if rule not in grown]
        if len(left) <= _FEW_LEFT or len(part_of(self.problem, grown).stays) <= _MOST_STAYS // 2:
            for rule in left:
                if (
                    not self.is_spent
                    and self.judge(grown | {rule}, share=_SMALL_SHARE).placing is not None
                ):
                    grown |= {rule}
        return grown

    def shrink_by_counting(self, rules: Sequence[PlanRule]) -> Rules | None:
        """Return rules that counting minutes and sharing stays out show to be in conflict.

        Parameters
        ----------
        rules : sequence of PlanRule
            Those that are likely to matter first; the last are left out first.

        Returns
        -------
        frozenset of PlanRule or None
            None when counting shows no conflict.
        """
        if self._is_beyond(rules):
            return self._leave_out(frozenset(rules), list(reversed(rules)))
        return None

    def _is_beyond(self, rules: Iterable[PlanRule]) -> bool:
        part = part_of(self.problem, rules)
        return part.is_clash or self._is_short(part) or self._count_shares(part) is None

    def _is_short(self, part: ShiftPart) -> bool:
        self.seconds_left -= _SECONDS_OF_SHORTAGE
        return find_shortage(part) is not None

    def _count_shares(self, part: ShiftPart) -> list[Shares] | None:
        """Return how each service can share its stays; None when one of them cannot."""
        found = []
        for service in sorted({stay.service for stay in part.stays}):
            shares = find_shares(part, service)
            if shares is not None:
                self.seconds_left -= _SECONDS_OF_SHARE * shares.can[0].size
                found.append(shares)
        return None if any(shares.is_beyond for shares in found) else found

    def _leave_out(self, rules: Rules, candidates: list[PlanRule]) -> Rules:
        """Leave out rules while the others are in conflict, each half tried as a whole first."""
        if self._is_beyond(rules - frozenset(candidates)):
            return rules - frozenset(candidates)
        if len(candidates) == 1 or self.is_spent:
            return rules
        middle = len(candidates) // 2
        return self._leave_out(self._leave_out(rules, candidates[:middle]), candidates[middle:])

    def _judge(self, part: ShiftPart, tries: int, share: float) -> Verdict:
        if part.is_clash:
            return Verdict(part=part, is_impossible=True)
        placing = self._pack(part, 1)
        if not placing.is_whole(part):
            if self._is_short(part):
                return Verdict(part=part, is_impossible=True)
            placing = self._pack(part, tries)
        if placing.is_whole(part):
            return Verdict(part=part, placing=placing)
        shares = self._count_shares(part)
        if shares is None:
            return Verdict(part=part, is_impossible=True)
        if self.is_spent or len(part.stays) > _MOST_STAYS:
            return Verdict(part=part)
        work = self.seconds_left * share / _SECONDS_OF_WORK
        found = search_plan(part, work, self.search, shares)
        self.seconds_left -= _SECONDS_OF_WORK * found.work
        self.was_cut |= found.was_cut
        return Verdict(part=part, placing=found.placing, is_impossible=found.is_impossible)

    def _pack(self, part: ShiftPart, tries: int, first: frozenset[int] = frozenset()) -> Placing:
        placing = pack_stays(part, tries, self.search.seed, first)
        self.seconds_left -= _SECONDS_OF_TRY * tries + _SECONDS_OF_LOOK * placing.looked_at
        return placing

    def _add_in_halves(self, rules: Rules, more: list[PlanRule]) -> Rules:
        """Return as many of some rules as can be added, each half tried as a whole first."""
        if not more or self.judge(rules | frozenset(more), share=_SMALL_SHARE).placing is not None:
            return rules | frozenset(more)
        if len(more) == 1 or self.is_spent:
            return rules
        middle = len(more) // 2
        return self._add_in_halves(self._add_in_halves(rules, more[:middle]), more[middle:])

    def _pack_more(self, rules: Rules, owed: list[PlanRule]) -> Rules:
        """Return those owed visits that a quick plan keeps together with some rules."""
        part = part_of(self.problem, rules | frozenset(owed))
        verdict = self.judge(rules)
        names = stay_names(verdict.part)
        first = frozenset(
            number for number, name in enumerate(stay_names(part)) if name in set(names)
        )
        placing = self._pack(part, _few_for(part), first)
        if not _holds(part, placing, first):
            pinned = pin(part, verdict.placing or Placing(), names)
            placing = self._pack(pinned, _few_for(part), first)
        if placing.is_whole(part):
            self.known[rules | frozenset(owed)] = Verdict(part=part, placing=placing)
        missing = {
            stay.demand for number, stay in enumerate(part.stays) if number not in placing.stays
        }
        is_sure = _holds(part, placing, first)
        return frozenset(rule for rule in owed if is_sure and rule.number not in missing)


def _holds(part: ShiftPart, placing: Placing, first: frozenset[int]) -> bool:
    """Return whether some stays and all breaks have their time."""
    breaks = sum(len(pauses) for pauses in part.pauses)
    return first <= placing.stays.keys() and len(placing.breaks) == breaks


def _few_for(part: ShiftPart) -> int:
    """Return how many quick plans to try: many of a small part, a few of a large one."""
    return max(_TRIES_TO_GROW // (1 + len(part.stays) // 20), 2)
