"""Which commands there are, and how an error becomes an exit code.

Only the standard library is loaded here: ``patrolwise --help`` must answer at once.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from patrolwise import __version__
from patrolwise.errors import PatrolwiseError

# command → (module, one line for --help); to add one: a module in this folder and a line here
COMMANDS = {
    "crimes": ("crimes", "read crime files and report on their quality"),
    "harm": ("harm", "score crimes by harm, with coverage and range"),
    "hot-spots": ("hot_spots", "find and choose hot spots, as a versioned set"),
    "evaluate": ("evaluate", "compare before and after; writes results and a report"),
    "protocol": ("protocol", "freeze what is planned before the data come, or say what changed"),
    "reproduce": ("reproduce", "make results again from their files and list what differs"),
    "claims": ("claims", "hold each number of a text against results, with what would be true"),
    "fixes": ("fixes", "read trackers' files and report on their quality"),
    "visits": ("visits", "find visits to areas in trackers' fixes, with minutes and their error"),
    "dose": ("dose", "hold patrols against what was decided, with results and a report"),
    "days": ("days", "compare crime on days with patrol and days without"),
    "cost": ("cost", "divide what was paid by minutes in hot spots, service by service"),
    "cost-effect": ("cost_effect", "divide what was paid by the crimes that patrols prevented"),
    "benchmark": ("benchmark", "whether forces stand out among forces, by level and by change"),
    "proportions": ("proportions", "whether forces' shares stand out, such as outcomes charged"),
    "return": ("quarterly_return", "make, check and compare the quarterly return to a fund"),
    "update": ("update", "the public update on a quarter, its text held against its figures"),
    "shares": ("shares", "share counts between forces, small ones hidden, and compare by them"),
    "power": ("power", "before the start: which falls will be found, and in how many weeks"),
    "plan": ("plan", "make and check rotas and patrol plans, as an experiment if wanted"),
    "asb": ("asb", "check exports of anti-social behaviour, sign and verify risk instruments"),
    "grants": ("grants", "check a round of grants, publish its awards as 360Giving open data"),
    "web": ("web", "run a site: check its configuration, make it, serve it, back it up"),
    "simulate": ("simulate", "make up a programme of patrols, marked simulated, with its truth"),
    "demo": ("demo", "the whole path on a shipped sample of real Leicester crimes"),
}

PARTIAL = 13  # done, but some input files could not be read; they are named on standard error
INTERRUPTED = 130

EXIT_CODES = f"""exit codes:
  0    done
  1    a fault of Patrolwise itself: please report it; reproduce and protocol check: a difference
  2    the command line is wrong
  10   the input is wrong; the message says what to mend
  11   refused: a rule of sound analysis forbids what was asked
  12   an optional part is not installed
  {PARTIAL}   done, but some input files could not be read"""


def make_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; only the arguments of the command given are loaded.

    Parameters
    ----------
    command : str, optional
        A key of COMMANDS; None loads no command's module.

    Returns
    -------
    ArgumentParser
    """
    parser = argparse.ArgumentParser(
        prog="patrolwise",
        description="Hot spots policing with street outreach: from crimes and fixes to a report.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"patrolwise {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == command:
            importlib.import_module(f"patrolwise.cli.{module}").add_arguments(sub)
            sub.add_argument("--json", action="store_true", help="print JSON instead of text")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process, when None.

    Returns
    -------
    int
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = next((word for word in given if not word.startswith("-")), None)
    parsed = make_parser(command if command in COMMANDS else None).parse_args(given)
    module = importlib.import_module(f"patrolwise.cli.{COMMANDS[parsed.command][0]}")
    try:
        code = int(module.run(parsed))
        sys.stdout.flush()  # a reader that has gone is noticed here, and not on the way out
        return code
    except PatrolwiseError as error:
        sys.stderr.write(f"patrolwise {parsed.command}: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write(f"patrolwise {parsed.command}: stopped; nothing half written is left.\n")
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has had enough
        _discard_output()
        return 0
    except OSError as error:  # such as a full disk behind standard output, which has no file name
        _discard_output()
        where = error.filename or "standard output"
        sys.stderr.write(f"patrolwise {parsed.command}: {where}: {error.strerror}.\n")
        return 1


def _discard_output() -> None:
    """Send what is still unwritten nowhere: Python would try again at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
