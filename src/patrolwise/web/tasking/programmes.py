"""Which programmes were read in, and where the files of one lie."""

from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from patrolwise.errors import InputError
from patrolwise.web.records.models import Kind, State, Upload


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
    path = Path(settings.DATA_FOLDER) / upload.table
    if not path.is_file():
        raise InputError(
            f"The files of the programme {upload.name} are not there. Upload it again, then make "
            "a plan from it."
        )
    return path
