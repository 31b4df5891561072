"""Several runs in one page, and pages of sections of one's own."""

from linnaeus.reporting.old_blocks import Drawings, Folded, Heading, Items, Measured, Paragraph, Rows, Section
from linnaeus.reporting.pages import built, page, several
from linnaeus.reporting.request import compared
from linnaeus.reporting.words import LANGUAGES
from linnaeus.stats.paired import of_runs
from tests.reporting import synthetic
from tests.reporting.test_page import HOSTILE, read


def test_two_runs_with_their_comparison_and_then_each(tmp_path):
    one = synthetic.run(tmp_path, name="one", splits=("val", "test"))
    two = synthetic.run(tmp_path, name="two", recipe=synthetic.RECIPE | {"seed": 7})
    found = of_runs([one, two], "val")
    text = read(several([one, two], compare=lambda folders: of_runs(folders, "val")))
    assert text.startswith(" 2 runs compared") and "All on digits." in text
    assert f"one and two cannot be told apart with n = {found[0].n}" in text
    scores = one.record().scores["test"].metrics["accuracy"]
    assert f"{100 * scores.value:.1f} % {100 * scores.low:.1f}–{100 * scores.high:.1f} %, n 270" in text
    assert "seed07" in text  # the field that differs
    for folder in (one, two):
        assert f"linnaeus train --recipe {folder.recipe}" in text
    assert f"linnaeus report {one.path} {two.path}" in text


def test_runs_without_common_images_are_not_compared(tmp_path):
    one, two = synthetic.run(tmp_path, name="one"), synthetic.run(tmp_path, name="two", splits=())
    assert "cannot be compared image by image" in read(several([one, two]))


def test_where_the_first_can_be_compared_with_none_the_next_takes_its_place(tmp_path):
    alone = synthetic.run(tmp_path, name="alone", splits=())
    one, two = (synthetic.run(tmp_path, name=name) for name in ("one", "two"))
    assert [(found.first, found.second) for found in compared([alone, one, two])] == [("one", "two")]
    assert compared([alone, one]) == []


def test_an_unfinished_run_beside_others_is_called_so(tmp_path):
    one = synthetic.run(tmp_path, name="one")
    two = synthetic.run(tmp_path, name="two", splits=(), status="running", epochs=3)
    text = read(several([one, two]))
    assert "two (running, or cut off)" in text and "There is no score yet: 3 of 3 epochs" in text


def test_a_page_of_sections_of_ones_own(tmp_path):
    score = synthetic.run(tmp_path).record().scores["val"].metrics["accuracy"]
    sections = [
        Section(key="a", title="Effects", note=HOSTILE, blocks=[
            Heading("Depth"), Paragraph(HOSTILE), Items(["one", "two"]), Drawings([]),
            Rows(header=["", "accuracy"], rows=[[HOSTILE, Measured(score=score)]], numbers=frozenset((1,))),
            Folded(summary="more", blocks=[Paragraph("inside")]),
        ]),
        Section(key="b", title="Ranks", blocks=[]),
    ]  # fmt: skip
    text = read(built("A <study>", sections, lead="Depth matters.", foot=["linnaeus study x.toml"]))
    assert text.count(HOSTILE) == 3 and "A <study>" in text and "Depth matters." in text
    assert f"{100 * score.value:.1f} % {100 * score.low:.1f}–" in text and "linnaeus study x.toml" in text


def test_in_russian(tmp_path):
    folder = synthetic.run(tmp_path, splits=("val", "test"))
    accuracy = folder.record().scores["val"].metrics["accuracy"]
    text = read(page(folder, "ru"))
    assert " ".join(LANGUAGES["ru"].percent(accuracy.value).split()) in text and "Выберите цветную клетку" in text
    assert "--lang ru" in text
