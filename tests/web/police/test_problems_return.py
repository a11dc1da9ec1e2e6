"""Plans for the quarterly return: a file of references, places and counts, and of no words."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patrolwise.partnership.plans_told import read_plans
from patrolwise.partnership.quarters import parse_quarter
from patrolwise.web.accounts.models import Team
from patrolwise.web.problems.models import PlanAction, ProblemPlan, RegisteredMeasure
from patrolwise.web.problems.return_queries import list_quarters

from .patrol_rows import make_set
from .problem_rows import add_plan

PAGE, FILE = "/problems/return/", "/problems/return/2026-Q1/file/"
OPEN, ASKED = date(2026, 4, 14), {"quarter": "2026-Q1"}


@pytest.fixture
def plan(people):
    make_set(2)
    return add_plan(OPEN, ["a"], ["b"], people["officer"].pk)


def test_a_plan_crosses_as_its_reference_its_places_and_what_was_counted(plan, sign_in):
    for name in ("City wardens", "Team of PC Smith"):
        Team.objects.create(name=name)
    for owner in ("city wardens", "Team of PC Smith", "John Brown of the shop"):
        PlanAction.objects.create(
            plan=plan, kind="Environment", mechanism="x", owner=owner, due=OPEN, said=OPEN,
            strength="Not known", said_by_id=1, state="under way",
        )  # fmt: skip
    answer = sign_in("analyst").get(FILE)
    assert answer["Content-Disposition"].startswith('attachment; filename="plans-2026-Q1-')
    (told,) = read_plans(answer.content).plans
    assert (told.plan, told.hot_spots, told.stage) == (f"PSP{plan.pk}", ("a",), "assessment")
    assert (told.before, told.after, told.verdict) == (40, 20, "chance")
    assert told.partners == ("City wardens", "3 others")
    assert (told.actions_open, told.actions_closed) == (4, 1)


def test_no_words_of_a_plan_and_nobodys_name_are_in_the_page_or_the_file(plan, sign_in, people):
    marks = {}
    for model in (ProblemPlan, PlanAction, RegisteredMeasure):
        texts = [f.name for f in model._meta.fields if f.get_internal_type() == "TextField"]
        marks |= {name: f"zq{model.__name__}{name}" for name in texts}
        model.objects.update(**{name: marks[name] for name in texts})
    ProblemPlan.objects.update(title="zqtitle")
    plan.evidence.update(text="zqevidence")
    plan.hypotheses.update(text="zqhypothesis", test="zqtest")
    client = sign_in("coordinator")
    page = client.get(PAGE, ASKED).content.decode()
    file = client.get(FILE).content.decode()
    assert f"PSP{plan.pk}" in page
    assert f"PSP{plan.pk}" in file
    assert len(marks) > 10
    for told in (page.partition("<main")[2], file):
        assert "zq" not in told
        assert people["officer"].name not in told


def test_the_hash_on_the_page_is_that_of_the_file_and_the_quarter_is_the_one_asked_for(
    plan, sign_in
):
    client = sign_in("evaluator")
    page = client.get(PAGE, ASKED).content.decode()
    assert read_plans(client.get(FILE).content).sha256 in page
    before = {"quarter": "2025-Q1"}
    assert "No plan was open in 2025-Q1" in client.get(PAGE, before).content.decode()
    assert client.get(FILE.replace("2026", "2025"))["Location"] == f"{PAGE}?quarter=2025-Q1"
    assert client.get(PAGE, {"quarter": "spring"}).status_code == 404
    assert client.get(FILE.replace("2026-Q1", "spring")).status_code == 404
    RegisteredMeasure.objects.update(compared="a lot")
    assert "compared is a change with its interval" in client.get(PAGE, ASKED).content.decode()
    assert client.get(FILE).status_code == 302


def test_of_what_is_not_counted_yet_there_is_no_figure_and_of_a_closed_plan_its_day(plan, sign_in):
    RegisteredMeasure.objects.update(taken=None)
    ProblemPlan.objects.update(stage="closed", decided=date(2026, 6, 1))
    (told,) = read_plans(sign_in("analyst").get(FILE).content).plans
    assert (told.before, told.compared, told.verdict) == (None, None, None)
    assert (told.closed, told.measure) == (date(2026, 6, 1), "robbery@1")


def test_it_asks_as_often_for_many_plans_as_for_one(plan, sign_in, people):
    client = sign_in("analyst")

    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(PAGE, ASKED).status_code == 200
        return len(asked)

    count()
    one = count()
    for _ in range(8):
        add_plan(OPEN, ["a"], ["b"], people["officer"].pk)
    assert count() == one <= 30


@pytest.mark.parametrize(
    ("role", "status"),
    [("officer", 200), ("commissioner", 200), ("partner", 404), ("administrator", 404)],
)
def test_who_sees_plans_may_take_the_file(role, status, plan, sign_in):
    assert sign_in(role).get(FILE).status_code == status


def test_quarters_to_choose_from_begin_with_the_running_one():
    told = [one.label for one in list_quarters(date(2026, 2, 1))]
    assert told[:3] == ["2025-Q4", "2025-Q3", "2025-Q2"]
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31)):
        window = list_quarters(day)[0].window
        assert window.first <= day <= window.last
    assert parse_quarter(told[4]).window.last < parse_quarter(told[3]).window.first
