"""A report as a file: what is wished for is checked before anything is written, and what is written is whole."""

import re
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import linnaeus
from linnaeus import files
from linnaeus.cli import app
from linnaeus.errors import LinnaeusError, RunError, UnknownName, UsageError
from linnaeus.reporting.words import words
from linnaeus.stats.seeds import compared
from tests.reporting import synthetic, word

pytest.importorskip("docx", reason="python-docx is not installed")


def test_the_command(tmp_path):
    folder, run = synthetic.run(tmp_path), CliRunner()
    done = run.invoke(
        app.app("report"), ["report", "digits-1", "--runs", str(tmp_path), "--format", "docx", "--lang", "ru"]
    )
    assert done.exit_code == 0 and str(folder.path / "report.docx") in done.output.replace("\n", "")
    assert "Основной результат" in word.read((folder.path / "report.docx").read_bytes()).text
    synthetic.run(tmp_path, name="two")
    out = tmp_path / "new" / "both.docx"
    done = run.invoke(
        app.app("report"), ["report", "digits-1", "two", "digits-1", "--runs", str(tmp_path), "--out", str(out)]
    )
    assert done.exit_code == 0
    headings = word.read(out.read_bytes()).headings()
    assert sum(text.endswith("digits-1") for text in headings) == sum(text.endswith("two") for text in headings) == 1


def test_the_page_is_the_same_as_the_document(tmp_path):
    folder = synthetic.run(tmp_path)
    page = linnaeus.report("digits-1", runs=tmp_path)
    assert page == folder.report
    score = folder.record().scores["val"].metrics["accuracy"]
    said = f"{100 * score.value:.1f}\u00a0%"
    assert said in page.read_text(encoding="utf-8")
    document = word.read(linnaeus.report("digits-1", runs=tmp_path, format="docx").read_bytes())
    assert said.replace("\u00a0", " ") in document.text


@pytest.mark.parametrize(
    ("wish", "error", "message"),
    [
        ({"language": "de"}, UnknownName, "there is no language 'de'"),
        ({"format": "pdf"}, UnknownName, "there is no format 'pdf'"),
        ({"out": "report.pdf"}, UsageError, r"write FILE\.html or FILE\.docx"),
        ({"out": "report.docx", "format": "html"}, UsageError, "contradict each other"),
    ],
)
def test_a_wish_that_cannot_be_met_writes_nothing(tmp_path, wish, error, message):
    folder = synthetic.run(tmp_path)
    before = sorted(folder.path.iterdir())
    with pytest.raises(error, match=message):
        linnaeus.report("digits-1", runs=tmp_path, **wish)
    assert sorted(folder.path.iterdir()) == before


def test_a_report_is_written_whole_or_not_at_all(tmp_path):
    folder = synthetic.run(tmp_path)
    file = linnaeus.report("digits-1", runs=tmp_path, format="docx")
    held = file.read_bytes()
    (folder.path / "predictions-val.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(RunError, match=r"predictions-val\.npz is damaged"):
        linnaeus.report("digits-1", runs=tmp_path, format="docx")
    assert file.read_bytes() == held and not list(folder.path.glob(".*.tmp"))


@pytest.mark.parametrize(
    "form", [{"format": "html"}, {"format": "docx"}, {"format": "html", "lab": True}, {"lab": True}]
)
def test_a_record_of_another_version_is_refused_and_nothing_is_written(tmp_path, form):
    folder = synthetic.run(tmp_path)
    file = folder.path / "record.json"
    files.write_json(file, {**files.read_json(file), "format": 3})
    before = sorted(folder.path.iterdir())
    with pytest.raises(RunError, match="has format 3; this version of Linnaeus reads formats 1 and 2"):
        linnaeus.report("digits-1", runs=tmp_path, **form)
    assert sorted(folder.path.iterdir()) == before


def test_without_python_docx_one_message_says_what_to_do(tmp_path, monkeypatch):
    folder = synthetic.run(tmp_path)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(LinnaeusError, match=r'pip install "linnaeus\[document\]"'):
        linnaeus.report("digits-1", runs=tmp_path, format="docx")
    assert not (folder.path / "report.docx").exists()


def test_libreoffice_opens_it(tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice or pdftotext is not installed")
    synthetic.run(tmp_path)
    file = linnaeus.report("digits-1", runs=tmp_path, format="docx", language="ru", out=tmp_path / "x.docx")
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run([office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)],
                   check=True, capture_output=True, timeout=300)  # fmt: skip
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "x.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    shown = text.replace("\u00a0", " ")
    assert "Рисунок 1 –" in shown and "Таблица 1 –" in shown and "рис. 1" in shown.lower()


def test_the_command_takes_a_lab_sheet_or_a_mapping(tmp_path):
    folder = synthetic.run(tmp_path)
    (tmp_path / "lab.toml").write_text('title = "Plain"\nquestions = ["What is it?"]\n')
    asked = ["report", "digits-1", "--runs", str(tmp_path)]
    done = CliRunner().invoke(app.app("report"), [*asked, "--sheet", str(tmp_path / "lab.toml")])
    assert done.exit_code == 0
    text = word.read((folder.path / "lab.docx").read_bytes()).text
    assert "Topic: Plain" in text and "What is it?" in text
    file = linnaeus.report(
        "digits-1", runs=tmp_path, lab={"title": {"ru": "Тема"}}, language="ru", out=tmp_path / "x.docx"
    )
    assert "Тема: Тема" in word.read(file.read_bytes()).text
    done = CliRunner().invoke(app.app("report"), [*asked, "--lab", "--lang", "ru"])
    assert done.exit_code == 0
    found = word.read((folder.path / "lab.docx").read_bytes())
    assert any(text.endswith("Выводы") for text in found.headings())
    say = words("ru")
    rooms = " ".join(text for text in found.marked if text not in "[]")
    for key in ("university", "author-blank", "group-blank", "variant-blank", "answer", "conclusion"):
        assert str(say(f"lab-{key}")) in rooms


def test_a_lab_as_a_page_holds_its_runs(tmp_path):
    for name in ("tanh-1", "relu-1", "extra"):
        synthetic.run(tmp_path, name=name)
    asked = [{"en": "Which activation?", "runs": ["tanh-*", "relu-*"]}, {"en": "And the moon?", "runs": ["moon"]}]
    sheet = {"title": "Digits", "questions": asked}
    file = linnaeus.report(["tanh-1", "relu-1", "extra"], runs=tmp_path, lab=sheet, format="html")
    text = file.read_text(encoding="utf-8")
    say = words("en")
    assert text.count(str(say("lab-no-run"))) == 1 and "Which activation?" in text
    assert text.count(f"[{say('lab-answer')}]") == 2 and text.count(f"[{say('lab-conclusion')}]") == 1
    assert 'contenteditable="true"' in text and f"[{say('lab-group-blank')}]" in text
    ids = re.findall(' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for place, name in enumerate(("tanh-1", "relu-1", "extra")):  # one that no question names is not left out
        assert f'<article id="part{place}">' in text and f'<a href="#part{place}"' in text and name in text


def test_where_the_first_can_be_compared_with_none_the_next_takes_its_place(tmp_path):
    alone = synthetic.run(tmp_path, name="alone", splits=())
    one, two = (synthetic.run(tmp_path, name=name) for name in ("one", "two"))
    assert [(found.first, found.second) for found in compared([alone, one, two])] == [("one", "two")]
    assert compared([alone, one]) == []


def test_an_unfinished_run_beside_others_is_called_so(tmp_path):
    synthetic.run(tmp_path, name="one")
    synthetic.run(tmp_path, name="two", splits=(), status="running", epochs=3)
    text = linnaeus.report(["one", "two"], runs=tmp_path, format="html").read_text(encoding="utf-8")
    assert "running or interrupted" in text and "There is no score yet: 3 of 3 epochs" in text
    assert "cannot be compared image by image" in text
