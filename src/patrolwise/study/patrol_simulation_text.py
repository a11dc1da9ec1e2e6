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
| `staff.csv`, `requests.csv` | codes of staff, and wishes, to plan the next week from |
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
        '[[services]]\nname = "simulated wardens"\nkind = "partner"\nprovider = "simulated"\n',
        '[hot_spots]\nfile = "hot-spots.geojson"\n',
        f"[tracking]\nwindow = {{ first = {window.first}, last = {window.last} }}\n"
        'fixes = ["fixes.parquet"]\ncrews = "crews.csv"\nzone = "Europe/London"',
        'abstractions = "abstractions.csv"' if "abstractions" in forms else "",
        'reported = "reported-minutes.csv"\nledger = "ledger.csv"\ncost_basis = "patrol"\n'
        f"cost_kinds = {{ {kinds} }}",
        f"separated = {_list(services)}\nmargin_min = 5" if len(services) == 2 else "",
        *(_rules(name, window, changed) for name in services),
        _planning(window, services),
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _planning(window: Window, services: Sequence[str]) -> str:
    """Return what the week after the last is to be planned from."""
    first = window.last + timedelta(days=1)
    head = (
        f"\n[planning]\nwindow = {{ first = {first}, last = {first + timedelta(days=6)} }}\n"
        'staff = "staff.csv"\nrequests = "requests.csv"\nis_simulated = true\n'
    )
    apart = f"separated = {_list(services)}\nmargin_min = 5\n" if len(services) == 2 else ""
    return head + apart + "".join(_PLANNED[name] for name in services)


_SHIFT = """
[[planning.services]]
service = "{service}"
pounds_an_hour = {pounds}

[[planning.shifts]]
name = "{service} late"
service = "{service}"
start = 14:00:00
end = 20:00:00
weekdays = [7, 1, 2, 3, 4]
units = {units}
least_units = 1
unit_names = "simulated-{{service}}-{{number}}"

[[planning.breaks]]
service = "{service}"
minutes = 30
earliest = 16:15:00
latest = 17:45:00
"""
_PLANNED = {
    "outreach": _SHIFT.format(service="outreach", pounds=21.5, units=2),
    "police": _SHIFT.format(service="police", pounds=38.0, units=1),
}


def list_staff(services: Sequence[str]) -> list[tuple[str, str, int, str]]:
    """Return the members of staff that plans are made of: a code, the service, shifts, relief.

    Parameters
    ----------
    services : sequence of str
        Of outreach and police.

    Returns
    -------
    list of (staff_id, service, most_shifts, is_relief)
    """
    numbers = {"outreach": 6, "police": 3}
    return [
        (f"simulated-{name[0]}{n}", name, 5, "yes" if n == numbers[name] else "no")
        for name in services
        for n in range(1, numbers[name] + 1)
    ]


def list_requests(window: Window, services: Sequence[str]) -> list[tuple[str, str, date, str, int]]:
    """Return what some members of staff would like in the week that is planned.

    Parameters
    ----------
    window : Window
        The patrol days before it.
    services : sequence of str

    Returns
    -------
    list of (request_id, staff_id, day, wants, weight)
    """
    first = window.last + timedelta(days=1)
    monday = first + timedelta(days=-first.weekday() % 7)
    asked = [
        (f"r{number}", f"simulated-{name[0]}{member}", monday, "off", 1)
        for number, (name, member) in enumerate(
            [(name, member) for name in services for member in (1, 2)], 1
        )
    ]
    return asked


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
