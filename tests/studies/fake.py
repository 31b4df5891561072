"""Trainings that take no time, for studies: a score from a formula, an epoch's state in a file, faults by `batch_size`."""

import json
import os
import time
from collections import deque
from pathlib import Path

from linnaeus import files
from linnaeus.errors import TrainingError
from linnaeus.events import EpochDone, Watcher
from linnaeus.recipe import read
from linnaeus.recipe.recipe import Recipe
from linnaeus.studies.workers.executor import Alive, Died, Done, Failed, Outcome, Task

FAILS, DIES, HANGS, FAILS_ONCE = 13, 14, 15, 16  # batch sizes
BASE = {
    "data": "digits",
    "image_size": 8,
    "channels": 1,
    "model": "convnet(width=8)",
    "optimizer": "sgd(lr=0.1)",
    "epochs": 9,
    "batch_size": 64,
}


def resolve(changes):
    """The whole recipe of a point."""
    return read.to_plain(Recipe(**read.override(read.from_plain(BASE), changes)))


def score(recipe, epoch: int) -> float:
    """Best at lr 0.03; better with more epochs; a little noise by seed."""
    import math

    fields = read.from_plain(recipe)
    lr = float(fields["optimizer"].get("lr", 0.1))
    width = int(fields["model"].get("width", 8))
    noise = ((recipe["seed"] * 7919 + width * 31 + round(lr * 1e5)) % 101) / 10_000
    return round(0.9 - 0.1 * abs(math.log10(lr / 0.03)) + 0.001 * width - 0.3 / (epoch + 1) + noise, 6)


def train(task: Task, tell: Watcher) -> Outcome:
    """As a real training: resumed from the last epoch on the disk; each epoch that is done is a line in `epochs.log`."""
    recipe, folder = task.recipe, Path(task.runs) / task.run
    if task.measure:
        return Outcome(
            kind="measured",
            facts={"setup_s": 0.01, "epoch_s": 0.1, "epochs": recipe["epochs"], "precision": "fp32", "val": 40},
        )
    folder.mkdir(parents=True, exist_ok=True)
    with files.locked(folder / ".lock"):
        _stumble(recipe["batch_size"], folder)
        state = folder / "state.json"
        done = json.loads(state.read_text()) if state.exists() else 0
        while done < (task.until or recipe["epochs"]):
            time.sleep(float(os.environ.get("FAKE_EPOCH", "0")))
            done += 1
            files.write_whole(state, json.dumps(done))
            with (folder / "epochs.log").open("a") as log:
                log.write(f"{done}\n")
            tell(EpochDone(epoch=done, epochs=recipe["epochs"], row={}, seconds=0.0))
    scores = tuple(score(recipe, epoch) for epoch in range(1, done + 1))
    if done < recipe["epochs"]:
        return Outcome(kind="paused", scores=scores)
    (folder / "recipe.toml").write_text(read.to_toml(Recipe(**read.from_plain(recipe))))
    last = {"value": scores[-1], "low": scores[-1] - 0.02, "high": min(1.0, scores[-1] + 0.02), "n": 400}
    facts = {
        "scores": {"accuracy": last},
        "train_s": float(len(scores)),
        "parameters": len(str(recipe["model"])),
        "epochs": done,
    }
    return Outcome(kind="finished", scores=scores, facts=facts)


def _stumble(batch_size: int, folder: Path) -> None:
    tries = folder / "tries"
    tries.write_text(str(int(tries.read_text() if tries.exists() else 0) + 1))
    if batch_size == FAILS or (batch_size == FAILS_ONCE and tries.read_text() == "1"):
        raise TrainingError("the loss is nan")
    if batch_size == DIES:
        print("a last word", flush=True)
        os._exit(7)
    if batch_size == HANGS:
        time.sleep(3600)


class Inline:
    """A place that trains in this very process, one news at a time; some tasks die without having been begun."""

    def __init__(self, jobs: int = 1, dies: int = 0) -> None:
        self.jobs, self.dies = jobs, dies
        self.tasks: deque[Task] = deque()
        self.log: list[Task] = []

    def start(self, task: Task) -> None:
        assert len(self.tasks) < self.jobs
        assert task.run not in {other.run for other in self.tasks}
        self.tasks.append(task)
        self.log.append(task)

    def news(self, seconds: float):
        if not self.tasks:
            return []
        task = self.tasks.popleft()
        if self.dies:
            self.dies -= 1
            return [Died(run=task.run, reason="its worker was ended by SIGKILL")]
        epochs: list[Alive] = []
        try:
            outcome = train(task, lambda event: epochs.append(Alive(run=task.run, epoch=event.epoch)))
        except TrainingError as error:
            return [Failed(run=task.run, reason=str(error))]
        return [*epochs, Done(run=task.run, outcome=outcome)]

    def end(self, seconds: float) -> None:
        self.tasks.clear()
