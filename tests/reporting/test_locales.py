"""The contract of all locales: every key, every value and every plural form in each; nothing empty, unclosed, left in English or unused.

A language is a file in `locales`: a made-up third one is there as soon as its file is.
"""

import ast
import re
import runpy
from pathlib import Path
from typing import get_args

import pytest
from babel import Locale
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor

import linnaeus
from linnaeus.cli import options
from linnaeus.labs.plan import beside
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.reference import Verdict
from linnaeus.reporting import words as spoken
from linnaeus.reporting.words import LOCALES, languages, words

SOURCE = Path(linnaeus.__file__).parent
TAGS = {"b", "strong", "i", "em", "small", "code", "mark", "br", "wbr", "bdi", "span"}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LETTERS = re.compile("[A-Za-z]{2}")
# Names and signs that are the same in both languages.
SAME = {"machine-python", "machine-torch", "machine-linnaeus", "machine-torchvision", "machine-timm", "machine-numpy", "machine-pillow",
        "machine-triton", "column-ece", "column-macs", "part-adam", "part-adamw", "part-rmsprop", "part-lbfgs", "part-muon",
        "part-cut-mix", "part-rand-augment", "part-trivial-augment", "calibration-ece"}  # fmt: skip
# What nobody would say who speaks English.
BANNED = ("names rightly", "rightly", "commonest", "unless given", "come along", "wiggle", "nought", "surest", "taken for", "whose like",
          "not to be had", "is told no more", "stem of", "like images", "Take up", "examine")  # fmt: skip
MESSAGES = {language: (LOCALES / f"{language}.ftl").read_text(encoding="utf-8") for language in languages()}


class _Seen(Visitor):
    """What a message is made of."""

    def __init__(self):
        self.values, self.texts, self.selects = set(), [], []

    def visit_VariableReference(self, node):  # noqa: N802
        self.values.add(node.id.name)

    def visit_TextElement(self, node):  # noqa: N802
        self.texts.append(node.value)

    def visit_SelectExpression(self, node):  # noqa: N802
        self.selects.append((node.selector, [variant.key for variant in node.variants]))
        self.generic_visit(node)


def seen(entry):
    visitor = _Seen()
    visitor.visit(entry)
    return visitor


def parse(text):
    """The messages of a file by key. Whatever is no message is a fault."""
    entries = FluentParser().parse(text).body
    broken = [entry.content for entry in entries if isinstance(entry, fluent.Junk)]
    assert broken == []
    found = [entry for entry in entries if isinstance(entry, fluent.Message)]
    keys = [entry.id.name for entry in found]
    assert sorted({key for key in keys if keys.count(key) > 1}) == [], "messages that stand twice"
    return dict(zip(keys, found, strict=True))


PARSED = {language: parse(text) for language, text in MESSAGES.items()}


def faults(language, messages):
    """What is wrong with the messages of a language, beside those of English."""
    english = PARSED["en"]
    yield from (f"{key} is missing" for key in english.keys() - messages.keys())
    yield from (f"{key} is in no other language" for key in messages.keys() - english.keys())
    needed = {Locale.parse(language).plural_form(n) for n in range(200)}
    for key in english.keys() & messages.keys():
        entry, wanted = seen(messages[key]), seen(english[key])
        differing = (entry.values ^ wanted.values) - {"n"}  # one language counts where another has no forms
        if differing:
            yield f"{key} fills in {sorted(differing)}"
        for _, variants in entry.selects:
            forms = {variant.name for variant in variants if isinstance(variant, fluent.Identifier)}
            if forms & {"one", "two", "few", "many", "other"} and not needed <= forms:
                yield f"{key} lacks {sorted(needed - forms)}"
        text = "".join(entry.texts)
        if not text.strip() and not entry.values and key != "caption-after":
            yield f"{key} is empty"
        yield from (f"{key}: {fault}" for fault in _of_tags(text))
        if language == "ru" and key not in SAME and LETTERS.search(_bare(text)) and not CYRILLIC.search(text):
            yield f"{key} is not translated: {text.strip()}"


def _of_tags(text):
    for tag in re.findall(r"<(\w+)", text):
        if tag not in TAGS:
            yield f"<{tag}> is known to no medium"
        elif tag not in ("br", "wbr") and len(re.findall(rf"<{tag}\b", text)) != text.count(f"</{tag}>"):
            yield f"<{tag}> is not closed"


def _bare(text):
    return re.sub(r"<code>.*?</code>|<[^>]*>|&\w+;", "", text, flags=re.DOTALL)


def test_english_and_russian_are_there():
    assert {"en", "ru"} <= set(languages()) and len(PARSED["en"]) > 500


@pytest.mark.parametrize("language", languages())
def test_no_message_has_a_fault(language):
    assert list(faults(language, PARSED[language])) == []


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("images = { $m } изображений", "images fills in ['m']"),
        ("images =\n    { $n ->\n        [one] { $n } изображение\n       *[many] { $n } изображений\n    }", "images lacks ['few']"),
        ("images = { $n } images", "images is not translated"),
        ("images = <b>{ $n } изображений", "<b> is not closed"),
        ("images = <u>{ $n }</u> изображений", "<u> is known to no medium"),
        ("imagery = изображения", "imagery is in no other language"),
        ('images = {""}', "images is"),
    ],
)  # fmt: skip
def test_each_fault_can_be_found(message, fault):
    planted = {**PARSED["ru"], **parse(message + "\n")}
    assert any(found.startswith(fault) or fault in found for found in faults("ru", planted)), list(
        faults("ru", planted)
    )
    fewer = {key: one for key, one in PARSED["ru"].items() if key != "images"}
    assert list(faults("ru", fewer)) == ["images is missing"]


def test_english_is_what_a_native_would_say():
    texts = {key: "".join(seen(entry).texts) for key, entry in PARSED["en"].items()}
    assert {key: word for key, text in texts.items() for word in BANNED if re.search(rf"\b{word}", text)} == {}


def test_every_message_is_said_somewhere():
    strings, patterns = _keys_in_source()
    silent = [key for key in PARSED["en"] if key not in strings and not any(one.fullmatch(key) for one in patterns)]
    columns = {key.partition("-")[2] for key in PARSED["en"].keys() - strings if key.startswith("column-")}
    assert silent + sorted(columns - {one.replace("_", "-") for one in strings}) == []


def test_every_message_that_is_said_is_there():
    """Of keys that stand in the source as they are."""
    spoken_keys = {
        match[1]
        for file in [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]
        for match in re.finditer(r"(?<![.\w])say\(\s*\"([a-z][\w.-]*)\"", file.read_text(encoding="utf-8"))
    }
    assert len(spoken_keys) > 200
    assert spoken_keys - PARSED["en"].keys() == set()


def _keys_in_source():
    """Strings of the source, and patterns of keys that are put together: say(f"fit-{key}"), say.of("metric", name)."""
    strings, patterns = set(), set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
            elif isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "of" and isinstance(node.args[0], ast.Constant):
                    patterns.add(f"{node.args[0].value}-.+")
                elif name in ("say", "has", "self"):
                    patterns |= {_pattern(one) for one in ast.walk(node.args[0]) if isinstance(one, ast.JoinedStr)}
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.JoinedStr):
                patterns.add(_pattern(node.value))
    for file in SOURCE.rglob("*.html"):
        strings |= set(re.findall(r"\"([a-z][a-z0-9-]+)\"", file.read_text(encoding="utf-8")))
    return strings, [re.compile(one) for one in patterns if re.search("[a-z]{3}", one)]


def _pattern(node):
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values)


@pytest.mark.parametrize("language", languages())
def test_every_field_of_a_recipe_and_every_verdict_is_explained(language):
    say = words(language)
    for name in Recipe.__dataclass_fields__:
        assert say.has(f"field-{name.replace('_', '-')}")
    for verdict in get_args(Verdict):
        assert say.has(f"reference-{verdict.replace('_', '-')}")


def test_another_language_is_one_file(tmp_path, monkeypatch):
    for language, text in {**MESSAGES, "de": MESSAGES["en"].replace("validation", "Validierung")}.items():
        (tmp_path / f"{language}.ftl").write_text(text, encoding="utf-8")
    monkeypatch.setattr(spoken, "LOCALES", tmp_path)
    words.cache_clear()  # German may have been said before: from its own file, once there is one
    assert languages() == sorted({*MESSAGES, "de"})
    offered = runpy.run_path(options.__file__)["Lang"].__metadata__[0]
    assert offered.metavar == "|".join(languages())
    say = words("de")
    assert say.of("split", "val") == "Validierung" and say("images", n=1) == "1 image"
    assert say("images", n=1797) == "1.797 images" and say.share(0.985) == "98,5\u00a0%"
    words.cache_clear()


@pytest.mark.parametrize("language", languages())
def test_no_line_begins_with_a_dash(language):
    """A blank before it does not break, in messages and in the labs' own texts."""
    texts = [MESSAGES[language], *(file.read_text(encoding="utf-8") for file in beside("labs").glob("*/lab.toml"))]
    assert [line for text in texts for line in text.splitlines() if " —" in line] == []
