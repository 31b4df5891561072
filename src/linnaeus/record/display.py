"""How records show themselves in a notebook. They know no HTML: whoever does is named here, see `linnaeus.__init__`."""

from collections.abc import Callable

_renderer: list[Callable[[object], str | None]] = []


def show_by(html: Callable[[object], str | None]) -> None:
    """From now on `html` says how a record looks in a notebook; None: as its repr."""
    _renderer[:] = [html]


class Shown:
    """What has a look of its own in a notebook."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return _renderer[0](self) if _renderer else None
