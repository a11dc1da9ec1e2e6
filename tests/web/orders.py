"""The rule of order on every site: rows that are alike come in one order, on every database.

Without it PostgreSQL gives rows that tie in whatever order they lie, so that a list can change
from look to look, and a row can be on two pages of a list or on none.
"""

from django.apps import apps


def find_loose():
    """Return the site's own models whose order leaves it open which of two rows comes first."""
    own = [one for one in apps.get_models() if one.__module__.startswith("patrolwise.")]
    assert len(own) > 5
    return sorted(one._meta.label for one in own if one._meta.ordering and not _is_whole(one))


def _is_whole(model):
    names = {name.lstrip("-") for name in model._meta.ordering}
    pk = model._meta.pk.name
    alone = {field.name for field in model._meta.fields if field.unique} | {pk, "pk"}
    together = [set(one.fields) for one in model._meta.total_unique_constraints]
    return bool(names & alone) or any(one <= names for one in together)


def test_of_two_rows_one_always_comes_first():
    assert find_loose() == []
