"""What a card says: visits in order, the way, whom to keep clear of; nothing of a person."""

import random
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.shift_problem import Separation
from patrolwise.reporting.card_making import make_cards
from patrolwise.reporting.card_records import (
    LONGEST_NOTE,
    WHEN_NOT,
    CardNotes,
    PlaceNote,
    ServiceNote,
)

from .plan_samples import (
    MONDAY,
    OUTREACH,
    POLICE,
    WHY,
    at,
    make_areas,
    make_notes,
    make_paper,
    make_shifts,
    make_visits,
    route,
)


@pytest.fixture(scope="module")
def cards():
    made = make_cards(make_paper(), make_notes(), MONDAY)
    return {card.unit_id: card for card in made}


def one_card(areas, notes=None, **shift):
    """The card of one outreach unit that visits some hot spots."""
    unit = (OUTREACH, "SO-1")
    paper = make_paper(
        shifts=make_shifts([{"service": OUTREACH, "unit_id": "SO-1", **shift}]),
        visits=make_visits(route(unit, areas, 20, 5)),
    )
    (card,) = make_cards(paper, notes or make_notes(), MONDAY)
    return card


def test_each_unit_on_duty_has_a_card_by_service_and_unit(cards):
    assert list(cards) == ["P-101", "SO-1", "SO-2"]
    only = make_cards(make_paper(), make_notes(), MONDAY, [OUTREACH])
    assert [card.unit_id for card in only] == ["SO-1", "SO-2"]
    assert make_cards(make_paper(), make_notes(), MONDAY + timedelta(days=1)) == ()


def test_visits_are_numbered_in_their_order_and_breaks_are_not(cards):
    steps = cards["SO-1"].steps
    assert [step.number for step in steps] == [1, 2, 3, 0, 4, 5, 6, 7]
    assert [step.name for step in steps if step.is_break] == ["Break"]
    assert steps[0].span == "14:06–14:44"
    assert [step.minutes for step in steps] == [38, 38, 38, 30, 38, 38, 38, 38]
    assert cards["SO-1"].hours == "14:00–20:00"


def test_the_way_is_told_in_whole_minutes_never_shorter_than_it_is():
    travel = make_notes().travel
    (minutes,) = travel.filter(from_id="hall", to_id="hs-1")["minutes"]
    assert not minutes.is_integer()
    card = one_card([1, 2], base_id="hall")
    assert card.first_leg == f"Begin at Town Hall, walk {int(minutes) + 1} min to 1."
    assert card.steps[0].then.startswith("walk ")
    assert card.steps[0].then.endswith(" min to 2")
    assert card.steps[1].then.endswith("min to Town Hall by 20:00")


def test_a_way_of_exactly_so_many_minutes_takes_no_minute_more():
    notes = make_notes()
    exact = notes.travel.with_columns(pl.lit(7.0).alias("minutes"))
    assert one_card([1, 2], replace(notes, travel=exact)).steps[0].then == "walk 7 min to 2"


def test_where_no_minutes_are_known_none_are_told():
    notes = make_notes(travel=make_notes().travel.clear())
    card = one_card([1, 2], notes, base_id="hall")
    assert card.first_leg == "Begin at Town Hall, walk to 1."
    assert [step.then for step in card.steps] == ["walk to 2", "walk to Town Hall by 20:00"]


def test_those_who_drive_drive_and_other_ways_are_just_gone():
    for mode, word in (("driving", "drive"), ("cycling", "go")):
        notes = make_notes(services=(ServiceNote(service=OUTREACH, mode=mode),))
        assert one_card([1, 2], notes).steps[0].then == f"{word} to 2"


def test_a_unit_without_a_base_begins_and_ends_where_its_patrol_does():
    card = one_card([5, 6])
    assert card.first_leg == "Begin in the hot spot numbered 1."
    assert card.steps[-1].then == "end of shift 20:00"
    assert card.base is None


def test_a_break_stands_between_the_visits_that_it_lies_between():
    card = one_card([1, None, 2])
    assert card.steps[0].then == "break"
    assert card.steps[1].then.endswith("min to 2")
    assert one_card([None, 1]).first_leg == "Begin with the break."
    begun = one_card([None, 1], base_id="hall")
    assert begun.first_leg == "Begin at Town Hall with the break."
    assert begun.steps[0].then.startswith("walk ")
    assert one_card([None], base_id="hall").steps[0].then == "stay at Town Hall until 20:00"


def test_two_visits_to_one_place_in_a_row_need_no_way():
    assert one_card([1, None, 1]).steps[1].then == "stay for 2"


def test_why_a_place_matters_is_said_at_the_first_visit_only():
    card = one_card([1, 4, 1])
    assert [step.why for step in card.steps] == [WHY, WHY, ""]
    assert [step.hazards for step in card.steps] == ["", "Open water, no rail after dark.", ""]


def test_reasons_are_cut_on_a_crowded_card_and_hazards_never():
    hazard = "x" * LONGEST_NOTE
    places = tuple(
        PlaceNote(area_id=f"hs-{n}", why="word " * 30, hazards=hazard) for n in range(1, 13)
    )
    areas = make_areas([f"Place {n}" for n in range(1, 13)])
    lengths = []
    for count in (2, 8, 12):
        paper = make_paper(
            areas=areas,
            shifts=make_shifts([{"service": OUTREACH, "unit_id": "SO-1"}]),
            visits=make_visits(route((OUTREACH, "SO-1"), range(1, count + 1), 20, 5)),
        )
        (card,) = make_cards(paper, make_notes(places=places), MONDAY)
        lengths.append(max(len(step.why) for step in card.steps))
        assert {step.hazards for step in card.steps} == {hazard}
    assert lengths == [149, 100, 60]  # whole words of at most 160, 100 and 64


def test_notes_that_are_too_long_for_a_card_are_refused():
    long = "x" * (LONGEST_NOTE + 1)
    with pytest.raises(InputError, match="2 faults"):
        PlaceNote(area_id="a", why=long, hazards=long)
    with pytest.raises(InputError, match="2 faults"):
        ServiceNote(service="a", when_not=long + long, notes=long + long)


def test_a_place_or_service_with_two_notes_is_refused():
    with pytest.raises(InputError) as error:
        make_notes(
            places=(PlaceNote(area_id="a"), PlaceNote(area_id="a")),
            services=(ServiceNote(service="b"), ServiceNote(service="b")),
            bases=make_notes().bases[:1] * 2,
        )
    for told in ("note on hot spot a", "note on service b", "base hall"):
        assert told in str(error.value)


def test_a_base_that_nobody_declared_is_told():
    with pytest.raises(InputError, match="No base is called moon"):
        one_card([1], base_id="moon")


def test_without_notes_a_card_still_says_what_to_do_when_a_visit_cannot_be_made():
    card = one_card([1], CardNotes())
    assert card.note.when_not == WHEN_NOT
    assert not card.is_kept_apart
    assert card.keep_clear == ()


def test_a_card_says_when_the_other_service_comes_with_the_margin_on_both_sides(cards):
    by_name = {one.name: one for one in cards["SO-1"].keep_clear}
    market = by_name["Old Market"]
    assert (market.service, market.label) == (POLICE, "1")
    assert market.planned == ("17:02–17:17",)
    assert market.clear == ("16:57–17:22",)
    assert [one.service for one in cards["P-101"].keep_clear] == [OUTREACH] * 7


def test_a_card_tells_of_other_services_only_places_on_its_own_route():
    card = one_card([1], make_notes())
    assert card.is_kept_apart
    assert card.keep_clear == ()
    paper = make_paper(1)
    own = make_cards(paper, make_notes(), MONDAY, [OUTREACH])[0]
    assert {step.area_id for step in own.visits} == {"hs-1"}
    assert {one.name for one in own.keep_clear} == {"Old Market"}


def test_a_card_holds_no_unit_of_another_service_and_no_staff(cards):
    card = cards["SO-1"]
    told = " ".join(str(getattr(card, field.name)) for field in fields(card))
    assert "P-101" not in told
    assert "staff" not in told


def test_a_unit_without_visits_has_nobody_to_keep_clear_of(cards):
    card = cards["SO-2"]
    assert card.steps == card.keep_clear == card.shapes == ()
    assert not card.is_kept_apart
    assert card.first_leg == ""


def test_the_widest_margin_counts_and_a_service_is_never_kept_from_itself():
    separations = (
        Separation(services=(POLICE, OUTREACH), margin_min=5),
        Separation(services=(OUTREACH, POLICE), margin_min=15),
        Separation(services=(OUTREACH, OUTREACH), margin_min=60),
        Separation(services=(POLICE, "Wardens"), margin_min=60),
    )
    card = make_cards(make_paper(), make_notes(separations=separations), MONDAY, [OUTREACH])[0]
    market = next(one for one in card.keep_clear if one.name == "Old Market")
    assert market.clear == ("16:47–17:32",)
    assert {one.service for one in card.keep_clear} == {POLICE}


def test_another_services_visits_outside_the_shift_are_left_out():
    police = [
        {"area_id": "hs-1", "shift": shift, "start": start, "end": start + timedelta(minutes=15)}
        for shift, start in (("early", at(13, 30)), ("early", at(13, 43)), ("night", at(20, 4)))
    ]
    paper = make_paper(
        shifts=make_shifts(
            [
                {"service": OUTREACH, "unit_id": "SO-1"},
                {"service": POLICE, "unit_id": "P-1", "shift": "early", "start": at(8)},
                {"service": POLICE, "unit_id": "P-1", "shift": "night", "end": at(28)},
            ]
        ),
        visits=make_visits(
            [
                *route((OUTREACH, "SO-1"), [1], 20, 5),
                *({**row, "service": POLICE, "unit_id": "P-1"} for row in police),
            ]
        ),
    )
    card = make_cards(paper, make_notes(), MONDAY, [OUTREACH])[0]
    (one,) = card.keep_clear
    assert one.planned == ("13:43–13:58", "20:04–20:19")


def minutes_by_hand(spans, margin):
    """The slow, obvious twin: each minute that is near a visit, and the runs of such minutes."""
    near = sorted(
        {minute for start, end in spans for minute in range(start - margin, end + margin + 1)}
    )
    runs = []
    for minute in near:
        if runs and runs[-1][1] == minute - 1:
            runs[-1][1] = minute
        else:
            runs.append([minute, minute])
    return [(f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}") for a, b in runs]


@pytest.mark.parametrize("seed", range(12))
def test_times_to_keep_clear_are_those_a_person_would_work_out_minute_by_minute(seed):
    rng = random.Random(seed)
    spans = sorted(
        (start, start + rng.randint(5, 40)) for start in (rng.randint(870, 1150) for _ in range(5))
    )
    margin = rng.choice([0, 5, 20])
    # one minute between two spans is nothing to the twin, which knows whole minutes only
    if 1 in [b[0] - a[1] - 2 * margin for a, b in pairwise(spans)]:
        spans = spans[:1]
    visits = [
        {
            "service": POLICE,
            "unit_id": "P-1",
            "area_id": "hs-1",
            "start": at(0, start),
            "end": at(0, end),
        }
        for start, end in spans
    ]
    paper = make_paper(
        shifts=make_shifts(
            [{"service": OUTREACH, "unit_id": "SO-1"}, {"service": POLICE, "unit_id": "P-1"}]
        ),
        visits=make_visits([*route((OUTREACH, "SO-1"), [1], 20, 5), *visits]),
    )
    notes = make_notes(separations=(Separation(services=(POLICE, OUTREACH), margin_min=margin),))
    (one,) = make_cards(paper, notes, MONDAY, [OUTREACH])[0].keep_clear
    assert [tuple(span.split("–")) for span in one.clear] == minutes_by_hand(spans, margin)
