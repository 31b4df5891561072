"""Records as small HTML tables: what a notebook shows of them. All text is escaped; colours are the notebook's own."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

from linnaeus.record.comparison import Comparison, Repeats, Transfers
from linnaeus.record.facts import Audit
from linnaeus.record.inspection import Inspection
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import SplitScores
from linnaeus.reporting import told

MOST = 30  # rows of a table


def shown(found: object) -> str | None:
    """A record as HTML; None of what has no look of its own."""
    match found:
        case RunRecord():
            return _run(found)
        case SplitScores():
            return _scores(found)
        case Comparison():
            return _comparison(found)
        case Inspection():
            return _inspection(found)
        case Repeats():
            return _repeats(found)
        case Transfers():
            return _transfers(found)
        case Audit():
            return _audit(found)
    return _answers(found) if hasattr(found, "unread") else None  # predictions; their type would load torch


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


def _run(record: RunRecord) -> str:
    """What was trained on what, and its scores."""
    rows: list[tuple[str, Any]] = [
        ("run", record.name),
        ("status", record.status),
        ("model", record.recipe["model"]),
        ("data", record.recipe["data"]),
    ]
    rows += [(f"{split} accuracy", told.percent(found.metrics["accuracy"])) for split, found in record.scores.items()]
    if record.test_openings:
        rows.append(("test opened", f"{record.test_openings} ×"))
    return table((), rows)


def _comparison(found: Comparison) -> str:
    """Both accuracies, the difference, and what can be said of it."""
    rows = (
        (found.first, told.percent(found.score_first), f"{found.only_first:,}"),
        (found.second, told.percent(found.score_second), f"{found.only_second:,}"),
    )
    head = ("run", f"{found.split} accuracy", "correct in it alone")
    what = f"difference {told.points(found.difference)}, {told.corrected(found)}: {told.comparison(found)}"
    return table(head, rows, what)


def _inspection(found: Inspection) -> str:
    """The most frequent confusions, then the labels that may be wrong."""
    pairs = (
        (one.name, one.confused_with, f"{one.count:,}", told.percent(one.share), one.images[0]) for one in found.pairs
    )
    note = f"{found.listed:,} mistakes: {told.percent(found.errors)} of the {found.split} images"
    mistakes = table(("class", "predicted", "images", "share", "such as"), pairs, note)
    if found.label_errors is None:
        return mistakes + table(("label errors",), [(told.reason(found.no_label_errors) or "none",)])
    rows = (
        (one.name, one.given, one.suggested, f"{one.of_given:.2f}", f"{one.of_suggested:.2f}", one.action)
        for one in found.label_errors.top
    )
    head = ("possible label error", "label", "another", "probability of the label", "of the other", "advised")
    return mistakes + table(head, rows, f"{found.label_errors.count:,} labels of {found.label_errors.share.n:,}")


def _repeats(found: Repeats) -> str:
    """Validation accuracy of each seed, and of all."""
    rows = [
        (run, seed, told.percent(score)) for run, seed, score in zip(found.runs, found.seeds, found.scores, strict=True)
    ]
    note = (
        f"mean {100 * found.mean:.2f} % ({100 * found.low:.2f}–{100 * found.high:.2f}, {len(found.runs)} seeds), "
        f"standard deviation {100 * found.std:.2f} points"
    )
    return table(("run", "seed", "validation accuracy"), rows, note)


def _scores(found: SplitScores) -> str:
    """All metrics, then the classes, the weakest first."""
    metrics = table((found.split, "", "low", "high", "n"), ((name, *_numbers(s)) for name, s in found.metrics.items()))
    ordered = sorted(found.classes, key=lambda row: row.recall.value)
    classes = (
        (
            row.name,
            told.percent(row.recall) if row.support else "no images",
            f"{row.precision:.3f}",
            row.confused_with or "",
        )
        for row in ordered
    )
    return metrics + table(("class", "recall", "precision", "most often confused with"), classes)


def _numbers(score: Any) -> tuple[str, ...]:
    return f"{score.value:.4f}", f"{score.low:.4f}", f"{score.high:.4f}", f"{score.n:,}"


def _transfers(found: Transfers) -> str:
    """Each way at each share, then what the comparisons say."""
    rows = (
        (way.way, f"{100 * way.share:g} %", f"{way.images:,}", told.percent(way.score), f"{way.train_s:.0f} s")
        for way in found.ways
    )
    ways = table(("way", "share", "images", "validation accuracy", "training"), rows)
    said = ((f"{100 * share:g} %", each.first, each.second, told.comparison(each)) for share, each in found.comparisons)
    return ways + table(("share", "first", "second", ""), said)


def _audit(found: Audit) -> str:
    side, images = found.image_size, sum(found.counts.values())
    text = f"{found.source}: {images:,} images, shown as {side}×{side}, {len(found.classes)} classes"
    rows = zip(found.classes, *found.per_class.values(), strict=True)
    classes = table(("class", *found.per_class), rows)
    findings = [(one.severity, *told.finding(one)) for one in found.findings]
    below = table(("", "found", "what to do"), findings) if findings else "<p>nothing wrong</p>"
    return f"<p>{html.escape(text)}</p>{classes}{below}"


def _answers(found: Any) -> str:
    rows = [
        (each.name, *(f"{label} {100 * p:.1f} %" for label, p in zip(each.labels, each.probabilities, strict=True)))
        for each in found.answers
    ]
    unread = table(("not read", "reason"), found.unread) if found.unread else ""
    return table(("image", "most probable classes"), rows) + unread
