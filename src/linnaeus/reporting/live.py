"""A training seen live: curves in a notebook, drawn over themselves; lines of text where there is no rich display.

linnaeus.train("digits")                            in a notebook: curves; in a script: silent
linnaeus.train("digits", watch=linnaeus.live)       in a script: lines of text
linnaeus.train("digits", watch=linnaeus.nobody)     silent everywhere
"""

import html
import sys
import time
from collections.abc import Mapping
from typing import Any

from linnaeus.errors import RunError
from linnaeus.events import EpochDone, Event, Finished, Note, Reading, Started, StepDone, Stopped
from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.reporting import live_plot

LOOK = 0.5  # least seconds from one drawing to the next


def in_notebook() -> bool:
    """True in a Jupyter kernel. IPython is looked for only where it is loaded already: nothing is imported for this."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return hasattr(shell, "kernel")


def automatic(event: Event) -> None:
    """What watches where nothing else is said: `live` in a notebook, nobody elsewhere."""
    if in_notebook():
        live(event)


class Live:
    """A watcher for one training after the other. In a notebook each training has one display, which is updated in place."""

    def __init__(self) -> None:
        self._begin("", 1, ())

    def _begin(self, name: str, epochs: int, rows: tuple[Mapping[str, Any], ...]) -> None:
        self.name, self.epochs, self.rows = name, epochs, list(rows)
        self.display: Any = None
        self.began = time.monotonic()
        self.looked = 0.0
        self.first_step = self.images = 0

    def __call__(self, event: Event) -> None:
        match event:
            case Note(text=text):
                print(f"note: {text}")
            case Reading(done=done, total=total, what=what):
                if done >= total and total:
                    print(f"{total:,} {what}")
            case Started(record=record, folder=folder, step=step):
                self._begin(record.name, record.recipe["epochs"], _rows_until(RunFolder(folder), step))
                self.first_step = step
                self._show("starting", is_due=True)
            case StepDone(step=step, steps=steps, images=images):
                self.images += images
                if in_notebook() and time.monotonic() - self.looked > LOOK:
                    self._show(self._pace(step, steps))
            case EpochDone(epoch=epoch, epochs=epochs, row=row):
                self.rows.append(row)
                steps = row["step"] * epochs // epoch
                self._show(self._pace(row["step"], steps), is_due=not in_notebook())
            case Finished():
                self._show(f"finished in {_duration(time.monotonic() - self.began)}", is_due=True)
            case Stopped():
                self._show("stopped; all is saved up to here, or to the last checkpoint", is_due=True)

    def _pace(self, step: int, steps: int) -> str:
        spent = time.monotonic() - self.began
        left = spent / max(step - self.first_step, 1) * (steps - step)
        return f"{self.images / max(spent, 1e-9):,.0f} images/s, {_duration(left)} left"

    def _show(self, state: str, is_due: bool = False) -> None:
        if not is_due and time.monotonic() - self.looked <= LOOK:
            return
        self.looked = time.monotonic()
        text = self._text(state)
        if not in_notebook():
            print(text, flush=True)
            return
        from IPython.display import display

        curves = live_plot.svg(self.rows, self.epochs) if self.rows else ""
        shown = {"text/html": f"<div>{curves}<div>{html.escape(text)}</div></div>", "text/plain": text}
        if self.display is None:
            self.display = display(shown, raw=True, display_id=True)
        else:
            self.display.update(shown, raw=True)  # in place: nothing is cleared, so nothing flickers

    def _text(self, state: str) -> str:
        facts = [f"{self.name}: epoch {len(self.rows)} of {self.epochs}"]
        if self.rows:
            facts.append(f"loss {self.rows[-1]['loss']:.3f}")
        if (best := live_plot.best_row(self.rows)) is not None:
            facts.append(
                f"least validation loss so far in epoch {best['epoch']}, there {100 * best['val_accuracy']:.1f} % "
                f"({100 * best['val_low']:.1f}–{100 * best['val_high']:.1f}, n {best['val_n']:,})"
            )
        return " · ".join([*facts, state])


live = Live()


def _rows_until(folder: RunFolder, step: int) -> tuple[Mapping[str, Any], ...]:
    """The epochs that a resumed run has behind it; one that ended at its very step is told once more."""
    try:
        return tuple(codec.to_plain(row) for row in folder.history() if row.step < step)
    except RunError:  # a damaged history is no reason to stop a training
        return ()


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"
