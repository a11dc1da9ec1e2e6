"""What a measure's page says of the force over time, from what the comparison's file holds."""

from patrolwise.web.insight.national_over_time import list_over_time

PICTURE = [{"caption": "c", "description": "d", "files": []}]
TITLES = ("", "Kent, quarter by quarter", "Kent, whether its level moved", "Kent, days between")
PARTS = [{"title": title, "pictures": PICTURE} for title in TITLES]
CHART = {
    "unit": "a quarter", "quarters": ["2023/24 Q1"], "values": [3.0], "centre": [2.5],
    "low": [0.0], "high": [7.25], "signals": [], "rebases": [["2023/24 Q1", "New system."]],
    "is_trial": True,
}  # fmt: skip
LEVEL = {
    "quarters": ["2023/24 Q1", "2023/24 Q2"], "counts": [1200, 3], "others": [9, 8],
    "scores": [None, 1.25], "ups": [None, 0.75], "downs": [None, 0.0], "moves": [],
    "threshold": 3.5, "in_control": 100.0, "found_after": 7.4,
}  # fmt: skip
WINDOW = {"told": "In 2023/24 Q1 it recorded 9.", "longest": 4, "since": "a", "until": "b"}
GAPS = {"dates": ["2024-01-05"], "days": [40], "signals": ["Long."], "told": "9 from …"}


def test_each_part_has_its_charts_sentences_and_table():
    measure = {"over_time": CHART, "level_over_time": LEVEL, "window": WINDOW, "gaps": GAPS}
    year, quarters, level, run, gaps = list_over_time(measure, "Kent", PARTS)
    assert (year.title, year.pictures, year.told) == ("Year by year", PICTURE, ())
    assert quarters.told == (
        "No quarter does more than quarters always do.",
        "Limits begin anew from 2023/24 Q1: New system.",
    )
    assert "fewer than 12 quarters" in quarters.note
    assert quarters.rows == (("2023/24 Q1", "3.00", "2.50", "0.00", "7.25"),)
    assert level.told == ("No move to another level.",)
    assert "once in 100 quarters" in level.note
    assert level.rows[0] == ("2023/24 Q1", "1,200", "9", "–", "–", "–")
    assert level.rows[1][3:] == ("1.2", "0.8", "0.0")
    assert (run.title, run.told) == ("Kent, its strongest run", (WINDOW["told"],))
    assert (gaps.told, gaps.rows) == (("Long.",), (("2024-01-05", "40"),))


def test_what_an_earlier_version_made_has_fewer_parts():
    assert list_over_time({"over_time": None}, "Kent", []) == []
    (quarters,) = list_over_time({"over_time": CHART}, "Kent", PARTS[1:2])
    assert quarters.title == "Kent, quarter by quarter"
