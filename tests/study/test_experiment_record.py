"""What a plan's report tells of its experiment: hash, balance and power, and no day of it."""

import json
import re

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files.experiment_records import read_experiment_record
from patrolwise.planning.allocation import draw_allocation, tabulate_allocation
from patrolwise.study.experiment import lay_out, seal_experiment, write_experiment
from patrolwise.study.experiment_record import describe_experiment, tell_design
from patrolwise.study.plan_sources import read_plan_sources

from .plan_worlds import ONE_DAY, PlanWorld, late_rota, quiet
from .test_experiment import COUNT, EXPERIMENT, NONCE, SEED

POWER = "\n[planning.power]\ncrimes_a_day = 3\n"


def world_of(folder, *parts, **planning):
    world = PlanWorld(folder, planning={"window": ONE_DAY, "effort": "0.3", **planning})
    world.forms = {"rota": late_rota()}
    world.parts += [EXPERIMENT, *parts]
    return world


def published(folder, *parts):
    """Draw the experiment of a folder's programme, publish it there, and return what was made."""
    programme = world_of(folder, *parts).read()
    sources = read_plan_sources(programme)
    made = seal_experiment(programme, sources, SEED, NONCE, COUNT)
    write_experiment(made, folder / "seal", folder / "public", progress=quiet)
    return made


def described(world):
    programme = world.read()
    return describe_experiment(programme, lay_out(programme, read_plan_sources(programme)))


PUBLISHED = {"published": '"public/experiment.json"'}


def test_a_plan_tells_the_hash_balance_and_power_of_what_was_drawn(tmp_path):
    made = published(tmp_path, POWER)
    report = world_of(tmp_path, POWER, **PUBLISHED).make().report
    told = report.experiment
    assert told == made.record
    assert told.allocation_sha256 == made.published.sha256
    assert (told.set_sha256, told.set_count) == (made.drawn.sha256, COUNT)
    assert told.arms == ("patrol", "none")
    assert "would be found in" in told.power[0]
    # the balance is counted again from the days that stay sealed
    days = tabulate_allocation(draw_allocation(made.seal.design, SEED))
    spots = dict(days.filter(pl.col("arm") == "patrol").group_by("area_id").len().iter_rows())
    assert {one.part: one.days for one in told.balance if one.by == "hot spot" and
            one.arm == "patrol"} == spots  # fmt: skip
    assert {one.by for one in told.balance} == {"all", "weekday", "hot spot"}
    (patrol,) = [one for one in told.balance if one.by == "all" and one.arm == "patrol"]
    assert (patrol.days, patrol.minutes) == (sum(spots.values()), 15.0 * sum(spots.values()))
    assert "experiment.json" in [one.name for one in report.made.inputs]


def test_what_is_published_for_reports_tells_no_day_and_nothing_secret(tmp_path):
    published(tmp_path, POWER)
    text = (tmp_path / "public" / "experiment.json").read_text(encoding="utf-8")
    record = json.loads(text)
    window = record["rule"].pop("window")
    assert window["first"] == "2024-06-02"
    assert str(SEED) not in text
    assert NONCE not in text
    # but for the window's, and the first day in the sentence, no date is in it
    assert set(re.findall(r"\d{4}-\d\d-\d\d", json.dumps(record))) == {"2024-06-02"}


def test_before_it_is_drawn_an_experiment_has_no_hash_and_no_balance(tmp_path):
    told = described(world_of(tmp_path, POWER))
    assert (told.allocation_sha256, told.set_count, told.balance) == ("", 0, ())
    assert told.arms == ("patrol", "none")
    assert len(told.power) == 2
    assert described(world_of(tmp_path)).power == ()
    report = world_of(tmp_path).make().report
    assert report.experiment.design == told.design


def test_power_that_was_not_asked_at_the_draw_is_that_of_the_programme(tmp_path):
    assert published(tmp_path).record.power == ()
    assert described(world_of(tmp_path, **PUBLISHED)).power == ()
    assert len(described(world_of(tmp_path, POWER, **PUBLISHED)).power) == 2


def test_a_programme_without_an_experiment_tells_of_none(tmp_path):
    assert described(PlanWorld(tmp_path)) is None


def test_another_experiment_than_the_one_that_was_drawn_is_refused(tmp_path):
    published(tmp_path)
    world = world_of(tmp_path, **PUBLISHED)
    world.parts = [part.replace("washout_days = 1", "washout_days = 2") for part in world.parts]
    with pytest.raises(InputError, match=r"experiment.json is of another experiment than prog"):
        world.make()
    _, rule = read_experiment_record(tmp_path / "public" / "experiment.json")
    assert rule["washout_days"] == 1


def test_the_design_is_told_in_a_sentence(tmp_path):
    assert tell_design(world_of(tmp_path).read().planning.experiment) == (
        "Each hot spot gets by lot patrol (police), none (nobody patrols): 2 blocks of 2 weeks "
        "from 2024-06-02, in each of them every arm equally often on each weekday."
    )
