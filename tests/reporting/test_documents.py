"""What stands in a report, in which order, and that each number in it is the record's, whatever the medium."""

import re
from dataclasses import replace

import numpy as np
import pytest

from linnaeus.errors import RunError
from linnaeus.record.folder import RunFolder
from linnaeus.reporting import documents
from linnaeus.reporting.render import docx, html, terminal
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from linnaeus.stats.seeds import compared
from tests.reporting import said, synthetic, word

EN = words("en")
ORDER = ["result", "scores", "learning", "fit", "confusion", "classes", "mistakes", "examples", "data", "samples", "network", "recipe",
         "machine", "repeat"]  # fmt: skip


def whole(document, say=EN):
    """All that a document says."""
    own = "\n".join(said.plain(text) for text in (document.title, document.lead, *document.foot))
    sections = "\n".join(said.of(section, say) for section in document.sections)
    return "\n".join([own, sections, *(whole(part, say) for part in document.parts)])


def keys(document):
    return [section.key for section in document.sections]


@pytest.mark.parametrize("language", languages())
def test_of_one_run(tmp_path, language):
    folder, say = synthetic.run(tmp_path / "runs"), words(language)
    document = documents.of_run(read(folder), say)
    assert keys(document) == ORDER
    text, record = whole(document, say), folder.record()
    assert record.name in document.title and "lenet(activation='tanh')" in said.plain(document.lead)
    assert record.data.fingerprint in text and record.environment.cpu in text
    assert not re.search(r"\{ ?\$", text)
    assert str(tmp_path) not in text, "no path of the machine on what people share"


def test_each_number_is_the_records_in_every_medium(tmp_path):
    folder = synthetic.run(tmp_path / "runs", splits=("val", "test"), n=90)
    document = documents.of_run(read(folder), EN)
    shown = {
        "html": said.plain(
            re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]*>|&nbsp;", " ", html.render(document, EN), flags=re.S)
        ),
        "terminal": terminal.render(document, EN, 120),
    }
    if pytest.importorskip("docx", reason="python-docx is not installed"):
        shown["docx"] = word.read(docx.render(document, EN)).text
    for medium, text in shown.items():
        flat = re.sub(r"\s+", " ", text.replace("\u00a0", " "))
        for found in folder.record().scores.values():
            score = found.metrics["accuracy"]
            assert f"{100 * score.value:.1f} %" in flat, medium
            assert f"{100 * score.low:.1f}–{100 * score.high:.1f}" in flat, medium
        assert "has been opened once" in flat, medium


def test_the_same_records_give_the_same_page(tmp_path):
    folder = synthetic.run(tmp_path / "runs")
    pages = [html.render(documents.of_run(read(folder), EN), EN) for _ in range(2)]
    assert pages[0] == pages[1]


def test_a_run_that_was_cut_off_is_told_as_far_as_it_came(tmp_path):
    folder = synthetic.run(tmp_path / "runs", status="running", scores={}, history=(), splits=())
    text = whole(documents.of_run(read(folder), EN))
    assert "0 of 40 epochs are done" in text and "No epoch has finished yet" in text and "linnaeus resume" in text
    folder.save_history(synthetic.history(12))
    text = whole(documents.of_run(read(folder), EN))
    assert "12 of 40 epochs are done" in text and "No epoch" not in text


def test_a_run_that_continues_another_says_so(tmp_path):
    folder = synthetic.run(tmp_path / "runs", parent="base")
    assert "continues base" in said.plain(documents.of_run(read(folder), EN).lead)


def test_several_runs_say_once_what_they_share(tmp_path):
    first, second = (synthetic.run(tmp_path / "runs", name=name) for name in ("one", "two"))
    worse = second.predictions("val")
    worse["probabilities"] = np.roll(worse["probabilities"], 1, axis=1)  # all wrong
    second.save_predictions("val", worse)
    runs = [read(first), read(second)]
    document = documents.of_runs(runs, compared([first, second]), EN)
    assert [part.title for part in document.parts] == ["one", "two"]
    assert keys(document.parts[0]) == ORDER and "samples" not in keys(document.parts[1])
    text = whole(document)
    assert "linnaeus report one two" in text
    assert text.count(runs[0].record.environment.cpu) >= 1
    html.render(document, EN)
    apart = replace(runs[1], record=replace(runs[1].record, data=replace(runs[1].record.data, fingerprint="another")))
    other = documents.of_runs([runs[0], apart], (), EN)
    assert "samples" in keys(other.parts[1])


def test_the_foot_names_the_command_in_its_language(tmp_path):
    folder = synthetic.run(tmp_path / "runs")
    assert said.plain(documents.of_run(read(folder), EN).foot[-1]).endswith("linnaeus report digits-1")
    assert said.plain(documents.of_run(read(folder), words("ru")).foot[-1]).endswith(
        "linnaeus report digits-1 --lang ru"
    )


def test_what_cannot_be_read_is_named(tmp_path):
    folder = synthetic.run(tmp_path / "runs")
    file = folder.path / "predictions-val.npz"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(RunError, match=r"predictions-val\.npz is damaged"):
        documents.of_run(read(folder), EN)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match=r"it has no record\.json"):
        read(RunFolder(tmp_path / "empty"))
