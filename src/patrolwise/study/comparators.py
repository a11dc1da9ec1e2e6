"""How one outcome of a study compares with other places, with its own forecast, and with trends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from patrolwise.crimes import select_crimes
from patrolwise.definitions import find_definition
from patrolwise.evaluation.area_panels import AreaPanel, Flags
from patrolwise.evaluation.difference_in_differences import (
    estimate_by_permutation_in_space,
    estimate_difference_in_differences,
)
from patrolwise.evaluation.guards import Guard, Severity, guard_comparison
from patrolwise.evaluation.pre_trends import (
    PreTrend,
    PreTrendRule,
    check_pre_trend,
    guard_pre_trend,
)
from patrolwise.evaluation.synthetic_control import (
    estimate_by_synthetic_control,
    fit_synthetic_control,
    guard_synthetic_control,
)
from patrolwise.reporting.comparator_records import (
    ComparatorRecord,
    ComparedRecord,
    LeadRecord,
    PanelRecord,
    PreTrendRecord,
    SyntheticRecord,
    TwinRecord,
    UncomputedRecord,
    WeightRecord,
    WiderRecord,
)
from patrolwise.study.comparator_panels import StudyPanel, make_panel
from patrolwise.study.declared_trends import ReadTrend
from patrolwise.study.do_nothing_twins import forecast_study_twins
from patrolwise.study.study_data import Study
from patrolwise.study.wider_trend import compare_with_wider_area
from patrolwise.times import Window

FEWEST_BEFORE = 6  # periods; a blend fitted to fewer fits by luck
FEWEST_BLOCKS = 2
_MOST_BLOCKS = 4
# The panel leaves out the days of the choice, and the forecast takes their luck back.
_ALLOWED_FOR = "selected-on-before"


@dataclass(frozen=True, kw_only=True)
class _Compared:
    """What was found on the panel, and the guards of it that bear on the outcome itself."""

    difference: ComparedRecord | None = None
    permutation: ComparedRecord | None = None
    synthetic: SyntheticRecord | None = None
    pre_trend: PreTrendRecord | None = None
    uncomputed: tuple[UncomputedRecord, ...] = ()
    guards: tuple[Guard, ...] = ()


def record_comparators(
    study: Study, key: str, selected: Window | None, trends: Sequence[ReadTrend] = ()
) -> ComparatorRecord:
    """Return one outcome beside everything it can be compared with, and what cannot be and why.

    Parameters
    ----------
    study : Study
    key : str
        Of a definition, id@version.
    selected : Window or None
        On which the hot spots were chosen: that of the hot spot set.
    trends : sequence of ReadTrend
        Of all outcomes; those of this one are used.

    Returns
    -------
    ComparatorRecord
        The same study and seed give the same record.

    Raises
    ------
    RefusedError
        The definition does not fit the data.
    """
    definition = find_definition(key)
    crimes = select_crimes(study.crimes, definition)
    against = tuple(
        guard.title
        for guard in study.guards
        if guard.severity is Severity.RED and guard.id != _ALLOWED_FOR
    )
    made = make_panel(study, crimes, selected)
    compared = _compare(study, made, key, against)
    twin = forecast_study_twins(study, crimes, against)
    wider, uncomputed = _compare_wider(study, crimes, key, trends, against)
    if isinstance(twin, str):
        uncomputed = [UncomputedRecord(what="Forecast with nothing done", reason=twin), *uncomputed]
    return ComparatorRecord(
        definition=definition.key,
        title=definition.title,
        panel=None if made.panel is None else _record_panel(made, made.panel),
        difference=compared.difference,
        permutation=compared.permutation,
        synthetic=compared.synthetic,
        pre_trend=compared.pre_trend,
        twin=twin if isinstance(twin, TwinRecord) else None,
        wider=tuple(wider),
        uncomputed=(*compared.uncomputed, *uncomputed),
        guards=tuple(replace(guard, about=definition.key) for guard in compared.guards),
    )


def _compare(study: Study, made: StudyPanel, key: str, against: tuple[str, ...]) -> _Compared:
    """Return the comparisons with comparison areas."""
    panel = made.panel
    if panel is None:
        lacking = UncomputedRecord(what="Comparison with comparison areas", reason=made.reason)
        return _Compared(uncomputed=(lacking,))
    rng = np.random.default_rng([study.programme.seed, *f"comparators {key}".encode()])
    difference = estimate_difference_in_differences(panel)
    permutation = estimate_by_permutation_in_space(panel, rng)
    checked, lead_windows = _check_before(made, panel, rng)
    guard = None if checked is None else guard_pre_trend(checked, permutation)
    # the outcome itself carries the guard of unlike areas: here it is only heeded
    unlike = guard_comparison(panel.before[panel.treated], panel.before[~panel.treated])
    own = [one for one in (unlike, guard) if one is not None and one.severity is Severity.RED]
    against += tuple(one.title for one in own)
    uncomputed = []
    if checked is None:
        reason = f"There is one {made.unit} before: nothing can be said of how areas moved."
        uncomputed.append(UncomputedRecord(what="Check of the time before", reason=reason))
    synthetic = None
    if panel.first_after < FEWEST_BEFORE:
        reason = (
            f"{panel.first_after} periods before are compared; a blend fitted to fewer than "
            f"{FEWEST_BEFORE} fits by luck."
        )
        uncomputed.append(UncomputedRecord(what="Synthetic control", reason=reason))
    else:
        # the groups' drift apart is no matter: the blend is fitted to how the hot spots moved
        kept = tuple(title for title in against if guard is None or title != guard.title)
        synthetic = _blend(study, panel, rng, kept)
    return _Compared(
        difference=ComparedRecord(estimate=difference, against=against),
        permutation=ComparedRecord(estimate=permutation, against=against),
        synthetic=synthetic,
        pre_trend=None if checked is None else _record_pre_trend(checked, lead_windows),
        uncomputed=tuple(uncomputed),
        guards=() if guard is None else (guard,),
    )


def _check_before(
    made: StudyPanel, panel: AreaPanel, rng: np.random.Generator
) -> tuple[PreTrend | None, list[Window]]:
    """Return how areas moved before, and the stretches that were looked at, the yardstick last.

    A drift goes on through the days between the windows, which the panel does not hold: what it
    would fake is that much more.
    """
    blocks = min(_MOST_BLOCKS, panel.first_after)
    if blocks < FEWEST_BLOCKS:
        return None, []
    checked = check_pre_trend(panel, rng, PreTrendRule(blocks=blocks))
    if checked.faked is not None and checked.drift is not None:
        checked = replace(checked, faked=checked.faked * checked.drift**made.gap_periods)
    length = panel.first_after // blocks
    starts = range(panel.first_after - blocks * length, panel.first_after, length)
    windows = [
        Window("lead", made.periods[start].first, made.periods[start + length - 1].last)
        for start in starts
    ]
    return checked, windows


def _blend(
    study: Study, panel: AreaPanel, rng: np.random.Generator, against: tuple[str, ...]
) -> SyntheticRecord:
    fitted = fit_synthetic_control(panel)
    guards = tuple(guard_synthetic_control(fitted))
    red = tuple(guard.title for guard in guards if guard.severity is Severity.RED)
    rows = study.areas.comparison.iter_rows(named=True)
    weights = [
        WeightRecord(area_id=row["area_id"], name=row["name"], weight=float(weight))
        for row, weight in zip(rows, fitted.weights[~panel.treated], strict=True)
    ]
    return SyntheticRecord(
        result=ComparedRecord(
            estimate=estimate_by_synthetic_control(panel, rng), against=(*against, *red)
        ),
        weights=tuple(sorted(weights, key=lambda one: -one.weight)),
        hot_spots=tuple(fitted.treated.tolist()),
        blend=tuple(fitted.synthetic.tolist()),
        gap_before=fitted.gap_before,
        gap_by_chance=fitted.chance**0.5,
        off_level=fitted.off_level if np.isfinite(fitted.off_level) else None,
        guards=guards,
    )


def _compare_wider(
    study: Study,
    crimes: pl.DataFrame,
    key: str,
    trends: Sequence[ReadTrend],
    against: tuple[str, ...],
) -> tuple[list[WiderRecord], list[UncomputedRecord]]:
    found = [
        compare_with_wider_area(study, crimes, trend, against)
        for trend in trends
        if trend.declared.definition == key
    ]
    wider = [one for one in found if isinstance(one, WiderRecord)]
    uncomputed = [one for one in found if isinstance(one, UncomputedRecord)]
    if not found:
        reason = "The programme declares no wider area for these crimes, under [[wider_trend]]."
        uncomputed.append(UncomputedRecord(what="Change of a wider area", reason=reason))
    return wider, uncomputed


def _record_panel(made: StudyPanel, panel: AreaPanel) -> PanelRecord:
    return PanelRecord(
        unit=made.unit,
        periods=tuple(_iso(period.first) for period in made.periods),
        last=_iso(made.periods[-1].last),
        first_after=panel.first_after,
        gap_days=made.gap_days,
        hot_spots=int(panel.treated.sum()),
        comparison=int((~panel.treated).sum()),
        hot_spots_crimes=_total(panel, panel.treated),
        comparison_crimes=_total(panel, ~panel.treated),
        left_out=made.left_out,
    )


def _total(panel: AreaPanel, side: Flags) -> tuple[int, int]:
    return int(panel.before[side].sum()), int(panel.after[side].sum())


def _record_pre_trend(checked: PreTrend, windows: Sequence[Window]) -> PreTrendRecord:
    leads = [
        LeadRecord(first=_iso(window.first), last=_iso(window.last), ratio=ratio)
        for window, ratio in zip(windows, checked.leads, strict=False)  # the last is the yardstick
    ]
    return PreTrendRecord(
        leads=tuple(leads),
        p=checked.p,
        power=checked.power,
        drift=checked.drift,
        faked=checked.faked,
        note=checked.note,
    )


def _iso(day: date) -> str:
    return day.isoformat()
