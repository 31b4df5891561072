"""Every remark and advice has its words, and they carry the numbers."""

import re

import pytest

from linnaeus.record import fit as fits
from linnaeus.record.fit import Remark
from linnaeus.report import fit
from linnaeus.report.english import FIT
from tests.report import synthetic


def told(heading):
    """Keys of a table in the docstring of `record.fit`, with all that stands beside them."""
    table = fits.__doc__.partition(f"    {heading} ")[2].partition("\n\n")[0].splitlines()[1:]
    keyed, rows = None, {}
    for line in table:
        if re.match(r" {4}\w", line):
            keyed, _, rest = line.strip().partition(" ")
            rows[keyed] = rest
        else:
            rows[keyed] += " " + line.strip()
    return rows


def test_the_words_are_of_the_keys_that_are_told():
    advice = {f"advice.{key}" for key in told("advice") if not key.startswith("advice")}
    assert set(FIT) == set(told("key")) | advice


@pytest.mark.parametrize("key", sorted(told("key")))
def test_a_statement_is_made_of_the_facts_that_are_told(key):
    facts = dict.fromkeys(re.findall(r"\w+", told("key")[key].partition(":")[0].replace(" the same,", "")), 0.5)
    if key == "too_short.annealed":
        facts |= dict.fromkeys(("rise", "low", "high", "slope", "over", "epochs", "n"), 0.5)
    statement, advice = fit.in_words(Remark(key=key, facts=facts | {"n": 4986}, advice="larger"), "last")
    assert "4,986" in statement or key == "unstable.loss"
    assert "{" not in statement + advice


def test_in_words():
    facts = {"rise": 0.15812, "low": 0.07, "high": 0.246, "slope": 0.053, "over": 3, "epochs": 13, "n": 4947}
    facts |= {"train": 0.547, "gap": 0.013}
    remark = Remark(key="too_short.annealed", facts=facts, advice="continue", values={"epochs": 13})
    assert fit.in_words(remark, "mb") == (
        "Too short: validation accuracy rose to the end, by 15.8 points (7.0 to 24.6, n 4,947) in the last 3 epochs, and "
        "54.7 % of the training images are named rightly: more is left to learn than the 1.3 points that validation lies below.",
        "linnaeus continue mb --epochs 13",
    )


def test_of_a_run(tmp_path):
    assert fit.of_run(synthetic.run(tmp_path).record(), "digits-1") == []
