"""Class names that a person would not tell apart, or would not call a name: asked about before they become classes.

The option `names` of every data set answers: "merge" makes one class of names that are one to a person, "keep" takes each as it is
written. Forms of Unicode (é as one sign or two) are never two names, and need no answer.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from linnaeus.errors import DataError
from linnaeus.recipe import shell
from linnaeus.recipe.spec import Spec

Answer = Literal["merge", "keep"]

NO_NAME = {"", "nan", "NaN", "NAN", "<NA>", "NaT", "None", "null", "NULL", "#N/A"}  # what programs write for "no value"
SEVERAL = re.compile(r"[|;,]")  # between labels, where an image has more than one
SHOWN = 3  # names, or groups of them, in a message

# Cyrillic letters that look like Latin ones, small as large ones are made first.
_LATIN = str.maketrans("аеорсух", "aeopcyx")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


def composed(name: str) -> str:
    """The name in the one form of Unicode that classes have."""
    return unicodedata.normalize("NFC", name)


def key(name: str) -> str:
    """What is equal for names that are one to a person: that differ by case, blanks, `_` and `-`, letters of another alphabet that
    look the same, or as numbers are written (1, 1.0, 01)."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", name)).strip()
    if re.fullmatch(r"[+-]?\d+([.,]\d*)?", text):
        return f"{float(text.replace(',', '.')):g}" if len(text) < 16 else text
    folded = text.casefold().translate(_LATIN)
    return " ".join(re.split(r"[\s_-]+", folded)).strip() or folded


def settled(spec: Spec, counts: Mapping[str, int], answer: Answer | None) -> dict[str, str]:
    """The class of each name; `counts` are the images of each. Of names that are merged the one with most images stays.

    Raises:
        DataError: names are in doubt, and there is no answer.
    """
    if answer is None:
        _ask(spec, counts, alike(counts))
    if answer != "merge":
        return {name: name for name in counts}
    merged = {name: max(group, key=lambda one: counts[one]) for group in alike(counts) for name in group}
    return {name: merged.get(name, name) for name in counts}


def alike(names: Iterable[str]) -> list[list[str]]:
    """Those that are one to a person, together."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[key(name)].append(name)
    return [group for group in groups.values() if len(group) > 1]


def _ask(spec: Spec, counts: Mapping[str, int], doubtful: Sequence[Sequence[str]]) -> None:
    if doubtful:
        some = "; ".join(f"{' and '.join(map(repr, group))}" for group in doubtful[:SHOWN])
        more = f"; and {len(doubtful) - SHOWN} more such groups" if len(doubtful) > SHOWN else ""
        raise DataError(
            f"{_shown(spec)}: class names that a person would not tell apart: {some}{more}; {_with(spec, 'merge')} if they are one "
            f'class, or names="keep" if they are not'
        )
    if empty := [name for name in counts if name.strip() in NO_NAME]:
        raise DataError(
            f"{_shown(spec)}: {sum(counts[name] for name in empty)} images have the label {empty[0]!r}, as programs write no value; "
            f"give them a label, leave them out with classes=[…], or, if it is a class, {_with(spec, 'keep')}"
        )
    if several := list(_several(counts)):
        raise DataError(
            f"{_shown(spec)}: {several[0]!r} looks like several labels of one image ({len(several)} such names); a classifier gives one; "
            f"leave such images out with classes=[…], or, if it is a class, {_with(spec, 'keep')}"
        )


def _several(names: Mapping[str, int]) -> Iterator[str]:
    """Names made of others: all their pieces are classes, or pieces of other such names."""
    pieces = {name: [piece.strip() for piece in SEVERAL.split(name)] for name in names}
    seen: dict[str, int] = defaultdict(int)
    for found in pieces.values():
        for piece in set(found):
            seen[piece] += 1
    for name, found in pieces.items():
        if len(found) > 1 and all(found) and any(seen[piece] > 1 for piece in found):
            yield name


def _shown(spec: Spec) -> str:
    return "y" if spec.name == "memory" else str(spec)


def _with(spec: Spec, answer: Answer) -> str:
    """How an answer is given."""
    if spec.name == "memory":  # from Python, where labels are easily changed
        return "spell them so in y"
    if spec.name == "+":
        return f'say names="{answer}" in one of the data sets'
    return f"say {shell.quoted(str(spec.with_option('names', answer)))}"
