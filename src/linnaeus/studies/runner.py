"""The driver of a study: which trial is due, and what its news means. It can be killed anywhere, and begun again.

until all trials are over:
    stop those that are hopeless; add the repeats of those that are not; ask for a new point, where points are asked for
    start what is due while there is room
    wait for news; write each into the store
"""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.errors import Interrupted, StudyError
from linnaeus.events import Note, note
from linnaeus.studies.halving import GO_ON, STOP, Contender, Halving, decide
from linnaeus.studies.plan import Plan
from linnaeus.studies.space import Point
from linnaeus.studies.store import Store, Trial
from linnaeus.studies.workers.executor import Alive, Died, Done, Executor, Failed, News, Outcome, Task

SAVING = 60.0  # seconds that trainings get to save themselves when the study is stopped
BETWEEN_NOTES = 5.0  # seconds of work that a killed driver may leave uncounted
LISTEN = 1.0  # seconds to wait for news before looking at clock and signals

Plain = Mapping[str, Any]
Resolve = Callable[[Sequence[str]], Plain]  # changes of the base recipe → a whole recipe in plain values


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What watchers of a study are told when something has changed."""

    finished: int
    stopped: int
    failed: int
    running: int
    total: int  # as far as it is known
    spent_s: float
    best: float | None
    note: Note  # what has just happened

    @property
    def over(self) -> int:
        """Trials that are not trained any further."""
        return self.finished + self.stopped + self.failed


Tell = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """A watcher that does not look."""


@dataclass(slots=True)
class Driver:
    """One study under way. `resolve` gives the recipe of a point; its result is `settled` over with what the study fixed."""

    plan: Plan
    store: Store
    executor: Executor
    resolve: Resolve
    runs: Path
    tell: Tell
    trials: list[Trial] = field(default_factory=list)
    flying: dict[str, Trial] = field(default_factory=dict)  # by run
    recipes: dict[int, Plain] = field(default_factory=dict)  # by cell
    dead: list[str] = field(default_factory=list)  # runs of workers that died in a row, with no epoch in between
    begun: float = field(default_factory=time.monotonic)
    before: float = 0.0  # seconds spent by earlier drivers
    noted: float = 0.0  # of all seconds spent, those in the store

    def drive(self) -> bool:
        """Go on until all trials are over; False: until the budget was spent.

        Raises:
            Interrupted: SIGINT or SIGTERM came; all is saved. StudyError: workers die without end, or every trial fails.
        """
        self.before = self.noted = float(self.store.notes().get("spent_s", 0.0))
        try:
            with _listening() as asked:
                while True:
                    self._look()
                    if asked:
                        raise Interrupted("the study is stopped, all is saved; the same command goes on", asked[0])
                    if self.plan.budget and self.spent() >= self.plan.budget:
                        return False
                    self._start_what_is_due()
                    if not self.flying:
                        return True
                    self._hear(LISTEN)
        finally:
            self._end()

    def spent(self) -> float:
        """Seconds of all drivers of this study together."""
        return self.before + time.monotonic() - self.begun

    # --- which trials there are

    def _look(self) -> None:
        """Read the trials, and add those that follow from them."""
        self.trials = self.store.trials()
        if self._add_missing() or self._stop_hopeless():
            self.trials = self.store.trials()

    def _add_missing(self) -> bool:
        there = {(trial.cell, trial.seed) for trial in self.trials}
        added = False
        for cell, point in self._points():
            first = self._first_seed(cell, point)
            for seed in self._seeds(cell, first):
                if (cell, seed) not in there:
                    self.store.add(point, cell=cell, seed=seed, run=run_name(self._recipe(cell, point), seed))
                    added = True
        return added

    def _points(self) -> Iterator[tuple[int, Point]]:
        if self.plan.sampler != "tpe":
            yield from enumerate(self.plan.points())
        else:
            yield from {trial.cell: trial.point for trial in self.trials}.items()

    def _seeds(self, cell: int, first: int) -> range:
        """The seeds of a point that are wanted so far: where trials are stopped early, repeats wait for the first to finish."""
        over = any(one.cell == cell and one.seed == first and one.state == "finished" for one in self.trials)
        return range(first, first + (self.plan.repeats if self.plan.stop is None or over else 1))

    def _first_seed(self, cell: int, point: Point) -> int:
        return int(self._recipe(cell, point)["seed"])

    def _recipe(self, cell: int, point: Point) -> Plain:
        if cell not in self.recipes:
            self.recipes[cell] = self.resolve(self.plan.space.changes(point))
        return self.recipes[cell]

    def _halving(self, trial: Trial) -> tuple[Halving, list[int]] | None:
        """How a trial is stopped early, and its rungs. None: it is not, or it repeats one that has finished."""
        recipe = self._recipe(trial.cell, trial.point)
        halving = self.plan.halving(int(recipe["epochs"]))
        if halving is None or trial.seed != int(recipe["seed"]):
            return None
        return halving, halving.rungs(halving.bracket(trial.cell))

    def _decisions(self) -> dict[int, str]:
        """By trial number, what those that take part in early stopping are to do."""
        brackets: dict[tuple[int, ...], list[Trial]] = {}
        factor = 2
        for trial in self.trials:
            if (found := self._halving(trial)) is not None:
                factor = found[0].factor
                brackets.setdefault(tuple(found[1]), []).append(trial)
        decisions: dict[int, str] = {}
        for rungs, members in brackets.items():
            contenders = [
                Contender(cell=one.number, scores=one.scores, out=one.state in ("failed", "stopped")) for one in members
            ]
            decisions |= decide(contenders, rungs, factor, together=self.plan.sampler != "tpe")
        return decisions

    def _stop_hopeless(self) -> bool:
        decisions = self._decisions()
        hopeless = [one for one in self.trials if decisions.get(one.number) == STOP and self._is_idle(one)]
        for trial in hopeless:
            self.store.stop(trial, {"epochs": max(trial.scores)})
            self._say(trial, "stopped", n=max(trial.scores))
        return bool(hopeless)

    def _is_idle(self, trial: Trial) -> bool:
        return not trial.is_over and trial.run not in self.flying

    # --- what is due

    def _start_what_is_due(self) -> None:
        for trial, until in self._due():
            if len(self.flying) >= self.executor.jobs:
                return
            if trial.run not in self.flying:
                self._start(trial, until)
        while self.plan.sampler == "tpe" and len(self.flying) < self.executor.jobs and self._ask():
            self._look()
            for trial, until in self._due():
                if len(self.flying) < self.executor.jobs and trial.run not in self.flying:
                    self._start(trial, until)

    def _due(self) -> list[tuple[Trial, int]]:
        """Trials to be started, with the epochs to train to: those that were begun first, then by their number."""
        decisions = self._decisions()
        due = []
        for trial in self.trials:
            if not self._is_idle(trial):
                continue
            found = self._halving(trial)
            if found is None:
                due.append((trial, 0))
            elif decisions.get(trial.number, GO_ON) == GO_ON:
                due.append((trial, next((rung for rung in found[1] if rung not in trial.scores), 0)))
        return sorted(due, key=lambda one: (one[0].state != "running", one[0].number))

    def _ask(self) -> bool:
        """Have one more point proposed, unless there are enough."""
        cell = len({trial.cell for trial in self.trials})
        if cell >= self.plan.trials:
            return False
        id, point = self.store.ask(self.plan.seed)
        recipe = self._recipe(cell, point)
        seed = int(recipe["seed"])
        self.store.name_asked(id, cell=cell, seed=seed, run=run_name(recipe, seed))
        return True

    def _start(self, trial: Trial, until: int) -> None:
        if trial.state == "waiting":
            self.store.start(trial)
        recipe = {**self._recipe(trial.cell, trial.point), "seed": trial.seed}
        self.flying[trial.run] = trial
        self.executor.start(Task(run=trial.run, runs=str(self.runs), recipe=recipe, until=until))

    # --- what the news means

    def _hear(self, seconds: float) -> None:
        news = self.executor.news(seconds)
        for one in news:
            self._take(one)
        if self.spent() - self.noted > BETWEEN_NOTES:
            self.noted = self.spent()
            self.store.note("spent_s", round(self.noted, 3))

    def _take(self, news: News) -> None:
        trial = self.flying.get(news.run)
        if trial is None:
            return
        match news:
            case Alive(epoch=epoch):
                if epoch:
                    self.dead.clear()
            case Done(outcome=outcome):
                del self.flying[news.run]
                self.dead.clear()
                self._done(trial, outcome)
            case Failed(reason=reason):
                del self.flying[news.run]
                self._bad(trial, reason)
            case Died(reason=reason):
                del self.flying[news.run]
                self.dead.append(news.run)
                self._bad(trial, reason)
                if len(self.dead) > self.plan.retries and len(set(self.dead)) > 1:  # one alone is that trial's fault
                    raise StudyError(
                        f"{len(self.dead)} workers in a row have died before a trial came any further ({reason}); what they "
                        f"printed is in {self.runs.parent / 'workers'}; nothing is lost, the same command goes on"
                    )

    def _done(self, trial: Trial, outcome: Outcome) -> None:
        halving = self.plan.halving(int(self._recipe(trial.cell, trial.point)["epochs"]))
        for mark in halving.marks() if halving else ():
            if mark <= len(outcome.scores) and mark not in trial.scores:
                self.store.score(trial, mark, outcome.scores[mark - 1])
        if outcome.kind == "finished":
            value = float(outcome.facts["scores"][self.plan.metric]["value"])
            self.store.finish(trial, value, outcome.facts)
            self._say(trial, "finished", share=value)

    def _bad(self, trial: Trial, reason: str) -> None:
        over = trial.tries >= self.plan.retries
        self.store.tried(trial, reason, over=over)
        self._say(trial, "failed" if over else "retried", reason=reason)
        if (
            over
            and sum(one.state == "failed" for one in self.store.trials()) > self.plan.retries
            and self._none_came_far()
        ):
            raise StudyError(
                f"the first trials have all failed, {trial.tries + 1} times each, and none has finished; the last reason: {reason}"
            )

    def _none_came_far(self) -> bool:
        return not any(one.state in ("finished", "stopped") or one.scores for one in self.store.trials())

    def _end(self) -> None:
        """Let what is under way save itself. Its trials stay as they are: running."""
        if self.flying:
            self.executor.end(SAVING)
        else:
            self.executor.end(0.0)
        self.flying = {}
        self.store.note("spent_s", round(self.spent(), 3))

    # --- what is told

    def _say(self, trial: Trial, what: str, **values: Any) -> None:
        self.say(note(f"trial-{what}", trial=trial.number, point=dict(trial.point), seed=trial.seed, **values))

    def say(self, said: Note) -> None:
        """Tell the watcher, with how far the study is."""
        trials = self.store.trials()
        states = [one.state for one in trials]
        best = max((one.value for one in trials if one.value is not None), default=None)
        self.tell(
            Progress(
                finished=states.count("finished"),
                stopped=states.count("stopped"),
                failed=states.count("failed"),
                running=len(self.flying),
                total=max(len(trials), self.plan.cells * (self.plan.repeats if self.plan.stop is None else 1)),
                spent_s=self.spent(),
                best=best,
                note=said,
            )
        )


def run_name(recipe: Plain, seed: int) -> str:
    """The run of a recipe under a seed: equal recipes have equal names, so that what is trained once is not trained again."""
    rest = {name: value for name, value in recipe.items() if name != "seed"}
    return f"{files.checksum_of(json.dumps(rest, sort_keys=True).encode())[:12]}-seed{seed}"


@contextmanager
def _listening() -> Iterator[list[int]]:
    """The signals that asked for a stop, while the block runs; a second one ends the process as usual."""
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def ask(number: int, frame: object) -> None:
        asked.append(number)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
