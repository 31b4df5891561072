"""The checklist of labs/README.md: each step is one of its lab, and each place is in a report made from fakes, with something to read."""

import re
from functools import cache

import pytest

from linnaeus.labs import plan as labs
from linnaeus.reporting.blocks import Blank, Document, Paragraph
from linnaeus.reporting.words import languages, words
from tests.labs import fakes

README = (labs.beside("labs") / "README.md").read_text(encoding="utf-8")
NAMES = {"Lab L": "lenet", "Lab R": "residual", "Lab M": "mobilenet", "Lab S": "signs", "Lab T": "small-images"}
ROW = re.compile(r"^\| (.+) \| `(.+)` \| (.+) \|$", re.MULTILINE)


def checklists():
    for part in README.split("\n### ")[1:]:
        title, _, text = part.partition("\n")
        yield NAMES[title[:5]], ROW.findall(text)


ROWS = [(name, *row) for name, rows in checklists() for row in rows]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return cache(lambda name, variant: fakes.report(name, variant, tmp_path_factory.mktemp("runs")))


def titles(document: Document):
    return {str(section.title) for one in (document, *document.parts) for section in one.sections}


def test_each_lab_has_about_fifteen_rows():
    assert {name: len(rows) >= 15 for name, rows in checklists()} == dict.fromkeys(NAMES.values(), True)


@pytest.mark.parametrize(("name", "what", "step", "place"), ROWS, ids=[f"{row[0]}: {row[1][:40]}" for row in ROWS])
def test_the_step_is_there_and_the_report_has_the_place(name, what, step, place, report):
    plan = labs.load(name)
    variant = None if place.endswith("the whole") else 0
    texts = [
        str(one.get("do", "")) for one in plan.steps if one.get("of") != ("all" if variant is not None else "variant")
    ]
    if step.startswith("linnaeus "):
        assert step.split()[1] in (*labs.call.FLAGS, "lab")
    else:
        assert any(text.startswith(step) for text in texts), f"{name} has no step {step}"
    document = report(name, variant)
    if place == "title page":
        assert document.cover is not None and any("Ann Lee" in str(line) for line in document.cover.author)
    elif place.startswith("task "):
        number = int(re.match(r"task (\d+)", place)[1])
        section = next(one for one in document.sections if one.key == f"task{number}")
        told = [block for block in section.blocks if not isinstance(block, Blank)]
        assert len(told) > 1 or len(section.blocks[-1].text) > 60, (
            "more than the question, or an own room for the author"
        )
        if not step.startswith("linnaeus ") and step.split()[0] not in ("train", "evaluate", "extend", "continue"):
            asked = [
                words_of for one in _questions(plan, variant)[number - 1 : number] for words_of in one.get("steps", ())
            ]
            assert (
                any(step.split()[0] == words_of.split()[0] for words_of in asked)
                or "write" in _questions(plan, variant)[number - 1]
            )
    else:
        assert place.strip("“”") in titles(document)


def _questions(plan, variant):
    left_out = "all" if variant is not None else "variant"
    return [one for one in plan.sheet["questions"] if one.get("of") != left_out]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", NAMES.values())
def test_no_task_is_empty_and_each_question_is_concluded(name, language, tmp_path):
    say = words(language)
    document = fakes.report(name, 0, tmp_path, language)
    for section in document.sections:
        if section.key.startswith("task") and section.key != "tasks":
            texts = [str(block.text) for block in section.blocks if isinstance(block, Paragraph)]
            assert str(say("lab-no-run")) not in texts or name == "small-images", f"{section.title}: nothing answers it"
    (conclusions,) = [one for one in document.sections if one.key == "conclusions"]
    asked = [block for block in conclusions.blocks if isinstance(block, Paragraph)]
    assert len(asked) == len(_questions(labs.load(name), 0))
