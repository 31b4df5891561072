"""The space of a study: factors, each with its levels or its range, in the notation of recipes.

    model = ["lenet(activation='tanh')", "lenet(activation='relu')"]     levels: a list of values
    optimizer.lr = "log(1e-4, 1e-1)"                                     a range: log, uniform or int (low, high)
    optimizer.lr = "log(1e-4, 1e-1, points=4)"                           with points, as a grid needs them
    [[variants]] name = "3", optimizer = "adam(lr=0.001)", …             rows that set several fields at once: one factor, `variant`

A point of the space gives each factor a value.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linnaeus.errors import LinnaeusError, NotationError, RecipeError, UnknownName
from linnaeus.recipe import read
from linnaeus.recipe.recipe import TYPES
from linnaeus.recipe.spec import Spec, parse_value

Plain = str | int | float | bool
Point = Mapping[str, Plain]

RANGES = ("log", "uniform", "int")
VARIANT = "variant"  # the factor that the rows of [[variants]] make
FIXED = {
    "seed": "repeats = N trains each point under N seeds",
    "split_seed": "points are compared on the same validation images",
    "val": "points are compared on the same validation images",
    "test": "points are compared on the same images",
    "threads": "they are what the jobs leave to each",
    "budget": "the time that a trial took is in the result; take epochs",
}
TOGETHER = 64  # random points that are drawn at once: a Sobol sequence is balanced by powers of two
MOST_POINTS = 100_000  # of a grid: more is a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One thing that differs: a field of the recipe, an option of its part (`optimizer.lr`), or the variant."""

    name: str
    levels: tuple[Plain, ...] = ()  # of a list; empty: a range
    kind: str = ""  # of a range: "log", "uniform" or "int"
    low: float = 0.0
    high: float = 0.0
    points: int = 0  # of a range, in a grid

    @property
    def is_range(self) -> bool:
        return bool(self.kind)

    @property
    def count(self) -> float:
        """How many values it has."""
        if not self.is_range:
            return len(self.levels)
        return self.high - self.low + 1 if self.kind == "int" else math.inf

    def grid(self) -> tuple[Plain, ...]:
        """Its values in a grid. Raises RecipeError for a range without points."""
        if not self.is_range:
            return self.levels
        if not self.points:
            raise RecipeError(
                f"factors.{self.name}: a grid needs to know how many points of {self} to take; write "
                f'"{self.kind}({self.low:g}, {self.high:g}, points=4)", or choose sampler = "random" or "tpe"'
            )
        return tuple(dict.fromkeys(self.at(place / (self.points - 1)) for place in range(self.points)))

    def at(self, share: float) -> Plain:
        """The value at a share of the way from low to high, 0 to 1; of levels, that level."""
        if not self.is_range:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        if self.kind == "int":
            return min(int(self.low + share * (self.high - self.low + 1)), int(self.high))
        if self.kind == "log":
            value = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        return float(f"{min(max(value, self.low), self.high):.6g}")  # six digits are more than a result can tell apart

    def __str__(self) -> str:
        return f"{self.kind}({self.low:g}, {self.high:g})" if self.is_range else f"{len(self.levels)} levels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """All factors, and what each variant sets."""

    factors: tuple[Factor, ...]
    variants: Mapping[str, Mapping[str, Any]]  # by name: fields in plain values

    def changes(self, point: Point) -> list[str]:
        """The point as changes of a recipe, whole fields before options of their parts."""
        fields = {name: value for name, value in point.items() if name != VARIANT}
        if VARIANT in point:
            fields = {**self.variants[str(point[VARIANT])], **fields}
        return sorted((f"{name}={value}" for name, value in fields.items()), key=lambda one: "." in one.split("=")[0])

    def grid(self) -> list[Point]:
        """All points, the last factor running fastest."""
        axes = [factor.grid() for factor in self.factors]
        if math.prod(map(len, axes)) > MOST_POINTS:
            raise RecipeError(f"the grid has {math.prod(map(len, axes)):,} points; at most {MOST_POINTS:,} are taken")
        names = [factor.name for factor in self.factors]
        return [dict(zip(names, values, strict=True)) for values in itertools.product(*axes)]

    def drawn(self, seed: int, count: int) -> list[Point]:
        """The first points of a random study, none twice, and so no more than there are; more of them begin with the same ones.

        They follow a scrambled Sobol sequence (Owen 1998, "Scrambling Sobol' and Niederreiter–Xing points"; SciPy), which shows all
        levels of a factor about equally often, and with those of the others: of independent draws some levels come hardly at all, and
        nothing can be told of them.
        """
        from scipy.stats.qmc import Sobol

        sequence, found = Sobol(len(self.factors), rng=seed), dict[tuple[Plain, ...], Point]()
        wanted = min(count, math.prod(factor.count for factor in self.factors))
        while len(found) < wanted:
            for shares in sequence.random(TOGETHER):
                point = {
                    factor.name: factor.at(float(share)) for factor, share in zip(self.factors, shares, strict=True)
                }
                found.setdefault(tuple(point.values()), point)
        return list(found.values())[: int(wanted)]

    def corners(self) -> Iterator[Point]:
        """Points that together hold each level and both ends of each range: what is wrong with a factor shows at one of them."""
        values = {
            factor.name: (factor.at(0.0), factor.at(1.0)) if factor.is_range else factor.levels
            for factor in self.factors
        }
        for turn in range(max(map(len, values.values()))):
            yield {name: each[min(turn, len(each) - 1)] for name, each in values.items()}


def parse(factors: Mapping[str, Any], variants: Sequence[Mapping[str, Any]]) -> Space:
    """The space of a study file's `[factors]` and `[[variants]]`.

    Raises:
        RecipeError, UnknownName: a factor that names no part, an empty list, a range without extent, …
    """
    found = [_factor(name, value) for name, value in flat(factors)]
    rows: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(variants, start=1):
        name = str(row.get("name", number))
        if name in rows:
            raise RecipeError(f"variants: the name {name!r} is given twice")
        fields = dict(flat({key: value for key, value in row.items() if key != "name"}))
        for field, value in fields.items():
            _check_name(f"variants, row {name}", field)
            if not isinstance(value, Plain):
                raise RecipeError(f"variants, row {name}: {field} must be one value, not {value!r}")
        rows[name] = fields
    if rows:
        found.insert(0, Factor(name=VARIANT, levels=tuple(rows)))
    if not found:
        raise RecipeError("a study needs something that differs: [factors] or [[variants]]")
    both = {field for row in rows.values() for field in row} & {factor.name for factor in found}
    if both:
        raise RecipeError(f"{', '.join(sorted(both))}: it is a factor and set by variants; take one of them")
    return Space(factors=tuple(found), variants=rows)


def flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """TOML reads `optimizer.lr = …` as a table within a table: the pairs with their whole names."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _factor(name: str, value: Any) -> Factor:
    where = f"factors.{name}"
    _check_name(where, name)
    if isinstance(value, list):
        return _levels(where, name, value)
    if not isinstance(value, str):
        raise RecipeError(f'{where} = {value!r}: write a list of values, or a range such as "log(1e-4, 1e-1)"')
    try:
        spec = parse_value(value)
    except NotationError as error:
        raise RecipeError(f"{where}: {error}") from None
    if not isinstance(spec, Spec) or spec.name not in RANGES:
        raise RecipeError(
            f"{where} = {value!r} is one value; write a list of several, or a range: log, uniform or int (low, high)"
        )
    return _range(where, name, spec)


def _levels(where: str, name: str, values: Sequence[Any]) -> Factor:
    if not values:
        raise RecipeError(f"{where} is an empty list: name the values to try")
    for value in values:
        if not isinstance(value, Plain):
            raise RecipeError(f"{where}: {value!r} is no value; take numbers, texts, true and false")
        if isinstance(value, str) and TYPES.get(name) is Spec:
            try:
                read.from_plain({name: value})
            except LinnaeusError as error:
                raise RecipeError(f"{where}: {error}") from None
    if len(set(map(str, values))) < len(values):
        raise RecipeError(f"{where} names a value twice")
    return Factor(name=name, levels=tuple(values))


def _range(where: str, name: str, spec: Spec) -> Factor:
    options = dict(spec.options)
    points = options.pop("points", 0)
    if options:
        raise RecipeError(f"{where}: {UnknownName(f'option of {spec.name}', next(iter(options)), ['points'])}")
    numbers = [value for value in spec.args if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) != 2 or len(spec.args) != 2:
        raise RecipeError(f"{where} = {spec}: a range has two ends, as in {spec.name}(1, 10)")
    low, high = numbers
    if not low < high:
        raise RecipeError(f"{where} = {spec}: its low end must be below its high end")
    if spec.name == "log" and low <= 0:
        raise RecipeError(
            f"{where} = {spec}: a log range must begin above zero, since it multiplies; take uniform, or a low end such as "
            f"{high / 1000:g}"
        )
    if spec.name == "int" and not (isinstance(low, int) and isinstance(high, int)):
        raise RecipeError(f"{where} = {spec}: the ends of int must be whole numbers")
    if points and (type(points) is not int or points < 2):
        raise RecipeError(f"{where} = {spec}: points must be a whole number, at least 2")
    return Factor(name=name, kind=spec.name, low=float(low), high=float(high), points=points)


def _check_name(where: str, name: str) -> None:
    field = name.partition(".")[0]
    if name == VARIANT or field not in TYPES:
        raise RecipeError(f"{where}: {UnknownName('field of a recipe', field, TYPES)}")
    if field == "data" and name != field:
        raise RecipeError(f'{where}: name whole data sets, as in data = ["cifar10(limit=500)", "cifar10"]')
    if field in FIXED:
        raise RecipeError(f"{where}: {field} cannot be a factor; {FIXED[field]}")
