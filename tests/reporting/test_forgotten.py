"""The page's section on what a run forgot: there only where classes were added, and in words that the numbers carry."""

import pytest

from linnaeus.errors import RunError
from linnaeus.record.forgetting import from_plain
from linnaeus.reporting.pages import page
from tests.reporting import synthetic
from tests.reporting.test_page import HOSTILE, read


def test_a_run_that_adds_no_classes_has_no_such_section(tmp_path):
    whole = page(synthetic.run(tmp_path))
    assert 'id="forgetting"' not in whole and "forgotten" not in read(whole)


def test_a_loss_with_its_interval_by_group_class_and_pair(tmp_path):
    plain = synthetic.forgotten(lost=0.06)
    text = read(page(synthetic.run(tmp_path, forgetting={"val": plain})))
    found = from_plain(plain)
    low, high = sorted(abs(100 * end) for end in (found.paired.difference.low, found.paired.difference.high))
    before, after = (f"{100 * score.value:.1f} %" for score in (found.paired.score_first, found.paired.score_second))
    assert f"Old classes: {after} now, {before} before: " in text
    assert f"points lost ({low:.1f}–{high:.1f})" in text
    won = next(group.after for group in found.groups if group.is_new)
    said = f"{100 * won.value:.1f} % (95 % interval from {100 * won.low:.1f} % to {100 * won.high:.1f} %, n = {won.n})"
    assert f"New classes: {said}." in text
    for row in found.classes:
        assert f"{row.name}{' new' if row.is_new else ''}" in text
        assert f"{100 * row.after.low:.1f}–{100 * row.after.high:.1f} %" in text
    assert f"New classes taken for old ones: {found.new_for_old.count} of 120" in text
    most = found.new_for_old.pairs[0]
    assert f"{most.name} taken for {most.taken_for} {most.count} of {most.support}" in text


def test_what_cannot_be_told_is_not_called_a_loss(tmp_path):
    plain = {split: synthetic.forgotten(lost=0.002, split=split) for split in ("test", "val")}
    text = read(page(synthetic.run(tmp_path, forgetting=plain)))
    assert "no forgetting can be told with 600 images" in text and "points lost" not in text
    section = text.partition("What was forgotten")[2]
    assert section.index("validation Old classes") < section.index("test Old classes")


def test_only_new_classes(tmp_path):
    plain = synthetic.forgotten()
    nothing = {"paired": None, "groups": [{**plain["groups"][0], "n": 0}, plain["groups"][1]]}
    text = read(page(synthetic.run(tmp_path, forgetting={"val": plain | nothing})))
    assert "what was forgotten cannot be told" in text


def test_many_classes_and_hostile_names(tmp_path):
    names = [HOSTILE, *(f"class {number:03d}" for number in range(60))]
    whole = page(synthetic.run(tmp_path, forgetting={"val": synthetic.forgotten(new=names, each=20)}))
    text = read(whole)
    assert HOSTILE in text and HOSTILE not in whole
    assert "The 10 old classes that lost most" in text and "All 71 classes" in text


def test_a_damaged_finding_is_named(tmp_path):
    with pytest.raises(RunError, match="what was forgotten cannot be read from the record of digits-1"):
        page(synthetic.run(tmp_path, forgetting={"val": {"split": "val"}}))
