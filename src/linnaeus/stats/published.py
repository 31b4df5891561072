"""Published tables as cards, and whether a run reproduces a row of one.

A card is a TOML file, in the folder `cards` or of one's own:

    title = "…"                     paper = "Authors, year"         arxiv = "1604.04112" (where there is one)
    metric = "error"                accuracy or error; the numbers of the rows are per cent
    split = "test"                  of which they are
    tolerance = 0.3                 in points: how far equal trainings are apart by their seeds; each row may give its own

    [facts]                         what all rows have in common; each row may give its own
    data = "cifar10"                any field of a recipe: parts in the notation, of which only the options that are named count
    held_out = 0                    training images that were kept out for validation
    augment = ["crop(pad=4) | flip", "shift(4) | flip"]             a list: any of them

    [[rows]]
    name = "relu-32"
    model = "resnet(depth=32, activation='relu')"
    parameters = 460_000            weights; within 2 %, since they are published rounded
    error = 7.51

What a card does not tell is not held against a run. `epochs` counts those of the runs that a run continues, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.errors import LinnaeusError, UnknownName, UsageError
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import SHELF_OF, TYPES
from linnaeus.recipe.spec import Spec, parse
from linnaeus.record.display import Shown
from linnaeus.record.record import RunRecord
from linnaeus.record.reference import Difference, Reference, Verdict

CARDS = Path(__file__).parent / "cards"
HEAD = ("title", "paper", "arxiv", "metric", "split", "tolerance", "facts", "rows")
METRICS = ("accuracy", "error")
FACTS = (
    "data",
    "image_size",
    "held_out",
    "model",
    "parameters",
    "weights",
    "epochs",
    "batch_size",
    "augment",
    "optimizer",
    "schedule",
)
ROUNDED = 0.02  # counts of weights are published with two or three figures
IDENTITY = ("data", "model", "parameters")  # by which the row is found that a run belongs to

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One published number, as accuracy from 0 to 1, and the facts of its training."""

    name: str
    facts: Facts
    accuracy: float
    tolerance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Shown):
    """A published table, against which runs are held by `reference`."""

    name: str  # by which `reference` finds it
    title: str  # of the table
    paper: str  # its authors and title
    arxiv: str | None  # number of the preprint
    metric: str  # "accuracy" or "error"
    split: str  # that was scored
    rows: tuple[Row, ...]  # of the table
    # weights of the same networks here, by row, where they were counted
    counted: Mapping[str, int] = field(default_factory=dict)

    def row(self, name: str) -> Row:
        """Raises UnknownName."""
        for row in self.rows:
            if row.name == name:
                return row
        raise UnknownName(f"row of {self.name}", name, [row.name for row in self.rows])


def names() -> list[str]:
    """The bundled cards."""
    return sorted(file.stem for file in CARDS.glob("*.toml"))


def read(card: str) -> Card:
    """The card of that name, or in that file.

    Raises:
        UnknownName: no such card. UsageError: a file that is no card; the message says where.
    """
    path = Path(card) if card.endswith(".toml") else CARDS / f"{card}.toml"
    if path.parent == CARDS and path.stem not in names():
        raise UnknownName("reference card", card, names())
    table = files.read_toml(path, "the card", UsageError)
    try:
        return _card(path.stem, table)
    except LinnaeusError as error:
        raise UsageError(f"{path}: {error}") from None


def judge(record: RunRecord, card: Card, row: str | None = None) -> Reference:
    """A finished run beside the row of that name, or beside the one that its network and data are nearest to. No split is opened.

    Raises:
        RunError: the run is not finished. UnknownName: no such row.
    """
    record.finished()
    chosen = card.row(row) if row is not None else _nearest(record, card)
    differences = _differences(record, chosen.facts)
    counts, found = record.data.counts, record.scores.get(card.split)
    if card.split not in counts and found is None:
        differences.append(Difference(fact="split", published=card.split, run="none"))
    accuracy = found.metrics.get("accuracy") if found is not None else None
    verdict: Verdict
    if differences:
        verdict = "not_comparable"
    elif accuracy is None:
        verdict = "sealed" if card.split == "test" and not record.test_openings else "unscored"
    else:
        inside = accuracy.low - chosen.tolerance <= chosen.accuracy <= accuracy.high + chosen.tolerance
        verdict = "reproduced" if inside or accuracy.value > chosen.accuracy else "not_reproduced"
    return Reference(
        card=card.name,
        title=card.title,
        paper=card.paper,
        arxiv=card.arxiv,
        row=chosen.name,
        run=record.name,
        verdict=verdict,
        split=card.split,
        published=chosen.accuracy,
        tolerance=chosen.tolerance,
        found=accuracy,
        differences=tuple(differences),
        unknown=tuple(fact for fact in FACTS if fact not in chosen.facts),
    )


def _nearest(record: RunRecord, card: Card) -> Row:
    """The row of the same network before one that merely trained alike."""

    def distance(row: Row) -> tuple[bool, int, int]:
        identity = _differences(record, {fact: row.facts[fact] for fact in IDENTITY if fact in row.facts})
        return any(one.fact == "model" for one in identity), len(identity), len(_differences(record, row.facts))

    return min(card.rows, key=distance)


def _differences(record: RunRecord, facts: Facts) -> list[Difference]:
    ordered = [fact for fact in FACTS if fact in facts] + [fact for fact in facts if fact not in FACTS]
    return [one for fact in ordered for one in _of_fact(record, fact, facts[fact])]


def _of_fact(record: RunRecord, fact: str, published: Any) -> list[Difference]:
    """In what a run differs from one published fact: from the nearest of several that would do."""
    alternatives = published if isinstance(published, list) else [published]
    return min((list(_against(record, fact, one)) for one in alternatives), key=len)


def _against(record: RunRecord, fact: str, published: Any) -> Iterator[Difference]:
    run = _of_run(record, fact)
    if fact in SHELF_OF and fact != "data":  # of data each option counts: `limit` leaves images out
        yield from _between(fact, parse(published), parse(str(run)), record)
    elif fact == "parameters":
        if abs(run / published - 1) > ROUNDED:
            yield Difference(fact=fact, published=_text(published), run=_text(run))
    elif _text(run) != _text(parse(published) if fact == "data" else published):
        yield Difference(fact=fact, published=_text(published), run=_text(run))


def _of_run(record: RunRecord, fact: str) -> Any:
    match fact:
        case "held_out":
            return record.data.counts.get("val", 0)
        case "parameters":
            return record.model.parameters
        case "epochs":
            return len(record.curve())
        case "data":
            return parse(record.recipe["data"])
    default = {"weights": "", "accumulate": 1}.get(fact, 0)  # of fields that a record of an earlier version lacks
    return record.recipe.get(fact, default)


def _between(fact: str, published: Spec, run: Spec, record: RunRecord) -> Iterator[Difference]:
    """Two parts or pipelines: other names are one difference, else each option that is published and differs is one."""
    pairs = [sorted(spec.operands(), key=lambda part: part.name) for spec in (published, run)]
    if [part.name for part in pairs[0]] != [part.name for part in pairs[1]]:
        yield Difference(fact=fact, published=str(published), run=str(run))
        return
    for theirs, ours in zip(*pairs, strict=True):
        wanted, have = (_options(SHELF_OF[fact], spec, record) for spec in (theirs, ours))
        named = {name for name, _ in theirs.options} | set(list(wanted)[: len(theirs.args)])
        for option in wanted:
            if option in named and _text(wanted[option]) != _text(have.get(option)):
                name = option if fact == "model" else f"{fact}.{option}"
                yield Difference(fact=name, published=_text(wanted[option]), run=_text(have.get(option)))


def _options(shelf: str, spec: Spec, record: RunRecord) -> dict[str, Any]:
    """All options of a part with their values, in the order of their declaration; of a part that is gone, those that are written."""
    try:
        part = catalog.find(shelf, spec.name)
        bound = catalog.bind(
            part, spec, {name: record.recipe[name] for name in ("epochs", "image_size") if name in record.recipe}
        )
    except LinnaeusError:
        return dict(spec.options)
    return {option: bound.get(option, default) for option, default in part.options.items()}


def _text(value: Any) -> str:
    """As a message says it; equal values give equal texts."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_text(one) for one in value)}]"
    return str(value) if value not in ("", None) else "none"


def _card(name: str, table: Mapping[str, Any]) -> Card:
    _known(table, HEAD, "field of a card")
    missing = [key for key in ("title", "paper", "metric", "split", "tolerance", "rows") if key not in table]
    if missing:
        raise UsageError(f"a card needs {', '.join(missing)}")
    if table["metric"] not in METRICS:
        raise UnknownName("metric of a card", str(table["metric"]), METRICS)
    rows, facts = table["rows"], table.get("facts", {})
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in [*rows, facts]):
        raise UsageError("a card needs rows, as [[rows]], and its facts as [facts]")
    found = tuple(_row(row, facts, table["metric"], table["tolerance"]) for row in rows)
    named = [row.name for row in found]
    twice = sorted({one for one in named if named.count(one) > 1})
    if twice:
        raise UsageError(f"two rows have the name {twice[0]!r}")
    texts: dict[str, Any] = {key: str(table[key]) for key in ("title", "paper", "metric", "split")}
    return Card(name=name, arxiv=str(table["arxiv"]) if "arxiv" in table else None, rows=found, **texts)


def _row(row: Facts, common: Facts, metric: str, tolerance: Any) -> Row:
    name = str(row.get("name", ""))
    if not name or metric not in row:
        raise UsageError(f"row {name or 'without a name'}: a row needs name and {metric}")
    own = {key: value for key, value in row.items() if key not in ("name", metric, "tolerance")}
    facts = {**common, **own}
    _known(facts, [*TYPES, "held_out", "parameters"], f"fact (in row {name})")
    if "model" not in facts:
        raise UsageError(f'row {name}: a row needs model, as in model = "resnet(depth=20)"')
    for fact, value in facts.items():
        _check(name, fact, value)
    share = _share(name, metric, row[metric])
    allowed = _share(name, "tolerance", row.get("tolerance", tolerance))
    return Row(name=name, facts=facts, accuracy=share if metric == "accuracy" else 1 - share, tolerance=allowed)


def _known(given: Facts, known: Sequence[str], kind: str) -> None:
    for key in given:
        if key not in known:
            raise UnknownName(kind, key, known)


def _check(row: str, fact: str, published: Any) -> None:
    """Raise UsageError unless a fact can be compared with a run's."""
    for value in published if isinstance(published, list) and published else [published]:
        if fact in SHELF_OF:
            try:
                catalog.find(SHELF_OF[fact], parse(str(value)).operands()[0].name)
            except LinnaeusError as error:
                raise UsageError(f"row {row}, {fact}: {error}") from None
        elif fact == "parameters" and not (isinstance(value, int) and value > 0):
            raise UsageError(f"row {row}: parameters = {value!r} must be a number of weights")


def _share(row: str, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise UsageError(f"row {row}: {name} = {value!r} must be a number from 0 to 100, in per cent")
    return float(value) / 100
