import re
import string

import pytest
from markupsafe import Markup

from linnaeus.recipe.recipe import Recipe
from linnaeus.record.scores import Score
from linnaeus.reporting import study_figures
from linnaeus.reporting.english import FIELDS
from linnaeus.reporting.words import LANGUAGES

WORDS = LANGUAGES["en"]


def test_every_language_says_everything_with_the_same_values():
    def values(text):
        forms = text if isinstance(text, tuple) else (text,)
        return [{name for _, name, _, _ in string.Formatter().parse(form) if name} for form in forms]

    for words in LANGUAGES.values():
        assert set(words.texts) == set(WORDS.texts)
        for key, text in words.texts.items():
            assert set().union(*values(text)) <= set().union(*values(WORDS.texts[key])) | {"n"}, key
        assert set(words.fields) == set(FIELDS)


def test_every_field_of_a_recipe_is_explained_and_has_its_place():
    names = set(Recipe.__dataclass_fields__)
    assert set(FIELDS) == names
    assert {name for room in WORDS.rooms.values() for name in room} == names


def test_what_is_filled_in_is_escaped():
    assert WORDS("confusion.pair", name="<i>", taken_for="&") == Markup("<b>&lt;i&gt;</b> taken for <b>&amp;</b>")


def test_one_and_many():
    assert WORDS("images", n=1) == "1 image" and WORDS("images", n=1797) == "1,797 images"


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (1, "1 изображение"),
        (3, "3 изображения"),
        (5, "5 изображений"),
        (12, "12 изображений"),
        (1021, "1 021 изображение"),
    ],
)
def test_russian_forms_and_numbers(n, text):
    assert re.sub("[\u00a0\u202f]", " ", LANGUAGES["ru"]("images", n=n)) == text


def test_numbers_in_the_manner_of_the_language():
    russian, score = LANGUAGES["ru"], Score(value=0.98, low=0.9626, high=0.9942, n=270)
    assert russian.between(score) == "96,3–99,4\u00a0%" and russian.decimals(0.98151) == "0,9815"
    assert russian.seconds(245) == "4\u00a0мин 05\u00a0с"
    assert WORDS.points(-0.0123, sign=True) == "−1.2" and russian.points(0.0123, sign=True) == "+1,2"


def test_a_metric_without_words_stands_for_itself():
    assert WORDS.of("metric", "macro_f1") == "F1, mean over classes"
    assert WORDS.of("metric", "mine.py:kappa") == "mine.py:kappa"


@pytest.mark.parametrize(
    ("share", "text"), [(1, "100.0 %"), (0.99996, "99.99 %"), (0.9996, "99.96 %"), (0.985, "98.5 %"), (0, "0.0 %")]
)
def test_a_hundred_percent_is_said_of_all_only(share, text):
    assert WORDS.percent(share) == text.replace(" ", "\u00a0")


def test_intervals_and_durations():
    assert WORDS.between(Score(value=0.98, low=0.9626, high=0.9942, n=270)) == "96.3–99.4\u00a0%"
    shown = [WORDS.seconds(duration).replace("\u00a0", " ") for duration in (0.314, 12.34, 99.99, 245, 7980)]
    assert shown == ["0.31 s", "12.3 s", "100.0 s", "4 min 05 s", "2 h 13 min"]


def test_a_study_is_drawn_with_the_decimal_point_of_the_language():
    cells = [
        {"number": k, "mean": 0.905 + k / 1000, "scores": {}, "point": {"lr": 0.5 + k / 4}, "train_s": 1.5 + k / 2}
        for k in range(3)
    ]
    factors = {"lr": "uniform(0.25, 1.5)"}
    for language, point, other in (("en", ".", ","), ("ru", ",", ".")):
        say = LANGUAGES[language]
        drawn = (
            study_figures.slice_of("lr", factors["lr"], cells, (), say),
            study_figures.parallel(factors, cells, say),
            study_figures.front(cells, "train_s", [0, 2], say),
        )
        for svg in drawn:
            assert re.search(rf">\d+{re.escape(point)}\d+</text>", svg)
            assert not re.search(rf">\d+{re.escape(other)}\d+</text>", svg)


def test_facts_of_published_trainings_have_words():
    for say in LANGUAGES.values():
        for fact in ("optimizer.lr", "progressive"):
            assert say.of("fact", fact) != fact
