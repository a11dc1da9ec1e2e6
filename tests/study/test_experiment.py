"""How an experiment of a programme is drawn, sealed, told and published."""

import stat
from datetime import date

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.allocations import (
    read_drawn_set,
    read_published,
    read_seal,
    write_drawn_set,
    write_published,
    write_seal,
)
from patrolwise.planning.allocation import draw_allocation, draw_allocations
from patrolwise.planning.sealing import publish_seal, seal_allocation, verify_drawn_set
from patrolwise.study.experiment import (
    DRAWS,
    ask_for_fall,
    check_published,
    seal_experiment,
    tell_experiment,
    write_experiment,
)
from patrolwise.study.experiment_record import tell_power
from patrolwise.study.plan_sources import read_plan_sources

from .plan_worlds import PlanWorld

EXPERIMENT = """
[planning.experiment]
window = { first = 2024-06-02, last = 2024-06-29 }
weekdays = [7, 1, 2, 3, 4]
washout_days = 1

[[planning.experiment.arms]]
name = "patrol"
services = ["police"]

[[planning.experiment.arms]]
name = "none"

[[planning.experiment.loads]]
service = "police"
most = 4
dose_min = 15
"""
EVENTS = """event_id,area_id,start,end,effect,weight
fair,mill-race,2024-06-03T10:00,2024-06-04T00:00,closed,
works,mill-race,2024-06-03T20:00,2024-06-05T01:00,closed,
match,tannery-row,2024-06-06T10:00,2024-06-06T22:00,closed,
market,tannery-row,2024-06-09T10:00,2024-06-09T22:00,priority,2
"""
SEED, NONCE, COUNT = 2**100 + 7, "5a" * 32, 12


def seal(folder, parts=EXPERIMENT, **forms):
    world = PlanWorld(folder, forms=forms)
    world.parts.append(parts)
    programme = world.read()
    return seal_experiment(programme, read_plan_sources(programme), SEED, NONCE, COUNT)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return seal(tmp_path_factory.mktemp("experiment"))


def quiet(step):
    """Say nothing."""


# --- the draw -------------------------------------------------------------------------------------


def test_what_is_drawn_follows_from_the_seed_and_what_is_published_from_the_seal(made):
    design = made.seal.design
    assert made.seal.sha256 == seal_allocation(design, SEED, NONCE).sha256
    assert made.published == publish_seal(made.seal, COUNT)
    verify_drawn_set(made.drawn, made.published)
    assert made.drawn.count == COUNT
    assert made.balance.filter(by="all")["days"].to_list() == [70, 70]
    assert made.left_out.height == 0


def test_the_set_is_drawn_without_the_secret_seed(made):
    assert made.published.set_seed != SEED
    secret = draw_allocation(made.seal.design, SEED).codes
    assert not (made.drawn.codes == secret).all(axis=(1, 2)).any()


def test_days_on_which_an_event_closes_a_hot_spot_are_taken_out_before_the_draw(tmp_path):
    found = seal(tmp_path, events=EVENTS)
    given = found.seal.design.unavailable.sort("area_id", "day")
    # an event that ends at midnight does not close the day after; two that meet make one row
    assert given.select("area_id", "day", "service", "reason").rows() == [
        ("mill-race", date(2024, 6, 3), None, "fair"),
        ("mill-race", date(2024, 6, 4), None, "works"),
        ("mill-race", date(2024, 6, 5), None, "works"),
        ("tannery-row", date(2024, 6, 6), None, "match"),
    ]
    out = found.left_out.filter(area_id="mill-race")["day"].dt.day().sort().to_list()
    assert out == [3, 4, 5, 10, 11, 12]  # with the same weekdays of the block
    assert "  Taken out before the draw: 8 hot spot-days." in tell_experiment(found)
    assert found.published.in_play == 140 - 8


def test_an_event_that_closes_all_hot_spots_takes_its_day_out_for_all_of_them(tmp_path):
    found = seal(tmp_path, events=EVENTS.replace("mill-race", "").replace("tannery-row", ""))
    out = found.left_out.group_by("day").len().sort("day")
    assert out["day"].dt.day().to_list() == [3, 4, 5, 6, 10, 11, 12, 13]
    assert set(out["len"]) == {7}


def test_events_that_close_nothing_take_nothing_out(tmp_path):
    found = seal(tmp_path, events=EVENTS.replace(",closed,", ",priority,3"))
    assert found.left_out.height == 0


def test_a_programme_without_an_experiment_is_refused(tmp_path):
    with pytest.raises(RefusedError, match=r"programme\.toml declares no experiment"):
        seal(tmp_path, parts="")


def test_limits_that_cannot_be_kept_are_refused(tmp_path):
    with pytest.raises(RefusedError, match="police"):
        seal(tmp_path, parts=EXPERIMENT.replace("most = 4", "most = 1"))


# --- its files ------------------------------------------------------------------------------------


def test_the_seal_goes_into_one_folder_and_what_is_published_into_another(made, tmp_path):
    steps = []
    sealed, public = tmp_path / "keeper" / "seal", tmp_path / "public"
    secret, published, draws, record = write_experiment(made, sealed, public, progress=steps.append)
    assert steps == ["Writing what is published", "Sealing"]
    assert [path.name for path in sealed.iterdir()] == [secret.name]
    assert sorted(public.iterdir()) == sorted([published, draws, record])
    assert read_seal(secret).as_record() == made.seal.as_record()
    assert read_published(published) == made.published
    assert (read_drawn_set(draws).codes == made.drawn.codes).all()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_the_folder_of_the_seal_is_for_its_owner_alone(made, tmp_path):
    sealed, public = tmp_path / "keeper" / "seal", tmp_path / "public"
    write_experiment(made, sealed, public, progress=quiet)
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o700


def test_nothing_that_is_published_tells_the_secret_seed_or_nonce(made, tmp_path):
    write_experiment(made, tmp_path / "seal", tmp_path / "public", progress=quiet)
    told = (tmp_path / "public" / "published.json").read_text(encoding="utf-8")
    assert str(SEED) not in told
    assert NONCE not in told


def test_one_folder_for_both_is_refused_however_it_is_written(made, tmp_path):
    for public in (tmp_path / "a", tmp_path / "b" / ".." / "a"):
        with pytest.raises(RefusedError, match="must not be in one folder"):
            write_experiment(made, tmp_path / "a", public, progress=quiet)
    assert list(tmp_path.iterdir()) == []


def test_a_second_draw_is_refused_and_the_first_stays(made, tmp_path):
    write_experiment(made, tmp_path / "seal", tmp_path / "public", progress=quiet)
    before = (tmp_path / "seal" / "sealed.json").read_bytes()
    with pytest.raises(RefusedError, match=r"sealed\.json is there already"):
        write_experiment(made, tmp_path / "seal", tmp_path / "other", progress=quiet)
    assert (tmp_path / "seal" / "sealed.json").read_bytes() == before
    assert not (tmp_path / "other").exists()


def test_a_folder_that_cannot_be_made_is_said(made, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be made"):
        write_experiment(made, tmp_path / "seal", tmp_path / "file" / "x", progress=quiet)


def test_a_seal_that_was_published_passes_and_another_does_not(made, tmp_path):
    write_published(tmp_path / "published.json", made.published)
    check_published(made.seal, tmp_path / "published.json")
    other = seal_allocation(made.seal.design, SEED + 1, NONCE)
    write_seal(tmp_path / "sealed.json", other)
    with pytest.raises(RefusedError) as caught:
        check_published(read_seal(tmp_path / "sealed.json"), tmp_path / "published.json")
    assert f"hash {other.sha256[:12]}..." in str(caught.value)
    assert f"published was {made.published.sha256[:12]}..." in str(caught.value)


def test_a_drawn_set_beside_what_is_published_is_verified_too(made, tmp_path):
    write_published(tmp_path / "published.json", made.published)
    write_drawn_set(tmp_path / DRAWS, made.drawn)
    check_published(made.seal, tmp_path / "published.json")
    other = draw_allocations(made.seal.design, made.drawn.count, SEED + 2)
    write_drawn_set(tmp_path / DRAWS, other)
    with pytest.raises(RefusedError):
        check_published(made.seal, tmp_path / "published.json")


def test_no_folder_may_lie_within_the_other(made, tmp_path):
    for sealed, public in ((tmp_path / "p" / "s", tmp_path / "p"), (tmp_path, tmp_path / "p")):
        with pytest.raises(RefusedError, match="nor one within the other"):
            write_experiment(made, sealed, public, progress=quiet)


def test_a_published_file_that_cannot_be_read_is_said(made, tmp_path):
    with pytest.raises(InputError, match="published"):
        check_published(made.seal, tmp_path / "published.json")


# --- its words ------------------------------------------------------------------------------------


def test_what_is_told_has_the_hash_and_counts_and_no_day(made):
    lines = tell_experiment(made, ("One.", "Two.")).splitlines()
    assert lines[0] == f"Allocation sealed: {made.published.sha256}"
    assert lines[1] == (
        "  7 hot spots, 20 working days, 140 hot spot-days; 12 allocations that could have been "
        "drawn"
    )
    arms = [line.split()[:3] for line in lines[4:6]]
    assert arms == [["patrol", "70", "1,050"], ["none", "70", "0"]]
    assert lines[6].startswith("  Within each hot spot and block of 2 weeks every arm comes")
    assert lines[7:] == ["  One.", "  Two."]
    told = "\n".join(lines)
    assert not any(area_id in told for area_id in made.seal.design.area_ids)
    assert "2024" not in told


def test_the_fall_that_can_be_found_is_told(made):
    first, second = tell_power(made.seal.design, ask_for_fall(3.0, 0.25, 1.5))
    assert first.startswith(
        "With 7 hot spots over 4 weeks, 3 crimes a hot spot-day and variance over mean 1.5, a "
        "true fall of 25% on days with patrol would be found in "
    )
    assert second.startswith("A true fall of ")
    assert second.endswith(" or more would be found four times in five.")


def test_it_is_told_when_no_fall_can_be_found(made):
    second = tell_power(made.seal.design, ask_for_fall(0.01, 0.25, 1.5))[1]
    assert second == "Not even a fall of 99 % would be found four times in five."


def test_a_fall_out_of_range_is_refused():
    for given in ((1.0, 1.5, 1.5), (-1.0, 0.2, 1.5), (1.0, 0.2, 0.0)):
        with pytest.raises(InputError):
            ask_for_fall(*given)
