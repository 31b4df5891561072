"""What is told in sentences: the same of a comparison everywhere, of every kind of finding, of weights from elsewhere."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from linnaeus.data.audit import audit
from linnaeus.record import facts
from linnaeus.record.comparison import Comparison, Spread
from linnaeus.record.facts import Finding, StartFacts
from linnaeus.record.scores import Score
from linnaeus.reporting import sentences
from linnaeus.reporting import told as told_in_english
from linnaeus.reporting.words import LANGUAGES
from tests.reporting import synthetic

EN, RU = LANGUAGES["en"], LANGUAGES["ru"]
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def score(value, low, high):
    return Score(value=value, low=low, high=high, n=4986)


ONE = Comparison(
    first="a",
    second="b",
    split="val",
    n=4986,
    score_first=score(0.908, 0.9, 0.916),
    score_second=score(0.912, 0.904, 0.92),
    difference=score(0.004, -0.005, 0.013),
    only_first=230,
    only_second=250,
    p=0.36,
    p_holm=0.36,
    needed=47_123,
)
SPREAD = Spread(
    runs_first=("a-seed0", "a-seed1"),
    runs_second=("b-seed0", "b-seed1", "b-seed2"),
    std_first=0.01,
    std_second=0.012,
    images=0.004,
    seeds=0.007,
    freedom=4.0,
    needed_seeds=None,
)
COMPARISONS = {
    "better": replace(ONE, difference=score(0.012, 0.004, 0.02), p=0.003, p_holm=0.003),
    "worse": replace(ONE, difference=score(-0.012, -0.02, -0.004), p=0.003, p_holm=0.003),
    "same": ONE,
    "equal": replace(ONE, difference=score(0.0, -0.009, 0.009), p=1.0, p_holm=1.0, needed=None),
    "among many": replace(ONE, difference=score(0.01, 0.001, 0.019), p=0.03, p_holm=0.12, family=4),
    "repeats": replace(ONE, spread=SPREAD),
    "more seeds": replace(ONE, needed=None, spread=replace(SPREAD, needed_seeds=17)),
}


def numbers(text, say=EN):
    """The numbers in a text as English writes them; a sign is none of them."""
    text = re.sub(rf"(?<=\d){say.thousands}(?=\d{{3}}\b)", "", str(text)).replace(say.point, ".")
    return set(re.findall(r"\d+(?:\.\d+)?", text))


@pytest.mark.parametrize("which", COMPARISONS)
@pytest.mark.parametrize("say", [EN, RU], ids=["en", "ru"])
def test_a_report_tells_of_a_comparison_what_the_terminal_tells(which, say):
    one = COMPARISONS[which]
    told = numbers(sentences.comparison(one, say).unescape(), say)
    assert numbers(told_in_english.comparison(one)) <= told
    assert "4986" in told  # none without n
    assert {f"{100 * abs(end):.1f}" for end in (one.difference.low, one.difference.high)} <= told


def test_each_says_what_is_so():
    told = {which: " ".join(sentences.comparison(one, EN).striptags().split()) for which, one in COMPARISONS.items()}
    assert told["better"].startswith("b names more of the same images rightly than a")
    assert told["worse"].startswith("a names more of the same images rightly than b")
    assert told["same"].endswith("About 48,000 images would be needed to tell a difference of this size.")
    assert told["equal"].endswith("Both name equally many rightly.")
    assert told["among many"].endswith("as one of 4 comparisons it is not (p = 0.030 alone).")
    assert "n = 4,986 and 2 + 3 seeds" in told["repeats"]
    assert told["more seeds"].endswith("about 17 seeds each would be needed.")


def test_macro_f1_is_told_with_its_interval():
    one = replace(ONE, resampled={"macro_f1": score(0.031, -0.007, 0.069)})
    for say, word, ends in ((EN, "bootstrap", {"+3.1", "−0.7", "+6.9"}), (RU, "бутстреп", {"+3,1", "−0,7", "+6,9"})):
        for each in (one, replace(one, difference=score(0.012, 0.004, 0.02), p=0.003, p_holm=0.003)):
            told = sentences.comparison(each, say)
            assert word in told and all(end in told for end in ends)
            assert word not in sentences.comparison(replace(each, resampled={}), say)


def kinds():
    """The kinds that the docstring of `record.facts` lists."""
    table = facts.__doc__.partition("By kind, `values` are")[2]
    rows = re.findall(r"^    (\w+(?:, \w+)*)(?= {2,}|$)", table, re.M)
    return [kind for row in rows for kind in row.split(", ")]


FOUND = {
    "unreadable": {},
    "balance": {"largest": "cat", "smallest": "dog", "most": 500, "least": 20},
    "no_validation": {},
    "small_split": {"split": "val", "n": 12, "accuracy": 0.9, "low": 0.6, "high": 0.97, "half": 0.172},
    "duplicate": {"split": "train", "of": 300, "share": 0.01},
    "leak": {"split": "train", "other": "test", "leaked": 3, "of": 100, "share": 0.03},
    "dropped": {},
    "contradiction": {"labels": [["cat", "dog", 2], ["a", "b", 1], ["a", "c", 1], ["b", "c", 1]]},
    "mirror": {"turn": "mirror", "shown": None, "turned": []},
    "stem": {"side": 32, "left": 8, "model": "resnet(depth=18)"},
    "constant": {}, "dark": {}, "bright": {}, "blurred": {}, "odd_shape": {}, "small_image": {"side": 224}, "grey": {},
    "low_information": {}, "odd_size": {},
}  # fmt: skip


def test_the_kinds_are_those_that_the_audit_gives():
    rooms = Path(audit.__file__).parent
    text = "".join(file.read_text() for file in rooms.glob("*.py"))
    given = set(re.findall(r'kind="(\w+)"', text)) - {"stable"}
    assert given and given <= set(kinds())
    assert set(FOUND) == set(kinds())


@pytest.mark.parametrize("kind", FOUND)
def test_each_finding_has_words_in_both_languages(kind):
    one = Finding(kind=kind, severity="warning", count=3, values=FOUND[kind])
    for say in (EN, RU):
        what, advice = sentences.finding(one, say)
        assert "{" not in what + advice
        assert bool(CYRILLIC.search(what)) == bool(CYRILLIC.search(advice)) == (say is RU)


@pytest.mark.parametrize("shown", [None, "flip"])
@pytest.mark.parametrize("turned", [[], [["left", "right", 9, 10]]])
@pytest.mark.parametrize("severity", ["warning", "question"])
def test_of_a_mirror_it_is_told_what_was_asked_for_and_what_was_seen(shown, turned, severity):
    values = {"turn": "mirror", "shown": shown, "turned": turned}
    one = Finding(kind="mirror", severity=severity, count=1, values=values)
    told = sentences.finding(one, EN)
    assert ("<code>flip</code>" in told[0]) == (shown is not None)
    assert ("left like right (9 of 10)" in told[0]) == bool(turned)
    assert all(CYRILLIC.search(text) for text in sentences.finding(one, RU))


def begun(tmp_path, name, start, parent=None):
    record = synthetic.run(tmp_path, name=name).record()
    return replace(record, model=replace(record.model, start=start), parent=parent)


def test_weights_from_elsewhere_are_told_of(tmp_path):
    start = StartFacts(
        weights="cifar10-<b>.pt", checksum="f3", model=None, head="whole", known=(), classes=10, normalised="images"
    )
    own, foreign = begun(tmp_path, "own", None), begun(tmp_path, "foreign", start)
    for say in (EN, RU):
        (told,) = sentences.foreign([own, foreign], say)
        assert "foreign" in told and "cifar10-&lt;b&gt;.pt" in told
    assert sentences.foreign([foreign, foreign], EN) == []  # none has a lead by them
    assert sentences.foreign([own, begun(tmp_path, "child", start, parent="own")], EN) == []
    assert sentences.foreign([own, begun(tmp_path, "new-head", replace(start, head="new"))], EN) == []
