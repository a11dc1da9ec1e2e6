"""`python -m patrolwise.web police COMMAND`: one site's commands, Django's and our own."""

import gc
import os
import sys

SITES = ("police", "outreach", "asb", "partnership")
_OLD_WORKER = "db_worker"  # of the library that keeps the jobs; units of before may name it


def main(arguments: list[str] | None = None) -> int:
    """Run a command of one site; return the exit code.

    Parameters
    ----------
    arguments : list of str, optional
        The site, then the command. Those of the process when absent.

    Returns
    -------
    int
    """
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] not in SITES:
        named = f"{given[0]!r} is no site" if given else "Which site?"
        sys.stderr.write(f"{named}. Give {' or '.join(SITES)}, then a command: police migrate\n")
        return 2
    site, *command = given
    if command[:1] == [_OLD_WORKER]:
        sys.stderr.write(
            f"{_OLD_WORKER} would leave undone what a worker was at when it was killed. Change the "
            f"unit that starts it to: python -m patrolwise.web {site} work. The options are the "
            "same.\n"
        )
        return 2
    os.umask(0o077)  # what a site writes is for its own user alone
    os.environ["DJANGO_SETTINGS_MODULE"] = f"patrolwise.web.settings.{site}"
    from django.core.management import execute_from_command_line

    from patrolwise.errors import PatrolwiseError
    from patrolwise.web.settings.configuration import find_folder, make_secret

    try:
        if command[:1] == ["init"] and "PATROLWISE_SECRET_KEY" not in os.environ:
            make_secret(find_folder(site, os.environ))  # settings cannot be read without it
        execute_from_command_line([f"patrolwise.web {site}", *command])
    except PatrolwiseError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    finally:
        gc.freeze()  # what ends with the process need not be gone through for garbage: it took 1 s
