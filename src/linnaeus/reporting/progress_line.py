"""A training in a script: one line on standard error, written over itself on a terminal, else a line an epoch."""

import sys
import time
from typing import TextIO

from linnaeus.distributed import rank
from linnaeus.events import EpochDone, Event, Finished, Note, Reading, Started, StepDone, Stopped, Watcher, nobody
from linnaeus.reporting.content import notes, progress
from linnaeus.reporting.live import in_notebook, live
from linnaeus.reporting.words import Words, words
from linnaeus.studies.runner import Tell

LOOK = 0.25  # seconds between looks at the loss on a terminal: each look waits for the device
LINE = 1.0  # least seconds between lines elsewhere
CLEAR = "\r\x1b[K"


def automatic() -> Watcher:
    """Who watches where nothing else is said: curves in a notebook, else a line; of several processes the first alone speaks."""
    if in_notebook():
        return live
    return nobody if rank() else Line(words())


def of_study(say: Words | None = None) -> Tell:
    """Who watches a study where nothing else is said: a line on standard error for each of its trials."""
    line = Line(say or words())
    return lambda told: line.write(f"{told.over}/{told.total}  {notes.line(told.note, line.say)}", stays=True)


class Line:
    """A watcher for one call of a verb. `out` is standard error where it is None."""

    def __init__(self, say: Words, out: TextIO | None = None) -> None:
        self.say, self.out = say, out or sys.stderr
        self.is_terminal = self.out.isatty()
        self.began = self.looked = time.monotonic()
        self.first_step = self.images = 0
        self.validation = ""

    def __call__(self, event: Event) -> None:
        match event:
            case Note():
                self.write(f"{self.say('progress-note')}: {notes.line(event, self.say)}", stays=True)
            case Reading(done=done, total=total, what=what) if self._is_due():
                self.write(progress.read(done, total, what, self.say))
            case Started(step=step):
                self.began, self.first_step, self.images = time.monotonic(), step, 0
            case StepDone(epoch=epoch, epochs=epochs, step=step, steps=steps, images=images):
                self.images += images
                if self.is_terminal and self._is_due():
                    self._show(epoch, epochs, float(event.loss), step, steps)
            case EpochDone(epoch=epoch, epochs=epochs, row=row):
                if "val_accuracy" in row:
                    self.validation = progress.validation(row["val_accuracy"], self.say)
                if self._is_due() or epoch == epochs:
                    self._show(epoch, epochs, row["loss"], row["step"], row["step"] * epochs // epoch)
            case Finished() | Stopped():
                self._end()

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now - self.looked < (LOOK if self.is_terminal else LINE):
            return False
        self.looked = now
        return True

    def _show(self, epoch: int, epochs: int, loss: float, step: int, steps: int) -> None:
        spent = max(time.monotonic() - self.began, 1e-9)
        left = spent / max(step - self.first_step, 1) * (steps - step)
        self.write(progress.together([
            progress.epoch(epoch, epochs, self.say),
            progress.loss(loss, self.say),
            self.validation,
            progress.pace(self.images / spent, self.say),
            progress.left(left, self.say) if step < steps else progress.taken(spent, self.say),
        ]))  # fmt: skip

    def write(self, text: str, stays: bool = False) -> None:
        if not self.is_terminal:
            print(text, file=self.out, flush=True)
        else:
            print(f"{CLEAR}{text}", end="\n" if stays else "", file=self.out, flush=True)

    def _end(self) -> None:
        if self.is_terminal:
            print(file=self.out, flush=True)
