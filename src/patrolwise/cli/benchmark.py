"""`patrolwise benchmark`: whether forces stand out among forces, by level and by change."""

import argparse

from patrolwise.cli.arguments import a_path

EXAMPLES = """examples:
  patrolwise benchmark recorded-crime.csv.gz --period 2023/24 --out pack/
  patrolwise benchmark tables/ --measure robbery homicide --period "2021/22 to 2023/24" \\
      --baseline "2018/19 to 2020/21" --force Leicestershire --out pack/
  patrolwise benchmark tables/ --period "2023/24 Q2" --baseline "2019/20 Q2" --json
  patrolwise benchmark --list
Files are the Home Office's open data tables of police recorded crime by police force area.
A flag is shown with how it stands under every method; one that does not is no flag."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", type=a_path, nargs="*", help="tables, folders or zips")
    parser.add_argument("--list", action="store_true", help="tell which measures there are")
    parser.add_argument("--measure", nargs="+", default=(), metavar="ID", help="default: all")
    parser.add_argument("--period", default="", help="2023/24, 2021/22 to 2023/24, or 2023/24 Q2")
    parser.add_argument("--baseline", default="", help="likewise; default: a year before")
    parser.add_argument("--force", default="", help="the force that the pack looks at")
    parser.add_argument("--population", type=a_path, help="form: force, year, population")
    parser.add_argument("--similar", type=a_path, help="form: force, similar; or force and numbers")
    parser.add_argument("--similar-by", nargs="+", default=(), help="columns of numbers in it")
    parser.add_argument("--did", type=a_path, help="TOML of what the force did, for recognition")
    parser.add_argument("--dates", type=a_path, help="form: date, of each homicide of the force")
    parser.add_argument("--campaigns", type=a_path, help="TOML of the whole force's campaigns")
    parser.add_argument("--out", type=a_path, help="folder for benchmark.json, reports and tables")


def run(args: argparse.Namespace) -> int:
    """Compare, write and report; return the exit code."""
    from patrolwise.cli.output import say, say_json, steps
    from patrolwise.errors import InputError
    from patrolwise.reporting.benchmark_summaries import list_measures, summarise_benchmark
    from patrolwise.study.benchmark import BENCHMARK_STEPS, BenchmarkRequest, benchmark
    from patrolwise.study.benchmark_writing import WRITING_STEPS, write_benchmark
    from patrolwise.study.campaigns_reading import read_force_campaigns
    from patrolwise.study.writing import make_plain

    if args.list:
        say(list_measures())
        return 0
    if not args.files:
        raise InputError("No file is given. Name the tables of recorded crime.")
    request = BenchmarkRequest(
        files=args.files,
        measures=args.measure,
        period=args.period,
        baseline=args.baseline,
        force=args.force,
        populations=args.population,
        similar=args.similar,
        similar_by=tuple(args.similar_by),
        did=args.did,
        dates=args.dates,
        campaigns=read_force_campaigns(args.campaigns) if args.campaigns else (),
    )
    with steps(BENCHMARK_STEPS + (WRITING_STEPS if args.out else 0)) as step:
        results = benchmark(request, progress=step)
        if args.out:
            write_benchmark(results, args.out, progress=step)
    if args.json:
        say_json(make_plain(results))
    else:
        say(summarise_benchmark(results))
    return 0
