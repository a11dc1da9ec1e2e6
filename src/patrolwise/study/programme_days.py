"""How the patrol days that a programme declares are compared, each refused one with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from patrolwise.crimes.quality import FileFault, QualityReport
from patrolwise.definitions import find_definition
from patrolwise.errors import InputError, RefusedError
from patrolwise.files.areas import read_outline
from patrolwise.files.crimes import read_crimes
from patrolwise.reporting.day_results import DayResults, RefusedDays
from patrolwise.study.day_study import DayData, DayRequest, count_days, judge_days
from patrolwise.study.days_programme import PatrolDays
from patrolwise.study.harm_scores import check_weighed
from patrolwise.study.programme import Programme
from patrolwise.study.spots import place_study
from patrolwise.study.study_data import Study
from patrolwise.study.weighing import read_weights

PROGRAMME_STEPS = 3
PROGRAMME_DAYS_SCHEMA = "patrolwise.programme-days/1"


@dataclass(frozen=True, kw_only=True)
class ProgrammeDays:
    """What comparing a programme's patrol days came to."""

    schema: str = PROGRAMME_DAYS_SCHEMA
    results: tuple[DayResults, ...] = ()
    refused: tuple[RefusedDays, ...] = ()


def compare_programme_days(
    programme: Programme, parts: Sequence[PatrolDays], data: DayData
) -> ProgrammeDays:
    """Return each comparison of days that a programme declares, outcome by outcome.

    Parameters
    ----------
    programme : Programme
        For its seed, mapping, harm and hash.
    parts : sequence of PatrolDays
    data : DayData
        Its crimes and hot spots. In an evaluation they are those of its study.

    Returns
    -------
    ProgrammeDays
        A comparison that a rule of sound analysis forbids, such as of crimes that have months
        only, is refused with its reason, and the others go on.

    Raises
    ------
    InputError
        A file is wrong, or two do not fit together.
    """
    results, refused = [], []
    for part in parts:
        for key in part.definitions:
            try:
                request = _request(programme, part, key)
                results.append(judge_days(request, data, count_days(request, data)))
            except RefusedError as error:
                refused.append(
                    RefusedDays(
                        service=part.service,
                        definition=key,
                        outcome=find_definition(key).title,
                        hours=part.hours,
                        reason=str(error),
                    )
                )
    return ProgrammeDays(results=tuple(results), refused=tuple(refused))


def data_of_study(study: Study, hot_spots: str, quality: QualityReport) -> DayData:
    """Return the crimes and hot spots of an evaluation, for its comparisons of days.

    Parameters
    ----------
    study : Study
    hot_spots : str
        The key of its set.
    quality : QualityReport
        Of its crime files.

    Returns
    -------
    DayData
    """
    return DayData(
        crimes=study.crimes,
        quality=quality,
        areas=study.areas.hot_spots,
        hot_spots=hot_spots,
        weights=study.weights,
    )


def study_programme_days(
    programme: Programme, parts: Sequence[PatrolDays], *, progress: Callable[[str], None]
) -> tuple[ProgrammeDays, tuple[FileFault, ...]]:
    """Return a programme's comparisons of days without the rest of its evaluation.

    Parameters
    ----------
    programme : Programme
    parts : sequence of PatrolDays
    progress : callable
        Told of each of `PROGRAMME_STEPS` steps.

    Returns
    -------
    ProgrammeDays, tuple of FileFault
        And the files that were no use.

    Raises
    ------
    InputError
        The programme declares no patrol days, or a file is wrong.
    """
    if not parts:
        raise InputError(
            f"{programme.file_name} has no [[patrol_days]]. Add service and doses there; "
            "docs/reference/programme.md has all keys."
        )
    progress("Reading crimes")
    source = programme.crimes
    area = read_outline(source.force_area).shape if source.force_area else None
    read = read_crimes(list(source.files), mapping=source.mapping, area=area)
    progress("Placing hot spots")
    spots, areas = place_study(programme, read.crimes)
    weighed = read_weights(programme.harm, read.crimes) if programme.harm else None
    if weighed is not None:
        check_weighed(read.crimes, weighed.weights)
    progress("Comparing days")
    data = DayData(
        crimes=read.crimes,
        quality=read.quality,
        areas=areas.hot_spots,
        hot_spots=spots.key,
        weights=weighed.weights if weighed else None,
    )
    faults = (*read.quality.faults, *(weighed.faults if weighed else ()))
    return compare_programme_days(programme, parts, data), faults


def _request(programme: Programme, part: PatrolDays, key: str) -> DayRequest:
    if not part.dose_files:
        told = ", ".join(path.name for path in part.doses)
        raise RefusedError(
            f"{told} holds no doses yet. Put the doses.csv of patrolwise dose there."
        )
    return DayRequest(
        crimes=programme.crimes.files,
        mapping=programme.crimes.mapping,
        doses=part.dose_files,
        definition=key,
        rule=part.make_rule(),
        window=part.window,
        hours=part.hours,
        harm=programme.harm,
        seal=part.seal,
        published=part.published,
        events=part.events,
        seed=programme.seed,
        recording=programme.recording,
        programme_sha256=programme.sha256,
    )
