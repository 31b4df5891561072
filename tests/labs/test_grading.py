"""The names that files of answers go by; the numbers that pass."""

import itertools
from pathlib import Path

import pytest
from statsmodels.stats.proportion import proportion_confint

from linnaeus.labs.grading import passing, told_apart


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["ann.csv", "bob.csv"], ["ann", "bob"]),
        (["ann/predictions.csv", "bob/predictions.csv"], ["ann", "bob"]),
        (["1/ann/answers/a.csv", "1/bob/answers/a.csv", "2/ann/answers/a.csv"], ["1/ann", "1/bob", "2/ann"]),
        (["ann/a.csv", "ann/b.csv", "bob/a.csv"], ["ann/a", "ann/b", "bob/a"]),
        (["ann.csv"], ["ann"]),
        (["ann.csv", "ann.csv"], ["ann", "ann"]),
        ([], []),
    ],
)
def test_names_that_tell_files_apart(files, names):
    assert told_apart([Path(file) for file in files]) == names


def test_what_passes_is_the_first_number_whose_interval_does():
    for n, share in itertools.product((20, 270, 300), (0.5, 0.95, 0.98)):
        ends = [proportion_confint(right, n, method="wilson") for right in range(n + 1)]
        least = next((right for right, (low, _) in enumerate(ends) if low >= share), None)
        most = max((right for right, (_, high) in enumerate(ends) if high < share), default=None)
        assert passing(n, share) == (least, most)
    assert passing(270, 0.95) == (264, 249)
