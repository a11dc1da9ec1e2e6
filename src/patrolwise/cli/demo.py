"""`patrolwise demo`: the whole path on real crimes of Leicester city centre.

Where patrols went there nobody knows: a week of trackers is simulated, and everything says so.
"""

import argparse
from pathlib import Path

from patrolwise.cli.arguments import a_path

EXPLANATION = """The evaluation is of real crimes. The patrols, in the folder patrols/ beside it,
are simulated: one week of two services in the hot spots that were evaluated, from trackers' fixes
to a report. The week after is planned, with a card for each unit and shift, in patrols/plan/, where
the plan extra is installed. With --json the evaluation is printed; the patrols are in
patrols/report/patrols.json."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXPLANATION
    parser.add_argument(
        "--out", type=a_path, default=Path("patrolwise-demo"), help="folder for the reports"
    )


def run(args: argparse.Namespace) -> int:
    """Evaluate the shipped programme; simulate, study and plan its patrols; return the code."""
    from patrolwise.cli.evaluate import say_evaluation
    from patrolwise.cli.output import say, steps
    from patrolwise.demo import demo_programme
    from patrolwise.study.evaluation import STEPS, run_evaluation
    from patrolwise.study.patrol_simulation import SimulationRule
    from patrolwise.study.reading import read_programme
    from patrolwise.study.simulated_plan import (
        SIMULATED_PLAN_STEPS,
        plan_simulated_week,
        tell_simulated_plan,
    )
    from patrolwise.study.simulated_study import (
        SIMULATED_STUDY_STEPS,
        check_simulated_folder,
        tell_simulated_study,
        write_simulated_study,
    )
    from patrolwise.study.writing import WRITING_STEPS, write_results

    patrols = args.out / "patrols"
    check_simulated_folder(patrols)
    with steps(STEPS + WRITING_STEPS + SIMULATED_STUDY_STEPS + SIMULATED_PLAN_STEPS) as step:
        evaluated = run_evaluation(read_programme(demo_programme()), progress=step)
        written = write_results(evaluated.results, args.out, progress=step)
        rule = SimulationRule(weeks=1)
        simulated = write_simulated_study(patrols, rule, evaluated.spots, progress=step)
        planned = plan_simulated_week(patrols, progress=step)
    code = say_evaluation("demo", evaluated, written, args.json)
    if not args.json:
        say("\n" + tell_simulated_study(simulated, patrols))
        say("\n" + tell_simulated_plan(planned))
    return code
