"""The learning curves: what a reader of the figures gets to know, in words too."""

from dataclasses import replace

import pytest

from linnaeus.record.facts import Times
from linnaeus.reporting.blocks import Figure
from linnaeus.reporting.content import learning
from linnaeus.reporting.figures.style import PRINT
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from tests.reporting import said, synthetic

EN, RU = words("en"), words("ru")


def figures(run, say=EN):
    section = learning.section(run, say)
    return [said.find(section, Figure, place) for place in range(3)]


def test_every_epoch_has_a_reading_and_the_words_state_the_ends(tmp_path):
    run = read(synthetic.run(tmp_path))
    rows = run.record.curve()
    accuracy, loss, rate = figures(run)
    assert all([reading.x for reading in one.readings] == list(range(1, 41)) for one in (accuracy, loss, rate))
    third = rows[2]
    shown = said.plain(accuracy.readings[2].text)
    assert shown == (
        f"epoch 3 · training {100 * third.accuracy:.1f} % · validation {100 * third.val_accuracy:.1f} % "
        f"({100 * third.val_low:.1f}–{100 * third.val_high:.1f} %)"
    )
    assert said.plain(loss.readings[2].text) == f"epoch 3 · training {third.loss:.4g} · validation {third.val_loss:.4g}"
    assert f"{third.lr:.4g}" in rate.readings[2].text
    for column, name in (("accuracy", "training"), ("val_accuracy", "validation")):
        first, last = (said.plain(EN.share(getattr(rows[place], column))) for place in (0, -1))
        assert f"{name} from {first} to {last}" in said.plain(accuracy.alt)
    assert "40 epochs" in loss.alt and f"{min(row.loss for row in rows):.4g}" in loss.alt
    assert "0,0" in figures(run, RU)[1].alt
    assert accuracy.draw(PRINT).axes and loss.draw(PRINT).axes and rate.draw(PRINT).axes


def test_of_many_epochs_some_have_a_reading(tmp_path):
    accuracy, *_ = figures(read(synthetic.run(tmp_path, epochs=1000)))
    assert 300 < len(accuracy.readings) <= learning.MOST_READINGS


def test_the_marks_are_told(tmp_path):
    run = read(synthetic.run(tmp_path))
    kept = run.record.kept_epoch()
    assert f"epoch {kept}, whose weights were kept" in said.of(learning.section(run, EN), EN)
    earlier = tuple(synthetic.history(7))
    continued = replace(run, record=replace(run.record, earlier=earlier, parent="base"))
    text = said.of(learning.section(continued, EN), EN)
    assert f"epoch {kept + 7}, whose weights" in text and "the epochs of base that led to its initial weights" in text
    assert figures(continued)[0].readings[-1].x == 47


def test_without_validation_there_is_no_word_of_it(tmp_path):
    run = read(synthetic.run(tmp_path, splits=(), history=synthetic.history(5, val=False)))
    assert "alidation" not in said.of(learning.section(run, EN), EN)


def test_no_curve_of_one_dot_where_a_head_was_fitted_in_closed_form(tmp_path):
    run = read(synthetic.run(tmp_path, epochs=1))
    assert learning.section(run, EN) is not None
    recipe = {**run.record.recipe, "train": "head", "head": "logistic"}
    assert learning.section(replace(run, record=replace(run.record, recipe=recipe)), EN) is None


@pytest.mark.parametrize("language", languages())
def test_before_the_first_epoch(tmp_path, language):
    run = read(synthetic.run(tmp_path, status="running", scores={}, history=(), time=Times(), splits=()))
    text = said.of(learning.section(run, words(language)), words(language))
    assert language != "en" or "No epoch has finished yet." in text
