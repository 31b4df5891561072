"""Numbers and names become text in one place: the same everywhere, in the manner of each language, escaped."""

import re

import pytest
from markupsafe import Markup

from linnaeus.errors import UnknownName
from linnaeus.record.scores import Score
from linnaeus.reporting.words import words

EN, RU = words("en"), words("ru")
SCORE = Score(value=0.98, low=0.9626, high=0.9942, n=270)


def plain(text):
    return re.sub("[\u00a0\u202f]", " ", str(text))


def test_an_unknown_language_is_named():
    with pytest.raises(UnknownName, match="there is no language 'xx'"):
        words("xx")


def test_what_is_filled_in_is_escaped():
    said = EN("confused-pair", name="<i>", other="&", n=1, of=2)
    assert said == Markup("<b>&lt;i&gt;</b> classified as <b>&amp;</b>: 1 of 2")


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(KeyError, match="message confused-pair of en"):
        EN("confused-pair", name="a")


def test_one_and_many():
    assert EN("images", n=1) == "1 image" and EN("images", n=1797) == "1,797 images"


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0 изображений"), (1, "1 изображение"), (2, "2 изображения"), (3, "3 изображения"), (4, "4 изображения"),
        (5, "5 изображений"), (11, "11 изображений"), (12, "12 изображений"), (14, "14 изображений"),
        (21, "21 изображение"), (22, "22 изображения"), (101, "101 изображение"), (111, "111 изображений"),
        (1021, "1 021 изображение"), (1_234, "1 234 изображения"),
    ],
)  # fmt: skip
def test_russian_forms_and_numbers(n, text):
    assert plain(RU("images", n=n)) == text


def test_numbers_in_the_manner_of_the_language():
    assert RU.interval(SCORE) == "96,3–99,4\u00a0%" and RU.number(0.98151) == "0,9815"
    assert RU.seconds(245) == "4\u00a0мин 05\u00a0с" and plain(RU.seconds(12.34)) == "12,3 с"
    assert EN.points(-0.0123, sign=True) == "−1.2" and RU.points(0.0123, sign=True) == "+1,2"
    assert EN.points(0.0, sign=True) == EN.points(-0.0, sign=True) == "0.0" and EN.points(0.0004, sign=True) == "+0.0"
    assert RU.points(-0.012, sign=True) == "−1,2" and RU.number(0.98) == "0,9800"
    assert RU.count(1797).replace("\u00a0", " ") == "1 797" and EN.count(1797) == "1,797"
    assert RU.figures(0.00123456) == "0,001235" and EN.figures(-1.5e-6, 2) == "−1.5·10⁻⁶"
    assert RU.estimate(Score(value=0.1234, low=0.1, high=0.2, n=9)) == "0,123 (0,100–0,200)"


def test_a_score_carries_its_interval_and_n():
    assert plain(EN.score(SCORE)) == "98.0 % (96.3–99.4, n 270)"
    assert plain(EN.score(SCORE, n=False)) == "98.0 % (96.3–99.4)"
    assert EN.interval(SCORE) == EN.span(0.9626, 0.9942) == "96.3–99.4\u00a0%"


@pytest.mark.parametrize(
    ("share", "text"),
    [(1, "100.0 %"), (0.99996, "99.99 %"), (0.9996, "99.96 %"), (0.985, "98.5 %"), (0.00004, "0.01 %"), (0, "0.0 %")],
)
def test_a_hundred_per_cent_is_said_of_all_only_and_nought_of_none(share, text):
    assert plain(EN.share(share)) == text


def test_p_values():
    assert [EN.p(p) for p in (0.0004, 0.0034, 0.25)] == ["p < 0.001", "p = 0.003", "p = 0.25"]
    assert RU.p(0.0004) == "p < 0,001"


def test_durations():
    shown = [plain(EN.seconds(duration)) for duration in (0.314, 12.34, 99.99, 245, 7980)]
    assert shown == ["0.31 s", "12.3 s", "100.0 s", "4 min 05 s", "2 h 13 min"]


def test_a_name_without_words_stands_for_itself():
    assert EN.of("metric", "macro_f1") == "macro F1 (mean over classes)"
    assert EN.of("metric", "mine.py:kappa") == "mine.py:kappa"
    for say in (EN, RU):
        for fact in ("optimizer.lr", "progressive"):
            assert say.of("fact", fact) != fact
