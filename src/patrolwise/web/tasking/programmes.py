"""Which programmes were read in, and where the files of one lie."""

from pathlib import Path

from django.db.models import QuerySet

from patrolwise.errors import InputError
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.queries import find_programme_file


def list_programmes() -> QuerySet[Upload]:
    """Return the programmes that are kept, the newest first.

    Returns
    -------
    QuerySet of Upload
    """
    return Upload.objects.filter(kind=Kind.PROGRAMME, state=State.KEPT)


def find_programme(upload_id: int | None) -> Path:
    """Return the programme file of an upload; its forms lie beside it.

    Parameters
    ----------
    upload_id : int or None

    Returns
    -------
    Path

    Raises
    ------
    InputError
        It was undone, or its files are gone.
    """
    upload = list_programmes().filter(pk=upload_id).first()
    if upload is None:
        raise InputError(
            "The programme that this plan is made from is no longer kept. Upload it again, then "
            "make a plan from it."
        )
    return find_programme_file(upload)
