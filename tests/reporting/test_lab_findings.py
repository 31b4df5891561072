"""What answers a task of a lab besides runs: a study and a printed text, on the page and in the Word document."""

import html
import io
import re

import pytest

from linnaeus.reporting import pages
from linnaeus.reporting.document import document
from linnaeus.reporting.lab import Lab, Question
from linnaeus.reporting.words import LANGUAGES
from linnaeus.stats.study_results import summarise
from linnaeus.studies import plan as plans
from linnaeus.studies.runner import Driver, silent
from linnaeus.studies.store import Store, url_of
from tests.reporting import synthetic, word
from tests.studies.fake import FAILS, Inline, resolve

pytest.importorskip("docx", reason="python-docx is not installed")
pytest.importorskip("optuna")

PRINTED = {
    "command": 'linnaeus bench layers "lenet(width=2)"',
    "text": "layer  share\nconv1   72 %\n<b>     28 %\n\nnext        linnaeus parts models lenet\n",
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """What study.json holds after a study of three points, one of which fails."""
    folder = tmp_path_factory.mktemp("study")
    plan = plans.from_table({"factors": {"batch_size": [32, 64, FAILS]}, "repeats": 2, "retries": 0})
    store = Store(url_of(folder), "speed", plan.space)
    store.note("about", plan.about())
    driver = Driver(plan=plan, store=store, executor=Inline(), resolve=resolve, runs=folder / "trials", tell=silent)
    driver.drive()
    found = summarise(store, folder, "finished").to_plain()
    store.close()
    return found


def sheet(*findings):
    return Lab(title="Speed", aim="To know.", questions=(Question(text="What takes the time?", findings=findings),))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_study_answers_a_task_with_its_best_point_and_all_its_points(language, study, tmp_path, monkeypatch):
    word.leave_undrawn(monkeypatch)
    say, runs = LANGUAGES[language], [synthetic.run(tmp_path)]
    lab = sheet({"study": study})
    best = next(cell for cell in study["cells"] if cell["number"] == study["best"])
    score, title = plain(say.percent(best["mean"])), plain(say("study.title", name=study["name"]))
    page = shown(pages.laboratory(runs, lab, language))
    written = word.read(document(runs, language, lab=lab))
    assert title in page and score in page
    assert f"{best['number']}" in page and str(say("study.state.failed")) in page
    assert any(title in caption for caption in written.captions("Table"))
    table = written.table(title)
    assert table[0][2] == "batch_size"
    assert table[1][2] == str(best["point"]["batch_size"])
    assert sorted(row[2] for row in table[1:]) == sorted(["32", "64", str(FAILS)])
    assert plain(say("study.effects.few")) in page  # or what the factors do, if there were more trials
    assert score in table[1][1] and "(" in table[1][1]  # no naked number
    assert "<" not in "".join(cell for row in table for cell in row)
    for text in (page, written.text):
        assert str(say("lab.no_run")) not in text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_a_command_printed_stands_under_it_without_its_advice(language, tmp_path, monkeypatch):
    word.leave_undrawn(monkeypatch)
    runs, lab = [synthetic.run(tmp_path)], sheet(PRINTED)
    page = pages.laboratory(runs, lab, language)
    written = word.read(document(runs, language, lab=lab))
    assert "<b>     28" not in page  # escaped
    for lines in (shown(page), written.text):
        for wanted in (PRINTED["command"], "conv1   72 %", "<b>     28 %"):
            assert wanted in lines
        assert "linnaeus parts models lenet" not in lines


def test_wide_tables_are_printed_in_letters_that_let_their_lines_fit(tmp_path, monkeypatch):
    docx = pytest.importorskip("docx")
    word.leave_undrawn(monkeypatch)
    wide, narrow = "row " + "x" * 110, "row " + "y" * 20
    for line, points in ((wide, 6.5), (narrow, 9.0), ("z" * 300, 5.0)):
        content = document(
            [synthetic.run(tmp_path)], lab=sheet({"command": "linnaeus reference", "text": f"{line}\nrow"})
        )
        found = [one for one in docx.Document(io.BytesIO(content)).paragraphs if one.text in (line, "row")]
        assert [run.font.size.pt for one in found for run in one.runs] == [points] * 2


def plain(text):
    return shown(str(text))


def shown(page):
    return re.sub("[\u00a0\u202f]", " ", html.unescape(re.sub(r"<[^>]*>", "", page)))
