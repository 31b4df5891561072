"""What of a network is trained: the words of the recipe's `train`."""

import re
from dataclasses import dataclass

from linnaeus.errors import RecipeError

ALL, HEAD, HEAD_THEN_ALL, LAST, GRADUAL = "all", "head", "head-then-all", "last", "gradual"

_LAST = re.compile(r"last\((\d+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """`kind` is one of the five words; `blocks` counts those before the head that `last(n)` trains."""

    kind: str
    blocks: int = 0


def parse(text: str) -> Stages:
    """`"last(2)"` as a kind and a number. Raises RecipeError where it is none of the words."""
    if text in (ALL, HEAD, HEAD_THEN_ALL, GRADUAL):
        return Stages(kind=text)
    match = _LAST.fullmatch(text.replace(" ", ""))
    if match is None or int(match[1]) < 1:
        raise RecipeError(
            f'train = {text!r} must be "all", "head", "head-then-all", "gradual", or "last(n)" with n blocks from 1 on'
        )
    return Stages(kind=LAST, blocks=int(match[1]))
