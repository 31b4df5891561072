"""Commands as people type them."""

import shlex
from collections.abc import Iterable


def quoted(word: str) -> str:
    """A word as a shell takes it: in double quotes where it holds single ones, as our notation does."""
    is_plain = "'" in word and not any(sign in word for sign in '"$`\\!')
    return f'"{word}"' if is_plain else shlex.quote(word)


def command(*words: object) -> str:
    """A command of ours, `linnaeus WORDS`, that can be pasted whatever the names in it."""
    return line(["linnaeus", *map(str, words)])


def line(words: Iterable[str]) -> str:
    """Words as one line."""
    return " ".join(map(quoted, words))
