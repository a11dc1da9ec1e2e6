"""Rows of problem-solving plans and of walks: some of a programme's, and one plan that is ready."""

from datetime import date, timedelta

from patrolwise.partnership.environment_audits import NEWEST, load_items
from patrolwise.web.problems import models

_SAID = "The arcade is dark and nobody overlooks it; pupils pass it after school. "


def write_problems(made) -> None:
    """Add a plan and an audit for each day of a programme, with some rows each."""
    areas, today = list(made.areas), made.today
    for k in range(made.days):
        row = add_plan(today - timedelta(days=k), areas[:1], areas[1:], made.people["officer"].pk)
        if k % 2:
            models.ProblemPlan.objects.filter(pk=row.pk).update(stage="closed", decided=today)
        audit = add_audit(areas[k % len(areas)], made.now - timedelta(days=k))
        add_photo(audit.walks.last(), seen=made.now if k % 2 else None)
        audit.issues.filter(item="upkeep").update(
            owner=f"Council {k % 3}", reported=made.today, state="reported", reference="r"
        )


def add_plan(day: date, area_ids, comparison_ids, owner_id):
    """Return a plan at its assessment, with counts taken."""
    texts = ("behaviour", "place", "time", "harm", "affected", "aim", "data_gaps", "what_changed")
    row = models.ProblemPlan.objects.create(
        title="Dark arcade", area_ids=area_ids, owner_id=owner_id, stage="assessment", begun=day,
        begun_by_id=owner_id, response_began=day, review_due=day, community_view=_SAID,
        **dict.fromkeys(texts, _SAID),
    )  # fmt: skip
    said = {"plan": row, "said": day, "said_by_id": owner_id}
    for number in range(2):
        models.PlanEvidence.objects.create(source=f"Source {number}", text=_SAID, **said)
        models.PlanHypothesis.objects.create(side="Place", text=_SAID, **said)
        models.PlanAction.objects.create(
            kind="Environment", mechanism=_SAID, owner="Council", due=day, strength="Not known",
            state=("done", "planned")[number], cost_pounds=(900, None)[number], **said,
        )  # fmt: skip
    models.RegisteredMeasure.objects.create(
        plan=row, round=1, outcome="robbery@1", area_ids=area_ids, comparison_ids=comparison_ids,
        baseline_first=day, baseline_last=day, window_first=day, window_last=day, registered=day,
        registered_by_id=owner_id, taken=day, before=40, after=20, comparison_before=90,
        comparison_after=80, change="-50 %", compared="too few to say", verdict="chance",
        sentence="It could be chance.",
    )  # fmt: skip
    return row


def add_photo(walk, *, by=1, seen=None):
    """Return a photograph of a walk; its bytes are no picture."""
    return models.PlacePhoto.objects.create(
        walk=walk, item="upkeep", jpeg=b"pixels", marks=2, kept=walk.walked, kept_by_id=by,
        seen=seen, delete_on=walk.walked.date() + timedelta(days=365),
    )  # fmt: skip


def add_audit(area_id, at):
    """Return an audit with two walks and two faults."""
    audit = models.PlaceAudit.objects.create(
        area_id=area_id, items_version=NEWEST, begun=at.date(), begun_by_id=1
    )
    for number, light in enumerate(("day", "dark")):
        models.PlaceWalk.objects.create(
            audit=audit, walked=at - timedelta(days=2 - number), light=light, weather="Dry",
            walkers=["Warden"], scores=dict.fromkeys(load_items(), number), kept_by_id=1,
        )  # fmt: skip
    for item in ("lighting", "upkeep"):
        models.PlaceIssue.objects.create(
            audit=audit, item=item, text=_SAID, severity=2, found=at - timedelta(days=1)
        )
    return audit
