"""A document as a Word file: whole, numbered, its references true, and safe whatever the names."""

import io
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from markupsafe import Markup

from linnaeus.errors import LinnaeusError
from linnaeus.reporting.blocks import Code, Document, Facts, Folded, Heading, Items, Paragraph, Section
from linnaeus.reporting.render import docx_measures
from linnaeus.reporting.render.docx import render
from linnaeus.reporting.render.docx_writer import FIRST, LONGEST
from linnaeus.reporting.words import languages, words
from tests.reporting import every_block, word

pytest.importorskip("docx", reason="python-docx is not installed")

SAY = words("en")
TAGS = re.compile(r"</?(b|strong|code|mark|a|small|bdi|span|wbr)\b|&nbsp;|&lt;|\{\w+\}")


def of(*blocks, **given):
    """The Word file of one section."""
    return Document(**{"title": "A report", "sections": [Section(key="s", title="Scores", blocks=blocks)]} | given)


def written(document, language="en"):
    """The file of a document, after it was checked to be well made."""
    found = word.read(render(document, words(language)))
    assert TAGS.search(found.text) is None
    for kind in ("Figure", "Table"):
        label = str(words(language)(f"caption-{kind.lower()}"))
        numbers = [int(shown) for instruction, shown in found.fields if instruction == f"SEQ {label} \\* ARABIC"]
        captions = found.captions(kind)
        assert numbers == list(range(1, len(captions) + 1))
        assert all(text.startswith(f"{label} {number}") for number, text in zip(numbers, captions, strict=True))
    for instruction, shown in found.fields:
        if instruction.startswith("REF"):
            target = instruction.split()[1]
            assert target in found.bookmarks and target.rpartition("_")[2] == shown
    assert all(found.alternatives)
    assert all(len(row) == len(table[0]) for table in found.tables for row in table)
    return found


@pytest.mark.parametrize("language", languages())
def test_every_block_is_drawn_and_hostile_names_are_text(language):
    document = every_block.document()
    assert every_block.kinds(document) == every_block.EVERY
    found = written(document, language)
    turned = "\ufffdturned\ufffd[31m\ufffd\ufffd"
    for name in every_block.NAMES:
        shown = turned if name == every_block.TURNED else name
        assert shown in found.text
        assert shown in {row[0] for table in found.tables for row in table}
    assert [turned in one for one in found.headings()].count(True) == 1
    assert len(found.captions("Figure")) == 6 and len(found.captions("Table")) == 3
    assert f'w:val="{"en-GB" if language == "en" else "ru-RU"}"' in _file(render(document, words(language)), "styles")


def test_what_is_numbered_is_referred_to_where_it_stands():
    found = written(every_block.document())
    text = found.text.split("\n")
    assert "The curves rise (Figure 1, Figure 2, Figure 3, Table 1)." in text
    assert "Mistakes (Figure 4, Figure 5)." in text and "Confusions (Figure 6):" in text
    assert "All rows (Table 2)" in text and "See Table 3." in text
    references = [shown for instruction, shown in found.fields if instruction.startswith("REF")]
    assert references == ["1", "2", "3", "1", "4", "5", "6", "2", "3"]
    listed = written(of(Items(["one", Markup("<b>two</b>")]), every_block.table()))
    assert "two (Table 1)" in listed.text.split("\n")
    assert "See Figure 1." in written(of(every_block.figure())).text


def test_headings_are_numbered_and_parts_lie_below():
    found = written(of(Heading("A"), Heading("B", small=True), Heading("C"), parts=[of(Heading("D"))]))
    assert found.headings() == ["1 Scores", "1.1 A", "1.1.1 B", "1.2 C", "2 A report", "2.1 Scores", "2.1.1 D"]


def test_cells_are_the_numbers_that_a_page_draws():
    row = written(of(Paragraph("x"), every_block.table(2))).tables[0][1]
    assert row == [every_block.HOSTILE, "93.2 % (90.1–95.5, n 461)", "87.0 % → 93.2 % (90.1–95.5)", "", "12"]


def test_a_table_without_a_caption_bears_the_words_above_it():
    found = written(of(every_block.table(caption=""), Heading("Weights"), every_block.table(caption="")))
    assert found.captions("Table") == ["Table 1. Scores", "Table 2. Weights"]


def test_facts_and_code_stand_as_they_are():
    found = written(of(Facts([("machine", "cpu"), ("time", "3 s")]), Code("a  b\n  c", caption="Again")))
    assert found.tables == [[["machine", "cpu"], ["time", "3 s"]]] and not found.captions("Table")
    assert [text for style, text in found.paragraphs if style == "Code"] == ["a  b", "  c"]


def test_a_long_table_stands_whole_in_the_appendix():
    rows = [[f"class {place}", "1"] for place in range(LONGEST + 1)]
    table = every_block.table(0, header=["class", "n"], rows=rows, caption="Long")
    found = written(of(Paragraph("All."), table, every_block.table(0, header=["x"], rows=[["y"]], open_rows=1)))
    assert [len(one) for one in found.tables] == [FIRST + 1, 2, LONGEST + 2]
    assert f"{LONGEST + 1 - FIRST} more rows stand in the appendix." in found.text
    assert found.headings()[-1] == "2 Appendix: long tables"
    folded = written(of(Folded(summary="All", blocks=[replace(table, open_rows=5)])))
    assert [len(one) for one in folded.tables] == [6, LONGEST + 2]


def test_rows_stay_whole_and_heads_repeat():
    found = written(of(Paragraph("x"), every_block.table(), every_block.table(0, rows=[["word " * 4000] * 5])))
    assert found.xml.count("<w:tblHeader/>") == 2
    assert found.xml.count("<w:cantSplit/>") == 6  # all rows but one that is higher than a page


def test_the_letters_of_a_table_with_many_columns_become_small():
    many = every_block.table(0, header=[f"column number {place}" for place in range(14)], rows=[["12345.67"] * 14])
    found = written(of(Paragraph("x"), many))
    widths = [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', found.xml)]
    assert len(widths) == 14 and sum(widths) <= 16.6 / 2.54 * 1440
    assert '<w:sz w:val="20"/>' not in found.xml and '<w:sz w:val="1' in found.xml


def test_code_in_a_cell_is_divided_at_its_joints_alone():
    code = Markup("<code>lenet(activation='tanh', pooling='average')</code>")
    rows = [["variant-3", code, *["95.0 % (91.0–97.3, n 200)"] * 4]]
    table = every_block.table(0, header=["run", "network", "val", "test", "train", "cv"], rows=rows)
    found = written(of(Paragraph("x"), table))
    assert found.tables[0][1][1] == "lenet(\u200bactivation=\u200b'tanh', pooling=\u200b'average')"
    widths = [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', found.xml)]
    assert widths[1] / 1440 * 2.54 > 0.185 * len("activation=") + 0.5, "room for the longest of its parts"


def test_pictures_of_a_gallery_are_files_with_words():
    found = written(of(Paragraph("x"), every_block.gallery(40, pictures=2)))
    assert found.alternatives == ["cat"] * 72 and "4 more images are not shown here." in found.text
    photograph = every_block.picture(1, shape=(300, 200, 3))
    grey = every_block.picture(2, shape=(28, 28, 1))
    framed = every_block.Framed(pictures=[photograph, grey, every_block.picture(3, shape=(9, 9))], lines=["a"])
    found = written(of(every_block.Gallery(framed=[framed], side=96)))
    assert {name.rpartition(".")[2] for name in found.parts if "media" in name} == {"jpg", "png"}


def test_a_title_page_holds_room_for_the_author():
    found = written(replace(of(Paragraph("x")), cover=every_block.cover()))
    assert found.marked == ["[University]", "[first name and name]", "[City, year]"]
    lines = [text for _, text in found.paragraphs if text]
    assert lines[:2] == ["[University]", "Department"] and "A report" not in lines
    assert 'w:br w:type="page"' in found.xml


def test_equal_documents_give_an_equal_text():
    first, second = (word.read(render(every_block.document(), SAY)).xml for _ in range(2))
    assert first == second


def test_many_classes_are_a_picture_of_one_matrix():
    found = written(of(Paragraph("x"), every_block.matrix([f"class {place}" for place in range(60)])))
    assert len(found.captions("Figure")) == 1 and found.alternatives == ["Most images lie on the diagonal"]


def test_without_python_docx_one_message_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(LinnaeusError, match=r'pip install "linnaeus\[document\]"'):
        render(of(Paragraph("x")), SAY)


def test_letters_have_fallbacks_with_cyrillic():
    fonts = _file(render(of(Paragraph("x")), SAY), "fontTable")
    assert 'w:name="Times New Roman"' in fonts and "DejaVu Serif" in fonts and "DejaVu Sans Mono" in fonts


def test_libreoffice_shows_every_row(tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice or pdftotext is not installed")
    rng = np.random.default_rng(0)
    rows = [[f"row{place}end", "word " * int(rng.integers(1, 90))] for place in range(LONGEST)]
    tall = [[f"tall{place}end", "word " * 900] for place in range(3)]
    blocks = [Paragraph("x"), every_block.table(0, header=["name", "words"], rows=rows),
              every_block.table(0, header=["name", "words"], rows=tall), every_block.figure()]  # fmt: skip
    low = [[[f"low{table}row{place}end", "cell"] for place in range(50)] for table in range(12)]
    for table, own in enumerate(low):  # some of them begin at the foot of a page
        blocks += [Paragraph("filler " * 60)] * 5 + [Paragraph("line")] * table
        blocks.append(every_block.table(0, header=["name", "cells"], rows=own))
    (tmp_path / "x.docx").write_bytes(render(of(*blocks), words("ru")))
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run([office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "x.docx")],
                   check=True, capture_output=True, timeout=300)  # fmt: skip
    done = subprocess.run(["pdftotext", str(tmp_path / "x.pdf"), "-"], check=True, capture_output=True, text=True)
    shown = done.stdout.replace("\u00a0", " ")
    assert all(row[0] in shown for row in (*rows, *tall)) and shown.count("word") == sum(
        row[1].count("word") for row in (*rows, *tall)
    ) + shown.count("words")
    assert all(row[0] in shown for own in low for row in own)
    assert "Рисунок 1 –" in shown and "Таблица 1 –" in shown and "табл. 1" in shown


def _file(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(f"word/{name}.xml").decode()


@pytest.mark.parametrize(("line", "points"), [("row " + "x" * 110, 6.5), ("row " + "y" * 20, 9.0), ("z" * 300, 5.0)])
def test_printed_lines_are_set_in_letters_that_let_them_fit(line, points):
    import docx

    paragraphs = docx.Document(io.BytesIO(render(of(Code(f"{line}\nrow")), SAY))).paragraphs
    found = [one for one in paragraphs if one.text in (line, "row")]
    assert [run.font.size.pt for one in found for run in one.runs] == [points] * 2


def test_a_column_is_as_wide_as_a_number_whose_thousands_are_apart():
    """691 523 is one word, though a blank that does not break stands in it."""
    rows = [["weights", *["a long column"] * 8], ["691\u00a0523", *["of many words"] * 8]]
    widths, scale = docx_measures.column_widths(rows, has_header=True)
    assert widths[0] >= docx_measures.CELL + scale * docx_measures.LETTER * len("691 523")
    assert sum(widths) <= docx_measures.WIDTH + 0.01
