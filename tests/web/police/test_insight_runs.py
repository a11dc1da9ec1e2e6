"""Evaluations from the site: whole or not at all, and their reports without any power."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from patrolwise.demo import demo_programme
from patrolwise.errors import RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.insight import actions, jobs
from patrolwise.web.insight.models import EvaluationRun, ReadToken
from patrolwise.web.tasking.models import PlaceEvent

from .patrol_rows import NOON, make_upload


@pytest.fixture
def stored(db, settings, tmp_path):
    """Return the worked example on real crimes, as an upload that was kept."""
    settings.DATA_FOLDER = tmp_path
    shutil.copytree(demo_programme().parent, tmp_path / "uploads" / "demo")
    return make_upload(table="uploads/demo/programme.toml", name="demo.zip")


def make_run(tmp_path, title="One", after=252, **more):
    """Return a run that is done, with a small results.json."""
    given = {
        "title": title,
        "state": "done",
        "folder": f"runs/{title}",
        "findings": ["It fell."],
        "asked": NOON,
        "asked_by_id": 1,
        **more,
    }
    folder = tmp_path / "runs" / title
    folder.mkdir(parents=True)
    window = {"first": "2024-01-01", "last": "2024-12-31"}
    document = {
        "hot_spot_set": "squares@1",
        "before": window,
        "after": window,
        "made": {"programme_sha256": "ab" * 32},
        "outcomes": [
            {"definition": "all-crime@1", "before": 416, "after": after, "verdict": "It fell."}
        ],
        "guards": [{"title": "Few places", "message": "Seven hot spots."}],
    }
    (folder / "results.json").write_text(json.dumps(document))
    (folder / "report.html").write_text("<script>alert(1)</script>")
    (folder / "report.pdf").write_bytes(b"%PDF")
    return EvaluationRun.objects.create(**given)


def test_an_evaluation_of_the_worked_example_ends_with_its_reports(
    stored, sign_in, tmp_path, django_capture_on_commit_callbacks
):
    client = sign_in("evaluator")
    days = {"first": datetime(2021, 11, 15, tzinfo=UTC), "last": datetime(2021, 11, 22, tzinfo=UTC)}
    PlaceEvent.objects.create(kind="campaign", title="Operation Sceptre", made_by_id=1, **days)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("run-start"), {"upload": stored.pk, "title": "As agreed"})
    run = EvaluationRun.objects.get()
    (campaign,) = json.loads((tmp_path / run.folder / "results.json").read_text())["campaigns"]
    assert (campaign["name"], campaign["declared_in"]) == ("Operation Sceptre", "site")
    assert answer["Location"] == reverse("run", args=[run.pk])
    assert (run.state, run.reason, run.doing) == ("done", "", "")
    assert {"report.html", "report.pdf", "results.json"} <= set(os.listdir(tmp_path / run.folder))  # noqa: PTH208
    assert [one for one in os.listdir(tmp_path / "runs") if one.startswith(".")] == []  # noqa: PTH208
    page = client.get(reverse("run", args=[run.pk])).content.decode()
    assert run.findings[0][:30] in page.replace("&#x27;", "'")
    assert "city-centre-seven@1" in page
    assert "33 files with 49,564 rows" in page
    assert "Rows without a place: 0 (0.0% at most, in 2019-12)." in page
    assert Event.objects.filter(action="evaluation started", subject=f"run {run.pk}").exists()


def test_a_programme_that_is_wrong_is_refused_in_the_librarys_words(stored, tmp_path):
    (tmp_path / "uploads" / "demo" / "programme.toml").write_text("title =")
    run = EvaluationRun.objects.create(title="x", upload_id=stored.pk, asked=NOON, asked_by_id=1)
    jobs.evaluate.call(run.pk)
    run.refresh_from_db()
    assert run.state == "refused"
    assert "not TOML" in run.reason


def test_a_programme_that_was_undone_and_a_full_disk_are_told(stored, monkeypatch):
    run = EvaluationRun.objects.create(title="x", upload_id=stored.pk, asked=NOON, asked_by_id=1)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(jobs.os, "replace", full)
    monkeypatch.setattr(
        jobs, "write_results", lambda results, out, progress: progress("Writing") or ()
    )
    jobs.evaluate.call(run.pk)
    run.refresh_from_db()
    assert "No space left on device" in run.reason
    stored.state = "undone"
    stored.save()
    jobs.evaluate.call(run.pk)
    run.refresh_from_db()
    assert "no longer kept" in run.reason


def test_a_run_that_is_done_stays_as_it_is(people, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    run = make_run(tmp_path)
    jobs.evaluate.call(run.pk)
    with pytest.raises(RefusedError, match="is done"):
        actions.restart_run(by=people["evaluator"], run=run)
    run.refresh_from_db()
    assert run.folder == "runs/One"


def test_a_run_that_died_can_be_started_again(
    sign_in, stored, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(jobs, "_evaluate", lambda run, progress: (["It rose."], "runs/x"))
    run = EvaluationRun.objects.create(
        title="x", upload_id=stored.pk, asked=NOON, asked_by_id=1, state="running", doing="Reading"
    )
    client = sign_in("evaluator")
    assert "Start it again" in client.get(reverse("run", args=[run.pk])).content.decode()
    assert client.get(reverse("run-again", args=[run.pk])).status_code == 302
    assert EvaluationRun.objects.get().state == "running"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("run-again", args=[run.pk]))
    assert EvaluationRun.objects.get().state == "done"
    assert client.post(reverse("run-again", args=[run.pk])).status_code == 409


def test_a_report_can_do_nothing_in_the_browser(sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    run = make_run(tmp_path)
    client = sign_in("commissioner")
    for name, kind in (
        ("report.html", "text/html"),
        ("report.pdf", "application/pdf"),
        ("results.json", "application/json"),
    ):
        answer = client.get(reverse("run-file", args=[run.pk, name]))
        assert answer["Content-Type"].startswith(kind)
        policy = answer["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "script" not in policy
        assert b"".join(answer.streaming_content)  # to its end: the client then closes the file
    for name in ("programme.toml", "..", "results.json.bak"):
        assert client.get(f"/insight/runs/{run.pk}/{name}").status_code == 404
    (tmp_path / "runs" / "One" / "report.pdf").unlink()
    assert client.get(reverse("run-file", args=[run.pk, "report.pdf"])).status_code == 404


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"state": "waiting"}, "Waiting for its turn"),
        ({"state": "running", "doing": "Placing hot spots"}, "Placing hot spots"),
        ({"state": "refused", "reason": "Months are missing."}, "Months are missing."),
        ({"folder": "runs/gone"}, "are gone"),
        ({"folder": ""}, "are gone"),
    ],
)
def test_a_run_says_how_far_it_is(more, told, sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    run = make_run(tmp_path, **more)
    assert told in sign_in("commissioner").get(reverse("run", args=[run.pk])).content.decode()


def test_two_runs_are_compared_what_differs_first(sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    one, two = make_run(tmp_path), make_run(tmp_path, "Two", 300, asked=NOON + timedelta(days=1))
    empty = make_run(tmp_path, "Three", state="refused")
    client = sign_in("commissioner")
    assert "Two" in client.get(reverse("run", args=[one.pk])).content.decode()
    page = client.get(reverse("run-compare", args=[one.pk, two.pk]))
    assert page.context["rows"][0] == (
        "All recorded crime (all-crime@1)",
        "416 before, 252 after. It fell.",
        "416 before, 300 after. It fell.",
    )
    assert page.context["rows"][-1][1] == page.context["rows"][-1][2]
    assert "Before: 2024-01-01 to 2024-12-31." in page.content.decode()
    page = client.get(reverse("run-compare", args=[one.pk, empty.pk]))
    assert page.context["rows"][0][2] == "not in it"
    page = client.get(reverse("run-compare", args=[empty.pk, empty.pk])).content.decode()
    assert "Neither of them" in page
    assert "Definition." not in page


def test_the_list_has_none_one_and_many_within_few_queries(
    sign_in, settings, tmp_path, django_assert_max_num_queries
):
    settings.DATA_FOLDER = tmp_path
    client = sign_in("commissioner")
    assert "No evaluation was run yet" in client.get(reverse("runs")).content.decode()
    assert "Start an evaluation" not in client.get(reverse("runs")).content.decode()
    for k in range(5):
        make_run(tmp_path, f"Run {k}")
    with django_assert_max_num_queries(12):
        assert "Run 4" in client.get(reverse("runs")).content.decode()
    assert "Start an evaluation" in sign_in("analyst").get(reverse("runs")).content.decode()


def test_the_start_asks_for_a_programme_and_says_when_there_is_none(sign_in):
    client = sign_in("analyst")
    assert "No programme is kept" in client.get(reverse("run-start")).content.decode()
    upload = make_upload(name="ours.zip")
    assert "ours.zip, 03 Mar 2026" in client.get(reverse("run-start")).content.decode()
    assert client.post(reverse("run-start"), {"upload": upload.pk, "title": ""}).status_code == 200
    assert not EvaluationRun.objects.exists()


@pytest.mark.parametrize("role", ["coordinator", "commissioner", "officer", "administrator"])
def test_only_who_may_run_evaluations_starts_one_again(role, sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    run = make_run(tmp_path, state="refused")
    assert sign_in(role).post(reverse("run-again", args=[run.pk])).status_code == 404


@pytest.mark.parametrize("role", ["officer", "partner", "administrator"])
def test_runs_are_not_there_for_who_may_not_see_insight(role, sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    run = make_run(tmp_path)
    client = sign_in(role)
    for address in (
        f"/insight/runs/{run.pk}/",
        f"/insight/runs/{run.pk}/results.json",
        f"/insight/runs/{run.pk}/with/{run.pk}/",
    ):
        assert client.get(address).status_code == 404


def test_a_token_is_shown_once_and_kept_as_a_hash(sign_in, people):
    client = sign_in("evaluator")
    assert "You have no token yet" in client.get(reverse("tokens")).content.decode()
    page = client.post(reverse("tokens"), {"name": "notebook"})
    made = page.context["made"]
    token = ReadToken.objects.get()
    assert made in page.content.decode()
    assert token.token_sha256 == actions.hash_token(made) != made
    assert str(token) == "notebook"
    assert made not in client.get(reverse("tokens")).content.decode()
    assert client.post(reverse("tokens"), {"name": ""}).context["made"] == ""
    assert made not in json.dumps(list(Event.objects.values("detail", "subject")))


def test_a_token_is_ended_by_its_owner_alone(sign_in, people):
    actions.make_token(by=people["evaluator"], name="notebook")
    token = ReadToken.objects.get()
    assert sign_in("analyst").post(reverse("token-end", args=[token.pk])).status_code == 404
    client = sign_in("evaluator")
    assert client.get(reverse("token-end", args=[token.pk])).status_code == 302
    assert ReadToken.objects.get().ended is None
    page = client.post(reverse("token-end", args=[token.pk]), follow=True).content.decode()
    assert "has ended" in page
    assert ReadToken.objects.get().ended


def test_five_tokens_are_enough(people, sign_in):
    for k in range(5):
        actions.make_token(by=people["evaluator"], name=str(k))
    with pytest.raises(RefusedError, match="End one"):
        actions.make_token(by=people["evaluator"], name="six")
