"""The [report] part of a programme: what it may say, and every fault of it at once."""

import tomllib
from pathlib import Path

from patrolwise.reporting.reflection_records import NOTHING_SAID, HarmWatch
from patrolwise.study.report_programme import LONGEST
from patrolwise.study.report_reading import read_report
from patrolwise.study.toml_reader import TomlReader

WHOLE = """
[report]
theory = ["guardianship", "support"]
theory_words = "Workers talk with young people where they meet."
mechanisms = ["A pair is there", "Young people know them"]
moderators = ["The same pair comes back"]
implementation = "From June, 40 minutes a visit."
aim = "Fewer assaults after school."
problem = "Assaults between 14:00 and 20:00."
response = "Pairs of outreach workers."
changes = ["The bus station was added, as the workers asked"]
voices = ["Young people asked for somewhere dry to sit"]
referrals = "38 people were put in touch with a service."
learning = ["Trackers need a spare battery"]
next_steps = ["A draw by lot of the days from April"]
organisation = "Northgate Police"
partners = ["Turning Corners"]
authors = ["The problem-solving hub"]
contact = " hub@example.org "
ethics = "Seen by the ethics board on 3 May 2023."
conflicts = "The charity is paid for the work."

[[report.harms]]
what = "trust"
how = "A survey of 60 young people each spring"
found = "41 felt safer"

[[report.harms]]
what = "Staff safety"
how = "Debrief after each shift"
"""


def read(text):
    faults = []
    top = TomlReader(tomllib.loads(text), "", Path(), faults)
    reflection = read_report(top.table("report", needed=False), faults)
    top.finish()
    return reflection, faults


def test_all_that_is_declared_is_read():
    reflection, faults = read(WHOLE)
    assert faults == []
    assert all(vars(reflection).values())
    assert reflection.theory == ("guardianship", "support")
    assert reflection.contact == "hub@example.org"
    assert reflection.harms[0].title == "Trust in the police and in the service"
    assert reflection.harms[1] == HarmWatch(what="Staff safety", how="Debrief after each shift")


def test_without_the_part_nothing_is_said():
    assert read("") == (NOTHING_SAID, [])
    assert read("[report]") == (NOTHING_SAID, [])


def test_every_fault_is_told_at_once():
    _, faults = read(f"""
        [report]
        theory = ["magic", "support", "support"]
        voices = ["  "]
        ethic = "a slip of the pen"
        aim = "{"a" * (LONGEST + 1)}"
        partners = ["{"b" * (LONGEST + 2)}"]
        [[report.harms]]
        what = "trust"
        found = "nothing"
        [[report.harms]]
        what = "Trust in the police and in the service"
        how = "{"c" * (LONGEST + 3)}"
        [[report.harms]]
        how = "a survey"
        found = "nothing"
        [[report.harms]]
        what = ""
    """)
    told = "\n".join(faults)
    for fault in (
        "report.theory names 'magic'. Known are deterrence, guardianship, support.",
        "report.theory names one twice",
        "report.voices has an empty text",
        "report.ethic is not known",
        f"report.aim has a text of {LONGEST + 1} characters",
        f"report.partners has a text of {LONGEST + 2} characters",
        f"report.harms has a text of {LONGEST + 3} characters",
        "'trust' says what was found, but not how",
        "'Trust in the police and in the service' twice",
        "report.harms[3].what is missing",
        "report.harms has one with an empty what",
    ):
        assert fault in told
    assert len(faults) == 11


def test_the_longest_text_is_let_in():
    assert read(f'[report]\naim = "{"a" * LONGEST}"')[1] == []
