"""`patrolwise shares`: counts that are not published, shared between forces and compared."""

import argparse

from patrolwise.cli.arguments import a_date, a_path

EXAMPLES = """actions:
  key    make a force's keys; send the public one to the others by another way than the shares
  make   hide small counts and what would tell them, sign, write: patrolwise shares make COUNTS
  merge  verify shares, put them together, compare forces: patrolwise shares merge SHARES

examples:
  patrolwise shares key --force Leicestershire --out keys/
  patrolwise shares make counts.csv --definitions measures.toml --force Leicestershire \\
      --until 2024-03-31 --by "A. Analyst" --key keys/leicestershire.key --out sent/2024.json
  patrolwise shares merge received/*.json --keys keys/ --period 2023/24 --baseline 2022/23 \\
      --out merged/
Every share that a force made stays in one folder: the next is held against it."""
_NEEDED = {
    "key": ("force", "out"),
    "make": ("files", "force", "definitions", "until", "by", "key", "out"),
    "merge": ("files", "keys"),
}
_MAY_HAVE = {
    "key": (),
    "make": ("measure", "period", "earlier"),
    "merge": ("period", "baseline", "out"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("action", choices=tuple(_NEEDED), help="what to do, see below")
    parser.add_argument("files", type=a_path, nargs="*", metavar="FILE", help="counts, or shares")
    parser.add_argument("--force", help="key, make: whose")
    parser.add_argument("--definitions", type=a_path, help="make: TOML of the measures agreed on")
    parser.add_argument("--measure", nargs="+", metavar="ID", help="make: default: all")
    parser.add_argument("--period", nargs="+", help="make, merge: such as 2023/24; default: all")
    parser.add_argument("--baseline", help="merge: period that changes are told against")
    parser.add_argument("--until", type=a_date, help="make: last day of the data, ISO")
    parser.add_argument("--by", help="make: who answers for it")
    parser.add_argument("--key", type=a_path, help="make: the private key")
    parser.add_argument(
        "--earlier", type=a_path, help="make: earlier shares; default: that of --out"
    )
    parser.add_argument("--keys", type=a_path, help="merge: folder of public keys, one a force")
    parser.add_argument("--out", type=a_path, help="key, merge: folder; make: file")


def run(args: argparse.Namespace) -> int:
    """Make keys, make a share, or merge; return the exit code."""
    _check_arguments(args)
    return {"key": _key, "make": _make, "merge": _merge}[args.action](args)


def _check_arguments(args: argparse.Namespace) -> None:
    from patrolwise.errors import check_faults

    needed = _NEEDED[args.action]
    known = {"files", *needed, *_MAY_HAVE[args.action]} - (
        {"files"} if args.action == "key" else set()
    )
    every = {name for one in (*_NEEDED.values(), *_MAY_HAVE.values()) for name in one}
    faults = [f"{args.action} needs {_option(name)}." for name in needed if not getattr(args, name)]
    faults += [
        f"{_option(name)} does not go with {args.action}."
        for name in sorted(every - known)
        if getattr(args, name)
    ]
    check_faults("arguments", faults)


def _option(name: str) -> str:
    return "files" if name == "files" else f"--{name}"


def _key(args: argparse.Namespace) -> int:
    from patrolwise.cli.output import say, say_json
    from patrolwise.files.share_keys import make_key
    from patrolwise.study.shares import name_force

    private, public = make_key(args.out, name_force(args.force))
    if args.json:
        say_json({"private": str(private), "public": str(public)})
    else:
        say(f"Keep to yourselves: {private}\nSend to the others: {public}")
    return 0


def _make(args: argparse.Namespace) -> int:
    import json
    from dataclasses import asdict

    from patrolwise.cli.output import say, say_json
    from patrolwise.study.share_writing import tell_made
    from patrolwise.study.shares import ShareRequest, make_share

    request = ShareRequest(
        files=args.files,
        force=args.force,
        definitions=args.definitions,
        measures=args.measure or (),
        periods=args.period or (),
        until=args.until,
        signed_by=args.by,
        key=args.key,
        earlier=args.earlier or args.out.parent,
        out=args.out,
    )
    share, hidden = make_share(request)
    if args.json:
        told = json.loads(share.as_bytes())
        say_json({"share": told, "hidden": [asdict(one) for one in hidden.hidden]})
    else:
        say(f"{tell_made(share, hidden)}\nWritten: {args.out}")
    return 0


def _merge(args: argparse.Namespace) -> int:
    from patrolwise.benchmarking.spans import parse_period
    from patrolwise.cli.output import say, say_json
    from patrolwise.study.share_judging import compare_shares
    from patrolwise.study.share_writing import describe_merged, tell_merged, write_merged
    from patrolwise.study.shares import merge_shares

    periods = [parse_period(text).label for text in args.period or ()]
    baseline = parse_period(args.baseline).label if args.baseline else ""
    shares = merge_shares(args.files, args.keys)
    comparisons = compare_shares(shares, periods, baseline)
    if args.out:
        write_merged(shares, comparisons, args.out)
    if args.json:
        say_json(describe_merged(shares, comparisons))
    else:
        say(tell_merged(shares, comparisons))
    return 0
