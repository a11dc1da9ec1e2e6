"""How the placebo study is told: tables of rejections and intervals, and what lies outside."""

from collections.abc import Iterator
from dataclasses import dataclass

from placebo_areas import BLEND, POISSON
from placebo_cells import (
    HOLDS,
    REJECTS,
    Programme,
    Tallies,
    Tally,
    find_error,
    find_limits,
    is_outside,
)
from placebo_days import COST, PLAIN
from placebo_power import PowerProgramme

TITLES = {
    "areas": "Areas and months, made up",
    "real": "Areas and months, real",
    "days": "Days with patrol and days without, made up",
    "costs": "Cost per crime prevented, made up",
}
SAYS = {
    "areas": "Columns are the variance over mean of an area's month.",
    "real": (
        "Leicestershire street-level crime, December 2019 to June 2022, in 200 m cells of the city "
        "of Leicester; hot spots, comparison areas and parts of rings are drawn from the 60 "
        "busiest, windows from all months. Nothing else is made up. Intervals: each crime of hot "
        "spots after is taken out with a chance of 30 %. Columns are outcomes."
    ),
    "days": "Columns are the variance over mean of a hot spot's day.",
    "costs": "With a true ratio of 0.7. Columns are the variance over mean of a hot spot.",
}
# Whether it may carry a conclusion depends on what came after: its level is that of all runs.
OF_ALL_RUNS = (BLEND,)
NO_TEST = (POISSON, PLAIN)  # shown as what is usually done; never a headline
POWER_POINTS = 0.02


@dataclass(frozen=True, kw_only=True)
class Block:
    """All programmes of one kind, and what was found."""

    kind: str
    programmes: tuple[Programme, ...]
    found: tuple[Tallies, ...]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The whole study."""

    blocks: tuple[Block, ...]
    runs: int
    cpu_seconds: float
    seconds: float
    seed: int

    def block(self, kind: str) -> Block | None:
        """Return one block; None where it was not run."""
        return next((block for block in self.blocks if block.kind == kind), None)


@dataclass(frozen=True, kw_only=True)
class Outside:
    """A headline outside its bounds by more than Monte-Carlo error."""

    test: str
    group: str
    column: str
    what: str  # "rejects" or "holds"
    share: float

    @property
    def sentence(self) -> str:
        """What it is."""
        column = f", {self.column}" if self.column else ""
        return f"{self.test}; {self.group}{column}: {self.what} {100 * self.share:.1f} %"


def list_outside(measured: Measured) -> list[Outside]:
    """Return the headlines that lie outside their bounds by more than Monte-Carlo error."""
    found = []
    for block in measured.blocks:
        if block.kind == "power":
            continue
        for programme, tallies in zip(block.programmes, block.found, strict=True):
            for test, tally in tallies.by_test.items():
                found += _judge(programme, test, tally)
    return found


def find_faults(measured: Measured) -> list[str]:
    """Return what lies outside, as sentences."""
    told = [one.sentence for one in list_outside(measured)]
    return told + [row.sentence for row in _power_rows(measured) if row.is_outside]


def is_claimed(programme: Programme, test: str, tally: Tally) -> bool:
    """Return whether a test is held to the bounds in a kind of programme."""
    if programme.is_trap or test in NO_TEST:
        return False
    return test == COST or tally.is_headline


def _judge(programme: Programme, test: str, tally: Tally) -> Iterator[Outside]:
    if not is_claimed(programme, test, tally):
        return
    for what, bounds in (("rejects", REJECTS), ("holds", HOLDS)):
        count, runs = _count(test, tally, what, claimed=True)
        if runs and is_outside(count, runs, bounds):
            yield Outside(
                test=test,
                group=programme.group,
                column=programme.column,
                what=what,
                share=count / runs,
            )


def _count(test: str, tally: Tally, what: str, *, claimed: bool) -> tuple[int, int]:
    is_all = what == "rejects" and test in OF_ALL_RUNS
    return tally.count(what, claimed=claimed and not is_all)


def write_page(measured: Measured) -> str:
    """Return the page."""
    parts = [_intro(measured)]
    for kind, title in TITLES.items():
        block = measured.block(kind)
        if block is None:
            parts.append(f"## {title}\n\nNot run: no real months were at hand.\n")
            continue
        parts.append(f"## {title}\n\n{SAYS[kind]}\n")
        for what, heading in (
            ("rejects", "Per cent of programmes without effect that are rejected at 5 %"),
            ("holds", "Per cent of 95 % intervals that hold the truth, a ratio of 0.7"),
        ):
            table = _table(block, what)
            parts += [f"### {heading}\n", table] if table else []
    parts.append(_power_part(measured))
    parts.append(_outside_part(measured))
    return "\n".join(parts)


def _intro(measured: Measured) -> str:
    runs = _least_runs(measured)
    cut = "" if runs == measured.runs else CUT.format(runs=f"{measured.runs:,}", done=f"{runs:,}")
    return cut + INTRO.format(
        runs=f"{runs:,}",
        error=f"{100 * find_error(runs):.1f}",
        seed=measured.seed,
        minutes=f"{measured.seconds / 60:.1f}",
        cpu=f"{measured.cpu_seconds / 60:.1f}",
    )


def _least_runs(measured: Measured) -> int:
    """Return how many runs every cell has; fewer than asked for where a study was cut short."""
    return min(
        max(tally.runs, tally.asked)
        for block in measured.blocks
        if block.kind != "power"
        for tallies in block.found
        for tally in tallies.by_test.values()
    )


CUT = """> **Not the whole study**: of {runs} runs a cell, {done} or more were done when this was
> written.

"""
INTRO = """# Placebo study: every headline test where the truth is known

*For an evaluator who asks how often this product cries wolf, and whether its intervals and its
power tables can be believed.*

Each row is one kind of programme, drawn {runs} times without effect and {runs} times with a rate
ratio of 0.7. A **headline** test may carry a conclusion. It should reject 4 to 6 % of programmes
without effect, and its 95 % interval should hold the truth in 93 to 97 %. Headlines are in bold;
`↑` and `↓` mark those that lie outside by more than Monte-Carlo error: the whole 95 % interval of
the share lies outside. At 5 % and {runs} runs that error is ±{error} points. Other figures are
shown with no claim: what is usually done, and **traps**, which are meant to fail.

Made by `python scripts/calibrate_all.py --write`, seed {seed}: {minutes} minutes in two
processes, {cpu} CPU minutes. Tests by redrawing have 99 draws here. That is exact, as with any
more: 5 % of 99 and the true one is a whole number. A short version runs in the tests.
"""


def _table(block: Block, what: str) -> str:
    """Return one table: a row a test and group, a column a variant."""
    columns = list(dict.fromkeys(one.column for one in block.programmes))
    rows: dict[tuple[str, str], dict[str, str]] = {}
    bold: dict[tuple[str, str], bool] = {}
    for programme, tallies in zip(block.programmes, block.found, strict=True):
        for test, tally in tallies.by_test.items():
            told = _cell(programme, test, tally, what)
            if told:
                key = (programme.group, test)
                rows.setdefault(key, {})[programme.column] = told
                bold[key] = bold.get(key, False) or is_claimed(programme, test, tally)
    if not rows:
        return ""
    lines = [
        f"| programme | test | {' | '.join(columns)} |",
        "|---|---|" + "--:|" * len(columns),
    ]
    for (group, test), cells in rows.items():
        name = f"**{test}**" if bold[group, test] else test
        told = " | ".join(cells.get(column, "") for column in columns)
        lines.append(f"| {group} | {name} | {told} |")
    return "\n".join(lines) + "\n"


def _cell(programme: Programme, test: str, tally: Tally, what: str) -> str:
    is_bold = is_claimed(programme, test, tally)
    bounds = REJECTS if what == "rejects" else HOLDS
    count, runs = _count(test, tally, what, claimed=is_bold)
    if not runs:
        return ""
    share = count / runs
    told = f"{100 * share:.1f}"
    if not is_bold:
        return told
    if is_outside(count, runs, bounds):
        told += " ↑" if share > bounds[1] else " ↓"
    return f"**{told}**"


@dataclass(frozen=True, kw_only=True)
class PowerRow:
    """Power told and power found."""

    group: str
    predicted: float
    found: int
    runs: int

    @property
    def share(self) -> float:
        """Power found."""
        return self.found / self.runs

    @property
    def limits(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return find_limits(self.found, self.runs)

    @property
    def is_outside(self) -> bool:
        """Whether more than 2 points lie between, by more than Monte-Carlo error."""
        low, high = self.limits
        return low > self.predicted + POWER_POINTS or high < self.predicted - POWER_POINTS

    @property
    def sentence(self) -> str:
        """What it is."""
        return f"{self.group}: power {100 * self.predicted:.1f} told, {100 * self.share:.1f} found"


def _power_rows(measured: Measured) -> list[PowerRow]:
    block = measured.block("power")
    rows = []
    for programme, tallies in zip(block.programmes, block.found, strict=True) if block else ():
        assert isinstance(programme, PowerProgramme)
        (tally,) = tallies.by_test.values()
        rows.append(
            PowerRow(
                group=programme.group,
                predicted=programme.predicted,
                found=tally.rejected,
                runs=tally.runs,
            )
        )
    return rows


def _power_part(measured: Measured) -> str:
    lines = [
        "## Power told before the start, and found\n",
        "What [`patrolwise power`](../how-to/plan-the-sample-size.md) tells, and how often the "
        "test of days drawn by lot finds the effect in simulated experiments of that size (999 "
        "draws). Differences are in points; 2 are allowed, and Monte-Carlo error.\n",
        "| experiment | told, % | found, % | 95 % | difference | runs |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for row in _power_rows(measured):
        low, high = row.limits
        lines.append(
            f"| {row.group} | {100 * row.predicted:.1f} | {100 * row.share:.1f} "
            f"| {100 * low:.1f} to {100 * high:.1f} | {100 * (row.share - row.predicted):+.1f} "
            f"| {row.runs:,} |"
        )
    return "\n".join(lines) + "\n"


def _outside_part(measured: Measured) -> str:
    outside = list_outside(measured)
    cells = sum(
        (tally.headlines > 0) + (tally.headline_asked > 0)
        for block in measured.blocks
        if block.kind != "power"
        for programme, tallies in zip(block.programmes, block.found, strict=True)
        for test, tally in tallies.by_test.items()
        if is_claimed(programme, test, tally)
    )
    lines = [
        "## What lies outside\n",
        f"{len(outside)} of {cells} cells of headlines lie outside by more than Monte-Carlo "
        "error. Where nothing is wrong some still do by chance.\n",
    ]
    lines += [f"- {one.sentence}." for one in outside]
    return "\n".join([*lines, "", OUTRO])


OUTRO = """## How to read it

- **Comparison areas must be like the hot spots.** Ratios hold their level where hot spots are
  busier, too: placebo in space allows the busier to vary less by ratio, and beyond 1.5 times the
  level each group varies for itself. Differences in crimes do not: a trend that all share
  takes more from the busier, and counts as effect. So the displacement difference is a headline
  only where no group had more than 1.5 times the other's crime. Where that holds in some runs
  only, figures in bold are of those runs, and figures with no claim of all.
- **A synthetic control's interval** is the set of ratios that are not rejected. It may be without
  end, which holds the truth, or empty, which does not; its share is over all runs.
- **Hot spots chosen on the before window fall by themselves.** Where comparison areas were chosen
  likewise, both fall, and every test holds. Where they were not (the trap), every test is wrong;
  the guard `selected-on-before` fires, and the [do-nothing twin](before-and-after.md) is what to
  look at.
- **The weekday trap** does not touch tests that exchange days of one weekday, nor those that draw
  the days again. The plain ratio is rejected always.
- **An effect that lasts** is measured without the days too soon after patrol; that estimate is
  never a headline.
- **Real months** hold lockdowns, and cells of very unlike size. What rejects 5 % there does not
  lean on made-up crime.

## Sources

Bertrand, Duflo and Mullainathan (2004), *Quarterly Journal of Economics* 119(1), 249-275: placebo
interventions in real series. Wilson (1927), *Journal of the American Statistical Association*
22(158), 209-212: the interval of a share. Phipson and Smyth (2010), *Statistical Applications in
Genetics and Molecular Biology* 9(1), 39: why 99 draws and the true one are exact. Beran (1988),
*Journal of the American Statistical Association* 83(403), 687-697: how tests by placebo in space
are kept to their level where areas are unlike; Janssen (1997), *Statistics and Probability
Letters* 36(1), 9-21: dividing by the spread before labels are exchanged.
"""
