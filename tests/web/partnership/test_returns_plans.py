"""Plans from the police's file in sheet 6: looked at, kept once, corrected, undone, drilled."""

from dataclasses import replace
from datetime import UTC, date, datetime
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patrolwise.errors import RefusedError
from patrolwise.partnership.plans_told import ToldPlan, write_plans
from patrolwise.partnership.quarters import parse_quarter
from patrolwise.study.return_demo import write_return_demo
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock
from patrolwise.web.returns import actions, demo, making, plans_actions
from patrolwise.web.returns.bundles import unpack_files
from patrolwise.web.returns.models import CompiledReturn, PlansFile, ReturnForm

QUARTER, AS_OF = parse_quarter("2024-Q2"), date(2024, 10, 7)
FIRST, SECOND = datetime(2024, 10, 8, 9, tzinfo=UTC), datetime(2024, 10, 30, 9, tzinfo=UTC)
PLANS = (
    ToldPlan(
        plan="PSP7", hot_spots=("H01", "H02"), stage="assessment", partners=("City wardens",),
        actions_open=1, actions_closed=2, next_review=None, opened=date(2024, 4, 2), closed=None,
        measure="serious-violence@1", window_first=date(2024, 7, 1),
        window_last=date(2024, 9, 30), before=60, after=40, comparison_before=200,
        comparison_after=190, compared="-30 % (95 % interval -48 % to -6 %)", verdict="fall",
    ),
    ToldPlan(
        plan="PSP40", hot_spots=("H03",), stage="scanning", partners=(), actions_open=0,
        actions_closed=0, next_review=None, opened=date(2024, 9, 1), closed=None, measure=None,
        window_first=None, window_last=None, before=None, after=None, comparison_before=None,
        comparison_after=None, compared=None, verdict=None,
    ),
)  # fmt: skip
DATA = write_plans(QUARTER, AS_OF, PLANS)


@pytest.fixture
def world(people, tmp_path):
    """Return people, once it is said how returns are made and few forms are kept."""
    actions.declare_settings(demo._SETTINGS, people["programme"], FIRST)
    write_return_demo(tmp_path)
    hours = tmp_path / "hours.csv"  # one row is enough of them
    hours.write_bytes(b"\n".join(hours.read_bytes().split(b"\n")[:2]))
    sent = [
        actions.SentForm(name=name, content=(tmp_path / name).read_bytes())
        for name in ("hot-spots.csv", "hours.csv", "outcomes.csv", "rostered.csv", "streams.csv")
    ]
    actions.keep_forms(sent, people["analyst"], FIRST)
    return people


@pytest.fixture
def at():
    """Return a function that sets the time."""
    with mock.patch.object(clock, "now") as now:
        now.return_value = FIRST

        def set_time(time):
            now.return_value = time

        yield set_time


def send(client, data=DATA, name="plans.csv"):
    answer = client.post(
        reverse("plans-files"), {"sent": SimpleUploadedFile(name, data)}, follow=True
    )
    return answer.content.decode()


def do(client, what, **given):
    found = PlansFile.objects.first()
    answer = client.post(
        reverse("plans-file-do", args=[found.pk]), {"do": what, **given}, follow=True
    )
    return answer.content.decode()


def make(world, cut, why=""):
    return actions.make_return(demo._ask(cut, why), world["analyst"], FIRST)


def test_a_file_is_looked_at_and_fills_sheet_6_whose_cells_lead_to_its_rows(world, sign_in, at):
    client = sign_in("analyst")
    assert "No file of plans was sent yet" in client.get(reverse("plans-files")).content.decode()
    told = send(client)
    assert "fell more than beside it" in told.lower()
    assert told.count(">new<") == 2
    assert not ReturnForm.objects.filter(name="police_plans").exists()
    assert "Kept. Returns" in do(client, "keep")
    made = make(world, date(2024, 10, 14))
    sheet = client.get(reverse("return-sheet", args=[made.pk, 6])).content.decode()
    assert "PSP7" in sheet
    assert "H01; H02" in sheet
    cell = client.get(
        reverse("return-cell", args=[made.pk]), {"cell": "6/PSP40/H03/stage"}
    ).content.decode()
    found = PlansFile.objects.get()
    assert f'href="{reverse("plans-file", args=[found.pk])}#row-4">plans.csv, row 4<' in cell
    assert found.sha256 in cell
    # whoever sees returns comes to the file, and can do nothing with it
    reader = sign_in("evaluator")
    page = reader.get(reverse("plans-file", args=[found.pk])).content.decode()
    assert 'id="row-4"' in page
    assert "Undo it" not in page
    assert reader.post(reverse("plans-file-do", args=[found.pk]), {"do": "undo"}).status_code == 404
    assert reader.get(reverse("plans-file-sent", args=[found.pk])).content == DATA
    assert reader.get(reverse("plans-files")).status_code == 404
    assert Event.objects.filter(action="plans file kept").get().detail["sha256"] == found.sha256


def test_the_same_file_counts_once_and_one_that_was_altered_not_at_all(world, sign_in, at):
    client = sign_in("programme")
    send(client)
    send(client)  # two people looked at it; one keeps it
    do(client, "keep")
    assert "The same file is kept already" in send(client)
    waiting = PlansFile.objects.get(state="read")
    with pytest.raises(RefusedError, match="kept already"):
        plans_actions.keep_plans_file(waiting, world["programme"], FIRST)
    assert ReturnForm.objects.get(name="police_plans").rows == 2
    for data, told in (
        (DATA.replace(b",scanning,", b",closed,"), "was altered since"),
        (write_plans(QUARTER, date(2024, 10, 1), PLANS), "tells how plans stood on 2024-10-07"),
        (write_plans(parse_quarter("2024-Q2", 1), AS_OF, PLANS), "2024-04-01 to 2024-06-30 in it"),
        (write_plans(QUARTER, AS_OF, ()), "It holds no plan"), (b"a,b\n", "does not begin with"),
        (b"x" * 2_000_001, "larger than 2 MB"),
    ):  # fmt: skip
        assert told in send(client, data)
    assert PlansFile.objects.count() == 2
    sent = [actions.SentForm(name="police-plans.csv", content=b"plan\n")]
    with pytest.raises(Exception, match="is made of the police"):
        actions.keep_forms(sent, world["programme"], FIRST)


def test_a_correction_is_explained_and_what_was_made_is_made_again_byte_for_byte(
    world, sign_in, at
):
    client = sign_in("analyst")
    send(client)
    do(client, "keep")
    first = make(world, date(2024, 10, 14))
    at(SECOND)
    moved = replace(PLANS[0], stage="closed", closed=date(2024, 10, 20))
    told = send(client, write_plans(QUARTER, date(2024, 10, 29), (moved,)), "plans-2.csv")
    assert "says otherwise than before" in told
    assert "It does not name PSP40" in told
    do(client, "keep")
    second = make(world, date(2024, 11, 4), "A plan was closed.")
    told = client.get(reverse("return-compare", args=[second.pk])).content.decode()
    for words in ("Police plans", "2024-Q2/PSP40", "assessment", "Rows added, removed or changed"):
        assert words in told
    # undone: the file before stands again, and neither return is another
    assert "This field is required" in do(client, "undo", reason="")
    assert "Undone." in do(client, "undo", reason="The wrong quarter")
    third = make(world, date(2024, 11, 5), "It was taken back.")
    sheet = client.get(reverse("return-sheet", args=[third.pk, 6])).content.decode()
    assert "PSP40" in sheet
    for one in (first, second, third):
        again = making.ask_again(one, prepared_by="The analyst", approved_by="")
        assert making.compile_files(again) == unpack_files(one.files)
        assert making.check_files(unpack_files(one.files)) == ()
    assert [one.rows for one in ReturnForm.objects.filter(name="police_plans")] == [5, 3, 2]
    assert CompiledReturn.objects.count() == 3


def test_what_was_given_up_or_undone_does_nothing_more(world, sign_in, at):
    client = sign_in("analyst")
    send(client)
    assert (
        "Give it up"
        in client.get(reverse("plans-file", args=[PlansFile.objects.get().pk])).content.decode()
    )
    assert "Given up." in do(client, "drop")
    assert "Send the file again" in do(client, "keep")
    with pytest.raises(RefusedError, match="nothing to undo"):
        plans_actions.undo_plans_file(PlansFile.objects.get(), "x", world["analyst"], FIRST)
    assert not ReturnForm.objects.filter(name="police_plans").exists()
    assert (
        client.get(reverse("plans-file-do", args=[PlansFile.objects.get().pk])).status_code == 405
    )


def test_the_list_asks_as_often_for_many_files_as_for_one(world, sign_in, at):
    client = sign_in("analyst")

    def count():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("plans-files"))
        return len(asked)

    send(client)
    count()
    one = count()
    for _ in range(3):
        send(client)
    assert count() == one <= 20
