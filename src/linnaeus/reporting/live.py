"""A training seen live: curves in a notebook, drawn over themselves; lines of text where there is no rich display.

linnaeus.train("digits")                              in a notebook: curves; in a script: a line, see reporting.progress
linnaeus.train("digits", progress=linnaeus.live)      in a script: lines of text
linnaeus.train("digits", progress=False)              silent everywhere
"""

import sys
import time
from typing import Any

from markupsafe import Markup

from linnaeus import events
from linnaeus.distributed import rank
from linnaeus.errors import RunError
from linnaeus.events import Event, Watcher, nobody
from linnaeus.record.facts import EpochRow
from linnaeus.record.folder import RunFolder
from linnaeus.reporting import progress
from linnaeus.reporting.content import notes, tuning
from linnaeus.reporting.figures import sketch
from linnaeus.reporting.words import words

LOOK = 0.5  # least seconds from one drawing to the next


def in_notebook() -> bool:
    """True in a Jupyter kernel. IPython is looked for only where it is loaded already: nothing is imported for this."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return hasattr(shell, "kernel")


class Live:
    """A watcher for one training after the other. In a notebook each training has one display, which is updated in place.

    >>> record = linnaeus.train("digits(limit=60)", model="linear", epochs=1, progress=linnaeus.live)
    """

    def __init__(self) -> None:
        self._begin("", 1, ())

    def _begin(self, name: str, epochs: int, rows: tuple[EpochRow, ...]) -> None:
        self.name, self.epochs, self.rows, self.say = name, epochs, list(rows), words()
        self.display: Any = None
        self.pace, self.looked = progress.Pace(), 0.0

    def __call__(self, event: Event) -> None:
        match event:
            case events.Note():
                print(notes.line(event, self.say))
            case events.Reading(done=done, total=total):
                if done >= total and total:
                    print(progress.read(event, self.say))
            case events.Started(record=record, folder=folder, step=step):
                self._begin(record.name, record.recipe["epochs"], _rows_until(RunFolder(folder), step))
                self.pace.start(step)
                self._show(is_due=True)
            case events.StageBegun(step=step):
                self.rows = []
                self.pace.start(step)
            case events.StageDone(stage=stage, seconds=seconds):
                print(tuning.line(stage, seconds, self.say))
            case events.StepDone(step=step, steps=steps, images=images):
                self.pace.images += images
                if in_notebook() and time.monotonic() - self.looked > LOOK:
                    self._show(self._pace(step, steps))
            case events.EpochDone(epoch=epoch, epochs=epochs, row=row):
                self.rows.append(row)
                steps = row.step * epochs // epoch
                self._show(self._pace(row.step, steps), is_due=not in_notebook())
            case events.Finished():
                self._show(self.say("live-finished", time=self.say.seconds(self.pace.taken())), is_due=True)
            case events.Stopped():
                self._show(self.say("live-stopped"), is_due=True)

    def _pace(self, step: int, steps: int) -> str:
        rate, left = self.pace.look(step, steps)
        return " · ".join(progress.facts({"pace": rate, "left": left}, self.say))

    def _show(self, state: str = "", is_due: bool = False) -> None:
        if not is_due and time.monotonic() - self.looked <= LOOK:
            return
        self.looked = time.monotonic()
        text = self._text(state)
        if not in_notebook():
            print(text, flush=True)
            return
        from IPython.display import display

        curves = sketch.svg(self.rows, self.epochs, self.say) if self.rows else Markup("")
        drawn = Markup("<div>{}<div>{}</div></div>").format(curves, text)
        shown = {"text/html": str(drawn), "text/plain": text}
        if self.display is None:
            self.display = display(shown, raw=True, display_id=True)
        else:
            self.display.update(shown, raw=True)  # in place: nothing is cleared, so nothing flickers

    def _text(self, state: str) -> str:
        facts = [self.name, progress.epoch(len(self.rows), self.epochs, self.say)]
        if self.rows:
            facts += progress.facts({"loss": self.rows[-1].loss}, self.say)
        if (best := sketch.best_row(self.rows)) is not None and (score := best.validation()) is not None:
            facts.append(self.say("live-best", epoch=str(best.epoch), score=self.say.score(score)))
        return " · ".join(str(fact) for fact in (*facts, state) if fact)


live = Live()


def automatic() -> Watcher:
    """Who watches where nothing else is said: curves in a notebook, else a line; of several processes the first alone speaks."""
    if in_notebook():
        return live
    return nobody if rank() else progress.Line(words())


def _rows_until(folder: RunFolder, step: int) -> tuple[EpochRow, ...]:
    """The epochs that a resumed run has behind it; one that ended at its very step is told once more."""
    try:
        return tuple(row for row in folder.history() if row.step < step)
    except RunError:  # a damaged history is no reason to stop a training
        return ()
