"""Where each letter of a text stands."""

from hypothesis import given
from hypothesis import strategies as st

from patrolwise.claims.passages import find_passages, name_passage


def test_headings_items_rows_and_paragraphs_are_passages_of_their_own():
    text = (
        "# Title\nOne\ntwo.\n\n- item\n  more\n* other\n1. first\n> quoted\n"
        "| a | b |\n|---|---|\n| c | d |"
    )
    assert [passage.text for passage in find_passages(text)] == [
        "Title",
        "One two.",
        "item more",
        "other",
        "first",
        "quoted",
        "a   b",
        "c   d",
    ]


def test_a_letter_has_the_line_and_column_of_the_file():
    (passage,) = find_passages("\n  - In **all**\n    `ASB`  fell ")
    assert passage.text == "In all ASB  fell"
    assert passage.name_place(0) == "2:5"
    assert passage.find_line(passage.text.index("all")) == (2, 10)
    assert passage.name_place(passage.text.index("ASB")) == "3:6"
    assert passage.name_place(passage.text.index("fell")) == "3:12"


def test_the_star_of_a_reference_stays_and_that_of_markdown_goes():
    (passage,) = find_passages("Quote *22*1234* now")
    assert passage.text == "Quote 22*1234 now"


def test_spaces_and_hyphens_that_do_not_break_are_read_as_plain_ones():
    (passage,) = find_passages("39\u00a0% of hot\u2011spots")
    assert passage.text == "39 % of hot-spots"


def test_a_passage_of_a_file_without_lines_is_named():
    passage = name_passage("paragraph 3", " one\n two ")
    assert (passage.text, passage.name_place(2), passage.find_line(2)) == (
        "one two",
        "paragraph 3",
        (None, None),
    )


@given(st.text(alphabet="ab1*`|#-> \n", max_size=60))
def test_each_letter_that_is_kept_is_the_one_at_its_place(text):
    lines = text.splitlines()
    for passage in find_passages(text):
        for position, letter in enumerate(passage.text):
            line, column = passage.find_line(position)
            there = lines[line - 1][column - 1]
            # a line end becomes a space, with the place of the next line's first letter
            assert letter in (there, " ")
