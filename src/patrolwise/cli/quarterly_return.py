"""`patrolwise return`: the quarterly return to a fund, made, checked and compared."""

import argparse

from patrolwise.cli.arguments import a_path

EXAMPLES = """actions:
  make     compile the sheets that the fund asks for: patrolwise return make PROGRAMME
  check    count a return again from its own rows, and name what was altered
  compare  how two returns differ, and which rows were added, removed or changed
  figures  the quarter's headline figures: counts, interval and verdict, or why there is none
  bare     how many counts a percentage needs that is told without any
  demo     write a worked programme of made-up forms to try all this on

examples:
  patrolwise return make programme.toml --quarter 2024-Q2 --out returns/2024-Q2/
  patrolwise return check returns/2024-Q2/
  patrolwise return compare returns/2024-Q2/ returns/2024-Q2-v2/
  patrolwise return figures programme.toml --quarter 2024-Q2
  patrolwise return bare -8.4 -15.2
  patrolwise return demo --out worked/
Exit codes:
  0   done; check: all is as it was made
  1   check: something was altered
  2   the command line is wrong
  10  the input is wrong
  11  refused: an hour is there twice, beyond the roster, or against its stream's conditions"""
ALTERED = 1
_GIVEN = {"make": 1, "check": 1, "compare": 2, "figures": 1, "demo": 0}
_NEEDS = {"make": ("quarter", "out"), "figures": ("quarter",), "demo": ("out",)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("action", choices=(*_GIVEN, "bare"), help="what to do, see below")
    parser.add_argument(
        "given",
        nargs="*",
        metavar="GIVEN",
        help="the programme (TOML), the return's folder or return.json, or changes in per cent",
    )
    parser.add_argument("--quarter", help="make, figures: such as 2024-Q2")
    parser.add_argument("--version", type=int, dest="version_of", help="default: the newest")
    parser.add_argument("--out", type=a_path, help="make, demo: folder")


def run(args: argparse.Namespace) -> int:
    """Make, check, compare or tell; return the exit code."""
    _check_arguments(args)
    actions = {
        "make": _make,
        "check": _check,
        "compare": _compare,
        "figures": _figures,
        "bare": _bare,
        "demo": _demo,
    }
    return actions[args.action](args)


def _check_arguments(args: argparse.Namespace) -> None:
    from patrolwise.errors import check_faults

    wanted = _GIVEN.get(args.action)
    faults = [
        f"{args.action} needs --{name}."
        for name in _NEEDS.get(args.action, ())
        if not getattr(args, name)
    ]
    if wanted is not None and len(args.given) != wanted:
        faults.append(f"{args.action} takes {wanted} paths, got {len(args.given)}.")
    if wanted is None and not args.given:
        faults.append("bare needs changes in per cent, such as -8.4.")
    check_faults("arguments", faults)


def _make(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.study.reading import read_return_programme
    from patrolwise.study.return_making import make_return, write_return
    from patrolwise.study.return_wording import describe_return, summarise_return

    programme = read_return_programme(a_path(args.given[0]))
    made = make_return(programme, args.quarter, args.version_of)
    written = write_return(made, args.out)
    if args.json:
        say_json(summarise_return(made, written))
    else:
        say(describe_return(made, written))
    return 0


def _check(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.study.return_checking import check_return

    told = check_return(a_path(args.given[0]))
    if args.json:
        say_json({"altered": list(told)})
    else:
        say("\n".join(told) or "All is as it was made: every figure is what its rows make.")
    return ALTERED if told else 0


def _compare(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from patrolwise.cli.output import say, say_json
    from patrolwise.study.return_checking import compare_returns
    from patrolwise.study.return_wording import describe_comparison

    found = compare_returns(*(a_path(one) for one in args.given))
    if args.json:
        say_json(asdict(found))
    else:
        say(describe_comparison(found))
    return 0


def _figures(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from patrolwise.cli.output import say, say_json
    from patrolwise.reporting.quarter_figures import describe_figures
    from patrolwise.study.reading import read_return_programme
    from patrolwise.study.return_figures import find_figures

    programme = read_return_programme(a_path(args.given[0]))
    found = find_figures(programme, args.quarter, args.version_of)
    if args.json:
        say_json(
            {
                "quarter": found.quarter.label,
                "figures": [asdict(one) for one in found.judged],
                "hours": [str(one) for one in found.hours],
                "refused": list(found.refused),
            }
        )
    else:
        say(describe_figures(found))
    return 0


def _bare(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.errors import InputError
    from patrolwise.partnership.told_figures import find_least_base, refuse_bare_change

    try:
        changes = [float(text.rstrip("%")) / 100 for text in args.given]
    except ValueError as error:
        raise InputError(f"{', '.join(args.given)}: write per cent, such as -8.4.") from error
    if args.json:
        say_json([{"change": one, "least_base": find_least_base(one)} for one in changes])
    else:
        say("\n".join(refuse_bare_change("A change", one) for one in changes))
    return 0


def _demo(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.study.return_demo import write_return_demo

    path = write_return_demo(args.out)
    if args.json:
        say_json({"programme": str(path)})
    else:
        say(f"Written: {path}\nEvery number in it is made up.")
    return 0
