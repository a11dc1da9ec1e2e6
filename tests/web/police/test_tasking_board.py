"""The rota board and patrol cards: what is in force, week by week and unit by unit."""

# ruff: noqa: F811  (fixtures come in by name)

from datetime import UTC, date, datetime, timedelta

import pytest

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.tasking.board import Block, BoardAsk, read_board
from patrolwise.web.tasking.models import Plan, PlannedVisit, UnitShift
from patrolwise.web.tasking.templatetags.rota_lines import visit_lines

from .tasking_worlds import (  # noqa: F401  (fixtures)
    MONDAY,
    NOON,
    SUNDAY,
    add_shift,
    at,
    begin_plan,
    data,
    made_once,
    plain_plan,
    programme,
    publish,
    stored,
)

TUESDAY = date(2024, 6, 4)


def join_team(people, role, name):
    team = Team.objects.create(name=name, is_partner=True)
    Person.objects.filter(pk=people[role].pk).update(team=team)


def test_an_empty_week_says_what_to_do(sign_in, at):
    at(NOON)
    page = sign_in("coordinator").get("/rota/").content.decode()
    assert "27 May to 2 Jun 2024" in page
    assert "Make a plan" in page
    assert "When the coordinator publishes one" in sign_in("officer").get("/rota/").content.decode()


def test_a_week_shows_units_visits_and_minutes_against_the_rule(sign_in, stored, at):
    at(NOON)
    publish(stored)
    page = sign_in("officer").get("/rota/?day=2024-06-03").content.decode()
    for told in (
        "3 Jun to 9 Jun 2024",
        "outreach-1",
        "14:00 to 20:00",
        "Break",
        "As owed",
        "40 min",
    ):
        assert told in page
    assert page.count('aria-current="date"') == 1
    assert "?day=2024-05-27" in page
    assert "?day=2024-06-10" in page
    assert "locked" not in page
    assert "/cards/" not in page.partition("<main")[2]


def test_a_board_is_the_sum_of_its_visits(stored, people, made_once):
    board = read_board([stored], BoardAsk(person=people["coordinator"], day=MONDAY, today=SUNDAY))
    planned = made_once.worked.made.planned
    own = planned.filter(planned["day"] == MONDAY)
    told = sum(len(cell.blocks) for part in board.parts for row in part.rows
               for _, cells in row.days for cell in cells)  # fmt: skip
    assert told == own.height
    visits = own.filter(own["area_id"].is_not_null())
    minutes = (visits["end"] - visits["start"]).dt.total_minutes().sum()
    assert sum(row.minutes for row in board.doses) == minutes
    assert board.shown_days == 1
    assert (board.first, board.last, board.chosen) == (MONDAY, date(2024, 6, 9), MONDAY)


def test_minutes_lacking_more_and_without_a_rule_are_told(sign_in, people, at):
    at(NOON)
    plan = plain_plan(people, owed=[
        [str(SUNDAY), "police", "market", 2, 30.0],
        [str(SUNDAY), "police", "square", 1, 10.0],
        [str(date(2024, 6, 20)), "police", "square", 1, 500.0],  # of no day of the week
    ])  # fmt: skip
    shift = add_shift(plan)
    PlannedVisit.objects.create(
        shift=shift,
        area_id="elsewhere",
        kind="visit",
        start=shift.start,
        end=shift.start + timedelta(minutes=9),
    )
    page = sign_in("coordinator").get("/rota/").content.decode()
    for told in ("15 min less", "5 min more", "No rule", "elsewhere"):
        assert told in page


def test_a_unit_without_visits_and_a_day_off_are_told(sign_in, people, at):
    at(NOON)
    shift = add_shift(plain_plan(people, owed=[]))
    shift.visits.all().delete()
    page = sign_in("coordinator").get("/rota/").content.decode()
    assert "No visit" in page
    assert "Off" in page
    assert "No visit is planned, and none is owed" in page


def test_who_plans_sees_drafts_and_puts_one_on_the_board(sign_in, people, at):
    at(NOON)
    draft = plain_plan(people, state="draft", first=TUESDAY)
    add_shift(draft, unit_id="draft-unit", day=TUESDAY)
    begin_plan(people), begin_plan(people, doing="")
    client = sign_in("coordinator")
    page = client.get("/rota/?day=2024-06-02").content.decode()
    assert "Waiting" in page
    assert "Could not be made" in page
    board = client.get(f"/rota/?plan={draft.pk}").content.decode()
    assert "draft-unit" in board
    assert "nobody patrols by it" in board
    hidden = sign_in("officer").get(f"/rota/?plan={draft.pk}&day=2024-06-04").content.decode()
    assert "draft-unit" not in hidden
    for odd in ("plan=x", "plan=999", "day=yesterday"):
        assert client.get(f"/rota/?{odd}").status_code == 200


def test_of_two_plans_on_one_day_the_later_one_holds(people):
    one = plain_plan(people, first=date(2024, 6, 1))
    two = plain_plan(people, first=SUNDAY, last=SUNDAY)
    add_shift(one, unit_id="old"), add_shift(two, unit_id="new")
    board = read_board([one, two], BoardAsk(person=people["officer"], day=SUNDAY, today=SUNDAY))
    assert [row.unit_id for part in board.parts for row in part.rows] == ["new"]


def test_cards_are_listed_for_today_and_tomorrow_and_nothing_else(sign_in, people, at):
    plan = plain_plan(people)
    for n in range(-2, 4):
        add_shift(plan, unit_id=f"unit{n}", day=SUNDAY + timedelta(days=n))
    at(NOON)
    page = sign_in("officer").get("/cards/").content.decode()
    assert [n for n in range(-2, 4) if f"unit{n}<" in page] == [0, 1]
    page = sign_in("officer").get("/cards/?day=2024-06-05").content.decode()
    assert "unit3<" not in page
    page = sign_in("coordinator").get("/cards/?day=2024-06-05").content.decode()
    assert [n for n in range(-2, 4) if f"unit{n}<" in page] == [3]


@pytest.mark.parametrize(("offset", "there"), [(-1, False), (0, True), (1, True), (2, False)])
def test_a_card_is_opened_today_and_tomorrow_only(offset, there, sign_in, people, at):
    shift = add_shift(plain_plan(people), day=SUNDAY + timedelta(days=offset))
    at(NOON)
    status = sign_in("officer").get(f"/cards/{shift.pk}/").status_code
    assert status == (200 if there else 404)
    assert sign_in("coordinator").get(f"/cards/{shift.pk}/").status_code == 200


def test_the_card_of_a_night_is_there_until_the_shift_is_over(sign_in, people, at):
    shift = add_shift(
        plain_plan(people),
        start=datetime(2024, 6, 2, 20, tzinfo=UTC),
        end=datetime(2024, 6, 3, 3, tzinfo=UTC),
    )
    for hour, status in ((2, 200), (3, 404)):
        at(datetime(2024, 6, 3, hour, 30, tzinfo=UTC))
        assert sign_in("officer").get(f"/cards/{shift.pk}/").status_code == status


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_the_card_of_a_plan_that_is_not_in_force_is_for_who_plans_alone(state, sign_in, people, at):
    at(NOON)
    shift = add_shift(plain_plan(people, state=state))
    for way in ("", "print/", "calendar/"):
        assert sign_in("officer").get(f"/cards/{shift.pk}/{way}").status_code == 404
    page = sign_in("coordinator").get(f"/cards/{shift.pk}/").content.decode()
    assert "Do not patrol by it" in page
    assert "police" not in sign_in("officer").get("/cards/").content.decode().partition("<main")[2]


def test_a_partner_sees_the_cards_of_their_own_agency_alone(sign_in, people, at):
    at(NOON)
    plan = plain_plan(people)
    own, other = add_shift(plan, "w1", "Wardens"), add_shift(plan, "p1", "police")
    assert "Your account has no team" in sign_in("partner").get("/cards/").content.decode()
    assert sign_in("partner").get(f"/cards/{own.pk}/").status_code == 404
    join_team(people, "partner", "wardens")
    client = sign_in("partner")
    client.force_login(Person.objects.get(pk=people["partner"].pk))
    page = client.get("/cards/").content.decode()
    assert "w1<" in page
    assert "p1<" not in page
    assert client.get(f"/cards/{own.pk}/").status_code == 200
    for way in ("", "print/", "calendar/"):
        assert client.get(f"/cards/{other.pk}/{way}").status_code == 404


def test_the_card_says_what_the_librarys_card_says(
    sign_in, stored, at, django_assert_max_num_queries
):
    at(NOON)
    publish(stored)
    shift = UnitShift.objects.get(plan=stored, day=SUNDAY, unit_id="police-1")
    client = sign_in("officer")
    with django_assert_max_num_queries(15):
        page = client.get(f"/cards/{shift.pk}/").content.decode()
    for told in (
        "Keep clear",
        "Then: walk",
        "2 people",
        "Hot spot for all crime",
        "made from inputs",
    ):
        assert told in page
    assert "o1" not in page  # no staff code
    pdf = client.get(f"/cards/{shift.pk}/print/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert f"cards-police-{SUNDAY}.pdf" in pdf["Content-Disposition"]
    ics = b"".join(client.get(f"/cards/{shift.pk}/calendar/").streaming_content).decode()
    assert ics.count("BEGIN:VEVENT") == stored.shifts.filter(unit_id="police-1").count()
    assert not any(name in ics for name in stored.places.values())


def test_while_cards_are_drawn_anew_the_rows_are_shown_and_no_old_paper(sign_in, stored, at):
    at(NOON)
    Plan.objects.filter(pk=stored.pk).update(doing="Drawing")
    shift = UnitShift.objects.filter(plan=stored, visits__area_id="").first()
    client = sign_in("coordinator")
    page = client.get(f"/cards/{shift.pk}/").content.decode()
    assert "being drawn anew" in page
    assert "break" in page
    assert client.get(f"/cards/{shift.pk}/print/").status_code == 404


def test_a_plan_without_files_has_no_paper(sign_in, people, data, at):
    at(NOON)
    shift = add_shift(plain_plan(people))
    client = sign_in("officer")
    assert "being drawn anew" in client.get(f"/cards/{shift.pk}/").content.decode()
    for way in ("print/", "calendar/"):
        assert client.get(f"/cards/{shift.pk}/{way}").status_code == 404


def test_a_shift_without_visits_has_a_card_that_says_so(sign_in, people, at, stored):
    at(NOON)
    publish(stored)
    shift = UnitShift.objects.filter(plan=stored, day=SUNDAY).first()
    from patrolwise.web.tasking import plan_folders

    path = plan_folders.folder_path(stored.folder) / f"site-cards-{shift.service}-{SUNDAY}.json"
    import json

    cards = json.loads(path.read_text())
    for card in cards:
        card.update(steps=[], keep_clear=[], notice="DRAFT", clock_note="x", phone="1", notes="n")
    path.write_text(json.dumps(cards))
    page = sign_in("officer").get(f"/cards/{shift.pk}/").content.decode()
    assert "No visit is planned in this shift" in page
    assert "DRAFT" in page


@pytest.mark.parametrize("way", ["/rota/", "/cards/", "/plans/"])
def test_lists_need_few_queries_however_many_plans(
    way, sign_in, people, at, django_assert_max_num_queries
):
    at(NOON)
    plan = plain_plan(people)
    for number in range(40):
        add_shift(plan, unit_id=f"u{number}", day=SUNDAY - timedelta(days=number % 7))
    client = sign_in("coordinator")
    with django_assert_max_num_queries(17):
        assert client.get(way).status_code == 200


def test_names_of_places_are_no_markup_on_the_board():
    block = Block(time="10:00", told="A <b> & C", minutes=15, is_break=True, is_locked=True)
    assert visit_lines([block]) == (
        '<li class="pw-quiet"><b>10:00</b> A &lt;b&gt; &amp; C '
        '<span class="pw-quiet">15 min, locked</span></li>'
    )
