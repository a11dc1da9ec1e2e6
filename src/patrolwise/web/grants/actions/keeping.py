"""Applications are held, deleted by two people when their time is over, and what stays is kept.

Of an award that was public its public facts stay; of every round how many applications it had.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.grants import GrantState
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.grants.due import list_due
from patrolwise.web.grants.models import (
    AwardReport,
    GrantApplication,
    GrantAward,
    GrantDeletion,
    GrantPayment,
    PublishedGrant,
    RoundRemains,
)
from patrolwise.web.grants.published import name_files
from patrolwise.web.vault import deletions
from patrolwise.web.vault.writing import Writing, check_may, save_record

_SUMS = {  # what stays of reports → what is added up of them
    "sessions": "sessions_held",
    "attendances": "attendances",
    "referred": "referrals_received",
    "accepted": "referrals_accepted",
}
_OF_APPLICATION = (
    *("reference", "org_name", "org_kind", "charity_number", "company_number"),
    *("title", "summary", "asked_pence"),
)
_OF_AWARD = (
    *("number", "pence", "awarded", "first", "last"),
    *("place", "place_code", "place_code_type"),
)


def hold_application(*, writing: Writing, row: GrantApplication, reason: str) -> None:
    """Keep an application whatever its clock says: a court, an audit, a request asks for it.

    Parameters
    ----------
    writing : Writing
    row : GrantApplication
    reason : str

    Raises
    ------
    InputError
        There is no reason.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.PROPOSE_GRANT_DELETIONS)
    check_faults("The hold", [] if reason.strip() else ["There is no reason."])
    row.is_held, row.hold_reason = True, reason.strip()
    save_record(row, writing, "is_held", "hold_reason")


def lift_hold(*, writing: Writing, row: GrantApplication) -> None:
    """Let an application's clock count again.

    Parameters
    ----------
    writing : Writing
    row : GrantApplication

    Raises
    ------
    RefusedError
        It is not on hold, or the role may not.
    """
    check_may(writing.by, Permission.PROPOSE_GRANT_DELETIONS)
    if not row.is_held:
        raise RefusedError("It is not on hold.")
    row.is_held, row.hold_reason = False, ""
    save_record(row, writing, "is_held", "hold_reason")


def propose_deletion(*, writing: Writing, on: date) -> GrantDeletion:
    """Propose what is due on a day; nothing is deleted yet.

    Parameters
    ----------
    writing : Writing
    on : date

    Returns
    -------
    GrantDeletion

    Raises
    ------
    RefusedError
        Nothing is due, one waits already, or the role may not.
    """
    return deletions.propose(_RULES, writing=writing, on=on)


def release_deletion(*, writing: Writing, run: GrantDeletion) -> None:
    """Delete what another person proposed, as far as it is still due; write the certificate.

    Parameters
    ----------
    writing : Writing
    run : GrantDeletion

    Raises
    ------
    RefusedError
        The same person proposed it, it was decided before, or the role may not.
    """
    deletions.release(_RULES, writing=writing, run=run)


def refuse_deletion(*, writing: Writing, run: GrantDeletion, why: str) -> None:
    """Refuse what another person proposed.

    Parameters
    ----------
    writing : Writing
    run : GrantDeletion
    why : str

    Raises
    ------
    InputError
        There is no reason.
    RefusedError
        As `release_deletion`.
    """
    deletions.refuse(_RULES, writing=writing, run=run, why=why)


def _delete(run: GrantDeletion, table: str, ids: Sequence[str]) -> Mapping[str, int]:
    """Delete applications with their awards and payments, once what stays of them is kept."""
    held = GrantApplication.objects.select_for_update(of=("self",)).select_related("round")
    rows = list(held.filter(pk__in=ids).order_by("pk"))
    awards = GrantAward.objects.filter(application__in=rows)
    _keep_published(run, awards.filter(released_at__isnull=False, accepted_at__isnull=False))
    _keep_counts(rows)
    went: Counter[str] = Counter()
    for beneath in (GrantPayment.objects.filter(award__in=awards), awards):
        went.update(beneath.delete()[1])
    went.update(deletions.delete_rows(run, table, [str(one.pk) for one in rows]))
    cache.delete_many([name for key in {one.round.pk for one in rows} for name in name_files(key)])
    return went


def _keep_published(run: GrantDeletion, awards: QuerySet[GrantAward]) -> None:
    rows = awards.select_related("application__round").annotate(
        paid_pence=Sum("payments__pence", filter=Q(payments__paid__isnull=False)),
        last_paid=Max("payments__paid"),
    )
    PublishedGrant.objects.bulk_create(
        PublishedGrant(
            round_id=one.application.round.pk,
            deletion=run,
            paid_pence=one.paid_pence or 0,  # type: ignore[attr-defined]
            last_paid=one.last_paid,  # type: ignore[attr-defined]
            **{name: getattr(one.application, name) for name in _OF_APPLICATION},
            **{name: getattr(one, name) for name in _OF_AWARD},
        )
        for one in rows
    )


def _keep_counts(rows: Sequence[GrantApplication]) -> None:
    """Add what goes to what has gone of its round."""
    gone: dict[int, Counter[str]] = {}
    for one in rows:
        own = gone.setdefault(one.round.pk, Counter())
        own["applications"] += 1
        own["sent"] += one.state != GrantState.DRAFT
        own["declined"] += one.state == GrantState.DECLINED
    awards = GrantAward.objects.filter(application__in=rows).order_by()
    given = awards.values_list("application__round").annotate(many=Count("pk"), sum=Sum("pence"))
    for key, many, pence in given:
        gone[key].update(awards=many, pence=pence)
    paid = GrantPayment.objects.filter(award__in=awards, paid__isnull=False).order_by()
    for key, pence in paid.values_list("award__application__round").annotate(sum=Sum("pence")):
        gone[key].update(paid_pence=pence)
    told = AwardReport.objects.filter(award__application__in=rows, returned_at=None)
    sums = told.order_by().values("award__application__round")
    for added in sums.annotate(**{f"of_{field}": Sum(field) for field in _SUMS.values()}):
        own = gone[added["award__application__round"]]
        own.update({name: added[f"of_{field}"] for name, field in _SUMS.items()})
    for key, own in gone.items():
        RoundRemains.objects.get_or_create(round_id=key)
        more = {name: F(name) + number for name, number in own.items()}
        RoundRemains.objects.filter(round_id=key).update(**more)


_RULES = deletions.DeletionRules(
    runs=GrantDeletion,
    may_propose=Permission.PROPOSE_GRANT_DELETIONS,
    may_release=Permission.RELEASE_GRANT_DELETIONS,
    list_due=list_due,
    delete=_delete,
)
