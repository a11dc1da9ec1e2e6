"""How a month's variation is told, and what definitions are called."""

import pytest
from django.urls import reverse

from patrolwise.evaluation.xmr import chart_xmr
from patrolwise.web.about import About
from patrolwise.web.insight.sheets import Column, Sheet
from patrolwise.web.insight.variation import tell_level, tell_variation, title_of

STEADY = [10, 12, 9, 11, 10, 13, 9, 12, 10, 11, 12, 10]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (STEADY, "ordinary"),
        ([*STEADY, 40], "above the limits"),
        ([*(30 + one for one in STEADY), 2], "below the limits"),
        ([*STEADY, 9, 8, 9, 8, 9, 8, 9], "7 in a row below the mean"),
        ([5, 20, 4, 22, 6, 21, 9, 10, 11, 12, 13, 14, 15], "7 in a row rising"),
        ([20, 5, 22, 4, 21, 6, 18, 17, 16, 15, 14, 13, 11], "7 in a row falling"),
        ([*STEADY, 16, 16], "near the upper limit"),
    ],
)
def test_the_strongest_signal_is_told_in_few_words(values, told):
    assert tell_variation(chart_xmr(values), len(values) - 1) == told


def test_limits_of_a_level_that_moved_are_said_to_say_little():
    moved = chart_xmr([100 + one for one in STEADY] + STEADY)
    assert tell_level(moved).startswith("24 of these 24 months lie outside the limits")
    assert tell_level(chart_xmr(STEADY)) == ""
    assert tell_level(chart_xmr([])) == ""


def test_a_definition_is_told_by_its_title_and_an_unknown_one_by_its_id():
    assert title_of("all-crime@1") == "All recorded crime"
    assert title_of("our-own@3") == "our-own@3"


def test_later_rows_of_a_sheet_are_folded_only_when_asked():
    about = About(definition="d", window="w", source="s", completeness="c")
    columns = (Column(title="What"),)
    given = {"key": "k", "title": "t", "columns": columns, "about": about, "empty": "none"}
    all_rows = Sheet(rows=[("a",), ("b",)], **given)
    assert (len(all_rows.first_rows), all_rows.folded_rows) == (2, [])
    folded = Sheet(rows=[("a",), ("b",)], shown=1, **given)
    assert (len(folded.first_rows), len(folded.folded_rows)) == (1, 1)


@pytest.mark.parametrize(("role", "leads"), [("commissioner", "insight"), ("officer", "home")])
def test_the_way_back_is_called_what_it_leads_to(role, leads, sign_in):
    client = sign_in(role)
    page = client.get(reverse("insight-dose")).content.decode()
    title = {"insight": "Insight", "home": "Today"}[leads]
    assert f'<a href="{reverse(leads)}" class="govuk-back-link">{title}</a>' in page
    assert (
        f'<h1 class="govuk-heading-l">{title}</h1>' in client.get(reverse(leads)).content.decode()
    )
