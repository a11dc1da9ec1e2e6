"""`patrolwise asb`: exports of anti-social behaviour, and instruments that a partnership signs."""

import argparse
from typing import TYPE_CHECKING

from patrolwise.cli.arguments import a_path

if TYPE_CHECKING:
    from patrolwise.reporting.results import QualityLine

EXAMPLES = """actions:
  check   read an export through a mapping, and tell what it lacks; no value of a row is printed
  key     make a partnership's keys, to sign its risk instrument with
  sign    sign a risk instrument: its signature is written beside it
  verify  whether a risk instrument was signed by a partnership that is trusted

examples:
  patrolwise asb check sentinel.csv --mapping sentinel.toml
  patrolwise asb key --partnership "Leicester City" --out keys/
  patrolwise asb sign city-1.toml --key keys/leicester-city.key
  patrolwise asb verify city-1.toml --keys trusted/
Names may stand in columns mapped to [victims] or [subjects] alone; another column with people in it
is refused. See docs/explanation/anti-social-behaviour.md."""
_NEEDED = {
    "check": ("file", "mapping"),
    "key": ("partnership", "out"),
    "sign": ("file", "key"),
    "verify": ("file", "keys"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("action", choices=tuple(_NEEDED), help="what to do, see below")
    parser.add_argument(
        "file", type=a_path, nargs="?", metavar="FILE", help="the export, CSV, or the instrument"
    )
    parser.add_argument("--mapping", type=a_path, help="check: TOML of its columns and words")
    parser.add_argument("--partnership", help="key: whose")
    parser.add_argument("--out", type=a_path, help="key: folder")
    parser.add_argument("--key", type=a_path, help="sign: the private key")
    parser.add_argument("--keys", type=a_path, help="verify: folder of public keys")


def run(args: argparse.Namespace) -> int:
    """Check an export, make keys, sign or verify; return the exit code."""
    from patrolwise.errors import check_faults

    needed = _NEEDED[args.action]
    every = dict.fromkeys(name for names in _NEEDED.values() for name in names)
    faults = [f"{args.action} needs {_option(name)}." for name in needed if not getattr(args, name)]
    faults += [
        f"{_option(name)} does not go with {args.action}."
        for name in every
        if name not in needed and getattr(args, name)
    ]
    check_faults("arguments", faults)
    return {"check": _check, "key": _key, "sign": _sign, "verify": _verify}[args.action](args)


def _option(name: str) -> str:
    return "a file" if name == "file" else f"--{name}"


def _check(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.files.asb_incidents import read_asb
    from patrolwise.files.asb_mapping import read_asb_mapping
    from patrolwise.study.asb_quality_lines import describe_asb_quality

    lines = describe_asb_quality(read_asb(args.file, read_asb_mapping(args.mapping)))
    if args.json:
        told = [{"what": line.what, "count": line.count, "note": line.note} for line in lines]
        say_json({"schema": "patrolwise.asb-quality/1", "lines": told})
    else:
        width = max(len(line.what) for line in lines)
        say("\n".join(_tell(line, width) for line in lines))
    return 0


def _tell(line: "QualityLine", width: int) -> str:
    count = "" if line.count is None else f"{line.count:,}"
    return f"{line.what:<{width}}  {count:>9}  {line.note}".rstrip()


def _key(args: argparse.Namespace) -> int:
    from patrolwise.files.share_keys import make_key

    private, public = make_key(args.out, args.partnership)
    told = f"Written: {private}, which stays with you, and {public}, which the sites trust."
    return _say(args, told, {"private": str(private), "public": str(public)})


def _sign(args: argparse.Namespace) -> int:
    from patrolwise.files.asb_instruments import sign_instrument

    beside = sign_instrument(args.file, args.key)
    return _say(args, f"Written: {beside}", {"signature": str(beside)})


def _verify(args: argparse.Namespace) -> int:
    from patrolwise.files.asb_instruments import read_signed_instrument

    found = read_signed_instrument(args.file, args.keys)
    key, digest = found.instrument.key, found.instrument.hash()
    told = f"{key}, signed by {found.signed_by}; it may be used with people. SHA-256 {digest}"
    return _say(args, told, {"instrument": key, "signed_by": found.signed_by, "sha256": digest})


def _say(args: argparse.Namespace, told: str, document: dict[str, str]) -> int:
    from patrolwise.cli.output import say, say_json

    if args.json:
        say_json(document)
    else:
        say(told)
    return 0
