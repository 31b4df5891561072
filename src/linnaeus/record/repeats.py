"""`Repeats`: one recipe under several seeds, and how far its validation accuracy depends on them."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from linnaeus.errors import RunError
from linnaeus.recipe import stages
from linnaeus.recipe.read import to_plain
from linnaeus.recipe.recipe import LINEAR, Recipe
from linnaeus.record import folder as folders
from linnaeus.record import shown as shown_as
from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord
from linnaeus.record.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Validation accuracy over seeds. All runs share their splits, so the spread is that of training alone.

    The interval is Student's, of the mean over seeds on these very images; it says nothing of other images.
    """

    runs: tuple[str, ...]
    seeds: tuple[int, ...]
    scores: tuple[Score, ...]  # of each run, with its interval over images
    mean: float
    std: float  # of the runs, with n − 1
    low: float
    high: float

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)

    def _repr_html_(self) -> str:
        return shown_as.repeats(self)


def settled(record: RunRecord) -> dict[str, Any]:
    """Fields of the recipe that the first of some repeats has settled for all: else the machine would tell them apart."""
    machine = record.environment
    return {
        "epochs": record.recipe["epochs"],
        "budget": 0.0,
        "precision": machine["precision"],
        "threads": machine["threads"],
    }


def check_same(recipe: Recipe, there: Recipe, name: str) -> None:
    """Raise RunError unless the run of that name, whose recipe is `there`, is the one that is wished for."""
    if recipe.budget:  # which the run has turned into epochs
        there = replace(there, budget=recipe.budget, epochs=recipe.epochs)
    if recipe.train == stages.HEAD and recipe.head != LINEAR:  # fitted in one stroke, which the run calls an epoch
        there = replace(there, budget=recipe.budget, epochs=recipe.epochs)
    wished, found = to_plain(recipe), to_plain(there)
    differing = [field for field in wished if found[field] != wished[field]]
    if differing:
        listed = ", ".join(differing[:5])
        raise RunError(f"there is a run named {name!r} already, with another {listed}; choose another name")


def runs_of(runs: Path, name: str) -> list[RunFolder]:
    """The run of that name or folder, or all runs NAME-seed0, NAME-seed1, … where there is none. Raises RunError."""
    if name != folders.NEWEST and not any(map(folders.is_run, (Path(name), runs / name))):
        seeded = {folder.name: folder for folder in folders.all_runs(runs)}
        found = [one for one in seeded if re.fullmatch(re.escape(name) + r"-seed\d+", one)]
        if found:
            return [seeded[one] for one in sorted(found, key=lambda one: int(one.rpartition("seed")[2]))]
    return [folders.find(runs, name)]


def summarise(records: Sequence[RunRecord]) -> Repeats:
    """The mean over at least two finished runs that have a validation score, its standard deviation and 95 % interval."""
    import numpy as np
    from scipy import stats

    scores = tuple(record.scores["val"].metrics["accuracy"] for record in records)
    values = np.array([score.value for score in scores])
    mean, std = float(values.mean()), float(values.std(ddof=1))
    half = float(stats.t.ppf(0.975, len(values) - 1)) * std / len(values) ** 0.5
    return Repeats(
        runs=tuple(record.name for record in records),
        seeds=tuple(record.recipe["seed"] for record in records),
        scores=scores,
        mean=mean,
        std=std,
        low=max(0.0, mean - half),
        high=min(1.0, mean + half),
    )
