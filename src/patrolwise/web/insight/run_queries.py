"""Which evaluations were run, what one of them found, and how two of them differ."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from patrolwise.web.about import About
from patrolwise.web.accounts.models import Person
from patrolwise.web.insight.models import EvaluationRun, ReadToken, RunState
from patrolwise.web.insight.variation import title_of

FILES = {
    "report.html": "text/html; charset=utf-8",
    "report.pdf": "application/pdf",
    "plain.html": "text/html; charset=utf-8",
    "plain.pdf": "application/pdf",
    "results.json": "application/json",
}


_TITLES = {
    "report.html": "Report",
    "report.pdf": "Report, PDF",
    "plain.html": "In plain words",
    "plain.pdf": "In plain words, PDF",
    "results.json": "All figures, JSON",
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """One result in words that a table can hold."""

    what: str
    told: str
    key: str = ""  # what two runs are matched by; of an outcome its definition, id@version


@dataclass(frozen=True, kw_only=True)
class RunShown:
    """A run with what its results.json says."""

    run: EvaluationRun
    document: dict[str, Any] = field(default_factory=dict)  # empty unless the run is done

    @property
    def guards(self) -> list[dict[str, Any]]:
        """What was held against the findings, as the library told it."""
        return list(self.document.get("guards", []))

    @property
    def guards_by_outcome(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The same by what they are about: the whole evaluation first, then each outcome."""
        found: dict[str, list[dict[str, Any]]] = {}
        for guard in self.guards:
            found.setdefault(guard.get("about") or "", []).append(guard)
        titles = {"": "The whole evaluation"}
        titles |= {one["definition"]: _title(one) for one in self.document.get("outcomes", [])}
        order = list(titles)
        keys = sorted(found, key=lambda key: order.index(key) if key in titles else len(order))
        return [(titles.get(key) or title_of(key), found[key]) for key in keys]

    @property
    def files(self) -> list[tuple[str, str]]:
        """The files that are there, with what they are."""
        return [(name, told) for name, told in _TITLES.items() if find_run_file(self.run, name)]

    @property
    def results(self) -> list[Found]:
        """The main figure of each outcome, the windows and the set."""
        if not self.document:
            return []
        found = [
            Found(what="Hot spot set", told=str(self.document["hot_spot_set"])),
            *(
                Found(
                    what=name.title(),
                    told=f"{self.document[name]['first']} to {self.document[name]['last']}",
                )
                for name in ("before", "after")
            ),
        ]
        found += [
            Found(what=_title(outcome), told=_tell(outcome), key=outcome["definition"])
            for outcome in self.document["outcomes"]
        ]
        return [
            *found,
            Found(what="Programme", told=self.document["made"]["programme_sha256"][:12]),
        ]

    @property
    def about(self) -> About | None:
        """What its figures are, from the files and the quality lines that it was made with."""
        if not self.document:
            return None
        keys = ", ".join(one["definition"] for one in self.document["outcomes"]) or "none"
        before, after = self.document["before"], self.document["after"]
        made = self.document["made"]
        lines = " ".join(_tell_line(one) for one in self.document.get("quality", []))
        return About(
            definition="Crimes recorded in the hot spots of "
            f"{self.document['hot_spot_set']}, before and after, by these definitions: {keys}. The "
            "verdict stands on the comparison and the guards in the report, on no count alone.",
            window=f"Before: {before['first']} to {before['last']}. After: {after['first']} to "
            f"{after['last']}. Both days are counted.",
            source=f"The programme {made['programme_sha256'][:12]}"
            f"{_tell_files(made.get('inputs', []))}.",
            completeness=lines or "Nothing had to be repaired, left out or assumed.",
        )


def list_runs() -> QuerySet[EvaluationRun]:
    """Return the runs, the newest first.

    Returns
    -------
    QuerySet of EvaluationRun
    """
    return EvaluationRun.objects.all()


def show_run(run: EvaluationRun) -> RunShown:
    """Return a run with its results.

    Parameters
    ----------
    run : EvaluationRun

    Returns
    -------
    RunShown
        Without results when it is not done, or when its files are gone.
    """
    path = find_run_file(run, "results.json")
    if path is None:
        return RunShown(run=run)
    return RunShown(run=run, document=json.loads(path.read_text("utf-8")))


def find_run_file(run: EvaluationRun, name: str) -> Path | None:
    """Return one of the files of a run; None when there is none of that name.

    Parameters
    ----------
    run : EvaluationRun
    name : str

    Returns
    -------
    Path or None
    """
    if run.state != RunState.DONE.value or name not in FILES or not run.folder:
        return None
    path: Path = settings.DATA_FOLDER / run.folder / name
    return path if path.is_file() else None


def compare_runs(one: RunShown, other: RunShown) -> list[tuple[str, str, str]]:
    """Return what two runs say of the same, beside each other; what differs first.

    Parameters
    ----------
    one, other : RunShown

    Returns
    -------
    list of (what, one, other)
    """
    first = {_name(found): found.told for found in one.results}
    second = {_name(found): found.told for found in other.results}
    rows = [
        (what, first.get(what, "not in it"), second.get(what, "not in it"))
        for what in dict.fromkeys([*first, *second])
    ]
    return sorted(rows, key=lambda row: row[1] == row[2])


def _tell_files(files: list[dict[str, Any]]) -> str:
    if not files:
        return ", which names no file"
    rows = sum(one.get("rows") or 0 for one in files)
    names = " to ".join(dict.fromkeys((files[0]["name"], files[-1]["name"])))
    plural = "" if len(files) == 1 else "s"
    return (
        f" and {len(files)} file{plural} with {rows:,} rows that it names, {names}: each stands in "
        "the report with its hash"
    )


def _tell_line(line: dict[str, Any]) -> str:
    count = "" if line.get("count") is None else f": {line['count']:,}"
    note = f" ({line['note'].rstrip('.')})" if line.get("note") else ""
    return f"{line['what']}{count}{note}."


def _title(outcome: dict[str, Any]) -> str:
    return str(outcome.get("title") or title_of(outcome["definition"]))


def _name(found: Found) -> str:
    """Return what is compared: definitions of one title and two versions are not the same."""
    return f"{found.what} ({found.key})" if found.key else found.what


def _tell(outcome: dict[str, Any]) -> str:
    return f"{outcome['before']:,} before, {outcome['after']:,} after. {outcome['verdict']}"


def list_tokens(person: Person) -> QuerySet[ReadToken]:
    """Return somebody's tokens, the newest first.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of ReadToken
    """
    return ReadToken.objects.filter(person_id=person.pk)
