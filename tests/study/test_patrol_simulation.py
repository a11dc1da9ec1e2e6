"""A simulated programme folder: marked everywhere, the same from the same seed, and readable."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.fix_store import is_simulated_store
from patrolwise.files.hot_spot_sets import read_hot_spot_set
from patrolwise.study.patrol_measures import measure_patrols
from patrolwise.study.patrol_simulation import (
    FIRST,
    PARTNER,
    SimulationRule,
    write_simulated_programme,
)
from patrolwise.study.reading import read_patrol_programme

from .patrol_worlds import SPOTS

WEEK = SimulationRule(weeks=1, refresh_s=60)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated") / "deep" / "folder"
    return folder, write_simulated_programme(folder, WEEK)


def test_the_folder_holds_what_its_note_says(written):
    folder, paths = written
    names = [path.relative_to(folder).as_posix() for path in paths]
    note = (folder / "SIMULATED.md").read_text(encoding="utf-8")
    assert names == sorted(names)
    for name in names:
        assert f"`{name}`" in note or name == "SIMULATED.md"


def test_every_file_says_that_it_is_simulated(written):
    for path in written[1]:
        if path.suffix == ".parquet":
            assert is_simulated_store(path)
        else:
            assert "simulated" in path.read_text(encoding="utf-8").casefold(), path.name


def test_every_row_of_units_devices_and_partners_says_so_too(written):
    folder, _ = written
    for name in ("crews", "abstractions", "truth/true-visits", "truth/stays"):
        units = pl.read_csv(folder / f"{name}.csv")["unit_id"]
        assert units.str.starts_with("simulated-").all(), name
    devices = pl.read_parquet(folder / "fixes.parquet")["device_id"]
    assert devices.str.starts_with("simulated-").all()
    assert set(pl.read_csv(folder / "reported-minutes.csv")["service"]) == {PARTNER}
    assert pl.read_csv(folder / "ledger.csv")["note"].unique().to_list() == [
        "simulated: invented pounds"
    ]


def test_the_same_rule_gives_the_same_bytes_and_another_seed_others(written, tmp_path):
    folder, paths = written
    write_simulated_programme(tmp_path / "again", WEEK)
    write_simulated_programme(tmp_path / "other", replace(WEEK, seed=2))
    for path in paths:
        name = path.relative_to(folder)
        assert (tmp_path / "again" / name).read_bytes() == path.read_bytes(), name
    crews = "truth/true-visits.csv"
    assert (tmp_path / "other" / crews).read_bytes() != (folder / crews).read_bytes()


def test_the_programme_can_be_read_and_its_police_rule_changes_half_way(written):
    programme = read_patrol_programme(written[0] / "programme.toml")
    tracking = programme.tracking
    assert tracking.separated == ("outreach", "police")
    outreach, before, after = tracking.dose_rules
    assert (outreach.visit_min, outreach.last) == (40.0, None)
    assert (before.last, after.first) == (FIRST + timedelta(2), FIRST + timedelta(3))
    assert WEEK.changed == after.first
    assert "simulated" in programme.title.casefold()
    assert "Simulated" in programme.notice


@pytest.mark.parametrize("pairs", [(1, 0), (0, 2)])
def test_one_service_alone_patrols_without_separation(tmp_path, pairs):
    rule = SimulationRule(weeks=1, refresh_s=120, outreach_pairs=pairs[0], police_pairs=pairs[1])
    write_simulated_programme(tmp_path / "one", rule)
    programme = read_patrol_programme(tmp_path / "one" / "programme.toml")
    name = "outreach" if pairs[0] else "police"
    assert programme.service_names == (name, PARTNER)
    assert programme.tracking.separated == ()
    assert {rule.service for rule in programme.tracking.dose_rules} == {name}
    tables = measure_patrols(programme, progress=lambda what: None)
    assert tables.unit_visits["unit_id"].n_unique() == sum(pairs)


def test_hot_spots_of_ones_own_are_patrolled_as_they_are(tmp_path):
    write_simulated_programme(tmp_path / "own", replace(WEEK, seed=3), SPOTS)
    spots = read_hot_spot_set(tmp_path / "own" / "hot-spots.geojson")
    assert (spots.key, spots.hash) == (SPOTS.key, SPOTS.hash)


def test_a_week_on_which_nobody_was_called_away_has_no_log(tmp_path):
    rule = SimulationRule(weeks=1, refresh_s=300, police_pairs=0, seed=1)
    seeds = (replace(rule, seed=seed) for seed in range(1, 30))
    for one in seeds:
        folder = tmp_path / str(one.seed)
        write_simulated_programme(folder, one, SPOTS)
        if not (folder / "abstractions.csv").exists():
            break
    assert not (folder / "abstractions.csv").exists()
    assert read_patrol_programme(folder / "programme.toml").tracking.abstractions is None


def test_simulated_files_are_not_put_beside_others(written):
    with pytest.raises(InputError, match="is not empty"):
        write_simulated_programme(written[0], WEEK)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_simulated_programme(tmp_path / "file" / "below", WEEK)


def test_what_cannot_be_simulated_is_told_at_once():
    with pytest.raises(InputError) as caught:
        SimulationRule(weeks=0, outreach_pairs=0, police_pairs=0)
    assert "weeks must be 1 or more, got 0." in str(caught.value)
    assert "There is no pair to patrol." in str(caught.value)


def test_the_first_day_can_be_chosen_and_is_a_monday():
    rule = SimulationRule(weeks=1, first=FIRST + timedelta(days=70))
    assert (rule.window.first, rule.window.days) == (FIRST + timedelta(days=70), 7)
    assert rule.changed == FIRST + timedelta(days=73)
    with pytest.raises(InputError, match="must be a Monday, got 2024-06-04, a Tuesday"):
        SimulationRule(first=FIRST + timedelta(days=1))
