"""`Plan`: what a study file says, checked.

maximise = "val accuracy"            a metric of the validation images, see: linnaeus parts metrics
sampler = "grid"                     grid, random, or tpe (Optuna's)
trials = 40                          points of random (no point twice) and tpe; of a grid, at most so many
repeats = 3                          seeds of each point
stop = "halving(first=1, factor=3)"  or hyperband(first=1, factor=3); none: every trial runs to its end
budget = "2h"                        time after which no more is trained; none: no limit
retries = 2                          how often a trial that failed, or whose worker died, is tried again
silence = "30m"                      a worker that says nothing for so long is ended, and its trial tried again
seed = 0                             of random and tpe
base = "mnist-lenet.toml"            a recipe file, beside this one, over which [recipe] wins
[recipe]  [factors]  [[variants]]    see studies.space
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.errors import LinnaeusError, RecipeError, UnknownName
from linnaeus.recipe import catalog, read
from linnaeus.recipe.read import Fields
from linnaeus.recipe.spec import Spec, parse
from linnaeus.studies import space
from linnaeus.studies.halving import Halving
from linnaeus.studies.space import Point, Space

SAMPLERS = ("grid", "random", "tpe")
LOSSES = ("log_loss",)  # metrics of which less is better
STOPS = {"halving": 1, "hyperband": 3}  # by name: brackets


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One study. `base` are the fields that all its trials share, as the file gives them."""

    base: Fields
    space: Space
    metric: str = "accuracy"
    sampler: str = "grid"
    trials: int = 0  # points; 0: all of the grid
    repeats: int = 1
    stop: Spec | None = None
    budget: float = 0.0  # seconds; 0: no limit
    retries: int = 2
    silence: float = 1800.0  # seconds
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        """Of what decides which trials there are. More trials, repeats and time make no other study of it."""
        variants = {name: dict(fields) for name, fields in self.space.variants.items()}
        facts: list[Any] = [
            read.plain(self.base),
            [str(factor.levels or factor) for factor in self.space.factors],
            variants,
        ]
        facts += [[factor.name for factor in self.space.factors], self.metric, self.sampler, self.seed, str(self.stop)]
        return files.checksum_of(json.dumps(facts, sort_keys=True).encode())[:16]

    def about(self) -> dict[str, Any]:
        """What a reader of the result wants to know of it, in plain values."""
        return {
            "metric": self.metric,
            "sampler": self.sampler,
            "stop": str(self.stop or "none"),
            "factors": {factor.name: list(factor.levels) or str(factor) for factor in self.space.factors},
            "points": self.cells,
            "repeats": self.repeats,
            "budget": self.budget,
        }

    def points(self) -> list[Point]:
        """All points of a grid or of a random study; none of one whose points are asked for one by one."""
        if self.sampler == "grid":
            points = self.space.grid()
            return points[: self.trials or len(points)]
        return self.space.drawn(self.seed, self.trials) if self.sampler == "random" else []

    @property
    def cells(self) -> int:
        """How many points there will be."""
        return self.trials if self.sampler == "tpe" else len(self.points())

    def halving(self, epochs: int) -> Halving | None:
        """How trials of so many epochs are stopped early; None: not at all."""
        if self.stop is None:
            return None
        first, factor = int(self.stop.get("first", 1)), int(self.stop.get("factor", 3))
        brackets = STOPS[self.stop.name]
        while brackets > 1 and first * factor ** (brackets - 1) >= epochs:  # a bracket without a rung stops nobody
            brackets -= 1
        return Halving(first=first, factor=factor, epochs=epochs, brackets=brackets)


def load(path: Path) -> Plan:
    """Read a study file.

    Raises:
        RecipeError: it is missing or malformed; the message names the file and what is wrong in it.
    """
    table = files.read_toml(path, "the study", RecipeError)
    try:
        return from_table(table, path.parent)
    except LinnaeusError as error:
        raise RecipeError(f"{path}: {error}") from None


def from_table(table: Mapping[str, Any], beside: Path = Path()) -> Plan:
    """The plan of a study file's values; `beside` is the folder that its `base` is looked for in. Raises RecipeError, UnknownName."""
    for name in table:
        if name not in _READ and name not in _TABLES:
            raise UnknownName("setting of a study", name, [*_READ, *_TABLES])
    for name, kind in _TABLES.items():
        if not isinstance(table.get(name, kind()), kind):
            raise RecipeError(f"{name} must be {'a text' if kind is str else 'a table'}, not {table[name]!r}")
    base = read.read(beside / table["base"]) if "base" in table else {}
    for name, value in space.flat(table.get("recipe", {})):
        base = read.override(base, [f"{name}={value}"]) if "." in name else base | read.from_plain({name: value})
    given = {target: reader(name, table[name]) for name, (target, reader) in _READ.items() if name in table}
    plan = Plan(base=base, space=space.parse(table.get("factors", {}), table.get("variants", ())), **given)
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    """What goes together, and what does not."""
    names = {factor.name for factor in plan.space.factors}
    names |= {field for row in plan.space.variants.values() for field in row}
    if plan.sampler == "grid":
        plan.points()
    elif not plan.trials:
        raise RecipeError(f'sampler = "{plan.sampler}" has no end of its own: say trials = 30, or as many as you like')
    if plan.stop is not None and "epochs" in names:
        raise RecipeError("epochs is a factor, and stop compares trials after equal epochs: take one of them")
    if plan.base.get("val") == 0:
        raise RecipeError("val = 0 leaves no validation images to choose by: hold some out, as in val = 0.15")
    if plan.base.get("budget"):
        raise RecipeError(
            "recipe.budget: trials are compared after equal epochs; set epochs, or the study's own budget"
        )


def _metric(name: str, value: Any) -> str:
    words = str(value).replace("_", " ").split() if isinstance(value, str) else []
    if any("test" in word for word in words):
        raise RecipeError(
            f'{name} = "{value}": nothing is chosen by the test images, or their score would mean nothing afterwards; take '
            '"val accuracy", and look at the test once, at the end, with: linnaeus evaluate RUN --split test'
        )
    if words[:1] != ["val"] or len(words) < 2:
        raise RecipeError(f'{name} = {value!r}: write the split and the metric, as in "val accuracy"')
    metric = "_".join(words[1:])
    known = [each for each in catalog.names("metrics") if each not in LOSSES]
    if metric not in known:
        raise RecipeError(f"{name}: {UnknownName('metric to maximise', metric, known)}")
    return metric


def _sampler(name: str, value: Any) -> str:
    if value not in SAMPLERS:
        raise UnknownName(name, str(value), SAMPLERS)
    return str(value)


def _count(least: int) -> Any:
    def read_count(name: str, value: Any) -> int:
        if type(value) is not int or value < least:
            raise RecipeError(f"{name} = {value!r} must be a whole number, at least {least}")
        return value

    return read_count


def _duration(name: str, value: Any) -> float:
    try:
        found = read.seconds(str(value))
    except RecipeError as error:
        raise RecipeError(f"{name}: {error}") from None
    if found <= 0:
        raise RecipeError(f"{name} = {value!r} must be above 0; leave it out for no limit")
    return found


def _stop(name: str, value: Any) -> Spec | None:
    spec = parse(str(value))
    if spec.name == "none":
        return None
    if spec.name not in STOPS:
        raise UnknownName(name, spec.name, [*STOPS, "none"])
    for option, number in spec.options:
        if option not in ("first", "factor"):
            raise UnknownName(f"option of {spec.name}", option, ["first", "factor"])
        if type(number) is not int or number < (2 if option == "factor" else 1):
            raise RecipeError(
                f"{name} = {spec}: {option} must be a whole number, at least {2 if option == 'factor' else 1}"
            )
    if spec.args:
        raise RecipeError(f"{name} = {spec}: name the options, as in {spec.name}(first=1, factor=3)")
    return spec


_TABLES = {"recipe": dict, "factors": dict, "variants": list, "base": str}
_READ = {
    "maximise": ("metric", _metric),
    "sampler": ("sampler", _sampler),
    "trials": ("trials", _count(1)),
    "repeats": ("repeats", _count(1)),
    "stop": ("stop", _stop),
    "budget": ("budget", _duration),
    "retries": ("retries", _count(0)),
    "silence": ("silence", _duration),
    "seed": ("seed", _count(0)),
}
