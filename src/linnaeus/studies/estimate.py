"""How long a study will take, said before it begins: from a few steps of a few trials, on as many workers as it will have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linnaeus.errors import StudyError
from linnaeus.events import Reading, Watcher, nobody
from linnaeus.record.display import Shown
from linnaeus.studies.plan import Plan
from linnaeus.studies.results import Prediction
from linnaeus.studies.runner import Plain, Resolve
from linnaeus.studies.space import Point
from linnaeus.studies.workers.executor import Died, Done, Executor, Failed, Task

MEASURED = 4  # trials at least, where there are so many; all that run at once, if that is more
CLOCK = 0.25  # by so much, up and down, a machine's pace is off from one hour to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan(Shown):
    """What a study would be: its facts, how long it will take, and its first points."""

    about: Mapping[str, Any]
    predicted: Prediction
    points: tuple[Mapping[str, Any], ...]


def measure(plan: Plan, executor: Executor, resolve: Resolve, tell: Watcher = nobody) -> Prediction:
    """Begin some of the trials, as many at once as the study will, and reckon; `tell` hears how many were measured.

    Raises:
        StudyError: none of them can be begun.
    """
    points = _spread(plan.points() or list(plan.space.corners()), max(MEASURED, executor.jobs))
    recipes = [resolve(plan.space.changes(point)) for point in points]
    found = _measured(executor, recipes, tell)
    return reckon(plan, found, executor.jobs)


def reckon(plan: Plan, found: Sequence[Plain], jobs: int) -> Prediction:
    """The prediction, from the facts of measured trials."""
    import numpy as np

    epochs = int(found[0]["epochs"])
    halving, cells = plan.halving(epochs), plan.cells
    each = halving.epochs_of(cells) if halving else [epochs] * (cells * plan.repeats)
    whole = each.count(epochs) if halving else 0
    each = each + [epochs] * (whole * (plan.repeats - 1))
    rungs = len(halving.rungs()) if halving else 0
    setup = float(np.mean([one["setup_s"] for one in found]))
    pace = np.array([one["epoch_s"] * one["epochs"] / epochs for one in found])
    spread = float(pace.std(ddof=1) / len(pace) ** 0.5) if len(pace) > 1 else 0.0
    starts = setup * len(each) * (1 + rungs / 2)

    def seconds(epoch_s: float) -> float:
        return max((starts + epoch_s * sum(each)) / jobs, setup + epoch_s * max(each))

    middle, wide = float(pace.mean()), 2 * spread
    return Prediction(
        low_s=seconds(max(0.0, middle - wide)) * (1 - CLOCK),
        middle_s=seconds(middle),
        high_s=seconds(middle + wide) * (1 + CLOCK),
        jobs=jobs,
        trials=len(each),
        epochs=sum(each),
        measured=len(found),
        precision=str(found[0]["precision"]),
        images=_fewest(found, "val"),
        things=_fewest(found, "things"),
    )


def _fewest(found: Sequence[Plain], what: str) -> int | None:
    return min((int(one[what]) for one in found if one.get(what)), default=None)


def _spread(points: Sequence[Point], most: int) -> list[Point]:
    """Some of the points, evenly over all."""
    count = min(most, len(points))
    return [points[round(place * (len(points) - 1) / max(1, count - 1))] for place in range(count)]


def _measured(executor: Executor, recipes: Sequence[Plain], tell: Watcher) -> list[Plain]:
    tell(Reading(done=0, total=len(recipes), what="measured"))
    waiting = [
        Task(run=f"measurement-{number}", runs="", recipe=recipe, measure=True) for number, recipe in enumerate(recipes)
    ]
    found: list[Plain] = []
    reason, flying = "", 0
    while waiting or flying:
        while waiting and flying < executor.jobs:
            executor.start(waiting.pop(0))
            flying += 1
        for news in executor.news(1.0):
            if isinstance(news, Done):
                found.append(news.outcome.facts)
                flying -= 1
                tell(Reading(done=len(found), total=len(recipes), what="measured"))
            elif isinstance(news, Failed | Died):
                reason, flying = news.reason, flying - 1
    if not found:
        raise StudyError(f"no trial can be begun: {reason}")
    return found
