"""Whether the service may work in earnest: what `check --deploy` says of its impact assessment."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from patrolwise.web.casework import clock
from patrolwise.web.openness.assessments import find_signed

_SOON = timedelta(days=30)
_HINT = "The data protection officer signs it on /assessment/; docs/reference/dpia-template.md."


def check_assessment(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Return what is wrong with the impact assessment of a site in real use.

    Parameters
    ----------
    app_configs
        As Django gives it.

    Returns
    -------
    list of CheckMessage
        An error when none is signed or its review is past; a warning 30 days before.
    """
    if settings.IS_DEMO:
        return []
    today = clock.now().date()
    try:
        found = find_signed(today)
    except DatabaseError:
        told = "Whether an impact assessment is signed cannot be read: there are no tables yet."
        return [checks.Error(told, hint="Run init first.", id="openness.E001")]
    if found is None:
        told = "No impact assessment is signed, or its review is past: work with no real case."
        return [checks.Error(told, hint=_HINT, id="openness.E002")]
    if found.review_by - today <= _SOON:
        told = f"The impact assessment is to be looked at again by {found.review_by:%-d %B %Y}."
        return [checks.Warning(told, hint=_HINT, id="openness.W001")]
    return []
