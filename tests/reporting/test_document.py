"""The Word document of a run and of several: whole, its numbers those of the record, numbered, and safe whatever the names."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

import linnaeus
from linnaeus.cli import app
from linnaeus.errors import LinnaeusError, RunError, UnknownName, UsageError
from linnaeus.record import reference
from linnaeus.record.facts import Finding, Times
from linnaeus.record.folder import RunFolder
from linnaeus.reporting.document import document
from linnaeus.reporting.request import compared
from linnaeus.reporting.words import LANGUAGES
from tests.reporting import synthetic, word

pytest.importorskip("docx", reason="python-docx is not installed")


@pytest.fixture
def drawn():
    """Asked for by tests in which figures are really drawn."""


@pytest.fixture(autouse=True)
def figures(request, monkeypatch):
    if "drawn" not in request.fixturenames:
        word.leave_undrawn(monkeypatch)


HOSTILE = "<img src=x onerror=alert(1)>"
TAGS = re.compile(r"</?(b|strong|code|mark|a|small)\b|&nbsp;|&lt;|\{\w+\}")


def written(folders, language="en", **others):
    """The document of these runs, after it was checked to be well made."""
    found = word.read(document(folders, language, **others))
    assert TAGS.search(found.text.replace(HOSTILE, "")) is None
    for kind in ("Figure", "Table"):
        label = str(LANGUAGES[language](f"caption.{kind.lower()}"))
        numbers = [int(shown) for instruction, shown in found.fields if instruction == f"SEQ {label} \\* ARABIC"]
        captions = found.captions(kind)
        assert numbers == list(range(1, len(captions) + 1))
        assert all(text.startswith(f"{label} {number}") for number, text in zip(numbers, captions, strict=True))
    references = [
        (instruction.split()[1], shown) for instruction, shown in found.fields if instruction.startswith("REF")
    ]
    assert references
    for target, shown in references:
        assert target in found.bookmarks and target.rpartition("_")[2] == shown
    assert len(found.alternatives) == len(found.captions("Figure")) and all(found.alternatives)
    assert len(found.tables) == len(found.captions("Table"))
    assert all(len(row) == len(table[0]) for table in found.tables for row in table)
    return found


def test_each_number_is_the_records(tmp_path):
    folder = synthetic.run(tmp_path, splits=("val", "test"))
    record, found = folder.record(), written([folder])
    for split, n in (("val", 270), ("test", 270)):
        score = record.scores[split].metrics["accuracy"]
        assert score.n == n
        assert f"{100 * score.value:.1f} %" in found.text and f"{100 * score.low:.1f} %" in found.text
    scores = {row[0]: row[1:] for row in found.table("Scores by split")}
    for name, score in record.scores["val"].metrics.items():
        row = scores[str(LANGUAGES["en"].of("metric", name))]
        assert row[:2] == [f"{score.value:.4f}", f"{score.low:.4f}–{score.high:.4f}"]
    assert scores["metric"][0] == "validation, 270 images"
    classes = {row[0]: row for row in found.table("Scores by class, validation")}
    for one in record.scores["val"].classes:
        assert classes[one.name][1:3] == [f"{one.precision:.4f}", f"{one.recall.value:.4f}"]
        assert classes[one.name][5] == f"{one.support}"
    layers = found.table("Layers of the network")
    assert [row[0] for row in layers[1:-1]] == [layer.name for layer in record.model.layers]
    assert layers[-1][3] == f"{record.model.parameters:,}"
    counts = found.table("Images by class")
    assert [int(cell.replace(",", "")) for cell in counts[-1][1:]] == [1257, 270, 270, 1797]
    recipe = {row[0]: row[1] for row in found.table("The recipe")}
    assert recipe["model"] == record.recipe["model"] and recipe["epochs"] == "40"
    assert record.data.fingerprint in found.text and f"linnaeus evaluate {folder.path} --split test" in found.text
    assert "The test split has been opened once." in found.text
    assert found.headings()[0] == "1 Aim" and len(found.captions("Figure")) == 8


def test_the_same_in_russian(tmp_path, drawn):
    folder = synthetic.run(tmp_path)
    score, found = folder.record().scores["val"].metrics["accuracy"], written([folder], "ru")
    assert f"верно распознаёт {100 * score.value:.1f} %".replace(".", ",") in found.text
    rows = {row[0]: row[1:] for row in found.table("Показатели качества")}
    expected = [f"{score.value:.4f}", f"{score.low:.4f}–{score.high:.4f}"]
    assert rows["доля верных ответов (accuracy)"] == [text.replace(".", ",") for text in expected]
    assert rows["показатель"][0] == "проверочная выборка, 270 изображений"
    assert found.captions("Figure")[0] == "Рисунок 1 – Примеры обучающих изображений"
    assert "Обучение длится 40 эпох при размере пакета (batch) 64 изображения." in found.text
    assert "AdamW (скорость обучения 0,003, регуляризация весов (weight decay) 0,05)" in found.text
    assert not re.search(r"\d\.\d{2,}", "\n".join("".join(row) for table in found.tables[:1] for row in table))
    assert 'w:val="ru-RU"' in _styles(document([folder], "ru"))


def test_equal_records_give_an_equal_text(tmp_path):
    folder = synthetic.run(tmp_path)
    assert word.read(document([folder])).xml == word.read(document([folder])).xml


def test_names_are_shown_as_text(tmp_path, drawn):
    classes = [HOSTILE, "]]>&amp;", "\u202eturned\x00\x0b", "$x^2$ _y_", "б" * 200, "{}"]
    folder = synthetic.run(tmp_path, classes=classes, n=90, parent="<s>")
    found = written([folder])
    column = [row[0] for row in found.table("Images by class")]
    assert column[1:7] == [HOSTILE, "]]>&amp;", "\ufffdturned\ufffd\ufffd", "$x^2$ _y_", "б" * 200, "{}"]


def test_a_run_that_was_cut_off_is_told_as_far_as_it_came(tmp_path, drawn):
    base = synthetic.run(tmp_path, name="base").record()
    recipe = dict(base.recipe) | {"epochs": 40}
    folder = synthetic.run(tmp_path, epochs=3, splits=(), status="stopped", recipe=recipe, time=Times())
    found = written([folder])
    assert "3 of 40 epochs are done" in found.text and f"linnaeus resume {folder.path}" in found.text
    bare = synthetic.run(tmp_path, name="bare", epochs=0, splits=(), status="stopped", time=Times())
    found = written([bare])
    assert "No epoch has finished yet." in found.text


def test_a_run_without_validation_images(tmp_path):
    data = synthetic.run(tmp_path, name="base").record().data
    data = replace(data, counts={"train": 1257}, per_class={"train": data.per_class["train"]})
    folder = synthetic.run(tmp_path, splits=(), data=data, history=synthetic.history(10, val=False))
    found = written([folder])
    assert "No images were held out for validation." in found.text and "There is no test split." in found.text
    assert "the fit cannot be judged" in found.text


def test_many_classes(tmp_path, drawn):
    classes = [f"class {place}" for place in range(100)]
    found = written([synthetic.run(tmp_path, classes=classes, n=2000)])
    assert len(found.table("The 20 classes with the lowest recall")) == 21
    counts = found.table("Images by class")
    assert "and 60 more classes" in counts[-2][0] and counts[-1][0] == "all"


def test_what_was_forgotten(tmp_path):
    folder = synthetic.run(tmp_path, forgetting={"val": synthetic.forgotten()})
    rows = written([folder]).table("old and new classes")
    assert [row[1] for row in rows[1:]] == ["old classes", "new classes"]
    groups = folder.record().forgetting["val"].groups
    assert rows[1][5] == f"{groups[0].after.value:.4f}" and rows[2][3] == "–"


def test_published_numbers(tmp_path):
    folder = synthetic.run(tmp_path, splits=("val", "test"))
    found = folder.record().scores["test"].metrics["accuracy"]
    told = {"card": "shah2016", "title": "Residual networks", "paper": "Shah et al. 2016", "arxiv": "1604.04112",
            "row": "relu-32", "run": folder.name, "split": "test", "published": 0.9249, "tolerance": 0.003,
            "unknown": ()}  # fmt: skip
    differs = reference.Reference(**told, verdict="not_comparable", found=found, differences=(
        reference.Difference(fact="depth", published="56", run="32"),))  # fmt: skip
    lacking = reference.Reference(**told | {"card": "b", "published": 1.0}, verdict="not_reproduced", found=found,
                                  differences=())  # fmt: skip
    changed = synthetic.run(tmp_path, name="b", splits=("val", "test"),
                            references={"shah2016": differs, "b": lacking})  # fmt: skip
    text = written([changed])
    assert text.table("Differences from relu-32 of shah2016")[1] == ["depth", "56", "32"]
    assert (
        "The two are not comparable." in text.text and "(arXiv:1604.04112), relu-32: 92.5 % right (test)" in text.text
    )
    assert f"falls short by {100 * (1 - found.value):.1f} points" in text.text
    damaged = synthetic.run(tmp_path, name="c", references={"x": {"card": "x"}})
    with pytest.raises(RunError, match=r"c/record.json cannot be read: .*`\$.references\[...\]"):
        document([damaged])


def test_several_runs_are_compared(tmp_path, drawn):
    first, second = synthetic.run(tmp_path, name="one"), synthetic.run(tmp_path, name="two")
    worse = second.predictions("val")
    worse["probabilities"] = np.roll(worse["probabilities"], 1, axis=1)  # all wrong
    second.save_predictions("val", worse)
    found = written([first, second], compare=compared)
    one = compared([first, second])[0]
    row = found.table("Paired comparisons")[1]
    assert row[:3] == ["two − one", "270", f"{100 * one.difference.value:+.1f}".replace("-", "−")]
    assert "one names more of the same images rightly than two" in found.text
    assert "Their recipes are the same." in found.text and "The recipe is that of run one." in found.text
    assert [row[0] for row in found.table("The runs")[1:]] == ["one", "two"]
    assert "The data are those described above" in found.text
    assert "Its layers are those of run" in found.text and found.text.count("Layers of the network") == 1
    alone = written([first, synthetic.run(tmp_path, name="other", splits=())])
    assert "cannot be compared image by image" in alone.text


def test_a_difference_that_cannot_be_told_is_not_called_one(tmp_path):
    first, second = synthetic.run(tmp_path, name="one"), synthetic.run(tmp_path, name="two")
    near = second.predictions("val")
    right = np.flatnonzero(near["probabilities"].argmax(1) == near["labels"])[:2]
    near["probabilities"][right] = np.roll(near["probabilities"][right], 1, axis=1)
    second.save_predictions("val", near)
    for language, words in (
        ("en", "one and two cannot be told apart with n = 270"),
        ("ru", "one и two неразличимы при n = 270"),
    ):
        found = written([first, second], language, compare=compared)
        assert words in found.text
        assert "names more" not in found.text and "больше верных ответов" not in found.text


def test_the_command(tmp_path):
    folder, run = synthetic.run(tmp_path), CliRunner()
    done = run.invoke(app.app, ["report", "digits-1", "--runs", str(tmp_path), "--format", "docx", "--lang", "ru"])
    assert done.exit_code == 0 and str(folder.path / "report.docx") in done.output.replace("\n", "")
    assert "Цель" in word.read((folder.path / "report.docx").read_bytes()).text
    synthetic.run(tmp_path, name="two")
    out = tmp_path / "new" / "both.docx"
    done = run.invoke(app.app, ["report", "digits-1", "two", "digits-1", "--runs", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0 and len(word.read(out.read_bytes()).table("The runs")) == 3


@pytest.mark.parametrize(
    ("wish", "error", "words"),
    [
        ({"language": "de"}, UnknownName, "there is no language 'de'"),
        ({"format": "pdf"}, UnknownName, "there is no format 'pdf'"),
        ({"out": "report.pdf"}, UsageError, "write FILE.html or FILE.docx"),
        ({"out": "report.docx", "format": "html"}, UsageError, "contradict each other"),
    ],
)
def test_a_wish_that_cannot_be_met_writes_nothing(tmp_path, wish, error, words):
    folder = synthetic.run(tmp_path)
    before = sorted(folder.path.iterdir())
    with pytest.raises(error, match=words):
        linnaeus.report("digits-1", runs=tmp_path, **wish)
    assert sorted(folder.path.iterdir()) == before


def test_a_document_is_written_whole_or_not_at_all(tmp_path):
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
    file.write_text(file.read_text().replace('"format": 2', '"format": 3'))
    before = sorted(folder.path.iterdir())
    with pytest.raises(RunError, match="has format 3; this version of Linnaeus reads formats 1 and 2"):
        linnaeus.report("digits-1", runs=tmp_path, **form)
    assert sorted(folder.path.iterdir()) == before


def test_what_the_audit_found_is_told(tmp_path):
    values = {"split": "train", "other": "test", "leaked": 3, "of": 270, "share": 0.0111}
    found = Finding(
        kind="leak", severity="warning", count=3, files=("a.png",), pairs=(("a.png", "b.png"),), values=values
    )
    record = synthetic.run(tmp_path, name="plain").record()
    folder = synthetic.run(tmp_path, data=replace(record.data, findings=(found,)))
    for language, words in (
        ("en", "3 of the 270 images there, 1.1 %, are known before"),
        ("ru", "заранее известны 3, 1,1 %"),
    ):
        text = written([folder], language).text
        assert words in text and "--drop-leaks" in text


def test_without_python_docx_one_message_says_what_to_do(tmp_path, monkeypatch):
    folder = synthetic.run(tmp_path)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(LinnaeusError, match=r'pip install "linnaeus\[document\]"'):
        linnaeus.report("digits-1", runs=tmp_path, format="docx")
    assert not (folder.path / "report.docx").exists()


def test_letters_have_fallbacks_with_cyrillic(tmp_path):
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(document([synthetic.run(tmp_path)]))) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
    assert 'w:name="Times New Roman"' in fonts and "DejaVu Serif" in fonts and "DejaVu Sans Mono" in fonts


def test_libreoffice_opens_it(tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice or pdftotext is not installed")
    (tmp_path / "x.docx").write_bytes(document([synthetic.run(tmp_path)], "ru"))
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run([office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "x.docx")],
                   check=True, capture_output=True, timeout=300)  # fmt: skip
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "x.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    shown = text.replace("\u00a0", " ")
    assert "Рисунок 1 –" in shown and "Таблица 1 –" in shown and "на рис. 1" in shown.lower()


def _styles(content):
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("word/styles.xml").decode()


def test_a_folder_that_is_no_run(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match=r"it has no record\.json"):
        document([RunFolder(tmp_path / "empty")])
