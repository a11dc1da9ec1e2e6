"""Plans are asked for, made in the background, published and withdrawn."""

# ruff: noqa: F811  (fixtures come in by name)

from datetime import date

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.tasking import jobs, plan_actions, plan_queries
from patrolwise.web.tasking.models import Plan, PlanState

from .tasking_worlds import (  # noqa: F401  (fixtures)
    MONDAY,
    SUNDAY,
    add_programme,
    add_shift,
    begin_plan,
    data,
    made_once,
    plain_plan,
    programme,
    publish,
    stored,
)

ASK = {"first": "2024-06-02", "last": "2024-06-02", "seed": "3", "effort": "1", "keep_id": ""}


def ask(client, upload, **given):
    return client.post("/plans/make/", {**ASK, "upload_id": str(upload.pk), **given}, follow=True)


def test_a_plan_is_made_from_a_programme_and_its_page_says_what_it_is(sign_in, programme, data):
    client = sign_in("coordinator")
    page = ask(client, programme).content.decode()
    plan = Plan.objects.get()
    assert (plan.doing, plan.reason, plan.state, plan.is_whole) == ("", "", "draft", True)
    assert (data / plan.folder / "plan.csv").is_file()
    assert not list((data / "plans").glob(".making*"))
    for told in ("All that is owed is in it", "Floor of lost min", "£", "Staff code", "o1"):
        assert told in page
    assert "plan.xlsx" in page
    assert "site-cards" not in page
    assert plan.shifts.count() == 3
    assert "stays" not in plan.report
    actions = list(Event.objects.filter(action__startswith="plan").values_list("action", flat=True))
    assert actions == ["plan asked for", "plan made"]


def test_a_plan_that_cannot_be_made_says_why_and_can_be_started_again(sign_in, people, data):
    upload = add_programme("programmes/gone/programme.toml", people)
    client = sign_in("coordinator")
    page = ask(client, upload).content.decode()
    assert "It could not be made" in page
    assert "Upload it again" in page
    plan = Plan.objects.get()
    again = client.post(f"/plans/{plan.pk}/again/", follow=True)
    assert "It could not be made" in again.content.decode()
    assert Event.objects.filter(action="plan not made").count() == 2


def test_a_programme_that_was_undone_makes_no_plan(sign_in, programme, people):
    draft = begin_plan(people, upload_id=programme.pk)
    programme.state = "undone"
    programme.save()
    jobs.work_on_plan.func(draft.pk)
    draft.refresh_from_db()
    assert "no longer kept" in draft.reason


def test_rules_that_stand_against_each_other_are_named(sign_in, programme, data):
    path = data / "programmes/a/programme.toml"
    path.write_text(path.read_text().replace("visit_min = 40", "visit_min = 170"))
    client = sign_in("coordinator")
    page = ask(client, programme).content.decode()
    assert "Not all that is owed is in it" in page
    assert "These cannot all be kept" in page
    assert "Each of these would do" in page
    plan = Plan.objects.get()
    refused = client.post(f"/plans/{plan.pk}/publish/", {})
    assert refused.status_code == 409
    client.post(f"/plans/{plan.pk}/publish/", {"accept_gaps": "on"})
    plan.refresh_from_db()
    assert plan.state == PlanState.PUBLISHED


def test_what_was_asked_wrongly_stands_on_the_form_and_nothing_is_begun(sign_in, programme):
    client = sign_in("coordinator")
    page = ask(client, programme, last="2024-06-01", seed="-1", effort="0").content.decode()
    for told in ("before the first", "seed is -1", "effort is 0"):
        assert told in page
    assert "more than 28 days" in ask(client, programme, last="2024-08-01").content.decode()
    assert "required" in ask(client, programme, first="").content.decode()
    assert not Plan.objects.exists()


def test_without_a_programme_the_form_says_who_uploads_one(sign_in):
    assert "No programme is kept yet" in sign_in("coordinator").get("/plans/make/").content.decode()


def test_the_lists_of_plans_are_empty_one_and_many(sign_in, people, django_assert_max_num_queries):
    client = sign_in("coordinator")
    assert "No plan was made yet" in client.get("/plans/").content.decode()
    for number in range(35):
        begin_plan(
            people, doing="" if number else "Waiting", state=("draft", "withdrawn")[number % 2]
        )
    with django_assert_max_num_queries(15):
        page = client.get("/plans/").content.decode()
    assert "Could not be made" in page
    assert "Withdrawn" in page
    assert "Page 1 of 2" in page
    assert "Being made" in client.get("/plans/?page=2").content.decode()


def test_a_published_plan_withdraws_what_was_in_force_on_its_days(stored, people):
    earlier, other = (
        plain_plan(people),
        plain_plan(people, first=date(2024, 7, 1), last=date(2024, 7, 2)),
    )
    replaced, left = plan_queries.list_left_days(stored)
    assert replaced == [earlier]
    assert left == [date(2024, 6, day) for day in range(4, 9)]
    gone = plan_actions.publish_plan(by=people["coordinator"], plan=stored)
    assert gone == [earlier]
    earlier.refresh_from_db(), other.refresh_from_db(), stored.refresh_from_db()
    assert (earlier.state, other.state) == (PlanState.WITHDRAWN, PlanState.PUBLISHED)
    assert earlier.withdrawn_why == f"Replaced by plan {stored.pk}"
    assert stored.published_by_id == people["coordinator"].pk
    event = Event.objects.get(action="plan published")
    assert event.detail == {"first": "2024-06-02", "last": "2024-06-03"}


def test_the_page_tells_before_publishing_what_is_withdrawn_and_which_days_lose_their_plan(
    sign_in, stored, people, django_assert_max_num_queries
):
    earlier = plain_plan(people)
    client = sign_in("coordinator")
    with django_assert_max_num_queries(17):
        page = client.get(f"/plans/{stored.pk}/").content.decode()
    assert f"Plan {earlier.pk}, 2 Jun to 8 Jun 2024, is withdrawn then" in page
    assert "No plan is then in force on 4 Jun" in page
    done = client.post(f"/plans/{stored.pk}/publish/", follow=True).content.decode()
    assert "1 earlier plan withdrawn" in done
    assert "Published by The coordinator" in done
    assert "Publish the plan" not in done


def test_a_published_plan_is_read_only_and_is_not_published_twice(stored, people):
    by = people["coordinator"]
    plan_actions.publish_plan(by=by, plan=stored)
    visit = stored.shifts.first().visits.exclude(area_id="").first()
    with pytest.raises(RefusedError, match="published and stays as it is"):
        plan_actions.publish_plan(by=by, plan=stored)
    with pytest.raises(RefusedError, match="stays as it is"):
        plan_actions.lock_visit(by=by, visit=visit, is_locked=True)
    with pytest.raises(RefusedError, match="stays as it is"):
        plan_actions.move_visit(by=by, visit=visit, to=visit.shift, start=visit.start)


def test_a_plan_that_is_being_made_is_not_published(people):
    with pytest.raises(RefusedError, match="still being made"):
        plan_actions.publish_plan(by=people["coordinator"], plan=begin_plan(people))


def test_a_plan_is_withdrawn_with_a_reason_once(sign_in, stored, people):
    publish(stored)
    client, way = sign_in("coordinator"), f"/plans/{stored.pk}/withdraw/"
    assert "can no longer be opened" in client.get(way).content.decode()
    assert "required" in client.post(way, {"why": ""}).content.decode()
    done = client.post(way, {"why": "strike"}, follow=True).content.decode()
    assert "Withdrawn by The coordinator" in done
    assert "strike" in done
    assert "withdrawn already" in client.post(way, {"why": "again"}).content.decode()
    with pytest.raises(InputError, match="No reason"):
        plan_actions.withdraw_plan(by=people["coordinator"], plan=stored, why=" ")
    assert "put aside" in client.get(f"/plans/{begin_plan(people).pk}/withdraw/").content.decode()


def test_work_that_is_done_is_not_done_again(stored):
    folder = stored.folder
    jobs.work_on_plan.func(stored.pk)
    jobs.work_on_plan.func(10_000)
    stored.refresh_from_db()
    assert stored.folder == folder
    with pytest.raises(RefusedError, match="nothing to start again"):
        plan_actions.start_again(by=None, plan=stored)


def test_work_that_is_late_is_thrown_away_with_its_folder(stored, made_once, data):
    begun = Plan.objects.get(pk=stored.pk)
    Plan.objects.filter(pk=stored.pk).update(revision=5, doing="Drawing")
    (data / "plans/late").mkdir()
    jobs._finish(begun, made_once.worked, "plans/late")
    stored.refresh_from_db()
    assert stored.folder == begun.folder
    assert (data / begun.folder).is_dir()
    assert not (data / "plans/late").exists()


def test_a_plan_is_made_again_with_its_rota_and_what_was_locked(sign_in, stored, people):
    visit = stored.shifts.filter(day=SUNDAY).first().visits.exclude(area_id="").last()
    plan_actions.lock_visit(by=people["coordinator"], visit=visit, is_locked=True)
    client = sign_in("coordinator")
    form = client.get(f"/plans/make/?keep={stored.pk}").content.decode()
    assert f"The rota of plan {stored.pk} and its locked visits stay" in form
    page = client.post(
        "/plans/make/",
        {
            **ASK,
            "last": "2024-06-03",
            "upload_id": stored.upload_id,
            "keep_id": stored.pk,
            "seed": 9,
        },
        follow=True,
    )
    plan = Plan.objects.exclude(pk=stored.pk).get()
    assert plan.reason == ""
    assert page.status_code == 200
    kept = plan.shifts.get(unit_id=visit.shift.unit_id, day=SUNDAY).visits.get(is_locked=True)
    assert (kept.area_id, kept.start) == (visit.area_id, visit.start)


def test_the_programme_of_a_plan_may_not_have_changed_since(stored, data, people):
    path = data / "programmes/a/programme.toml"
    path.write_text(path.read_text() + "\n# changed\n")
    draft = plan_actions.ask_change(by=people["coordinator"], plan=stored, why="try")
    assert "no longer the one" in draft.reason


def test_a_disk_that_is_full_leaves_a_reason_and_no_folder(stored, data, people, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("patrolwise.web.tasking.plan_folders._put_on_disk", refuse)
    before = sorted(path.name for path in (data / "plans").iterdir())
    draft = plan_actions.ask_change(by=people["coordinator"], plan=stored, why="try")
    assert "No space left on device. Make room." in draft.reason
    assert sorted(path.name for path in (data / "plans").iterdir()) == before


@pytest.mark.parametrize(
    "path",
    ["", "publish/", "withdraw/", "again/", "change/", "unit-out/", "days/2024-06-02/",
     "files/plan.csv", "visits/1/", "visits/1/lock/"],
)  # fmt: skip
@pytest.mark.parametrize("role", ["officer", "analyst", "partner", "evaluator", "commissioner"])
def test_only_who_plans_sees_and_does_anything_to_plans(path, role, sign_in, people):
    plan = plain_plan(people)
    add_shift(plan)
    client = sign_in(role)
    assert client.get(f"/plans/{plan.pk}/{path}").status_code == 404
    assert client.post(f"/plans/{plan.pk}/{path}").status_code == 404
    assert Event.objects.filter(action="refused").count() == 2


def test_a_plan_that_does_not_exist_is_not_there(sign_in):
    assert sign_in("coordinator").get("/plans/77/").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["../plan.json", "..%2Fsecret-key", "plan-files.sha256", "site-cards-police-2024-06-02.json",
     "%2Fetc%2Fpasswd", ".making", "nothing.pdf", "plan.csv%00.pdf"],
)  # fmt: skip
def test_no_file_is_given_out_but_those_that_are_listed(name, sign_in, stored, data):
    (data / "secret-key").write_text("secret")
    assert sign_in("coordinator").get(f"/plans/{stored.pk}/files/{name}").status_code == 404


def test_files_of_a_plan_are_given_out_whole(sign_in, stored, data):
    answer = sign_in("coordinator").get(f"/plans/{stored.pk}/files/plan.csv")
    assert b"".join(answer.streaming_content) == (data / stored.folder / "plan.csv").read_bytes()
    assert 'filename="plan.csv"' in answer["Content-Disposition"]


def test_a_plan_whose_makers_access_ended_says_so(sign_in, stored):
    Plan.objects.filter(pk=stored.pk).update(made_by_id=99_999)
    assert (
        "somebody whose access ended"
        in sign_in("coordinator").get(f"/plans/{stored.pk}/").content.decode()
    )


def test_a_day_lists_visits_breaks_and_locks(sign_in, stored, django_assert_max_num_queries):
    client = sign_in("coordinator")
    with django_assert_max_num_queries(15):
        page = client.get(f"/plans/{stored.pk}/days/{SUNDAY}/").content.decode()
    for told in ("outreach-1", "break", "Move or swap", "Lock"):
        assert told in page
    assert (
        "No unit is on duty" in client.get(f"/plans/{stored.pk}/days/2024-06-20/").content.decode()
    )
    assert client.get(f"/plans/{stored.pk}/days/2024-13-40/").status_code == 404
    publish(stored)
    page = client.get(f"/plans/{stored.pk}/days/{MONDAY}/").content.decode()
    assert "Copy it as a draft to change" in page
    assert "Move or swap" not in page
