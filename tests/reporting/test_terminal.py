"""A document in a terminal: the words and numbers of the page, aligned, and nothing that a terminal would obey."""

import unicodedata

import pytest
from markupsafe import Markup

from linnaeus.reporting.blocks import Blank, Code, Document, Facts, Figures, Folded, Items, Paragraph, Section, Table
from linnaeus.reporting.render.lines import aligned, cell_width, clean, labelled, plain, wrapped
from linnaeus.reporting.render.terminal import SQUARE, render
from linnaeus.reporting.words import languages, words
from tests.reporting import every_block

SAY = words("en")


def shown(*blocks, columns=80):
    return render(blocks, SAY, columns).split("\n")


@pytest.mark.parametrize("language", languages())
def test_every_block_is_drawn_and_nothing_is_obeyed(language):
    text = render(every_block.document(), words(language), 100)
    assert all(sign == "\n" or unicodedata.category(sign) not in ("Cc", "Zl", "Zp") for sign in text)
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    for name in every_block.NAMES:
        assert clean(name) in text
    for part in ("machine     cpu, 2 threads, fp32", "- one\n- two", "1. first\n2. second", "Answer: [Your answer].",
                 "A curve: from 10 to 90 %", "All rows", "Written by Linnaeus.", "cat → dog · 0.93"):  # fmt: skip
        assert part in text
    assert "Folded words." not in text and "<b>" not in text
    point = words(language).point
    assert f"87{point}0 % → 93{point}2 % (90{point}1–95{point}5)" in text


def test_facts_are_labelled_lines_however_many_blocks_they_come_from():
    facts = Facts([("recipe", "a " * 20), ("", "runs/x/recipe.toml")])
    assert shown(facts, Facts([("machine", "cpu")]), columns=40) == [
        "recipe      a a a a a a a a a a a a a a", "            a a a a a a", "            runs/x/recipe.toml",
        "machine     cpu",
    ]  # fmt: skip
    assert shown(Facts([("a rather long one", "x"), ("b", "y")])) == ["a rather long one  x", "b                  y"]


def test_a_section_stands_under_its_title_and_one_without_is_its_blocks():
    section = Section(key="s", title="Scores", note="of 270 images", blocks=[Paragraph("Text.")])
    assert render(section, SAY, 80) == "Scores\n------\n\nof 270 images\n\nText."
    assert render(Section(key="s", title="", blocks=[Paragraph("Text.")]), SAY, 80) == "Text."
    inner = Document(title="Inner", sections=[])
    assert render(Document(title="Outer", lead="lead", sections=[], parts=[inner]), SAY, 80) == "Outer\n\nlead\n\nInner"


def test_blanks_that_do_not_break_hold_together_and_are_plain_ones():
    assert shown(Paragraph(f"It scores {SAY.share(0.985)} of them"), columns=32) == ["It scores 98.5 % of them"]
    assert wrapped(Markup("a b&nbsp;c<br>d"), 5, "- ", "  ") == ["- a", "  b c", "  d"]
    assert plain(Markup("<b>a</b>  b&lt;<wbr>c")) == "a  b<c"


def test_a_table_is_aligned_and_shows_its_open_rows():
    table = Table(header=["class", "n"], rows=[["猫", "5"], ["dog", "12"], ["cat", None]], numbers=frozenset((1,)),
                  caption="Counts", open_rows=2)  # fmt: skip
    assert shown(table) == ["Counts", "class   n", "猫      5", "dog    12", "and 1 more row"]
    assert shown(Table(header=["", ""], rows=[["a", "b"]])) == ["a  b"]
    assert aligned(["class", "n"], [], frozenset()) == "class  n"


def test_a_small_matrix_is_a_table_and_a_large_one_its_largest_confusions():
    small = shown(every_block.matrix(("a", "b", "c")))
    assert small == ["true \\ predicted  a  b  c", "a                 5  ·  4", "b                 2  6  ·",
                     "c                 ·  ·  7"]  # fmt: skip
    large = shown(every_block.matrix([f"class {place}" for place in range(SQUARE + 1)]))
    assert large[1:] == ["class 0 → class 12         4       9", "class 1 → class 0          2       8"]
    right = every_block.matrix([str(place) for place in range(20)])
    right.counts_KK[0, -1] = right.counts_KK[1, 0] = 0
    assert shown(right) == ["Most images lie on the diagonal"]


def test_what_can_be_copied_stands_as_it_is():
    assert shown(Code("a  b\n  c\x07", caption="Again")) == ["Again", "  a  b", "    c\\x07"]


def test_figures_are_their_words_and_folded_blocks_their_summary():
    two = Figures([every_block.figure("", "rises"), every_block.figure("Loss", "falls")])
    assert shown(two) == ["rises", "Loss: falls"]
    assert shown(Folded(summary="All rows", blocks=[Paragraph("hidden")])) == ["All rows"]
    assert shown(Blank("Your answer", before="Answer: ")) == ["Answer: [Your answer]"]
    assert shown(Items([])) == [""]


def test_control_characters_are_shown_not_obeyed():
    assert clean("a\x1b[31mred\nb\tc\x9b") == r"a\x1b[31mred\nb\tc\x9b"
    assert clean("gnp.\u202eexe\u2028") == r"gnp.\u202eexe\u2028"
    assert clean("кошка 猫 é") == "кошка 猫 é"


def test_labelled_lines_wrap_under_their_beginning():
    text = labelled(
        "recipe",
        "optimizer=adamw(lr=0.003), schedule=one_cycle, runs/a-very-long-name-that-is-not-broken/recipe.toml",
        40,
    )
    assert text.splitlines() == [
        "recipe      optimizer=adamw(lr=0.003),",
        "            schedule=one_cycle,",
        "            runs/a-very-long-name-that-is-not-broken/recipe.toml",
    ]
    assert labelled("a label that is long", "text", 40) == "a label that is long text"
    assert labelled("empty", "", 40) == "empty"


def test_widths_are_what_the_eye_sees():
    assert (cell_width("猫"), cell_width("e\u0301"), cell_width("ab")) == (2, 1, 2)
    assert aligned(["class", "n"], [["猫", "5"], ["e\u0301t", "1234"]], frozenset((1,))) == (
        "class     n\n猫        5\ne\u0301t     1234"
    )
