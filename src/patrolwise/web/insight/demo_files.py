"""What a demonstration reads in: real crimes, hot spots chosen on them, made-up patrols."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from django.core.management import call_command
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend

from patrolwise.demo import (
    demo_programme,
    demo_recorded_crime,
    demo_street_folder,
    demo_study_area,
)
from patrolwise.errors import RefusedError
from patrolwise.files.fix_store import scan_fixes, write_fixes
from patrolwise.files.hot_spot_sets import write_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.study.evaluation import open_study
from patrolwise.study.patrol_simulation import SimulationRule, write_simulated_programme
from patrolwise.study.reading import read_programme
from patrolwise.tables import FIXES, make_table
from patrolwise.web.accounts.models import Person
from patrolwise.web.records.actions import add_programme, add_upload, keep_upload
from patrolwise.web.records.incoming import ArrivedFile
from patrolwise.web.records.models import Kind, SpotSet, State, Upload
from patrolwise.web.records.spot_actions import draft_from_upload, publish_set
from patrolwise.web.records.stored_files import (
    INCOMING,
    PART,
    below_data,
    folder_of,
    new_name,
    put_in_place,
)

WEEKS = 4  # of made-up patrols before this week


@dataclass(frozen=True, kw_only=True)
class DemoFolders:
    """Made-up patrols on disk: of the weeks before, with their programme, and of this week."""

    before: Path
    now: Path
    this_week: date  # its Monday


def choose_demo_spots() -> HotSpotSet:
    """Return the hot spots of the shipped worked example, chosen on its real crimes.

    Returns
    -------
    HotSpotSet
    """
    return open_study(read_programme(demo_programme()), progress=lambda _: None).spots


def simulate_patrols(folder: Path, spots: HotSpotSet, today: date) -> DemoFolders:
    """Make up the patrols of some weeks until the end of this one.

    Parameters
    ----------
    folder : Path
        Thrown away afterwards.
    spots : HotSpotSet
    today : date

    Returns
    -------
    DemoFolders
    """
    monday = today - timedelta(days=today.weekday())
    before = SimulationRule(
        seed=11,
        weeks=WEEKS,
        police_pairs=2,
        refresh_s=30.0,
        first=monday - timedelta(weeks=WEEKS),
    )
    now = SimulationRule(seed=12, weeks=1, police_pairs=2, refresh_s=30.0, first=monday)
    made = DemoFolders(before=folder / "before", now=folder / "now", this_week=monday)
    write_simulated_programme(made.before, before, spots)
    write_simulated_programme(made.now, now, spots)
    return made


def read_in_crimes(analyst: Person) -> None:
    """Read the shipped real crimes in, month by month, as an analyst would.

    Parameters
    ----------
    analyst : Person
    """
    for path in sorted(demo_street_folder().glob("*.csv.gz")):
        add_upload(by=analyst, kind=Kind.CRIMES, file=_arrive(path))
    work_now()
    _keep_all(analyst, Kind.CRIMES)


def read_in_recorded_crime(analyst: Person) -> tuple[int, ...]:
    """Read the shipped sample of recorded crime of all forces in, year by year.

    Parameters
    ----------
    analyst : Person

    Returns
    -------
    tuple of int
        The uploads, kept.
    """
    for path in sorted(demo_recorded_crime().glob("*.csv.gz")):
        add_upload(by=analyst, kind=Kind.RECORDED, file=_arrive(path))
    work_now()
    return tuple(upload.pk for upload in _keep_all(analyst, Kind.RECORDED))


def read_in_spots(people: dict[str, Person], spots: HotSpotSet, folder: Path) -> SpotSet:
    """Read the hot spots in, put them in force, and read in the area that they were chosen in.

    Parameters
    ----------
    people : dict
        By role.
    spots : HotSpotSet
    folder : Path
        Thrown away afterwards.

    Returns
    -------
    SpotSet
    """
    path = folder / f"{spots.id}.geojson"
    write_hot_spot_set(path, spots)
    upload = add_upload(by=people["analyst"], kind=Kind.AREAS, file=_arrive(path))
    work_now()
    (kept,) = _keep_all(people["analyst"], Kind.AREAS)
    made = draft_from_upload(
        by=people["analyst"],
        upload=kept,
        set_id="",
        how={},
        reason="The seven hot spots of the worked example",
    )
    publish_set(by=people["coordinator"], spot_set=made, reason="Agreed for the demonstration")
    assert upload.pk == kept.pk
    add_upload(by=people["analyst"], kind=Kind.AREAS, file=_arrive(demo_study_area()))
    work_now()
    _keep_all(people["analyst"], Kind.AREAS)
    return made


def read_in_programmes(analyst: Person, folders: DemoFolders) -> tuple[Upload, Upload]:
    """Read in what plans are made from, and the worked example that is evaluated.

    Parameters
    ----------
    analyst : Person
    folders : DemoFolders

    Returns
    -------
    (patrols, evaluation)
    """
    example = add_programme(by=analyst, files=list(_example_files()))
    patrols = add_programme(by=analyst, files=list(_patrol_files(folders.before)))
    work_now()
    _keep_all(analyst, Kind.PROGRAMME)
    patrols.refresh_from_db()
    example.refresh_from_db()
    return patrols, example


def _patrol_files(folder: Path) -> Iterator[ArrivedFile]:
    """Yield the programme with the police's own trackers: where outreach was stays out."""
    _leave_outreach_out(folder)
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != "SIMULATED.md":
            yield _arrive(path)


def _leave_outreach_out(folder: Path) -> None:
    fixes = scan_fixes(folder / "fixes.parquet").collect()
    crews = pl.read_csv(folder / "crews.csv")
    own = crews.filter(~pl.col("service").str.contains("(?i)outreach"))
    named = pl.col("device_id").is_in(own["device_id"].unique().to_list())
    # a store keeps neither: it outlives the files that they lead to
    kept = fixes.filter(named).with_columns(source=pl.lit(""), row=pl.lit(0))
    write_fixes(folder / "fixes.parquet", make_table(FIXES, kept), simulated=True)
    own.write_csv(folder / "crews.csv")
    units = own["unit_id"].unique().to_list()
    for away in folder.glob("abstractions.csv"):  # absent where nobody was called away
        pl.read_csv(away).filter(pl.col("unit_id").is_in(units)).write_csv(away)


def _example_files() -> Iterator[ArrivedFile]:
    folder = demo_programme().parent
    text = demo_programme().read_text(encoding="utf-8")
    streets = sorted(demo_street_folder().glob("*.csv.gz"))
    # files that are sent together lie in one folder
    named = ", ".join(f'"{path.name}"' for path in streets)
    own = folder_of(INCOMING) / new_name(PART)
    own.write_text(text.replace('files = ["street"]', f"files = [{named}]"), encoding="utf-8")
    yield _arrive(own, "programme.toml")
    own.unlink()
    for path in (folder / "study-area.geojson", folder / "offence-mix.csv", *streets):
        yield _arrive(path)


def _arrive(path: Path, name: str = "") -> ArrivedFile:
    """Return a file as if it had been sent: a copy of it, below the data folder."""
    target = folder_of(INCOMING) / new_name()
    part = target.with_suffix(PART)
    shutil.copyfile(path, part)
    put_in_place(part, target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    return ArrivedFile(
        name=name or path.name,
        stored=below_data(target),
        sha256=digest,
        size=target.stat().st_size,
    )


def work_now() -> None:
    """Do what waits in the background now, and come back."""
    if isinstance(task_backends["default"], DatabaseBackend):  # others do it when it is asked for
        call_command("db_worker", batch=True, interval=0.0, startup_delay=False, verbosity=0)


def _keep_all(by: Person, kind: str) -> list[Upload]:
    refused = Upload.objects.filter(kind=kind, state=State.REFUSED).first()
    if refused is not None:
        raise RefusedError(f"{refused.name}: {refused.reason}")
    found = list(Upload.objects.filter(kind=kind, state=State.PREVIEW).order_by("id"))
    for upload in found:
        keep_upload(by=by, upload=upload)
    work_now()
    return found
