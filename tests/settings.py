"""Fields of a recipe as tests write them, in the words of `--set`."""

from typing import Any


def given(*texts: str) -> dict[str, Any]:
    """`given("epochs=5", "optimizer.lr=0.01")` for the settings of a verb."""
    return dict(text.partition("=")[::2] for text in texts)
