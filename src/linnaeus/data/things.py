"""Which images show one thing: a sign filmed thirty times, a patient, a burst. They stay in one split, and intervals count things.

Things are named by a column of a table (`table("t.csv", group="patient")`), or by the recipe's `group`: a pattern over the paths of the
images, without the folder of a split and without the suffix, whose parts in parentheses name the thing. `(.*)_\\d+` makes one thing of
sign/7_01.png, sign/7_02.png, …; `(patient\\d+)` of all images of a patient, whatever their class. An image that the pattern does not
find in is a thing of its own.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from linnaeus.data.dataset import SPLITS, Dataset
from linnaeus.errors import RecipeError


def named(names: Sequence[str], columns: Sequence[str], pattern: str) -> tuple[str, ...]:
    """The thing that each image shows, by its name or its cell in a table; empty where nothing says so.

    Raises:
        RecipeError: the pattern is none, has no parentheses, or is found in no name.
    """
    if not pattern:
        return tuple(cell or name for cell, name in zip(columns, names, strict=True)) if any(columns) else ()
    try:
        found = re.compile(pattern)
    except re.error as error:
        raise RecipeError(f"group = {pattern!r} is no pattern: {error}") from None
    if not found.groups:
        raise RecipeError(
            f"group = {pattern!r} has no part in parentheses, which would name the thing, as in '(.*)_\\d+'; a column of a table is "
            f'named in the data: table("FILE.csv", group={pattern!r})'
        )
    matches = [found.search(bare(name)) for name in names]
    if not any(matches):
        raise RecipeError(
            f"group = {pattern!r} is found in none of the {len(names):,} names, the first being {bare(names[0])}"
        )
    return tuple(
        "/".join(part or "" for part in match.groups()) if match else name
        for match, name in zip(matches, names, strict=True)
    )


def bare(name: str) -> str:
    """The path below the folder of a split, without the suffix."""
    path = PurePosixPath(name)
    parts = path.with_suffix("").parts
    return "/".join(
        parts[1:]
        if len(parts) > 1 and parts[0].lower() in (*SPLITS, "training", "valid", "validation", "testing")
        else parts
    )


def units(whole: Dataset) -> Sequence[str]:
    """What a split is drawn by: the content of each image, or its thing. Things that share an equal image are one."""
    if not whole.groups:
        return whole.hashes
    root = {group: group for group in whole.groups}

    def of(group: str) -> str:
        while root[group] != group:
            root[group] = group = root[root[group]]
        return group

    first: dict[str, str] = {}
    for content, group in zip(whole.hashes, whole.groups, strict=True):
        one, other = sorted((of(first.setdefault(content, group)), of(group)))
        root[other] = one
    return [f"thing {of(group)}" for group in whole.groups]
