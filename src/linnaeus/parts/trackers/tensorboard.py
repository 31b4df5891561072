"""TensorBoard's files, in the folder `tensorboard` of each run.

All runs beside each other: `tensorboard --logdir runs`

Curves are under `epoch/`, the final scores under `final/`, the recipe among the texts and, of a finished run, the hyperparameters.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def build(folder: Path, name: str, /) -> "TensorBoard":
    """Without options. ValueError: TensorBoard is not installed."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise ValueError('TensorBoard is not installed; install it with: pip install "linnaeus[track]"') from None
    return TensorBoard(SummaryWriter, folder / "tensorboard")


class TensorBoard:
    def __init__(self, writer: Any, folder: Path) -> None:
        self.make, self.folder = writer, folder
        self.writer: Any = None
        self.fields: Mapping[str, str] = {}
        self.last = 0

    def begin(self, fields: Mapping[str, str], done: int) -> None:
        is_new, self.fields, self.last = not self.folder.exists(), fields, done
        # Its readers leave out what earlier files say of the epochs from here on: each is shown once.
        self.writer = self.make(str(self.folder), purge_step=done + 1)
        if is_new:
            table = "\n".join(f"| {field} | {_cell(value)} |" for field, value in fields.items())
            self.writer.add_text("recipe", f"| field | value |\n|---|---|\n{table}", 0)
        self.writer.flush()

    def row(self, epoch: int, values: Mapping[str, float]) -> None:
        self.last = epoch
        for name, value in values.items():
            self.writer.add_scalar(f"epoch/{name}", value, epoch)
        self.writer.flush()  # a kill loses nothing, and a full disk is noticed

    def end(self, status: str, values: Mapping[str, float]) -> None:
        from torch.utils.tensorboard.summary import hparams

        finals = {f"final/{name}": value for name, value in values.items()}
        if status == "finished":
            for summary in hparams(dict(self.fields), finals):  # type: ignore[no-untyped-call]
                self.writer.file_writer.add_summary(summary)
        for name, value in finals.items():
            self.writer.add_scalar(name, value, self.last)
        self.writer.close()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
