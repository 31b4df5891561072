"""`Lab`: a laboratory work as a list of our own commands, which a student could type one after another; see `labs.call`.

A lab is a folder that holds lab.toml and what its steps name:

    title = {en = "LeNet-5 on MNIST", ru = "LeNet-5 на MNIST"}      # title, aim, course, questions: as report.lab has them
    aim = {en = "…", ru = "…"}
    small = {en = "…", ru = "…"}     # what is smaller here than in the sheet, for the report; not said with --full
    whole = {en = "…", ru = "…"}     # what is done besides the aim, and in which size, where no variant is chosen

    [defaults]                       # what the steps name in braces and `linnaeus lab NAME --set KEY=VALUE` may change
    data = "{datasets}/speed-signs"

    [[variants]]                     # rows of the variant table; each names its number and what it puts into the steps
    number = 3
    activation = "relu"

    [[steps]]
    do = "train mnist(limit=6000) --model lenet(activation={activation}) --name variant-{number}"
    full = "train mnist --model lenet(activation={activation}) --epochs 100 --name variant-{number}"
    of = "variant"                   # only with --variant; "all": only without; left out: with and without

    [[questions]]
    en = "…"
    ru = "…"
    runs = ["variant-*"]             # names or patterns of the runs that answer it, []: none does
    steps = ["bench layers"]         # beginnings of commands whose results do
    of = "variant"                   # as of steps
    write, reach                     # as in a sheet of report.lab

A step without `full` is the same with --full; one without `do` is taken by --full alone. A step is cut into words as a shell
would cut it, but for brackets: what they hold is one word. What is put in for a name in braces stays within its word. Known
besides variants and defaults are {lab}, the lab's folder, {recipes}, that of the bundled recipes, {datasets}, that of
the data sets, {runs}, that of the lab's runs, and {jobs}, how many trials this machine does well at once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypedDict

from linnaeus import device, files
from linnaeus.data import cache
from linnaeus.errors import UnknownName, UsageError
from linnaeus.labs import call
from linnaeus.record import codec

SHEET = ("title", "aim", "course", "questions")  # what report.lab reads
FIELDS = (*SHEET, "small", "whole", "defaults", "variants", "steps")
OF = ("variant", "all")
QUESTION = ("of", "runs", "steps", "write", "reach")  # besides a text in each language
GIVEN = ("lab", "recipes", "datasets", "runs", "jobs")  # names in braces that every lab knows
PACKAGE, CLONE = Path(__file__).parents[1], Path(__file__).parents[3]

Row = Mapping[str, Any]
LONGEST = 100_000  # characters of a step
Texts = dict[str, str]
Values = dict[str, str | int | float]
EMPTY: Row = MappingProxyType({})


class _File(TypedDict, total=False):
    """What kinds of values lab.toml holds."""

    title: Texts
    aim: Texts
    course: Texts
    questions: list[dict[str, Any]]
    small: Texts
    whole: Texts
    defaults: Values
    variants: list[Values]
    steps: list[Texts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """One laboratory work, as its file gives it."""

    folder: Path
    sheet: Row
    small: Mapping[str, str]  # by language
    whole: Mapping[str, str]
    defaults: Mapping[str, str]  # by name
    variants: tuple[Row, ...]
    steps: tuple[Row, ...]

    @property
    def name(self) -> str:
        return self.folder.name

    def variant(self, number: int) -> Row:
        """The row of that number. Raises UsageError."""
        for row in self.variants:
            if row["number"] == number:
                return row
        known = ", ".join(str(row["number"]) for row in self.variants)
        raise UsageError(f"lab {self.name} has no variant {number}; it has {known or 'none'}")

    def commands(self, number: int | None = None, *, full: bool = False, values: Row = EMPTY) -> list[list[str]]:
        """The words of each command, in their order; `values` win over variant and defaults. Raises UsageError."""
        known = self._known(number, values)
        left_out = "all" if number is not None else "variant"
        texts = [_text(step, full) for step in self.steps if step.get("of") != left_out]
        return [[_filled(word, known) for word in words(text)] for text in texts if text]

    def _known(self, number: int | None, values: Row) -> Row:
        row = {} if number is None else self.variant(number)
        given = {**dict.fromkeys(GIVEN, "…"), "jobs": "1"}
        return {**given, **self.defaults, **row, **values, "lab": str(self.folder)}

    def call(
        self, number: int | None = None, *, full: bool = False, student: str = "", changes: Sequence[str] = ()
    ) -> list[str]:
        """The words that do all of it: `lab NAME --variant 3`. `changes` are KEY=VALUE for the defaults."""
        known = any(place.resolve() == self.folder.resolve() for place in places())
        found = ["lab", self.name if known else str(self.folder)]
        found += ["--variant", str(number)] if number is not None else []
        found += ["--student", student] if student else []
        return [*found, *(["--full"] if full else []), *(word for pair in changes for word in ("--set", pair))]

    def told(self, number: int | None = None, *, full: bool = False, values: Row = EMPTY) -> dict[str, Any]:
        """The sheet for the report, with its variant; what is smaller here is told in its aim."""
        known, left_out = self._known(number, values), "all" if number is not None else "variant"
        sheet = {**self.sheet, "variant": number}
        sheet["questions"] = [
            {**one, "steps": [_filled(text, known) for text in one.get("steps", ())]}
            for one in self.sheet.get("questions", ())
            if one.get("of") != left_out
        ]
        for added in (self.whole if number is None else {}, self.small if not full else {}):
            if added:
                sheet["aim"] = {key: f"{text} {added.get(key, '')}".strip() for key, text in sheet["aim"].items()}
        return sheet


def beside(name: str) -> Path:
    """The folder `labs` or `recipes`: in an installed package it lies inside, in a clone beside src."""
    inside = PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else CLONE / name


def places() -> list[Path]:
    """The folders of the bundled labs."""
    return sorted(file.parent for file in beside("labs").glob("*/lab.toml"))


def load(name: str) -> Lab:
    """The lab of that name, or in that folder.

    Raises:
        UnknownName: there is none. UsageError: its file is none of a lab.
    """
    known = {place.name: place for place in places()}
    folder = Path(name) if (Path(name) / "lab.toml").is_file() else known.get(name)
    if folder is None:
        raise UnknownName("lab", name, known)
    return _checked(folder, files.read_toml(folder / "lab.toml", "the lab", UsageError))


def _checked(folder: Path, plain: Row) -> Lab:
    file = folder / "lab.toml"
    unknown = [key for key in plain if key not in FIELDS]
    if unknown:
        raise UsageError(f"{file} has a field {unknown[0]!r}; it may have {', '.join(FIELDS)}")
    codec.from_plain(_File, dict(plain), str(file))
    variants, steps = plain.get("variants", []), plain.get("steps", [])
    for row in variants:
        if not isinstance(row.get("number"), int):
            raise UsageError(f"{file}: each of [[variants]] needs its number")
    for step in steps:
        if not {"do", "full"} & step.keys() or step.keys() - {"do", "full", "of"} or step.get("of", "all") not in OF:
            raise UsageError(f'{file}: a step has do, full, or both, and may have of = "variant" or "all"; not {step}')
    sheet = {key: plain[key] for key in SHEET if key in plain}
    if not steps or not {"title", "aim"} <= sheet.keys():
        raise UsageError(f"{file} needs a title, an aim, and steps")
    for question in plain.get("questions", []):
        _check_question(question, (*QUESTION, *plain["title"]), file)
    found = Lab(
        folder=folder,
        sheet=sheet,
        small=plain.get("small", {}),
        whole=plain.get("whole", {}),
        defaults=plain.get("defaults", {}),
        variants=tuple(variants),
        steps=tuple(steps),
    )
    for number in (None, *(row["number"] for row in variants)):
        for full in (False, True):
            for words_of_step in found.commands(number, full=full):
                call.read(words_of_step)
            found.told(number, full=full)
    return found


def _check_question(question: Row, asked: Sequence[str], file: Path) -> None:
    if unknown := [key for key in question if key not in asked]:
        raise UnknownName(f"field of a question in {file}", unknown[0], asked)
    for key in ("runs", "steps"):
        codec.from_plain(list[str], question.get(key, []), f"{file}, {key} of a question")


def _text(step: Row, full: bool) -> str:
    return str(step.get("full", step.get("do", "")) if full else step.get("do", ""))


def _filled(text: str, values: Row) -> str:
    """`text` with its names in braces put in; what is put in may hold names again."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise UsageError(f"the step {text!r} names {{{found[1]}}}; known here: {', '.join(values)}")
        return str(values[found[1]])

    for _ in range(len(values) + 1):
        text, before = re.sub(r"\{(\w+)\}", value, text), text
        if text == before:
            return text
        if len(text) > LONGEST:  # names that hold each other twice each grow without end before they are found out
            raise UsageError(f"a step is too long when its names in braces are put in: {text[:100]!r}…")
    raise UsageError(f"names in braces that hold each other: {text!r}")


def given(place: Path) -> dict[str, Any]:
    """What every lab knows. Trials at once: one a core up to eight; where a GPU does them, one."""
    jobs = 1 if device.pick_device("auto") != "cpu" else min(8, device.cores())
    return {"recipes": beside("recipes"), "datasets": cache.cache_folder(), "runs": place, "jobs": jobs}


def words(text: str) -> list[str]:
    """The words of a command; quotes hold a word together, and so do brackets, whose quotes are the notation's own."""
    found, word, depth, quote, begun = list[str](), "", 0, "", False
    for sign in text.strip():
        if quote:
            inner = sign == quote
            word += "" if inner and not depth else sign
            quote = "" if inner else quote
        elif sign in "\"'":
            quote, begun = sign, True
            word += sign if depth else ""
        elif sign.isspace() and not depth:
            found += [word] if begun else []
            word, begun = "", False
        else:
            depth += (sign in "([") - (sign in ")]")
            word, begun = word + sign, True
    if quote or depth:
        raise UsageError(f"the step {text!r} has a quote or a bracket that is not closed")
    return found + ([word] if begun else [])
