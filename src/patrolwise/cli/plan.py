"""`patrolwise plan`: rotas and patrol plans, whether they can be kept, and experiments."""

import argparse
from typing import TYPE_CHECKING, Any

from patrolwise.cli import plan_proposals
from patrolwise.cli.arguments import a_count, a_date, a_path

if TYPE_CHECKING:
    from patrolwise.study.plan_study import MadePlan
    from patrolwise.study.planning_programme import PlanProgramme

ACTIONS = {
    "check": "whether all that is owed can be done, and if not, why; or the faults of a plan",
    "make": "a rota and a plan of each shift, with cards, week sheets and calendars",
    "replan": "the rest of a shift, when a unit falls out: as little as possible changes",
    "compare": "what became of a plan, by the trackers of [tracking]",
    "allocate": "draw an experiment, seal it, and publish its hash",
    "reveal": "the days of a sealed experiment that a role may see",
    "verify": "that a seal is the one that was published",
    "propose": "a change of the plan, by whoever works with it",
    "decide": "a proposal: accepted, changed or refused, with the reason",
    "reply": "what the proposer was told of the decision",
    "effect": "what an accepted proposal changed",
    "proposals": "where each proposal stands, and which reply is overdue",
}
EXAMPLES = (
    """actions:
"""
    + "\n".join(f"  {name:9} {what}" for name, what in ACTIONS.items())
    + """

examples:
  patrolwise plan check programme.toml
  patrolwise plan make programme.toml --out plan/
  patrolwise plan check programme.toml --plan plan/plan.csv
  patrolwise plan replan programme.toml --plan plan/plan.csv --unit outreach-1 \\
      --at 2024-06-03T16:10 --out plan-changed/
  patrolwise plan compare programme.toml --plan plan/plan.csv --out done/
  patrolwise plan allocate programme.toml --sealed seal/ --out published/
  patrolwise plan reveal seal/sealed.json --role coordinator --first 2024-06-02 \\
      --last 2024-06-15 --rota-until 2024-06-15 --out revealed.csv
  patrolwise plan reveal seal/sealed.json --role unit --plan plan/plan.csv \\
      --unit outreach-1 --out today.csv
  patrolwise plan verify seal/sealed.json --published published/published.json
  patrolwise plan propose programme.toml --by 'outreach frontline worker' \\
      --service outreach --about dose --text 'Two visits of 20 min' --why 'Few are in early'
  patrolwise plan decide programme.toml --id p1 --by coordinator --decision accepted \\
      --why 'As many minutes, and better times'
  patrolwise plan reply programme.toml --id p1 --by coordinator --text 'Yes, from Monday'
  patrolwise plan effect programme.toml --id p1 --by planner --before '1 x 40' \\
      --after '2 x 20' --text 'Dose rule of 10 June'
  patrolwise plan proposals programme.toml
Exit code 11 of check: it cannot be done, or the plan breaks a rule."""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("action", choices=tuple(ACTIONS), help="what to do, see below")
    parser.add_argument("file", type=a_path, help="the programme file (TOML), or a seal")
    parser.add_argument("--plan", type=a_path, help="a plan as CSV or workbook")
    parser.add_argument("--out", type=a_path, help="folder to write to; reveal: a file")
    parser.add_argument("--effort", type=float, help="make: instead of the programme's own")
    parser.add_argument("--unit", help="replan: the unit that falls out; reveal: of that role")
    parser.add_argument(
        "--at", metavar="TIME", help="replan: from when; proposals: when (now); local time, ISO"
    )
    parser.add_argument("--sealed", type=a_path, help="allocate: folder for the seal, kept apart")
    parser.add_argument(
        "--count", type=a_count, default=10_000, help="allocate: draws (default: %(default)s)"
    )
    parser.add_argument("--crimes-a-day", type=float, help="allocate: of a hot spot, for power")
    parser.add_argument("--fall", type=float, default=0.25, help="share (default: %(default)g)")
    parser.add_argument(
        "--dispersion", type=float, default=1.5, help="variance/mean (default: %(default)g)"
    )
    parser.add_argument("--role", help="reveal: who asks, such as coordinator or evaluator")
    parser.add_argument("--first", type=a_date, help="reveal: first day wanted, ISO")
    parser.add_argument("--last", type=a_date, help="reveal: last day wanted, ISO")
    parser.add_argument("--rota-until", type=a_date, help="reveal: last day of the next rota")
    parser.add_argument(
        "--hot-spots", metavar="ID,ID", help="reveal: of these alone; a unit: of its own"
    )
    parser.add_argument("--published", type=a_path, help="verify: the published file")
    plan_proposals.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Do what was asked; return the exit code."""
    if args.action in plan_proposals.NEEDED:
        _need(args, *plan_proposals.NEEDED[args.action])
        return plan_proposals.run(args)
    return int(
        {
            "check": _check,
            "make": _make,
            "replan": _replan,
            "compare": _compare,
            "allocate": _allocate,
            "reveal": _reveal,
            "verify": _verify,
        }[args.action](args)
    )


def _need(args: argparse.Namespace, *names: str) -> None:
    from patrolwise.errors import InputError

    missing = [f"--{name.replace('_', '-')}" for name in names if getattr(args, name) is None]
    if missing:
        raise InputError(f"plan {args.action} needs {' and '.join(missing)}. See --help.")


def _check(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import steps
    from patrolwise.files.plan_files import read_plan
    from patrolwise.study.plan_study import PLAN_STEPS, check_plan_of, make_plan
    from patrolwise.study.reading import read_plan_programme

    programme = read_plan_programme(args.file)
    with steps(PLAN_STEPS) as step:
        if args.plan:
            made = check_plan_of(programme, read_plan(args.plan), progress=step)
        else:
            made = make_plan(programme, progress=step)
    _say(made, args.json)
    return 0 if made.report.is_feasible else 11


def _make(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from patrolwise.cli.output import say, steps
    from patrolwise.study.plan_study import PLAN_STEPS, make_plan
    from patrolwise.study.plan_writing import WRITING_STEPS, write_plan
    from patrolwise.study.reading import read_plan_programme

    _need(args, "out")
    programme = read_plan_programme(args.file)
    if args.effort is not None:
        programme = replace(programme, planning=replace(programme.planning, effort=args.effort))
    with steps(PLAN_STEPS + WRITING_STEPS) as step:
        made = make_plan(programme, progress=step)
        written = write_plan(made, args.out, progress=step)
    _say(made, args.json)
    if not args.json:
        say("\n".join(["", "Written:", *(f"  {path}" for path in written)]))
    return 0


def _say(made: "MadePlan", as_json: bool) -> None:
    from patrolwise.cli.output import say, say_json
    from patrolwise.reporting.plan_summaries import summarise_plan
    from patrolwise.study.writing import make_plain

    if as_json:
        say_json(make_plain(made.report))
    else:
        say(summarise_plan(made.report))


def _replan(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json, steps
    from patrolwise.files.plan_files import read_plan
    from patrolwise.study.plan_changes import read_local_time, replan, write_replan
    from patrolwise.study.reading import read_plan_programme

    _need(args, "plan", "unit", "at", "out")
    programme = read_plan_programme(args.file)
    with steps(2) as step:
        step("Planning the rest of the shift anew")
        made = replan(programme, read_plan(args.plan), args.unit, read_local_time(args.at))
        step("Writing")
        written = write_replan(made, args.out)
    if args.json:
        say_json({"schema": "patrolwise.replan/1", "changes": list(made.changes)})
    else:
        told = made.changes or ("Nothing changes: the unit had no visit left.",)
        say("\n".join([*told, "", "Written:", *(f"  {path}" for path in written)]))
    return 0


def _compare(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from patrolwise.cli.output import say, say_faults, say_json, steps
    from patrolwise.files.plan_files import read_plan
    from patrolwise.study.patrol_measures import measure_patrols
    from patrolwise.study.patrol_study import PATROL_STEPS
    from patrolwise.study.plan_done import compare_with_tracks, tell_plan_done, write_plan_done
    from patrolwise.study.reading import read_patrol_programme

    _need(args, "plan")
    programme, planned = read_patrol_programme(args.file), read_plan(args.plan)
    with steps(PATROL_STEPS + 1) as step:
        tables = measure_patrols(programme, progress=step, now=datetime.now(UTC))
        step("Comparing")
        done = compare_with_tracks(programme, planned, tables)
    written = write_plan_done(done, args.out) if args.out else ()
    if args.json:
        say_json(done.as_record())
    else:
        say(tell_plan_done(done))
        if written:
            say("\n".join(["", "Written:", *(f"  {path}" for path in written)]))
    return say_faults("plan", tables.sources.faults)


def _allocate(args: argparse.Namespace) -> int:
    import secrets

    from patrolwise.cli.output import say, say_json, steps
    from patrolwise.study.experiment import seal_experiment, tell_experiment, write_experiment
    from patrolwise.study.plan_sources import read_plan_sources
    from patrolwise.study.reading import read_plan_programme

    _need(args, "sealed", "out")
    programme = _with_power(args, read_plan_programme(args.file))
    with steps(4) as step:
        step("Reading")
        sources = read_plan_sources(programme)
        step("Drawing")
        # the one place where chance is not of a seed that is known: it must not be
        seed, nonce = secrets.randbits(128), secrets.token_hex(32)
        made = seal_experiment(programme, sources, seed, nonce, args.count)
        written = write_experiment(made, args.sealed, args.out, progress=step)
    told: dict[str, Any] = {
        "schema": "patrolwise.allocated/1",
        "sha256": made.published.sha256,
        "hot_spot_days": made.published.in_play,
        "could_have_been_drawn": made.published.set_count,
        "written": [str(path) for path in written],
    }
    if args.json:
        say_json(told)
    else:
        say(tell_experiment(made, made.record.power or (_NO_POWER,)))
        say("\n".join(["", "Written, the first for the seal keeper alone:", *told["written"]]))
    return 0


_NO_POWER = "Give --crimes-a-day, or [planning.power], for the fall that the experiment can find."


def _with_power(args: argparse.Namespace, programme: "PlanProgramme") -> "PlanProgramme":
    from dataclasses import replace

    from patrolwise.study.experiment import ask_for_fall

    if args.crimes_a_day is None:
        return programme
    case = ask_for_fall(args.crimes_a_day, args.fall, args.dispersion)
    return replace(programme, planning=replace(programme.planning, power=case))


def _reveal(args: argparse.Namespace) -> int:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from patrolwise.cli.output import say
    from patrolwise.files.allocations import read_seal
    from patrolwise.files.plan_files import read_plan
    from patrolwise.files.revealed_days import write_revealed_days
    from patrolwise.study.plan_revealing import UNIT, RevealAsk, reveal
    from patrolwise.study.planning_programme import LOCAL

    own = ("plan", "unit") if args.role == UNIT else ("first", "last")
    _need(args, "role", *own, "out")
    ask = RevealAsk(
        role=args.role,
        first=args.first,
        last=args.last,
        rota_until=args.rota_until,
        area_ids=None if args.hot_spots is None else tuple(args.hot_spots.split(",")),
        unit_id=args.unit,
    )
    planned = None if args.plan is None else read_plan(args.plan)
    days = reveal(read_seal(args.file), ask, planned, datetime.now(ZoneInfo(LOCAL)).date())
    write_revealed_days(args.out, days)
    first, last = str(days["day"].min()), str(days["day"].max())
    number = f"{days.height} hot spot-day{'' if days.height == 1 else 's'}"
    say(f"{number} from {args.first or first} to {args.last or last}: {args.out}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say
    from patrolwise.files.allocations import read_seal
    from patrolwise.study.experiment import check_published

    _need(args, "published")
    seal = read_seal(args.file)
    check_published(seal, args.published)
    say(f"The seal is the one that was published: {seal.sha256}")
    return 0
