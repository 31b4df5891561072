"""Docstrings tell where a thing comes from: each part its paper or origin, its options and what it refuses; each paper by what finds it."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import linnaeus
from linnaeus import testing
from linnaeus.recipe import catalog

SOURCES = Path(linnaeus.__file__).parent
NAME = r"[A-ZŁÖÜ][\w’-]+"
CITATION = re.compile(
    rf"(?<![\w-])({NAME})(?:, {NAME})*(?:,? (?:&|and) {NAME}(?: {NAME})?| et al\.)? ((?:19|20)\d\d)\b"
)
FINDS = re.compile(r"arXiv \d{4}\.\d{4,5}|\"[A-Z][^\"]{7,}|\w\.(?:com|io|org)/\w|doi 10\.")
REACH = 60  # characters between a year and what finds the paper
NO_NAMES = {"DAWNBench"}  # that a year may follow

ORIGIN = re.compile(r"\b(?:torchvision|torch|scikit-learn|Keras|TensorBoard|MLflow)'?s\b|Of no paper\b")
OF_THEIR_OWN = {
    "datasets/arrays": "the images are yours",
    "datasets/folder": "the images are yours",
    "datasets/memory": "the images are yours",
    "datasets/table": "the images are yours",
    "datasets/shapes": "drawn here",
    "trackers/jsonl": "each run's own history",
}
UNITS = {
    "degrees": "degree|`degrees`", "fill": "0–255|grey|black", "hue": "turns", "image_size": r"\bpx\b|pixel", "pad": "pixel",
    "patience": "epoch", "cooldown": "epoch", "pixels": "`pixels`", "shear": "degree", "sigma": "pixel", "size": "pixel",
    "std": "0–255", "translate": "share", "warmup": "share", "share": "share", "dropout": r"0: off|share", "every": "epoch|step",
}  # fmt: skip

# What of the public names rests on nobody's paper.
OURS = {
    "Applied", "Audit", "Card", "Environment", "EpochTimes", "Exported", "ImageClassifier", "LabResult", "LayerTimes", "LinnaeusError",
    "NetworkFacts", "Part", "Place", "Predicted", "Recipe", "Reference", "RunRecord", "SingleImages", "Target", "Transfers",
    "WeightsFacts", "Written", "audit", "bench", "continue_", "env", "export", "features", "fix", "lab", "live", "load", "model_facts",
    "nobody", "parts", "predict", "reference", "report", "resume", "runs", "serve", "show", "train", "weights",
    *(f"testing.{name}" for name in testing.__all__),
}  # fmt: skip

PARTS = [
    part
    for shelf in catalog.shelves()
    for part in (catalog.find(shelf, name) for name in catalog.names(shelf))
    if part.file.is_relative_to(catalog.PARTS)
]


def cited(text):
    """Who, with the year, and whether what is said next finds the paper."""
    flat = re.sub(r"\s+", " ", text)
    for found in CITATION.finditer(flat):
        if found[1] not in NO_NAMES:
            yield (found[1], found[2]), FINDS.search(flat[found.end() : found.end() + REACH]) is not None


def faults(part):
    """What a part's description lacks."""
    told = re.sub(r"\s+", " ", part.doc)
    has_source = any(found for _, found in cited(told)) or ORIGIN.search(told)
    own = f"{part.shelf}/{part.name}" in OF_THEIR_OWN
    if bool(has_source) == own:
        yield "neither paper nor origin" if not own else "has a source, and stands among those without"
    for option in part.options:
        if f"`{option}`" not in told and f"{option}=" not in told:
            yield f"option {option} is not described"
        elif option in UNITS and not re.search(UNITS[option], told):
            yield f"option {option} has no unit"
    if "raise ValueError" in part.file.read_text(encoding="utf-8") and "ValueError" not in told:
        yield "it refuses what it does not say"


def docstrings(folder):
    """Those of all files below a folder, by the file."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (doc := ast.get_docstring(node)):
                yield file.relative_to(folder).as_posix(), doc


def not_to_be_found(texts):
    """Papers that no docstring names by what finds them: an arXiv number, a title or an address."""
    found, wanted = set(), {}
    for place, text in texts:
        for paper, is_found in cited(text):
            wanted.setdefault(paper, place)
            if is_found:
                found.add(paper)
    return {" ".join(paper): place for paper, place in wanted.items() if paper not in found}


@pytest.mark.parametrize("part", PARTS, ids=[f"{part.shelf}/{part.name}" for part in PARTS])
def test_a_part_tells_its_source_its_options_with_units_and_what_it_refuses(part):
    assert list(faults(part)) == []


def test_a_part_that_tells_nothing_is_found_out(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        '"""Darker images (Nobody 2020)."""\n\n\ndef build(*, degrees=1.0, pad=2):\n    """`pad` of it."""\n    raise ValueError\n'
    )
    assert list(faults(catalog.find("augmentations", f"{file}:build"))) == [
        "neither paper nor origin",
        "option degrees is not described",
        "option pad has no unit",
        "it refuses what it does not say",
    ]


def test_every_paper_can_be_found():
    assert not_to_be_found(docstrings(SOURCES)) == {}


def test_a_paper_without_title_is_found_out():
    told = [
        ("a.py", 'As Somebody 1999, "A title that is one". By Nobody, Noone & Nil 2001.'),
        ("b.py", "Somebody 1999."),
    ]
    assert not_to_be_found(told) == {"Nobody 2001": "a.py"}


@pytest.mark.parametrize("name", [*linnaeus.__all__, *(f"testing.{name}" for name in testing.__all__)])
def test_a_public_name_tells_its_source_or_has_none(name):
    found = getattr(testing, name.partition(".")[2]) if "." in name else getattr(linnaeus, name)
    doc = inspect.getdoc(found) or ""
    assert any(is_found for _, is_found in cited(doc)) != (name in OURS)
