"""What goes on in the background: plans are made, changed and drawn."""

from datetime import UTC, datetime

from django.db import transaction
from django_tasks import task

from patrolwise.errors import PatrolwiseError
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.tasking.models import Plan
from patrolwise.web.tasking.plan_folders import remove_folder, write_folder_of
from patrolwise.web.tasking.plan_tables import store_rows, tell_owed, tell_report
from patrolwise.web.tasking.plan_work import Worked, work_out

NOT_DRAWN = "The cards could not be drawn."


@task()
def work_on_plan(plan_id: int) -> None:
    """Do what the row of a plan asks for. Begun twice, it is kept once.

    Parameters
    ----------
    plan_id : int
    """
    plan = Plan.objects.select_related("before").filter(pk=plan_id).exclude(doing="").first()
    if plan is None:
        return

    def tell(what: str) -> None:
        Plan.objects.filter(pk=plan_id).exclude(doing="").update(doing=what[:120])

    try:
        worked = work_out(plan, progress=tell)
        folder = write_folder_of(worked.made, progress=tell)
    except PatrolwiseError as error:
        _give_up(plan, str(error))
    else:
        _finish(plan, worked, folder)


def _give_up(plan: Plan, reason: str) -> None:
    """Tell why. Cards that could not be drawn after a change are out of date: it waits for them."""
    told = (
        {"doing": f"{NOT_DRAWN} {reason}"[:120]} if plan.folder else {"doing": "", "reason": reason}
    )
    with transaction.atomic():
        Plan.objects.filter(pk=plan.pk, revision=plan.revision).exclude(doing="").update(**told)
        _record(plan, "plan not made")


def _finish(begun: Plan, worked: Worked, folder: str) -> None:
    """Name the folder in the row, unless the row was changed since: its own work is under way."""
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(pk=begun.pk)
        is_late = plan.revision != begun.revision or not plan.doing
        if not is_late:
            _fill(plan, worked)
            old, plan.folder = plan.folder, folder
            plan.save()
            if worked.has_new_rows:
                store_rows(plan, worked.made)
            _record(plan, "plan made")
    remove_folder(folder if is_late else old)


def _fill(plan: Plan, worked: Worked) -> None:
    made = worked.made
    plan.programme_sha256 = made.programme.sha256
    plan.is_whole = bool(made.report.is_feasible)
    plan.report = tell_report(made)
    plan.has_experiment = made.report.experiment is not None
    plan.places = made.paper.names
    plan.owed = tell_owed(made)
    plan.changes = list(worked.changes) or plan.changes
    plan.doing, plan.reason = "", plan.asked.get("why", "")
    if worked.has_new_rows:
        plan.made = datetime.now(UTC)


def _record(plan: Plan, action: str) -> None:
    record_event(NewEvent(action=action, subject=f"plan:{plan.pk}"))  # no person does it
