"""`patrolwise cost-effect`: what a crime prevented cost, and what must be prevented to pay."""

import argparse

from patrolwise.cli.arguments import a_path

EXAMPLES = """examples:
  patrolwise cost-effect programme.toml
  patrolwise cost-effect programme.toml --json
  patrolwise cost-effect programme.toml --out costs/
The effect is that of [[patrol_days]] where there is one, else of before and after with comparison
areas. Where it is not shown to prevent crime there is no price, and the reason is told."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("programme", type=a_path, help="the programme file (TOML), with [costs]")
    parser.add_argument("--out", type=a_path, help="folder for cost-effect.json and reports")


def run(args: argparse.Namespace) -> int:
    """Set pounds against crimes and report; return the exit code."""
    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.reporting.cost_sections import tell_cost_effects
    from patrolwise.study.cost_study import COST_STEPS, study_costs, write_costs
    from patrolwise.study.day_writing import WRITING_STEPS
    from patrolwise.study.reading import read_programme
    from patrolwise.study.writing import make_plain

    programme = read_programme(args.programme)
    written: tuple[object, ...] = ()
    with steps(COST_STEPS + (WRITING_STEPS if args.out else 0)) as step:
        effects, faults = study_costs(programme, progress=step)
        if args.out:
            written = write_costs(effects, args.out, progress=step)
    if args.json:
        say_json(make_plain(effects))
    else:
        say("\n".join([tell_cost_effects(effects), *(f"Written: {path}" for path in written)]))
    return say_faults("cost-effect", faults)
