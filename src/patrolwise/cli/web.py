"""`patrolwise web`: the commands of a site; `check` says what is wrong with its configuration."""

import argparse
import os
import subprocess
import sys

EXAMPLES = """examples:
  patrolwise web check                      the police site's configuration
  patrolwise web police init                make its folder, tables and static files
  patrolwise web police serve --port 8000   answer requests
  patrolwise web police backup patrols.tar.gz
docs/how-to/run-a-site.md has all that can be set."""

SITE = "police"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("words", nargs=argparse.REMAINDER, help="check, or a site and its command")


def run(args: argparse.Namespace) -> int:
    """Run the command of a site in a process of its own; return its exit code."""
    from importlib.util import find_spec

    from patrolwise.errors import MissingExtraError

    if find_spec("django") is None:
        raise MissingExtraError("The sites need Django. Run: pip install 'patrolwise[web]'.")
    words = args.words or ["check"]
    if words[0] == "check":
        words = [SITE, *words]
    command = [sys.executable, "-m", "patrolwise.web", *words]
    return subprocess.run(command, env=os.environ, check=False).returncode
