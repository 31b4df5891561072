"""How far a training is, in one line, and how fast it goes: on a terminal written over itself, elsewhere a line an epoch."""

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TextIO

from linnaeus import events
from linnaeus.events import Event, Note, Reading, StageDone
from linnaeus.reporting.content import tuning
from linnaeus.reporting.render import lines
from linnaeus.reporting.words import Words, words

if TYPE_CHECKING:
    from linnaeus.record.facts import EpochRow
    from linnaeus.record.record import RunRecord
    from linnaeus.studies.runner import Tell

LOOK = 0.25  # seconds between looks at the loss on a terminal: each look waits for the device
LINE, READING = 1.0, 10.0  # least seconds between lines elsewhere, and between those of a folder that is read
EVERY = 10  # epochs, of which the last always has its line elsewhere, however quick they are
CLEAR = "\r\x1b[K"

# What may be told: the name of its value in the message `progress-…`, and how a number becomes that value.
FORMS: Mapping[str, tuple[str, Callable[[Words, float], str]]] = {
    "loss": ("loss", lambda say, loss: say.number(loss, 3)),
    "validation": ("share", Words.share),  # accuracy so far
    "pace": ("pace", lambda say, images_per_s: say.count(round(images_per_s))),
    "left": ("time", Words.seconds),
    "taken": ("time", Words.seconds),
}


class Pace:
    """Images a second of late, and the seconds left, by the wall clock."""

    def __init__(self) -> None:
        self.start(0)

    def start(self, step: int) -> None:
        """A training begins, or goes on where so many steps are done."""
        self.began = self.since = time.monotonic()
        self.first_step, self.images, self.rate = step, 0, 0.0

    def look(self, step: int, steps: int) -> tuple[float, float]:
        """Images a second since a while ago, and seconds left; `images` are counted by who watches."""
        now = time.monotonic()
        if now > self.since and self.images:
            fresh = self.images / (now - self.since)
            self.rate = fresh if not self.rate else 0.7 * self.rate + 0.3 * fresh
            self.images, self.since = 0, now
        done = step - self.first_step
        return self.rate, (now - self.began) / done * (steps - step) if done else 0.0

    def known(self, step: int, steps: int) -> dict[str, float]:
        """The same as facts of a line; after the last step the seconds that it took."""
        rate, left = self.look(step, steps)
        return {"pace": rate, **({"left": left} if step < steps else {"taken": self.taken()})}

    def taken(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began


def facts(found: Mapping[str, float | None], say: Words, row: "EpochRow | None" = None) -> list[str]:
    """`loss 0.312`, `val 93.1 %`, `1,200 images/s`, `12.0 s left`: those that are known.

    Of an epoch that is over, `row`, the loss is told with its quartiles over the batches, and the accuracy with its interval.
    """
    told = {name: FORMS[name][1](say, value) for name, value in found.items() if value is not None}
    if row is not None:
        told["loss"] += f" ({say.number(row.loss_q1, 3)}–{say.number(row.loss_q3, 3)})"
        if (score := row.validation()) is not None:
            told["validation"] = say.score(score, n=False)
    return [say(f"progress-{name}", **{FORMS[name][0]: text}).unescape() for name, text in told.items()]


def line(number: int, of: int, found: Mapping[str, float | None], say: Words, row: "EpochRow | None" = None) -> str:
    """Which epoch, of how many, and the facts side by side; `row` as in `facts`."""
    return together([epoch(number, of, say), *facts(found, say, row)])


def read(event: Reading, say: Words) -> str:
    """`1,200 of 50,000 images`"""
    return say("progress-read", done=event.done, of=event.total, what=say.of("reading", event.what)).unescape()


def epoch(number: int, of: int, say: Words) -> str:
    """Which epoch, of how many."""
    return say("progress-epoch", epoch=number, of=of).unescape()


def together(told: Iterable[str]) -> str:
    """Facts side by side; blanks that do not break are plain ones."""
    return "  ".join(told).replace("\u00a0", " ").replace("\u202f", " ")


def of_study(language: str = "en", out: TextIO | None = None) -> "Tell":
    """Who watches a study: a line for each of its trials, on standard error where `out` is None."""
    from linnaeus.reporting.content import notes

    line = Line(words(language), out)
    return lambda told: line.write(f"{told.over}/{told.total}  {notes.line(told.note, line.say)}", stays=True)


class Line:
    """A watcher for one call of a verb. `out` is standard error where it is None; `begins`: it says what a training will do."""

    def __init__(self, say: Words, out: TextIO | None = None, *, begins: bool = False) -> None:
        self.say, self.out, self.begins = say, out or sys.stderr, begins
        self.is_terminal = self.out.isatty()
        self.pace, self.looked = Pace(), time.monotonic()
        self.validation: float | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case events.Note() | events.StageDone():
                self.write(labelled(event, self.say), stays=True)
            case events.Reading() if self._is_due(READING):
                self.write(read(event, self.say) if self.is_terminal else labelled(event, self.say))
            case events.Started(record=record, step=step):
                if self.begins:
                    self.write(beginning(record, self.say), stays=True)
                self.pace.start(step)
            case events.StageBegun(step=step):
                self.pace.start(step)
            case events.StepDone(epoch=epoch, epochs=epochs, step=step, steps=steps, images=images):
                self.pace.images += images
                if self.is_terminal and self._is_due(LINE):
                    self._show(epoch, epochs, float(event.loss), step, steps)
            case events.EpochDone(epoch=epoch, epochs=epochs, row=row):
                self.validation = row.val_accuracy
                if self._is_due(LINE) or epoch == epochs or not (self.is_terminal or epoch % EVERY):
                    self._show(epoch, epochs, row.loss, row.step, row.step * epochs // epoch, row)
            case events.Finished() | events.Stopped() if self.is_terminal:
                print(file=self.out, flush=True)

    def _is_due(self, elsewhere: float) -> bool:
        now = time.monotonic()
        if now - self.looked < (LOOK if self.is_terminal else elsewhere):
            return False
        self.looked = now
        return True

    def _show(self, epoch: int, epochs: int, loss: float, step: int, steps: int, row: "EpochRow | None" = None) -> None:
        known = {"loss": loss, "validation": self.validation, **self.pace.known(step, steps)}
        self.write(line(epoch, epochs, known, self.say, None if self.is_terminal else row))

    def write(self, text: str, stays: bool = False) -> None:
        """A line; on a terminal the next one is written over it, unless it stays."""
        if not self.is_terminal:
            print(text, file=self.out, flush=True)
        else:
            print(f"{CLEAR}{text}", end="\n" if stays else "", file=self.out, flush=True)


def labelled(event: Note | StageDone | Reading, say: Words) -> str:
    """The event as a line of its own, under a label."""
    match event:
        case events.Note():
            from linnaeus.reporting.content import notes

            label, text = "progress-note", notes.line(event, say)
        case events.StageDone(stage=stage, seconds=seconds):
            label, text = "tuning-label", tuning.line(stage, seconds, say)
        case events.Reading():
            label, text = "progress-reading", read(event, say)
    return lines.labelled(str(say(label)), text, lines.width())


def beginning(record: "RunRecord", say: Words) -> str:
    """What a training is about to do."""
    from linnaeus.reporting.content import recipe
    from linnaeus.reporting.render.terminal import render

    return render([recipe.beginning(record, say)], say, lines.width())
