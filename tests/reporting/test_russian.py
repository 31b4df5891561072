"""The words of both languages: the same keys, the same places to fill, nothing empty or left untranslated."""

import re
import string

import pytest

from linnaeus.record import reference
from linnaeus.reporting import (
    document_english,
    document_russian,
    english,
    findings_english,
    findings_russian,
    russian,
    sentences_english,
    sentences_russian,
)
from linnaeus.reporting.words import LANGUAGES
from linnaeus.stats import learning_curve

EN, RU = LANGUAGES["en"], LANGUAGES["ru"]
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# Names and signs that are the same in both languages.
SAME = {
    "caption.after", "column.macs", "column.ece", "column.p", "machine.python", "machine.torch", "machine.linnaeus",
    "part.adam", "part.adamw", "part.rmsprop", "part.lbfgs", "part.muon", "part.cut_mix", "part.rand_augment",
    "part.trivial_augment", "calibration.ece", "compare.size",
}  # fmt: skip


def forms(text):
    return text if isinstance(text, tuple) else (text,)


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys():
    assert EN.texts.keys() == RU.texts.keys()
    assert EN.fields.keys() == RU.fields.keys()


def test_no_key_stands_in_two_tables():
    for tables in (
        (english.ENGLISH, sentences_english.SENTENCES, findings_english.FINDINGS, document_english.DOCUMENT),
        (russian.RUSSIAN, sentences_russian.SENTENCES, findings_russian.FINDINGS, document_russian.DOCUMENT),
    ):
        counted = [key for table in tables for key in table]
        assert sorted({key for key in counted if counted.count(key) > 1}) == []


def fault_of_places(key):
    """What is wrong with the forms of a text, or with the places in them that are filled in; None: nothing."""
    first, second = forms(EN.texts[key]), forms(RU.texts[key])
    wanted, filled = set.union(*map(places, first)), set.union(*map(places, second))
    if not all(text.strip() for text in (*first, *second)):
        return f"{key} is empty"
    if len(first) not in (1, 2) or len(second) not in (1, 3):
        return f"{key} has {len(first)} and {len(second)} forms"
    if filled - wanted - {"n"} or wanted - filled - {"n"}:
        return f"{key} fills in {filled ^ wanted}"
    return None


def fault_of_language(key):
    """A Russian text that was left in English; None: it was not."""
    for text in forms(RU.texts[key]):
        words = re.sub(r"<[^>]*>|\{\w+\}|&\w+;", "", text)
        if key not in SAME and re.search("[A-Za-z]", words) and not CYRILLIC.search(words):
            return f"{key}: {text}"
    return None


def fault_of_tags(key):
    """A tag that is not closed; None: there is none."""
    for text in (*forms(EN.texts[key]), *forms(RU.texts[key])):
        for tag in ("b", "strong", "code", "i", "em", "small"):
            if len(re.findall(rf"<{tag}\b", text)) != text.count(f"</{tag}>"):
                return f"{key}: {text}"
    return None


@pytest.mark.parametrize("fault", [fault_of_places, fault_of_language, fault_of_tags])
def test_no_text_has_a_fault(fault):
    assert len(EN.texts) > 500
    assert [found for key in sorted(EN.texts) if (found := fault(key)) is not None] == []


@pytest.mark.parametrize(("fault", "russian_text"), [
    (fault_of_places, " "), (fault_of_places, "{m} изображений"), (fault_of_places, ("а", "б")),
    (fault_of_language, "images"), (fault_of_tags, "<b>{n} изображений"),
])  # fmt: skip
def test_each_fault_can_be_found(fault, russian_text, monkeypatch):
    monkeypatch.setitem(RU.texts, "images", russian_text)
    assert fault("images").startswith("images")


def test_fields_are_translated():
    for name, text in RU.fields.items():
        assert CYRILLIC.search(text), name


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0 изображений"), (1, "1 изображение"), (2, "2 изображения"), (4, "4 изображения"), (5, "5 изображений"),
        (11, "11 изображений"), (12, "12 изображений"), (14, "14 изображений"), (21, "21 изображение"),
        (22, "22 изображения"), (111, "111 изображений"), (101, "101 изображение"), (1_234, "1 234 изображения"),
    ],
)  # fmt: skip
def test_forms_follow_the_number(n, words):
    assert re.sub("[\u00a0\u202f]", " ", str(RU("images", n=n))) == words


def test_numbers_have_the_comma():
    assert RU.percent(0.973).replace("\u00a0", " ") == "97,3 %"
    assert RU.decimals(0.98) == "0,9800"
    assert RU.points(-0.012, sign=True) == "−1,2"
    assert RU.seconds(12.34).replace("\u00a0", " ") == "12,3 с"


def test_every_remark_and_every_verdict_has_its_words():
    document = learning_curve.__doc__ or ""
    rules = set(
        re.findall(r"^    ((?:over|under)_fitting[.\w]*|too_short[.\w]*|unstable\.\w+|early_plateau)\b", document, re.M)
    )
    assert len(rules) == 9
    advices = set(
        re.findall(
            r"^    (stop_earlier|erase|more_images|larger|continue|lower_rate|fewer_epochs|anneal)\b", document, re.M
        )
    )
    assert len(advices) == 8
    wanted = {f"fit.{name}" for name in rules} | {f"advice.{name}" for name in advices}
    wanted |= {f"verdict.{name}" for name in reference.VERDICTS}
    assert wanted <= EN.texts.keys() and wanted <= RU.texts.keys()
