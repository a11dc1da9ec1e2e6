"""Which national comparisons there are, and what one of them says of its force."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from patrolwise.reporting.benchmark_records import BENCHMARK_SCHEMA
from patrolwise.web.insight.models import NationalRun, RunState
from patrolwise.web.insight.national_over_time import OverTime, list_over_time
from patrolwise.web.insight.national_pictures import PICTURE

FILES = {
    "pack.html": ("Pack", "text/html; charset=utf-8"),
    "pack.pdf": ("Pack, PDF", "application/pdf"),
    "benchmark.xlsx": (
        "All tables, Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "forces.csv": ("Every force in every measure, CSV", "text/csv; charset=utf-8"),
    "benchmark.json": ("All figures, JSON", "application/json"),
}
PICTURES = "pictures.json"
_STANDS, _DEPENDS = "stands", "method-dependent"
_KINDS = ("level", "change")
_WATCH_Z, _OUTLIER_Z = 1.959964, 3.090232  # as the charts
_AS_EXPECTED = {
    "level": "% of what its people lead to expect",
    "change": "% of what it would be had it changed as all did",
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a force lies in one comparison; shape and words say it, as in the charts."""

    force: str
    shape: str  # of the charts: circle, square or triangle; a dash where nothing is compared
    far: str  # what the shape means
    flag: str  # what may be said
    ratio: str
    count: str
    is_standing: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    """One measure of the force's table."""

    id: str
    title: str
    count: str
    level: Place
    change: Place


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All forces in one measure, by level or by change."""

    kind: str
    told: str  # the force, in a sentence; or why nothing is compared
    question: str
    exposure: str
    places: tuple[Place, ...]  # by name
    similar: tuple[Place, ...]  # the force itself, then those most like it
    pictures: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class NationalShown:
    """A comparison with what its benchmark.json says."""

    run: NationalRun
    document: dict[str, Any]  # empty unless the run is done, and its files are there

    @property
    def standing(self) -> list[str]:
        """The flags that stand, in sentences."""
        return list(_list_told(self.document, _STANDS))

    @property
    def depending(self) -> list[str]:
        """What is no flag, because it depends on the method."""
        return list(_list_told(self.document, _DEPENDS))

    @property
    def comparisons(self) -> int:
        """In how many comparisons the force was judged."""
        return sum(own.get("z") is not None for _, _, own in _own(self.document))

    @property
    def rows(self) -> list[MeasureRow]:
        """The force in each measure."""
        return [_make_row(one, self.run.force) for one in self.document["measures"]]

    @property
    def pictures(self) -> list[dict[str, Any]]:
        """The charts of all measures together."""
        parts = _read(self.run, PICTURES).get("force", [])
        return [picture for part in parts for picture in part["pictures"]]

    @property
    def notes(self) -> list[str]:
        """What a reader must know; how similar forces were found stands with them."""
        return [one for one in self.document["notes"] if one != self.document["similar_by"]]

    @property
    def files(self) -> list[tuple[str, str]]:
        """The files that are there, with what they are."""
        return [
            (name, told) for name, (told, _) in FILES.items() if find_national_file(self.run, name)
        ]


@dataclass(frozen=True, kw_only=True)
class MeasureShown:
    """One measure of a comparison."""

    measure: dict[str, Any]
    over_time: list[OverTime]
    comparisons: list[Comparison]
    breaks: list[dict[str, Any]]


def list_national() -> QuerySet[NationalRun]:
    """Return the comparisons, the newest first.

    Returns
    -------
    QuerySet of NationalRun
    """
    return NationalRun.objects.defer("similar")


def show_national(run: NationalRun) -> NationalShown:
    """Return a comparison with its results.

    Parameters
    ----------
    run : NationalRun

    Returns
    -------
    NationalShown
        Without results when it is not done, when its files are gone, or when another version of
        Patrolwise made them in another form.
    """
    document = _read(run, "benchmark.json")
    return NationalShown(
        run=run, document=document if document.get("schema") == BENCHMARK_SCHEMA else {}
    )


def show_measure(shown: NationalShown, measure_id: str) -> MeasureShown | None:
    """Return one measure of a comparison with its charts; None when it is not in it.

    Parameters
    ----------
    shown : NationalShown
    measure_id : str

    Returns
    -------
    MeasureShown or None
    """
    measures = {one["id"]: one for one in shown.document.get("measures", [])}
    measure = measures.get(measure_id)
    if measure is None:
        return None
    parts = _read(shown.run, PICTURES).get(measure_id, [])
    by_kind = {part["title"]: part["pictures"] for part in parts}
    titles = [f"By {kind}" for kind in _KINDS]
    return MeasureShown(
        measure=measure,
        over_time=list_over_time(
            measure,
            shown.run.force,
            [part for part in parts if part["title"] not in titles],
            shown.document.get("campaigns", []),
        ),
        comparisons=[
            _make_comparison(shown, measure, kind, by_kind.get(title, []))
            for kind, title in zip(_KINDS, titles, strict=True)
        ],
        breaks=shown.document["breaks"],
    )


def find_national_file(run: NationalRun, name: str) -> Path | None:
    """Return one of the files of a comparison; None when there is none of that name.

    Parameters
    ----------
    run : NationalRun
    name : str
        Of `FILES`, or of a picture.

    Returns
    -------
    Path or None
    """
    is_known = name in FILES or name == PICTURES or PICTURE.fullmatch(name) is not None
    if run.state != RunState.DONE.value or not run.folder or not is_known:
        return None
    path: Path = settings.DATA_FOLDER / run.folder / name
    return path if path.is_file() else None


def list_standing(document: dict[str, Any]) -> list[str]:
    """Return the flags of a comparison's force that stand under every method, in sentences.

    Parameters
    ----------
    document : dict
        benchmark.json.

    Returns
    -------
    list of str
    """
    return list(_list_told(document, _STANDS))


def _read(run: NationalRun, name: str) -> dict[str, Any]:
    path = find_national_file(run, name)
    return dict(json.loads(path.read_text("utf-8"))) if path else {}


def _own(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Yield each measure and kind in which the force is."""
    for measure in document.get("measures", []):
        for kind in _KINDS:
            own = _find_force(measure[kind], document["force"])
            if own is not None:
                yield measure, kind, own


def _find_force(comparison: dict[str, Any] | None, force: str) -> dict[str, Any] | None:
    forces = comparison["forces"] if comparison else []
    return next((one for one in forces if one["force"] == force), None)


def _list_told(document: dict[str, Any], badge: str) -> Iterator[str]:
    for measure, kind, own in _own(document):
        if own["badge"] == badge:
            yield f"{measure['title']}, by {kind}: {_tell(own, kind)}."


def _tell(own: dict[str, Any], kind: str) -> str:
    if own["z"] is None:
        return " ".join([f"{own['flag']}.", *own["faults"]]).removesuffix(".")
    return f"{own['flag']}, {100 * own['ratio']:.0f}\u00a0{_AS_EXPECTED[kind]}"


def _make_row(measure: dict[str, Any], force: str) -> MeasureRow:
    trend = next((one for one in measure["trends"] if one["force"] == force), None)
    count = trend["counts"][-1] if trend and trend["counts"] else None
    return MeasureRow(
        id=measure["id"],
        title=measure["title"],
        count="–" if count is None else f"{count:,}",
        level=_make_place(_find_force(measure["level"], force), force),
        change=_make_place(_find_force(measure["change"], force), force),
    )


def _make_place(own: dict[str, Any] | None, force: str) -> Place:
    if own is None or own["z"] is None:
        return Place(
            force=force,
            shape="–",
            far="not compared",
            flag=own["flag"] if own else "too few forces to compare",
            ratio="",
            count="–" if own is None else f"{own['observed']:,.0f}",
            is_standing=False,
            faults=tuple(own["faults"]) if own else (),
        )
    far = abs(own["z"])
    shape, told = "●", "within 95 % limits"
    if far >= _WATCH_Z:
        shape, told = "■", "beyond 95 %"
    if far >= _OUTLIER_Z:
        shape, told = "▲", "beyond 99.8 %"
    return Place(
        force=own["force"],
        shape=shape,
        far=told,
        flag=own["flag"],
        ratio=f"{100 * own['ratio']:.0f}\u00a0%",
        count=f"{own['observed']:,.0f}",
        is_standing=own["badge"] == _STANDS,
        faults=tuple(own["faults"]),
    )


def _make_comparison(
    shown: NationalShown, measure: dict[str, Any], kind: str, pictures: list[dict[str, Any]]
) -> Comparison:
    found, force = measure[kind], shown.run.force
    if found is None:
        few = f"Fewer than five forces had {measure['min_count']} or more expected"
        told = f"{few}: nothing is compared."
        return Comparison(
            kind=kind, told=told, question="", exposure="", places=(), similar=(), pictures=[]
        )
    own = _find_force(found, force)
    places = {one["force"]: _make_place(one, one["force"]) for one in found["forces"]}
    like = [force, *(one["force"] for one in shown.document["similar"])]
    return Comparison(
        kind=kind,
        told=f"{force}: {_tell(own, kind)}." if own else f"{force} is not in it.",
        question=found["question"],
        exposure=found["exposure"],
        places=tuple(places.values()),
        similar=tuple(places[name] for name in like if name in places),
        pictures=pictures,
    )
