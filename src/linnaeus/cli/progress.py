"""What a training shows while it runs: a live bar on a terminal, plain lines elsewhere. Watchers see and never touch."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from linnaeus.cli import screen
from linnaeus.distributed import rank
from linnaeus.events import EpochDone, Event, Note, Reading, StageBegun, StageDone, Started, StepDone, Watcher, nobody
from linnaeus.reporting.content import progress, tuning

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from linnaeus.record.facts import Stage
    from linnaeus.record.record import RunRecord
    from linnaeus.reporting.words import Words

LOOK = 0.25  # seconds between looks at the loss: each look waits for the device
LINE = 1.0  # least seconds between plain lines
READING_LINE = 10.0  # the same while a folder is read
BAR = 20  # columns


@contextmanager
def watching(quiet: bool, language: str = "en", notes: bool = True) -> Iterator[Watcher]:
    """A watcher for this standard output: silent, live or plain. The live one gives the terminal back when the block ends."""
    if quiet or rank():
        yield nobody
        return
    from linnaeus.reporting.words import words

    if sys.stdout.isatty():
        from rich.console import Console

        with _bar(Console(highlight=False)) as bar:
            live = Live(bar, words(language))
            yield live if notes else _without_notes(live)
    else:
        plain = Plain(words(language))
        yield plain if notes else _without_notes(plain)


def _without_notes(watch: Watcher) -> Watcher:
    return lambda event: None if isinstance(event, Note) else watch(event)


class Plain:
    """One line an epoch, and at most one a second; the last epoch always has its line."""

    def __init__(self, say: "Words") -> None:
        self.say, self.pace = say, progress.Pace()
        self.last_line = self.last_reading = time.monotonic()
        self.step = self.steps = 0

    def __call__(self, event: Event) -> None:
        match event:
            case Note():
                _print(_note(event, self.say))
            case Reading(done=done, total=total, what=what):
                if time.monotonic() - self.last_reading > READING_LINE:
                    self.last_reading = time.monotonic()
                    _print(_reading(done, total, what, self.say))
            case Started(record=record, step=step):
                _print(_beginning(record, self.say))
                self.pace.start(step)
            case StageBegun(step=step):
                self.pace.start(step)
            case StageDone(stage=stage, seconds=seconds):
                _print(_stage(stage, seconds, self.say))
            case StepDone(step=step, steps=steps, images=images):
                self.step, self.steps = step, steps
                self.pace.images += images
            case EpochDone(epoch=epoch, epochs=epochs, row=row):
                if time.monotonic() - self.last_line > LINE or epoch == epochs:
                    self.last_line = time.monotonic()
                    rate, left = self.pace.look(self.step, self.steps)
                    found = {"loss": row.loss, "validation": row.val_accuracy, "pace": rate}
                    found["left"] = left if epoch < epochs else None
                    _print(progress.line(epoch, epochs, found, self.say))


class Live:
    """A bar with epoch, loss, validation accuracy, images a second and time left."""

    def __init__(self, bar: "Progress", say: "Words") -> None:
        self.bar, self.say = bar, say
        self.pace, self.looked = progress.Pace(), 0.0
        self.loss: float | None = None
        self.validation: float | None = None
        self.task: TaskID | None = None
        self.reading: TaskID | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case Note():
                self._above(_note(event, self.say))
            case Reading():
                self._read(event)
            case Started(record=record, step=step, steps=steps):
                self._above(_beginning(record, self.say))
                self.pace.start(step)
                self.task = self.bar.add_task(
                    "", total=steps, completed=step, head="", tail=self.say("progress-starting"), visible=step < steps
                )
            case StageBegun(step=step, steps=steps):
                self.pace.start(step)
                if self.task is not None:
                    self.bar.reset(self.task, total=steps, completed=step, visible=True)
            case StageDone(stage=stage, seconds=seconds):
                self._above(_stage(stage, seconds, self.say))
                if self.task is not None:  # until the next one begins
                    self.bar.update(self.task, visible=False, refresh=True)
            case StepDone(images=images):
                self.pace.images += images
                if time.monotonic() - self.looked > LOOK:
                    self.loss = float(event.loss)
                    self._show(event.epoch, event.epochs, event.step, event.steps)
            case EpochDone(row=row):
                self.loss, self.validation = row.loss, row.val_accuracy
                if event.epoch == event.epochs and self.task is not None:
                    self._show(event.epoch, event.epochs, row.step, row.step)

    def _show(self, epoch: int, epochs: int, step: int, steps: int) -> None:
        assert self.task is not None
        self.looked = time.monotonic()
        rate, left = self.pace.look(step, steps)
        until = {"left": left} if step < steps else {"taken": self.pace.taken()}
        found = {"loss": self.loss, "validation": self.validation, "pace": rate, **until}
        tail = progress.together(progress.facts(found, self.say))
        head = f"{epoch:>{len(str(epochs))}}/{epochs}"
        self.bar.update(self.task, completed=step, head=head, tail=tail, refresh=True)

    def _read(self, event: Reading) -> None:
        tail = progress.read(event.done, event.total, event.what, self.say)
        if self.reading is None:
            self.reading = self.bar.add_task("", total=event.total, head=self.say("progress-reading"), tail=tail)
        elif event.done >= event.total:
            self.bar.remove_task(self.reading)
            self.reading = None
            self.bar.refresh()
        elif time.monotonic() - self.looked > LOOK:
            self.looked = time.monotonic()
            self.bar.update(self.reading, completed=event.done, total=event.total, tail=tail, refresh=True)

    def _above(self, text: str) -> None:
        self.bar.console.print(text, markup=False, soft_wrap=True)


def _bar(console: Any) -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn

    columns = min(BAR, max(4, console.width - 64))
    return Progress(
        TextColumn(" {task.fields[head]}", markup=False),
        BarColumn(bar_width=columns, complete_style="green", finished_style="green"),
        TextColumn("{task.fields[tail]}", markup=False),
        console=console,
        auto_refresh=False,  # the watcher refreshes: no second thread beside the training
    )


def _beginning(record: "RunRecord", say: "Words") -> str:
    from linnaeus.reporting.content import recipe
    from linnaeus.reporting.render.terminal import render

    return render([recipe.beginning(record, say)], say, screen.width())


def _note(note: Note, say: "Words") -> str:
    from linnaeus.reporting.content import notes

    return screen.labelled(str(say("progress-note")), notes.line(note, say))


def _stage(stage: "Stage", seconds: float, say: "Words") -> str:
    return screen.labelled(str(say("tuning-label")), tuning.line(stage, seconds, say))


def _reading(done: int, total: int, what: str, say: "Words") -> str:
    return screen.labelled(str(say("progress-reading")), progress.read(done, total, what, say))


def _print(text: str) -> None:
    print(text, flush=True)
