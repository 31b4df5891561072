"""Records as small HTML tables: what a notebook shows of them. All text is escaped; colours are the notebook's own."""

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linnaeus.record.comparison import Comparison
    from linnaeus.record.examination import Inspection
    from linnaeus.record.repeats import Repeats
    from linnaeus.record.run import RunRecord
    from linnaeus.record.scores import SplitScores
    from linnaeus.record.transfers import Transfers

MOST = 30  # rows of a table


def table(head: Sequence[str], rows: Iterable[Sequence[object]], note: str = "", most: int = MOST) -> str:
    """A table, at most so many rows of it; `note` stands below."""
    rows = list(rows)
    cells = "".join(_row("td", row) for row in rows[:most])
    more = f"and {len(rows) - most:,} more" if len(rows) > most else ""
    below = "".join(f"<p>{html.escape(text)}</p>" for text in (more, note) if text)
    return f"<table>{_row('th', head) if head else ''}{cells}</table>{below}"


def _row(tag: str, cells: Sequence[object]) -> str:
    inside = "".join(f'<{tag} style="text-align:left">{html.escape(str(cell))}</{tag}>' for cell in cells)
    return f"<tr>{inside}</tr>"


def run(record: "RunRecord") -> str:
    """What was trained on what, and its scores."""
    rows = [
        ("run", record.name),
        ("status", record.status),
        ("model", record.recipe["model"]),
        ("data", record.recipe["data"]),
    ]
    rows += [(f"{split} accuracy", found.metrics["accuracy"].percent()) for split, found in record.scores.items()]
    if record.test_openings:
        rows.append(("test opened", f"{record.test_openings} ×"))
    return table((), rows)


def comparison(found: "Comparison") -> str:
    """Both accuracies, the difference, and what can be said of it."""
    rows = (
        (found.first, found.score_first.percent(), f"{found.only_first:,}"),
        (found.second, found.score_second.percent(), f"{found.only_second:,}"),
    )
    head = ("run", f"{found.split} accuracy", "named rightly by it alone")
    return table(head, rows, f"difference {found.points()}, {found.chance()}: {found.sentence()}")


def inspection(found: "Inspection") -> str:
    """The most frequent confusions, then the labels that may be wrong."""
    pairs = ((one.name, one.taken_for, f"{one.count:,}", one.share.percent(), one.images[0]) for one in found.pairs)
    note = f"{found.listed:,} mistakes: {found.errors.percent()} of the {found.split} images"
    mistakes = table(("class", "taken for", "images", "share", "such as"), pairs, note)
    if found.label_errors is None:
        return mistakes + table(("possible label errors",), [(found.no_label_errors or "none",)])
    rows = (
        (one.name, one.given, one.suggested, f"{one.of_given:.2f}", f"{one.of_suggested:.2f}", one.action)
        for one in found.label_errors.top
    )
    head = ("possible label error", "label", "another", "probability of the label", "of the other", "advised")
    return mistakes + table(head, rows, f"{found.label_errors.count:,} labels of {found.label_errors.share.n:,}")


def repeats(found: "Repeats") -> str:
    """Validation accuracy of each seed, and of all."""
    rows = [
        (run, seed, score.percent()) for run, seed, score in zip(found.runs, found.seeds, found.scores, strict=True)
    ]
    note = (
        f"mean {100 * found.mean:.2f} % ({100 * found.low:.2f}–{100 * found.high:.2f}, {len(found.runs)} seeds), "
        f"standard deviation {100 * found.std:.2f} points"
    )
    return table(("run", "seed", "validation accuracy"), rows, note)


def scores(found: "SplitScores") -> str:
    """All metrics, then the classes, the weakest first."""
    metrics = table((found.split, "", "low", "high", "n"), ((name, *_numbers(s)) for name, s in found.metrics.items()))
    ordered = sorted(found.classes, key=lambda row: row.recall.value)
    classes = (
        (row.name, row.recall.percent() if row.support else "no images", f"{row.precision:.3f}", row.taken_for or "")
        for row in ordered
    )
    return metrics + table(("class", "recall", "precision", "most often taken for"), classes)


def _numbers(score: Any) -> tuple[str, ...]:
    return f"{score.value:.4f}", f"{score.low:.4f}", f"{score.high:.4f}", f"{score.n:,}"


def transfers(found: "Transfers") -> str:
    """Each way at each share, then what the comparisons say."""
    rows = (
        (way.way, f"{100 * way.share:g} %", f"{way.images:,}", way.score.percent(), f"{way.train_s:.0f} s")
        for way in found.ways
    )
    ways = table(("way", "share", "images", "validation accuracy", "training"), rows)
    said = ((f"{100 * share:g} %", each.first, each.second, each.sentence()) for share, each in found.comparisons)
    return ways + table(("share", "first", "second", ""), said)


class Description(dict[str, Any]):
    """What `linnaeus.audit` finds in a data set: a plain dictionary that a notebook shows as tables."""

    def _repr_html_(self) -> str:
        counts, classes = self["counts"], self["classes"]
        side, images = self["image_size"], sum(counts.values())
        top = f"<p>{html.escape(self['source'])}: {images:,} images, shown as {side}×{side}, {len(classes)} classes</p>"
        rows = zip(classes, *self["per_class"].values(), strict=True)
        classes_table = table(("class", *self["per_class"]), rows)
        findings = [(found["severity"], found["what"], found["advice"]) for found in self["findings"]]
        return (
            top + classes_table + (table(("", "found", "what to do"), findings) if findings else "<p>nothing wrong</p>")
        )
