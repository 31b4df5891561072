"""A training in a script: one line on standard error, written over itself on a terminal, else a line an epoch."""

import sys
import time
from typing import TextIO

from linnaeus.distributed import rank
from linnaeus.events import (
    EpochDone,
    Event,
    Finished,
    Note,
    Reading,
    StageBegun,
    StageDone,
    Started,
    StepDone,
    Stopped,
    Watcher,
    nobody,
)
from linnaeus.reporting.content import notes, progress, tuning
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
        self.pace, self.looked = progress.Pace(), time.monotonic()
        self.validation: float | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case Note():
                self.write(f"{self.say('progress-note')}: {notes.line(event, self.say)}", stays=True)
            case Reading(done=done, total=total, what=what) if self._is_due():
                self.write(progress.read(done, total, what, self.say))
            case Started(step=step):
                self.pace.start(step)
            case StageBegun(step=step):
                self.pace.start(step)
            case StageDone(stage=stage, seconds=seconds):
                self.write(f"{self.say('tuning-label')}: {tuning.line(stage, seconds, self.say)}", stays=True)
            case StepDone(epoch=epoch, epochs=epochs, step=step, steps=steps, images=images):
                self.pace.images += images
                if self.is_terminal and self._is_due():
                    self._show(epoch, epochs, float(event.loss), step, steps)
            case EpochDone(epoch=epoch, epochs=epochs, row=row):
                self.validation = row.val_accuracy
                if self._is_due() or epoch == epochs:
                    self._show(epoch, epochs, row.loss, row.step, row.step * epochs // epoch)
            case Finished() | Stopped():
                self._end()

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now - self.looked < (LOOK if self.is_terminal else LINE):
            return False
        self.looked = now
        return True

    def _show(self, epoch: int, epochs: int, loss: float, step: int, steps: int) -> None:
        rate, left = self.pace.look(step, steps)
        until = {"left": left} if step < steps else {"taken": self.pace.taken()}
        found = {"loss": loss, "validation": self.validation, "pace": rate, **until}
        self.write(progress.line(epoch, epochs, found, self.say))

    def write(self, text: str, stays: bool = False) -> None:
        if not self.is_terminal:
            print(text, file=self.out, flush=True)
        else:
            print(f"{CLEAR}{text}", end="\n" if stays else "", file=self.out, flush=True)

    def _end(self) -> None:
        if self.is_terminal:
            print(file=self.out, flush=True)
