"""What of a network is trained: the words of the recipe's `train`."""

import re
from dataclasses import dataclass

from linnaeus.errors import RecipeError

ALL, HEAD, HEAD_THEN_ALL, LAST, GRADUAL, BEST = "all", "head", "head-then-all", "last", "gradual", "best"
FROZEN = (HEAD, HEAD_THEN_ALL, BEST)  # those that begin with a head on a frozen backbone

_LAST = re.compile(r"last\((\d+)\)")
_BEST = re.compile(r"best\((.+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """`kind` is one of the six words; `blocks` counts those before the head that `last(n)` trains; `tried` are the words in `best(…)`."""

    kind: str
    blocks: int = 0
    tried: tuple[str, ...] = ()


def parse(text: str) -> Stages:
    """`"last(2)"` as a kind and a number. Raises RecipeError where it is none of the words."""
    if text in (ALL, HEAD, HEAD_THEN_ALL, GRADUAL):
        return Stages(kind=text)
    bare = text.replace(" ", "")
    if (match := _LAST.fullmatch(bare)) and int(match[1]) > 0:
        return Stages(kind=LAST, blocks=int(match[1]))
    if match := _BEST.fullmatch(bare):
        tried = tuple(match[1].split(","))
        if tried[0] == HEAD and all(one == ALL or parse(one).kind == LAST for one in tried[1:]):
            return Stages(kind=BEST, tried=tried)
    raise RecipeError(
        f'train = {text!r} must be "all", "head", "head-then-all", "gradual", "last(n)" with n blocks from 1 on, or '
        '"best(head, last(n), all)": the head, and each further stage where it is better on validation'
    )


def best(*tried: str) -> str:
    """The word for these stages, of which the best is kept."""
    return f"{BEST}({', '.join(tried)})"
