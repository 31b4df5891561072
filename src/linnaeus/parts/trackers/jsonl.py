"""`history.jsonl` in the run's folder, a line an epoch: every run keeps it, whatever other trackers are named."""

from pathlib import Path


def build(folder: Path, name: str, /) -> None:
    """Nothing to be told beside the run's own history."""
