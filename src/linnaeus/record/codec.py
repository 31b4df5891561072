"""Records to plain values, as JSON holds them, and back. The dataclasses alone say what is in a file: nothing is written twice.

A field named `folder` is where the whole lies; it is not part of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from linnaeus.errors import RunError

T = TypeVar("T")
PLACE = "folder"
SELDOM = ("groups",)  # not written where it is None


def to_plain(value: Any) -> Any:
    """Dictionaries, lists, numbers and texts; keys of dictionaries become texts."""
    plain = msgspec.to_builtins(value, str_keys=True, enc_hook=str)
    if isinstance(plain, dict) and hasattr(type(value), PLACE):
        del plain[PLACE]
    return _lean(plain)


def _lean(plain: Any) -> Any:
    """Without the fields that most scores leave empty."""
    if isinstance(plain, dict):
        return {name: _lean(value) for name, value in plain.items() if value is not None or name not in SELDOM}
    return type(plain)(map(_lean, plain)) if isinstance(plain, list | tuple) else plain


def from_plain(kind: type[T], plain: Any, what: str = "these values") -> T:
    """The `kind` that `to_plain` made `plain` of. Fields with a default may be missing, and 1 stands for 1.0.

    Raises:
        RunError: a missing, wrong or unknown field; it says which of `what`, as `$.data.counts`.
    """
    try:
        value = msgspec.convert(plain, kind, str_keys=True)
    except msgspec.ValidationError as error:
        text, _, at = str(error).partition(" - at ")
        raise RunError(f"{what} cannot be read: {text} at {at or '`$`'}") from None
    unknown = _dropped(plain, to_plain(value), "$")
    if unknown is not None:
        raise RunError(f"{what} cannot be read: unknown field at `{unknown}`")
    return value


def _dropped(plain: Any, again: Any, path: str) -> str | None:
    """Where the first field is that `plain` has and its reading has not."""
    if isinstance(plain, Mapping) and isinstance(again, Mapping):
        for name, value in plain.items():
            if str(name) not in again:
                return f"{path}.{name}"
            if (found := _dropped(value, again[str(name)], f"{path}.{name}")) is not None:
                return found
    elif isinstance(plain, Sequence) and not isinstance(plain, str) and isinstance(again, Sequence):
        for place, (value, other) in enumerate(zip(plain, again, strict=True)):
            if (found := _dropped(value, other, f"{path}[{place}]")) is not None:
                return found
    return None
