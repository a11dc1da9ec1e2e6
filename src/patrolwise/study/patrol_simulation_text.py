"""What the written files of a simulated programme say: the programme file, and the warning."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from patrolwise.times import Window

NOTICE = "Simulated: no person was tracked, and no service did any of this."
NOTES = """# Simulated

Everything in this folder was made up by a program (`patrolwise simulate`). No person was tracked,
and the town does not exist, unless areas of a real one were given. No number here says anything
about any place, service or person. Do not publish it without these words.

| file | holds |
|---|---|
| `programme.toml` | the programme: run `patrolwise dose programme.toml --out report` |
| `hot-spots.geojson` | the hot spots |
| `fixes.parquet` | what the trackers would have reported |
| `crews.csv` | which unit had which tracker, and when |
| `abstractions.csv` | when a unit was called away, and why; absent when none was |
| `ledger.csv` | invented pounds |
| `reported-minutes.csv` | what a partner without trackers would have told |
| `truth/true-visits.csv` | when each unit truly was in each hot spot |
| `truth/stays.csv` | where each unit had decided to go, and which stays broke the separation |
| `truth/record.json` | the rule and the seed that make the same folder again |

Files under `truth/` hold what no real programme knows. Whatever is being tested must not read it.
"""
_KINDS = {"outreach": ("pay", "on-costs", "overheads"), "police": ("overtime",)}
_HOURS = (
    "weekdays = [7, 1, 2, 3, 4] # Sunday to Thursday, 1 is Monday\n"
    "from_clock = 14:00:00\nuntil_clock = 20:00:00"
)


def describe_programme(
    window: Window, changed: date, services: Sequence[str], forms: Collection[str]
) -> str:
    """Return the text of a programme file for simulated patrols.

    Parameters
    ----------
    window : Window
        The patrol days.
    changed : date
        From when police are asked for another dose.
    services : sequence of str
        Of outreach and police.
    forms : collection of str
        The names of the CSV files that were written, without their ending.

    Returns
    -------
    str
        TOML.
    """
    kinds = ", ".join(f"{name} = {_list(_KINDS[name])}" for name in services)
    parts = [
        '[programme]\ntitle = "Simulated patrols"\n'
        'question = "Did the hot spots get the patrol that was decided for them?"\n'
        f'notice = "{NOTICE}"\n',
        *(_service(name) for name in services),
        '[[services]]\nname = "simulated wardens"\nprovider = "simulated"\n',
        '[hot_spots]\nfile = "hot-spots.geojson"\n',
        f"[tracking]\nwindow = {{ first = {window.first}, last = {window.last} }}\n"
        'fixes = ["fixes.parquet"]\ncrews = "crews.csv"\nzone = "Europe/London"',
        'abstractions = "abstractions.csv"' if "abstractions" in forms else "",
        'reported = "reported-minutes.csv"\nledger = "ledger.csv"\ncost_basis = "patrol"\n'
        f"cost_kinds = {{ {kinds} }}",
        f"separated = {_list(services)}\nmargin_min = 5" if len(services) == 2 else "",
        *(_rules(name, window, changed) for name in services),
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _service(name: str) -> str:
    return f'[[services]]\nname = "{name}"\nprovider = "simulated"\n'


def _list(words: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def _rules(service: str, window: Window, changed: date) -> str:
    decided = window.first - timedelta(days=30)
    if service == "outreach":
        return _rule(service, (window.first, None), (40, 1), ("simulated: as agreed", decided))
    before = changed - timedelta(days=1)
    first = _rule(service, (window.first, before), (15, 1), ("simulated: as agreed", decided))
    reason = "simulated: shorter visits, twice a day"
    return first + _rule(service, (changed, None), (10, 2), (reason, before))


def _rule(
    service: str, days: tuple[date, date | None], dose: tuple[int, int], why: tuple[str, date]
) -> str:
    last = f"last = {days[1]}\n" if days[1] else ""
    return (
        f'\n[[tracking.dose_rules]]\nservice = "{service}"\nfirst = {days[0]}\n{last}'
        f"visit_min = {dose[0]}\nvisits_a_day = {dose[1]}\n{_HOURS}\n"
        f'reason = "{why[0]}"\ndecided = {why[1]}\n'
    )
