"""What a run forgot: there only where classes were added, and in words that the numbers carry."""

from dataclasses import replace

import pytest

from linnaeus.errors import RunError
from linnaeus.reporting.blocks import Bar, Folded, Table
from linnaeus.reporting.content import forgetting
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from tests.reporting import said, synthetic

EN = words("en")


def of(tmp_path, plain, say=EN):
    return forgetting.section(read(synthetic.run(tmp_path, forgetting=plain)), say)


def test_a_run_that_adds_no_classes_has_no_such_section(tmp_path):
    assert of(tmp_path, {}) is None


def test_a_loss_with_its_interval_by_group_class_and_pair(tmp_path):
    plain = synthetic.forgotten(lost=0.06)
    section = of(tmp_path, {"val": plain})
    text, found = said.of(section, EN), plain
    low, high = sorted(abs(100 * end) for end in (found.paired.difference.low, found.paired.difference.high))
    before, after = (f"{100 * score.value:.1f} %" for score in (found.paired.score_first, found.paired.score_second))
    assert f"Old classes: {after} correct now, {before} before: " in text
    assert f"points lost (95 % interval {low:.1f}–{high:.1f})" in text
    gained = next(group.after for group in found.groups if group.is_new)
    assert f"New classes: {said.plain(EN.score(gained))} correct." in text
    groups, by_class = said.find(section, Table), said.find(section, Table, 1)
    assert [row[0] for row in said.rows(groups, EN)] == ["old classes", "new classes"]
    assert said.rows(groups, EN)[1][2] == "–"  # the new were not known before
    for row, shown in zip(found.classes, said.rows(by_class, EN), strict=True):
        assert shown[0] == f"{row.name}{' new' if row.is_new else ''}"
        assert shown[3] == said.plain(EN.score(row.after, n=False))
    bars = [row[4] for row in by_class.rows]
    assert all(isinstance(bar, Bar) for bar in bars) and bars[0].before == found.classes[0].before
    assert f"New classes classified as old ones: {found.new_as_old.count} of 120 images" in text
    most = found.new_as_old.pairs[0]
    assert f"{most.name} classified as {most.confused_with}: {most.count} of {most.support}" in text


def test_what_cannot_be_told_is_not_called_a_loss(tmp_path):
    plain = {split: synthetic.forgotten(lost=0.002, split=split) for split in ("test", "val")}
    text = said.of(of(tmp_path, plain), EN)
    assert "no change is established with 600 images" in text and "points lost" not in text
    assert text.index("\nvalidation\n") < text.index("\ntest\n")


def test_only_new_classes(tmp_path):
    found = synthetic.forgotten()
    nothing = replace(found, paired=None, groups=(replace(found.groups[0], n=0), found.groups[1]))
    assert "forgetting cannot be measured" in said.of(of(tmp_path, {"val": nothing}), EN)


def test_of_many_classes_those_that_lost_most_stand(tmp_path):
    names = [f"class {number:03d}" for number in range(60)]
    section = of(tmp_path, {"val": synthetic.forgotten(new=names, each=20)})
    text = said.of(section, EN)
    assert "The 10 old classes that lost most" in text and "All 70 classes" in text
    assert len(said.find(section, Folded).blocks[0].rows) == 70


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("lost", [0.002, 0.06])
def test_every_language_says_it(tmp_path, language, lost):
    text = said.of(of(tmp_path, {"val": synthetic.forgotten(lost=lost)}, words(language)), words(language))
    assert "{" not in text and len(text) > 500


def test_a_damaged_finding_is_named(tmp_path):
    with pytest.raises(RunError, match=r"digits-1/record.json cannot be read: .*`\$.forgetting\[...\]`"):
        of(tmp_path, {"val": {"split": "val"}})
