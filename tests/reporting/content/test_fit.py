"""Every remark and advice has its words in every language, and they carry the numbers."""

import re

import pytest

from linnaeus.reporting.content import learning
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from linnaeus.stats import learning_curve
from linnaeus.stats.learning_curve import Remark
from tests.reporting import said, synthetic

LANGUAGES = [words(language) for language in languages()]
EN = words("en")


def told(heading):
    """Keys of a table in the docstring of `stats.learning_curve`, with all that stands beside them."""
    table = learning_curve.__doc__.partition(f"    {heading} ")[2].partition("\n\n")[0].splitlines()[1:]
    keyed, rows = None, {}
    for line in table:
        if re.match(r" {4}\w", line):
            keyed, _, rest = line.strip().partition(" ")
            rows[keyed] = rest
        else:
            rows[keyed] += " " + line.strip()
    return rows


ADVICES = {key: rest for key, rest in told("advice").items() if key != "advice"}


def slug(key):
    return re.sub("[._]", "-", key)


@pytest.mark.parametrize("say", LANGUAGES, ids=languages())
def test_the_words_are_of_the_keys_that_are_told(say):
    spoken = {key for key in say.sources if re.match(r"fit-(?!none|few|note)|advice-", key)}
    assert spoken == {f"fit-{slug(key)}" for key in told("key")} | {f"advice-{slug(key)}" for key in ADVICES}
    assert len(told("key")) == 9 and len(ADVICES) == 8


@pytest.mark.parametrize("say", LANGUAGES, ids=languages())
@pytest.mark.parametrize("key", sorted(told("key")))
def test_a_statement_is_made_of_the_facts_that_are_told(key, say):
    facts = dict.fromkeys(re.findall(r"\w+", told("key")[key].partition(":")[0].replace(" the same,", "")), 0.5)
    if key == "too_short.annealed":
        facts |= dict.fromkeys(("rise", "low", "high", "slope", "over", "epochs", "n"), 0.5)
    statement, advice = learning.in_words(Remark(key=key, facts=facts | {"n": 4986}, advice="larger"), "last", say)
    assert say.count(4986) in statement or key == "unstable.loss"
    assert "{" not in statement + advice


@pytest.mark.parametrize("say", LANGUAGES, ids=languages())
def test_things_stand_beside_the_images_that_show_them(say):
    gap = dict.fromkeys(("train", "val", "gap", "low", "high", "gap_then"), 0.5) | {
        "epochs": 30,
        "n": 1270,
        "things": 18,
    }
    statement, _ = learning.in_words(Remark(key="over_fitting.gap", facts=gap, advice="larger"), "last", say)
    assert f"{say.count(1270)} {say('of-things', n=18)}" in statement


@pytest.mark.parametrize("say", LANGUAGES, ids=languages())
@pytest.mark.parametrize("key", sorted(ADVICES))
def test_an_advice_is_made_of_its_values(key, say):
    values = {"epochs": 1200, "lr": 0.0125, "augment": "flip | erase"}
    facts = {"epoch": 3, "epochs": 9, "loss": 2.0, "before": 1.0, "lr": 0.1, "n": 100}
    one = Remark(key="unstable.loss", facts=facts, advice=key, values=values)
    _, advice = learning.in_words(one, "my-run", say)
    assert "{" not in advice
    for command in re.findall(r"<code>(linnaeus continue.*?|.*?=.*?)</code>", str(advice)):
        assert any(
            text in command for text in ("my-run --epochs 1200", "0.013", "choose=best", "flip | erase")
        )  # as they are typed


def test_in_words():
    facts = {"rise": 0.15812, "low": 0.07, "high": 0.246, "slope": 0.053, "over": 3, "epochs": 13, "n": 4947}
    facts |= {"train": 0.547, "gap": 0.013}
    remark = Remark(key="too_short.annealed", facts=facts, advice="continue", values={"epochs": 13})
    statement, advice = learning.in_words(remark, "mb", EN)
    assert said.plain(statement) == (
        "Too short: validation accuracy still rose by 15.8 points in the last 3 of 13 epochs (95 % interval 7.0 to 24.6, "
        "n = 4,947), and training images are misclassified too (54.7 % correct)."
    )
    assert advice == "Try more epochs: <code>linnaeus continue mb --epochs 13</code>"
    statement, _ = learning.in_words(remark, "mb", words("ru"))
    assert "15,8 п.&nbsp;п." in statement


def test_of_a_run(tmp_path):
    run = read(synthetic.run(tmp_path))
    assert learning.told(run.record, "digits-1", EN) == []
    assert "found anything beyond noise. With 270 validation images, a gap between" in said.of(
        learning.fit(run, EN), EN
    )
    few = read(synthetic.run(tmp_path, name="few", epochs=2))
    assert "the fit cannot be judged" in said.of(learning.fit(few, EN), EN)
    none = read(synthetic.run(tmp_path, name="none", history=synthetic.history(10, val=False)))
    assert "the fit cannot be judged" in said.of(learning.fit(none, EN), EN)
    assert learning.fit(read(synthetic.run(tmp_path, name="bare", epochs=0)), EN) is None
