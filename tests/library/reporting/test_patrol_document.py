"""The report on patrols: its sections in every state, its page, its PDF and the terminal."""

import io
import itertools
import re
from dataclasses import replace

import pypdf
import pytest

from patrolwise.errors import InputError
from patrolwise.reporting.blocks import Alert, Bullets, Cards, Figure, Grid, Paragraph, Terms
from patrolwise.reporting.patrol_context_sections import NEVER_TOGETHER
from patrolwise.reporting.patrol_document import build_patrol_document
from patrolwise.reporting.patrol_summaries import LONGEST, summarise_patrols
from patrolwise.reporting.patrol_wording import EDGE, SIMULATED, explain_edge
from patrolwise.reporting.pdf import PRINT_WIDTH, lay_out_pdf
from patrolwise.reporting.web_page import NARROW, WIDE, lay_out_html

from .patrol_samples import OUTREACH, POLICE, SHOWN, make_bare, make_patrols

IN_ORDER = (
    "findings",
    "dose",
    "days",
    "shift",
    "rhythm",
    "separation",
    "away",
    "cost",
    "reported",
    "trust",
    "quality",
    "limits",
    "words",
    "made",
)


@pytest.fixture(scope="module")
def document():
    return build_patrol_document(make_patrols(), ())  # of no width: words, and nothing drawn


def build(**changes):
    return build_patrol_document(replace(make_patrols(), **changes), ())


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
        elif isinstance(block, Cards):
            for card in block.items:
                said += [card.label, card.verdict, card.caution, *itertools.chain(*card.lines)]
    return "\n".join(said)


def cell(grid, row, column):
    return grid.rows[row][grid.columns.index(column)]


def test_the_sections_stand_in_their_order(document):
    assert tuple(section.id for section in document.sections) == IN_ORDER
    assert tuple(section.id for section in build_patrol_document(make_bare(), (320,)).sections) == (
        IN_ORDER
    )


def test_each_service_has_its_card_and_services_are_never_added(document):
    (cards,) = blocks_of(document, "findings", Cards)
    assert [card.title for card in cards.items] == [POLICE, OUTREACH]
    results = make_patrols()
    everything = sum(dose.patrol_min for dose in results.doses)
    assert f"{everything:,.0f}" not in words_of(document, "findings")
    police = sum(dose.patrol_min for dose in results.doses if dose.service == POLICE)
    assert dict(cards.items[0].lines)["Delivered"] == f"{police:,.0f} min"
    assert dict(cards.items[0].lines)["Cost per minute"].startswith("£3.38 a minute of a patrol")
    assert [total.service for total in results.totals] == [POLICE, OUTREACH]
    for card, total in zip(cards.items, results.totals, strict=True):
        interval = f"{total.low_min:,.0f} to {total.high_min:,.0f}"
        assert dict(card.lines)["True minutes, 95 % interval"] == interval
    summed = sum(dose.low_min for dose in results.doses if dose.service == POLICE)
    assert f"{summed:,.0f}" not in words_of(document, "findings")
    assert cards.items[0].label.startswith("Days met: ")


def test_one_hot_spot_has_its_own_interval_on_its_card():
    document = build_patrol_document(make_patrols(areas=1, days=7), ())
    (cards,) = blocks_of(document, "findings", Cards)
    dose = make_patrols(areas=1, days=7).doses[0]
    interval = f"{dose.low_min:,.0f} to {dose.high_min:,.0f}"
    assert dict(cards.items[0].lines)["True minutes, 95 % interval"] == interval


def test_a_service_without_dose_rule_ledger_or_trust_still_has_a_card():
    free = tuple(
        replace(total, planned_min=None, days_planned=0) for total in make_patrols().totals
    )
    document = build(doses=(), totals=free, costs=(), trust=(), rules=())
    (cards,) = blocks_of(document, "findings", Cards)
    card = cards.items[0]
    assert card.label == "No day planned"
    assert card.caution == ""
    assert dict(card.lines)["Asked for"] == "no rule"
    assert dict(card.lines)["Cost per minute"] == "no ledger"
    assert "No rule asked for any." in card.verdict
    assert "No service was tracked in these hot spots." in words_of(document, "dose")


def test_why_the_truth_can_lie_above_the_credit_is_told_where_it_does(document):
    assert EDGE not in words_of(document, "dose")
    assert EDGE not in words_of(document, "findings")
    results = make_patrols()
    doses, totals = (
        tuple(replace(one, low_min=one.patrol_min, high_min=one.patrol_min + 9) for one in records)
        for records in (results.doses, results.totals)
    )
    told = build(doses=doses, totals=totals)
    notes = [
        grid.note for grid in blocks_of(told, "dose", Grid) if "Person-minutes" in grid.columns
    ]
    assert [note.count(EDGE) for note in notes] == [1, 1]
    (cards,) = blocks_of(told, "findings", Cards)
    assert all(card.caution.startswith(f"{EDGE} With a fix every") for card in cards.items)


def test_an_interval_cut_off_at_nothing_does_not_speak_of_the_edge():
    total = replace(make_patrols().totals[0], patrol_min=3.0, low_min=0.0, high_min=9.0)
    assert explain_edge([total]) == ""
    assert explain_edge([replace(total, low_min=0.1)]) == EDGE
    assert explain_edge([replace(total, low_min=1.0, high_min=5.4)]) == ""


def test_rules_are_printed_with_their_days_and_reasons(document):
    grid = blocks_of(document, "dose", Grid)[0]
    assert cell(grid, 0, "Until") == "open-ended"
    assert cell(grid, 1, "Until") == "31 August 2024"
    assert cell(grid, 1, "Why") == "Young people asked for longer visits"
    bare = build(rules=(replace(make_patrols().rules[0], reason=""),))
    assert cell(blocks_of(bare, "dose", Grid)[0], 0, "Why") == "no reason was given"


def test_each_service_has_a_chart_and_tables_of_its_own(document):
    assert len(blocks_of(document, "dose", Figure)) == 2
    grids = blocks_of(document, "dose", Grid)[1:]
    assert [len(grid.rows) for grid in grids] == [7, 7, 7, 7]
    assert cell(grids[0], 2, "Called away") == "25"


def test_hot_spots_without_a_plan_have_no_days_short():
    doses = tuple(
        replace(dose, planned_min=None, days_planned=0, days_met=0, days_short=0, days_unclear=0)
        for dose in make_patrols().doses
    )
    grids = blocks_of(build(doses=doses, rules=()), "dose", Grid)
    assert cell(grids[0], 0, "Asked for") == "no rule"
    assert cell(grids[1], 0, "Days short") == cell(grids[1], 0, "Days met") == "\u2013"


def test_the_days_name_the_hot_spots_that_were_short(document):
    police = blocks_of(document, "days", Grid)[0]
    days = [day for day in make_patrols().days if day.service == POLICE and day.day == SHOWN]
    row = next(row for row in police.rows if row[0] == "Wed 19 Jun 2024")
    assert row[2] == str(sum(day.verdict == "met" for day in days))
    assert row[-1] == " and ".join(
        day.area_id.removeprefix("hs-") for day in days if day.verdict == "short"
    )


def test_days_on_which_nothing_was_planned_count_nothing(document):
    outreach = blocks_of(document, "days", Grid)[1]
    friday = next(row for row in outreach.rows if row[0].startswith("Fri"))
    assert set(friday[2:]) == {"\u2013"}


def test_a_year_is_told_by_week():
    document = build_patrol_document(make_patrols(areas=2, days=365), ())
    grid = blocks_of(document, "days", Grid)[0]
    assert grid.columns[0] == "Week from"
    assert len(grid.rows) == 53


def test_stays_are_told_in_local_time_and_pass_throughs_apart(document):
    grid = blocks_of(document, "shift", Grid)[0]
    first = min(
        (stay for stay in make_patrols().stays if stay.service == POLICE),
        key=lambda stay: (stay.unit_id, stay.start),
    )
    assert first.start[11:16] == "15:00"
    assert cell(grid, 0, "Came") == "16:00"
    kinds = [row[-1] for row in grid.rows]
    assert kinds.count("passed through") == sum(s.is_pass_through for s in make_patrols().stays)


def test_two_services_that_met_are_told_when_and_where(document):
    said = words_of(document, "separation")
    assert "Together 1 time, 6.5 minutes in all." in said
    assert NEVER_TOGETHER not in said
    assert "P-101 and SO-2" in said
    assert "1.1 meetings in 100 hours" in said
    assert "(95 % interval 0.0 to 6.0), on 92.4 hours" in said


def test_two_services_that_never_met_are_told_how_near_they_came():
    (pair,) = make_patrols().separation
    apart = replace(pair, meetings=(), minutes_together=0.0, rate=None, nearest_margin_min=12.0)
    said = words_of(build(separation=(apart,)), "separation")
    assert NEVER_TOGETHER in said
    assert "one left 12 minutes before the other came" in said
    assert "meetings in 100 hours" not in said
    never = replace(apart, nearest_margin_min=None, rate=0.0, rate_low=None, rate_high=None)
    said = words_of(build(separation=(never,)), "separation")
    assert "never in the same hot spot on one day" in said
    assert "(no interval)" in said


def test_services_that_were_not_compared_are_not_called_apart():
    assert "was not asked" in words_of(build(separation=()), "separation")
    one = build(separation=(), services=(POLICE,))
    assert "Fewer than two services" in words_of(one, "separation")


def test_costs_stand_with_their_ledger_and_the_cautions_beside_the_difference(document):
    said = words_of(document, "cost")
    assert "£3.29 to £3.47" in said
    assert "on-costs" in said
    assert "All of it" in said
    blocks = section_of(document, "cost").blocks
    assert isinstance(blocks[-1], Alert)
    assert "\u221232.5 % (95 % interval \u221234.5 to \u221230.4 %)" in said


def test_costs_without_an_interval_or_a_comparison_say_so():
    results = make_patrols()
    first, second = results.costs
    difference = replace(results.cost_difference, low_percent=None, high_percent=None)
    document = build(
        costs=(
            replace(first, low=None, high=None, is_verified=False, corrected=None),
            replace(second, high=None, basis="person"),
        ),
        cost_difference=difference,
    )
    said = words_of(document, "cost")
    assert "\u221232.5 % (no interval)" in said
    assert "£2.27 to no limit" in said
    assert "one person" in said
    alone = words_of(build(cost_difference=None), "cost")
    assert "were not compared" in alone


def test_a_difference_is_told_on_both_kinds_of_minute_where_they_differ():
    difference = make_patrols().cost_difference
    apart = replace(difference, difference_percent=-55.14, corrected_percent=-54.5)
    assert (
        "\u221255.1 % on credited minutes; \u221254.5 % on the minutes expected to be true "
        "(95 % interval \u221234.5 to \u221230.4 %)."
    ) in words_of(build(cost_difference=apart), "cost")
    near = replace(difference, corrected_percent=-32.46)
    assert "credited minutes;" not in words_of(build(cost_difference=near), "cost")


def test_the_table_of_costs_gives_the_interval_after_the_figure_that_it_is_of():
    first = replace(make_patrols().costs[0], corrected=3.21)
    grid = blocks_of(build(costs=(first,)), "cost", Grid)[0]
    assert grid.columns[2:5] == ("Credited", "Expected", "95 % interval")
    assert grid.rows[0][2:5] == ("£3.38", "£3.21", "£3.29 to £3.47")


def test_what_partners_report_is_framed_and_in_no_other_section(document):
    assert isinstance(section_of(document, "reported").blocks[0], Alert)
    assert "reported, not verified" in words_of(document, "reported")
    for name in set(IN_ORDER) - {"reported"}:
        assert "Youth workers" not in words_of(document, name)


def test_trust_tells_grades_refresh_and_questions(document):
    said = words_of(document, "trust")
    assert f"{POLICE}: With a fix every 300 s, visits under 4.8 min" in said
    assert "are they a pair?" in said
    grades = blocks_of(document, "trust", Grid)[1]
    assert grades.columns == ("Service", "A", "B", "C", "D")
    assert grades.rows[0][1:] == ("12", "31", "9", "4")


def test_how_it_was_made_prints_the_rule_and_the_hashes(document):
    said = words_of(document, "made")
    assert "longest_gap_s 300; shortest_dwell_s 60; margin_m 15" in said
    for digest in ("9f" * 32, "c4" * 32, "7d" * 32, "e1" * 32, "ab" * 32):
        assert digest in said


def test_only_the_words_that_are_used_are_explained(document):
    assert "Cost per minute" in words_of(document, "words")
    bare = words_of(build(costs=(), rules=(), abstractions=()), "words")
    for word in ("Cost per minute", "Dose rule", "Called away"):
        assert word not in bare


def test_nothing_at_all_is_told_in_words_and_not_in_empty_tables():
    document = build_patrol_document(make_bare(), (320,))
    for section in document.sections:
        assert section.blocks
        assert not [block for block in section.blocks if isinstance(block, Grid | Figure)]
    for name, said in (
        ("findings", "No finding could be stated"),
        ("dose", "No dose rule was in force"),
        ("days", "No day was counted"),
        ("shift", "No visit was made in the window"),
        ("shift", "no outlines and no tracks"),
        ("rhythm", "No visit was made"),
        ("away", "No call away was logged"),
        ("cost", "No ledger was given"),
        ("reported", "No partner reported"),
        ("trust", "No tracker's day was graded"),
        ("trust", "Nothing in the tracks calls for a question"),
        ("quality", "No data-quality lines"),
        ("limits", "No limits were recorded"),
    ):
        assert said in words_of(document, name)


def test_a_window_with_silence_unknown_calls_and_pauses_shows_a_dash(document):
    rhythm = blocks_of(document, "rhythm", Grid)
    assert cell(rhythm[1], 0, "Within 2 h") == "\u2013"
    unvisited = tuple(
        replace(one, mean_min=None, median_min=None, koper_visits=None)
        for one in make_patrols().rhythm
    )
    grid = blocks_of(build(rhythm=unvisited), "rhythm", Grid)[0]
    assert cell(grid, 0, "10 to 16 min") == cell(grid, 0, "Mean, min") == "\u2013"
    away = blocks_of(document, "away", Grid)[0]
    assert [row[-1] for row in away.rows] == ["2.3 %", "\u2013"]
    trust = blocks_of(document, "trust", Grid)[0]
    assert [row[-1] for row in trust.rows] == ["7.1 %", "\u2013"]


def test_a_service_that_gave_nothing_has_no_chart_among_those_that_did():
    results = make_patrols()
    police = {"doses": results.doses, "days": results.days}
    own = {key: tuple(r for r in rows if r.service == POLICE) for key, rows in police.items()}
    document = build(**own)
    assert len(blocks_of(document, "dose", Figure)) == 1
    assert len(blocks_of(document, "days", Figure)) == 1


def test_simulated_data_is_marked_on_every_page_table_and_picture():
    document = build(is_simulated=True)
    assert document.notice == f"{SIMULATED}. Worked example on invented figures"
    assert document.footer.startswith("Simulated data.")
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Grid | Figure):
                assert block.caption.startswith("Simulated data. ")
    assert blocks_of(document, "findings", Alert)[0].title == SIMULATED
    assert build(is_simulated=True, notice="").notice == f"{SIMULATED}."
    real = build(questions=())
    assert SIMULATED not in real.notice
    assert not blocks_of(real, "findings", Alert)


@pytest.mark.parametrize("simulated", [True, False])
def test_the_page_is_whole_and_carries_the_banner_above_the_title(simulated):
    results = replace(make_patrols(areas=2, days=7), is_simulated=simulated)
    page = lay_out_html(build_patrol_document(results, (WIDE, NARROW)))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'url\(#([^)"]+)\)', page)) <= set(ids)
    assert "<script" not in page
    assert page.count("<svg") == 2 * page.count("<figure>")
    before_the_title = page.partition("<h1>")[0].partition("<body>")[2]
    assert (SIMULATED in before_the_title) is simulated


def test_names_with_markup_are_shown_and_not_obeyed():
    nasty = '<script>alert("x")</script> & #panic("y")'
    results = make_patrols(areas=1, days=2)
    results = replace(
        results,
        title=nasty,
        services=(nasty,),
        doses=tuple(replace(d, name=nasty, service=nasty) for d in results.doses[:1]),
        days=tuple(replace(d, service=nasty) for d in results.days[:2]),
        stays=tuple(replace(s, unit_id=nasty, service=nasty) for s in results.stays[:2]),
        tracks=tuple(replace(t, service=nasty) for t in results.tracks[:1]),
        separation=(),
    )
    assert "<script" not in lay_out_html(build_patrol_document(results, (WIDE, NARROW)))
    pdf = lay_out_pdf(build_patrol_document(results, (PRINT_WIDTH,)))
    assert '#panic("y")' in pages_of(pdf)[0]


def pages_of(pdf):
    return [
        re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
    ]


def test_every_page_of_the_pdf_carries_the_banner():
    results = replace(make_patrols(areas=2, days=14), is_simulated=True)
    pages = pages_of(lay_out_pdf(build_patrol_document(results, (PRINT_WIDTH,))))
    assert len(pages) > 3
    assert all(SIMULATED in page for page in pages)


def test_letters_that_the_fonts_lack_are_replaced_in_the_pdf_and_kept_on_the_page():
    results = replace(make_bare(), title="Patrols in \u6e0b\u8c37")
    assert "\u6e0b\u8c37" in lay_out_html(build_patrol_document(results, (WIDE, NARROW)))
    pages = pages_of(lay_out_pdf(build_patrol_document(results, (PRINT_WIDTH,))))
    assert "Patrols in ??" in pages[0]


def test_bare_results_make_a_page_and_a_pdf():
    assert "No finding could be stated" in lay_out_html(build_patrol_document(make_bare(), (700,)))
    pages = pages_of(lay_out_pdf(build_patrol_document(make_bare(), (700,))))
    assert "No ledger was given" in " ".join(pages)


def test_the_terminal_says_the_window_on_one_screen():
    summary = summarise_patrols(make_patrols())
    lines = summary.splitlines()
    assert len(lines) <= LONGEST
    assert lines[0] == "Patrols in Northgate, June 2024"
    for said in (
        "3 June 2024 to 30 June 2024 (28 days), hot spot set northgate-seven@2",
        "  £2.28 a minute of a patrol (95 % interval £2.27 to £2.29)",
        "  With a fix every 300 s, visits under 4.8 min cannot be relied on to be seen.",
        "! 1 partner reported minutes that nobody verified",
        "! 1 question to ask about the trackers",
        "2. The police rule was met on 7 days in 10.",
    ):
        assert said in lines


def test_a_sentence_that_is_a_finding_is_not_said_twice_on_the_terminal():
    results = make_patrols()
    (pair,) = results.separation
    both = replace(results, findings=(pair.sentence, results.cost_difference.sentence))
    summary = summarise_patrols(both)
    assert summary.count(pair.sentence) == summary.count(results.cost_difference.sentence) == 1


def test_the_first_line_says_that_data_is_simulated():
    results = replace(make_patrols(), is_simulated=True)
    for summary in (summarise_patrols(results), summarise_patrols(results, SHOWN)):
        assert summary.splitlines()[0] == f"! {SIMULATED}."


def test_many_services_still_fit_on_one_screen():
    one = make_patrols().totals[0]
    totals = tuple(replace(one, service=f"Service {n}") for n in range(30))
    lines = summarise_patrols(replace(make_patrols(), totals=totals)).splitlines()
    assert len(lines) == LONGEST
    hidden = 30 * 2 + 2 + 2 + 2 - (LONGEST - 4)
    assert lines[-1] == f"({hidden} more lines in the report)"


def test_bare_results_are_told_in_a_few_lines():
    assert summarise_patrols(make_bare()).splitlines()[-1] == "No service was tracked."
    idle = replace(make_patrols().totals[0], patrol_min=0.0, low_min=0.0, high_min=0.0)
    free = replace(make_patrols(), totals=(replace(idle, planned_min=None),), costs=(), trust=())
    interval = "(the true minutes while tracked: 0 to 0, 95 % interval)"
    told = f"{POLICE}: 0 min {interval} in hot spots, no rule"
    assert told in summarise_patrols(free)


def test_a_day_lists_its_hot_spots_the_short_ones_first():
    lines = summarise_patrols(make_patrols(), SHOWN).splitlines()
    at = lines.index(POLICE)
    assert lines[2] == "Wed 19 Jun 2024"
    verdicts = [line.split()[0] for line in lines[at + 1 : at + 8]]
    assert verdicts == sorted(verdicts, key=["short", "cannot", "met"].index)
    assert any(re.fullmatch(r"  short +4 Canal Basin & Lock: \d+ of 30 min .*", x) for x in lines)
    assert lines[-1] == f"! {POLICE} and {OUTREACH} met 1 time"


def test_a_day_without_meeting_plan_or_one_of_the_services_says_less():
    results = make_patrols()
    own = tuple(
        replace(day, planned_min=None, verdict="no rule")
        for day in results.days
        if day.service == POLICE
    )
    lines = summarise_patrols(replace(results, days=own), "2024-06-18").splitlines()
    assert OUTREACH not in lines
    assert not [line for line in lines if line.startswith("!") or " of " in line]


def test_a_day_that_nobody_knows_is_refused_with_those_that_are_known():
    with pytest.raises(InputError, match="hold 2024-06-03 to 2024-06-30"):
        summarise_patrols(make_patrols(), "2024-07-01")
    with pytest.raises(InputError, match="hold no days"):
        summarise_patrols(make_bare(), "2024-07-01")
