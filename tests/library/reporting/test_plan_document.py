"""The report on a plan: its sections in every state, its page, its PDF and the terminal."""

import io
import itertools
import json
import re
from dataclasses import asdict, replace

import pypdf
import pytest

from patrolwise.reporting.blocks import Alert, Bullets, Figure, Grid, Paragraph, Terms
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.plan_document import build_plan_document
from patrolwise.reporting.plan_paper import DRAFT, SIMULATED
from patrolwise.reporting.plan_place_sections import find_plan_places, timeline_rows
from patrolwise.reporting.plan_records import ArrivalRecord, MethodRecord, PlanMarginRecord
from patrolwise.reporting.plan_sections import say_feasible
from patrolwise.reporting.plan_summaries import LONGEST, summarise_plan
from patrolwise.reporting.plan_trust_sections import say_checked, say_method
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html

from .plan_samples import (
    NAMES,
    OUTREACH,
    POLICE,
    make_bare_report,
    make_infeasible,
    make_report,
)

IN_ORDER = (
    "findings",
    "conflicts",
    "time",
    "dose",
    "shift",
    "separation",
    "fairness",
    "requests",
    "experiment",
    "arrivals",
    "method",
    "checked",
    "quality",
    "limits",
    "words",
    "made",
)


@pytest.fixture(scope="module")
def document():
    return build_plan_document(make_report(), ())  # of no width: words, and nothing drawn


def section_of(document, name):
    return next(section for section in document.sections if section.id == name)


def blocks_of(document, name, kind):
    return [block for block in section_of(document, name).blocks if isinstance(block, kind)]


def words_of(document, name):
    """All that a section says, but for its pictures."""
    said = []
    for block in section_of(document, name).blocks:
        if isinstance(block, Paragraph):
            said.append(block.text)
        elif isinstance(block, Alert):
            said += [block.level, block.title, block.text]
        elif isinstance(block, Bullets):
            said += block.items
        elif isinstance(block, Terms):
            said += itertools.chain(*block.items)
        elif isinstance(block, Grid):
            said += [block.caption, *block.columns, *itertools.chain(*block.rows), block.note]
    return "\n".join(said)


def words_with(name, **changes):
    return words_of(build_plan_document(make_report(**changes), ()), name)


def test_the_sections_stand_in_their_order_whatever_is_known(document):
    for made in (document, build_plan_document(make_bare_report(), (320,))):
        assert tuple(section.id for section in made.sections) == IN_ORDER


def test_the_report_is_plain_enough_for_json():
    for report in (make_report(), make_infeasible(), make_bare_report()):
        text = json.dumps(asdict(report), allow_nan=False)
        assert json.loads(text)["schema"] == "patrolwise.plan/1"


def test_it_says_whether_the_rules_can_be_kept(document):
    assert say_feasible(make_report()) == "Feasible: a plan keeps every rule."
    assert say_feasible(make_infeasible()).startswith("Not feasible")
    assert say_feasible(make_bare_report()).startswith("Not known")
    broken = replace(make_infeasible(), is_feasible=True)
    assert "the checker found 1 breach" in say_feasible(broken)
    assert "Seven of eight" in words_of(document, "findings")


def test_an_infeasible_plan_names_the_rules_the_reason_and_what_would_help():
    document = build_plan_document(make_infeasible(), ())
    words = words_of(document, "conflicts")
    for said in ("Any one less would do", "need 425 minutes", "8 hot spots", "One more pair"):
        assert said in words
    assert "No rules were found to stand" in words_with("conflicts")
    for name in ("findings", "checked"):
        (alert,) = blocks_of(document, name, Alert)
        assert "ten minutes late" in alert.text
    bare = replace(make_infeasible().conflicts[0], remedies=())
    assert "Each of these" not in words_with("conflicts", conflicts=(bare,))


def test_paid_minutes_add_up_and_the_floor_is_told(document):
    words = words_of(document, "time")
    assert "travel and breaks take 810. Ways and breaks leave at most 2,910 of the 3,200 " in words
    (minutes, costs) = blocks_of(document, "time", Grid)
    outreach, police = ([cell.replace(",", "") for cell in row] for row in minutes.rows)
    for row in (outreach, police):
        assert int(row[2]) == sum(map(int, row[3:7]))
    assert outreach[-1] == "67 %"
    assert costs.rows == ((OUTREACH, "£3,900", "£1.62", "£1.34"), (POLICE, "–", "–", "–"))
    assert words_with("time", times=()) == "No service is on duty."


def test_where_little_is_asked_for_that_and_not_the_way_sets_the_limit():
    spare = replace(make_report().times[0], floor_min=1_200, asked_min=2_400)
    told = "2,400 min in hot spots are asked for; 1,200 are left for ways, breaks and more"
    assert f"  {told}" in summarise_plan(make_report(times=(spare,))).split("\n")
    assert f"travel and breaks take 810. {told}." in words_with("time", times=(spare,))


def test_a_service_that_is_paid_for_nothing_has_no_share():
    idle = replace(
        make_report().times[0], paid_min=0, planned_min=0, travel_min=0, break_min=0, floor_min=0
    )
    grids = blocks_of(build_plan_document(make_report(times=(idle,)), ()), "time", Grid)
    assert grids[0].rows[0][-1] == "–"
    assert "(0 %)" not in summarise_plan(make_report(times=(idle,)))


def test_each_hot_spot_has_its_planned_owed_and_expected_minutes_services_apart(document):
    outreach, police = blocks_of(document, "dose", Grid)
    assert outreach.rows[0] == ("1", "Old Market", "5", "200", "280", "−80", "251")
    assert outreach.rows[1][3:] == ("280", "280", "0", "251")
    assert police.rows[0] == ("2", "Gallowtree Steps", "7", "280", "no rule", "–", "–")
    (alert,) = blocks_of(document, "dose", Alert)
    assert alert.text == "Less than the rule asks is planned for 1 Old Market."
    assert words_with("dose", doses=()) == "No visit is planned, and no rule owes any."


def test_one_days_plan_is_drawn_and_told_as_a_table(document):
    (figure,) = blocks_of(document, "shift", Figure)
    assert "Mon 3 Jun 2024" in figure.caption
    assert "Hatched bars: breaks" in figure.caption
    (grid,) = blocks_of(document, "shift", Grid)
    assert grid.rows[0] == ("SO-1", OUTREACH, "14:06–14:44", "1 Old Market")
    assert ("SO-1", OUTREACH, "16:21–16:51", "Break") in grid.rows
    report = make_report()
    rows = timeline_rows(report, find_plan_places(report))
    assert [row.unit_id for row in rows] == ["SO-1", "SO-2", "P-101"]
    assert "none is drawn" in words_with("shift", shown_day="2024-06-09")


def test_hot_spots_are_numbered_in_the_order_of_the_doses_and_unknown_names_are_ids():
    places = find_plan_places(make_report())
    assert places.label("hs-1") == "1 Old Market"
    report = make_report(doses=(), margins=(), arrivals=())
    places = find_plan_places(report)
    assert places.names["hs-4"] == "hs-4"
    nameless = ArrivalRecord(
        area_id="x", name="", service=OUTREACH, visits=1, entropy_bits=None, most_bits=None
    )
    assert find_plan_places(make_report(arrivals=(nameless,))).names["x"] == "x"


def test_margins_tell_the_nearest_approach_and_whether_it_is_kept(document):
    (grid,) = blocks_of(document, "separation", Grid)
    assert grid.rows[0] == ("1", "Old Market", "7", "5", "Mon 3 Jun 2024", "yes")
    assert grid.rows[-1][2:] == ("–", "5", "never both on one day", "yes")
    near = PlanMarginRecord(
        service_a=OUTREACH,
        service_b=POLICE,
        area_id="hs-1",
        name=NAMES[0],
        nearest_min=4.0,
        day="2024-06-03",
        asked_min=5.0,
    )
    words = words_with("separation", margins=(near,))
    assert "keep the margin asked in 0 of 1 hot spots." in words
    assert words.split("\n")[-2] == "no"
    assert words_with("separation", margins=()) == "No services were to be kept apart."


def test_fair_shares_and_requests_are_told_by_code_with_reasons(document):
    (grid,) = blocks_of(document, "fairness", Grid)
    assert grid.rows[0] == ("S1", "5", "3 (2.5)", "1 (1.0)", "80 (120)")
    assert grid.rows[2][-1] == "240"
    (grid,) = blocks_of(document, "requests", Grid)
    assert [row[4] for row in grid.rows] == ["refused", "honoured"]
    assert grid.rows[0][-1] == "Nobody else is contracted for Saturday."
    assert "Honoured: 1 of 2." in words_of(document, "requests")
    bare = build_plan_document(make_bare_report(), ())
    assert "No rota came" in words_of(bare, "fairness")
    assert "No member of staff asked" in words_of(bare, "requests")


def test_an_experiment_shows_hash_and_balance_and_never_what_was_drawn(document):
    words = words_of(document, "experiment")
    for said in ("d" * 64, "e" * 64, "10,000", "patrol, none", "stays concealed", "8 times in 10"):
        assert said in words
    grids = blocks_of(document, "experiment", Grid)
    assert [grid.caption for grid in grids] == [
        "Balance of the arms, in all",
        "Balance of the arms, by weekday",
    ]
    assert grids[0].rows[0] == ("all", "patrol", "28", "1,120", "0.31", "0.04")
    assert grids[0].rows[1][-1] == "–"
    without = replace(make_report().experiment, power=())
    assert "8 times" not in words_with("experiment", experiment=without)
    assert words_with("experiment", experiment=None) == "The plan carries no experiment."


def test_an_experiment_that_is_not_known_to_be_drawn_has_its_design_and_power():
    planned = replace(make_report().experiment, allocation_sha256="", balance=())
    words = words_with("experiment", experiment=planned)
    assert words.startswith(planned.design)
    assert "What was drawn is not known to this plan" in words
    assert words.endswith("A fall of 30 % would be found 8 times in 10.")
    assert "Allocation" not in summarise_plan(make_report(experiment=planned))


def test_arrivals_tell_entropy_beside_the_most_possible(document):
    (grid,) = blocks_of(document, "arrivals", Grid)
    assert grid.rows[0] == ("1", "Old Market", "5", "2.10", "2.58", "81 %")
    assert grid.rows[2][3:] == ("–", "–", "–")
    certain = replace(make_report().arrivals[0], entropy_bits=0.0, most_bits=0.0)
    assert words_with("arrivals", arrivals=(certain,)).split("\n")[-2] == "–"
    assert "Too few visits" in words_with("arrivals", arrivals=())


def method(score, bound, was_cut=False):
    return MethodRecord(shift="a", method="exact", score=score, bound=bound, was_cut=was_cut)


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        ((), "No shift was planned."),
        ((method(9, 9),), "Proven: no plan of 1 shift can score more."),
        (
            (method(9, 9), method(90, 100)),
            "1 of 2 shifts proven to be the best possible. The others are within 10.0 % of it.",
        ),
        (
            (method(9, None), method(90, 100, was_cut=True)),
            "0 of 2 shifts proven to be the best possible. For 1 nothing is proven. The clock "
            "stopped a search: another machine may plan otherwise.",
        ),
        ((method(0, 0), method(-4, 0)), "1 of 2 shifts proven to be the best possible. For 1"),
    ],
)
def test_how_good_the_plan_is_known_to_be_is_told_in_a_sentence(methods, said):
    assert say_method(make_report(methods=methods)).startswith(said)


def test_the_table_of_methods_tells_each_shift(document):
    (grid,) = blocks_of(document, "method", Grid)
    assert grid.rows[0] == ("2024-06-03 late", "exact", "17,200", "17,200", "the best possible")
    assert grid.rows[1][-1] == "within 3.5 %, stopped by the clock"
    assert "not known" in words_with("method", methods=(method(9, None),))
    assert words_with("method", methods=()) == "No shift was planned."


def test_the_checkers_word_is_told_with_the_rules_it_held(document):
    assert say_checked(make_report()).endswith("against 2 rules: none broken.")
    assert say_checked(make_infeasible()).endswith("against 2 rules: 1 breach.")
    assert say_checked(make_bare_report()) == "No plan was checked."
    assert "nor within the margin" in words_of(document, "checked")


def test_what_it_was_made_from_is_told(document):
    words = words_of(document, "made")
    for said in (make_report().plan_sha256, "patrolwise.plan/1", "requests.csv", "c" * 64):
        assert said in words
    bare = build_plan_document(make_bare_report(), ())
    assert "no plan yet" in words_of(bare, "made")
    assert blocks_of(bare, "made", Grid) == []
    assert "Requests read" in words_of(document, "quality")
    assert "ordinary walk" in words_of(document, "limits")


def test_simulated_and_draft_plans_are_marked_on_pages_tables_and_pictures():
    report = make_report(is_simulated=True, is_draft=True, notice="For the board.")
    document = build_plan_document(report, (NARROW,))
    assert document.notice == f"{DRAFT}. {SIMULATED}. For the board."
    assert document.footer.startswith("Simulated.")
    captions = [
        block.caption
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Figure | Grid)
    ]
    assert captions
    assert all(caption.startswith("Simulated. ") for caption in captions)
    plain = build_plan_document(make_report(), ())
    assert plain.notice == ""
    assert "imulated" not in plain.footer


def test_the_page_and_the_pdf_are_laid_out_from_the_same_document():
    report = make_report()
    page = lay_out_html(build_plan_document(report, (WIDE, NARROW)))
    pdf = lay_out_pdf(build_plan_document(report, (PRINT_WIDTH,)))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    words = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for name in NAMES:
        assert name in words
    assert "Victoria Park &lt;north gate&gt;" in page
    assert page.count("<figure>") == 1


def test_the_terminal_tells_it_on_one_screen():
    lines = summarise_plan(make_report()).split("\n")
    assert len(lines) <= LONGEST
    assert "Feasible: a plan keeps every rule." in lines
    assert "Street outreach: 60 visits, 2,400 min in hot spots of 3,600 paid (67 %)" in lines
    assert "  Ways and breaks leave at most 2,910 of the 3,200 min asked for" in lines
    assert "  £1.62 a planned minute; least possible £1.34" in lines
    assert "  Hot spots with what the rule owes: 7 of 8" in lines
    assert "Street outreach and Police: nearest approach 7 min" in lines
    assert "Requests honoured: 1 of 2" in lines
    assert f"Allocation {'d' * 64}" in lines
    assert lines[-1] == f"Plan {make_report().plan_sha256}"


def test_the_terminal_marks_what_is_simulated_or_a_draft_first():
    marked = make_report(is_simulated=True, is_draft=True, notice="For the board.")
    lines = summarise_plan(marked).split("\n")
    assert lines[:2] == [f"! {SIMULATED}.", f"! {DRAFT}."]
    assert lines[3] == "For the board."


def test_the_terminal_tells_why_a_plan_cannot_work_and_counts_what_does_not_fit():
    report = make_infeasible()
    lines = summarise_plan(report).split("\n")
    assert "! Eight visits of 40 minutes and a break need 425 minutes; SO-1 has 360." in lines
    assert "    keep SO-1 is on duty from 14:00 to 20:00." in lines
    assert "    or change: One hot spot less." in lines
    assert any("ten minutes late" in line for line in lines)
    many = replace(report, conflicts=report.conflicts * 9)
    lines = summarise_plan(many).split("\n")
    assert len(lines) == LONGEST
    assert any(re.fullmatch(r"\(\d+ more lines in the report\)", line) for line in lines)


def test_the_terminal_tells_a_bare_plan_in_three_lines():
    assert len(summarise_plan(make_bare_report()).split("\n")) == 3


def test_services_that_never_share_a_day_have_no_nearest_approach():
    never = tuple(replace(one, nearest_min=None, day="") for one in make_report().margins)
    assert "Street outreach and Police: never both" in summarise_plan(make_report(margins=never))
