"""What a training shows while it runs: a live bar on a terminal, plain lines elsewhere. Watchers see and never touch."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from linnaeus import events
from linnaeus.distributed import rank
from linnaeus.events import Event, Note, Reading, Watcher, nobody
from linnaeus.reporting import progress

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from linnaeus.reporting.words import Words

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
            try:
                yield live if notes else _without_notes(live)
            finally:
                live.begun()
    else:
        plain = progress.Line(words(language), sys.stdout, begins=True)
        yield plain if notes else _without_notes(plain)


def _without_notes(watch: Watcher) -> Watcher:
    return lambda event: None if isinstance(event, Note) else watch(event)


class Live:
    """A bar with epoch, loss, validation accuracy, images a second and time left; without one, a word that something is done."""

    def __init__(self, bar: "Progress", say: "Words") -> None:
        self.bar, self.say = bar, say
        self.pace, self.looked = progress.Pace(), 0.0
        self.loss: float | None = None
        self.validation: float | None = None
        self.task: TaskID | None = None
        self.reading: TaskID | None = None
        self.working: TaskID | None = None
        self._work()

    def _work(self) -> None:
        """Say that something is being done: importing torch takes seconds, and so do steps that are not counted."""
        self.working = self.bar.add_task("", total=None, head=self.say("progress-working"), tail="")
        self.bar.refresh()

    def begun(self) -> None:
        """Something else is to be seen now."""
        if self.working is not None:
            self.bar.remove_task(self.working)
            self.working = None
            self.bar.refresh()

    def __call__(self, event: Event) -> None:
        match event:
            case events.Note():
                self._above(progress.labelled(event, self.say))
            case events.Reading():
                self._read(event)
            case events.Started(record=record, step=step, steps=steps):
                self.begun()
                self._above(progress.beginning(record, self.say))
                self.pace.start(step)
                self.task = self.bar.add_task(
                    "", total=steps, completed=step, head="", tail=self.say("progress-starting"), visible=step < steps
                )
            case events.StageBegun(step=step, steps=steps):
                self.pace.start(step)
                if self.task is not None:
                    self.bar.reset(self.task, total=steps, completed=step, visible=True)
            case events.StageDone():
                self._above(progress.labelled(event, self.say))
                if self.task is not None:  # until the next one begins
                    self.bar.update(self.task, visible=False, refresh=True)
            case events.StepDone(images=images):
                self.pace.images += images
                if time.monotonic() - self.looked > progress.LOOK:
                    self.loss = float(event.loss)
                    self._show(event.epoch, event.epochs, event.step, event.steps)
            case events.EpochDone(row=row):
                self.loss, self.validation = row.loss, row.val_accuracy
                if event.epoch == event.epochs and self.task is not None:
                    self._show(event.epoch, event.epochs, row.step, row.step)

    def _show(self, epoch: int, epochs: int, step: int, steps: int) -> None:
        assert self.task is not None
        self.looked = time.monotonic()
        known = {"loss": self.loss, "validation": self.validation, **self.pace.known(step, steps)}
        tail = progress.together(progress.facts(known, self.say))
        head = f"{epoch:>{len(str(epochs))}}/{epochs}"
        self.bar.update(self.task, completed=step, head=head, tail=tail, refresh=True)

    def _read(self, event: Reading) -> None:
        self.begun()
        tail = progress.read(event, self.say)
        if self.reading is None:
            self.reading = self.bar.add_task("", total=event.total, head=self.say("progress-reading"), tail=tail)
        elif event.done >= event.total:
            self.bar.remove_task(self.reading)
            self.reading = None
            if self.task is None:
                self._work()
            self.bar.refresh()
        elif time.monotonic() - self.looked > progress.LOOK:
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
