"""The front desk: command, web page, notebook and estimator call these functions. Each parses its wish, hands it on, returns plain results.

Heavy imports stand inside the functions, so that asking for help costs nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import desk
from linnaeus.api.comparisons import cards, compare, compare_counts, reference, remarks
from linnaeus.api.examinations import examine, show
from linnaeus.api.laboratories import Notes as LabNotes
from linnaeus.api.laboratories import lab, lab_commands, lab_reports, lab_runs, labs, score_answers, scored, status
from linnaeus.api.measure import bench_layers, model_facts, rates
from linnaeus.api.transfers import draw, extend, transfer, transfer_one
from linnaeus.api.trials import bench_epochs, dry_run, retry_failed, study, study_result
from linnaeus.errors import RecipeError, RunError
from linnaeus.events import Watcher, nobody
from linnaeus.labs.plan import Lab, assigned
from linnaeus.recipe import catalog, read
from linnaeus.recipe.advise import further
from linnaeus.recipe.catalog import Part
from linnaeus.recipe.read import Changes
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import parse
from linnaeus.record import folder as folders
from linnaeus.record.calibration import Calibration, of_split
from linnaeus.record.comparison import ALPHA, Comparison, Unpaired
from linnaeus.record.examination import Inspection
from linnaeus.record.reference import Reference
from linnaeus.record.repeats import Repeats, settled, summarise
from linnaeus.record.run import RunRecord
from linnaeus.record.scores import Score, SplitScores
from linnaeus.record.shown import Description
from linnaeus.record.transfers import Transfers
from linnaeus.reporting.live import automatic
from linnaeus.stats.published import Card
from linnaeus.studies.results import Cell, StudyResult
from linnaeus.studies.runner import Progress, silent
from linnaeus.studies.workers.executor import Place

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.data.audit.fixes import Applied
    from linnaeus.delivery.predictor import Answers

__all__ = [  # the functions, and the types of what they give
    "ALPHA",
    "Answers",
    "Calibration",
    "Card",
    "Cell",
    "Comparison",
    "Inspection",
    "Lab",
    "LabNotes",
    "Part",
    "Place",
    "Progress",
    "Reference",
    "Repeats",
    "RunRecord",
    "Score",
    "SplitScores",
    "StudyResult",
    "Transfers",
    "Unpaired",
    "assigned",
    "bench_epochs",
    "bench_layers",
    "calibration",
    "cards",
    "compare",
    "compare_counts",
    "continue_",
    "data",
    "draw",
    "dry_run",
    "environment",
    "evaluate",
    "examine",
    "extend",
    "fix",
    "lab",
    "lab_commands",
    "lab_reports",
    "lab_runs",
    "labs",
    "load",
    "model_facts",
    "parts",
    "predict",
    "rates",
    "reference",
    "remarks",
    "repeat",
    "report",
    "resume",
    "retry_failed",
    "runs",
    "score_answers",
    "scored",
    "show",
    "silent",
    "status",
    "study",
    "study_result",
    "train",
    "transfer",
    "transfer_one",
    "weights",
]


def train(
    data: str | None = None,
    *,
    model: str | None = None,
    recipe: Path | str | None = None,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    page: bool = True,
    watch: Watcher = automatic,
) -> RunRecord:
    """Train a classifier. With no more said than the data, a sound recipe is chosen for it.

    Args:
        data: a data set as a call, or the path of a folder or CSV file; may stand in the recipe instead.
        model: a part of the shelf `models`, such as "resnet(depth=20)".
        recipe: a TOML file that sets some or all fields.
        changes: single fields, as {"epochs": 5, "optimizer.lr": 0.01} or ["epochs=5", …]; they win over the rest.
        name: of the run; a free one is given where this is None.
        runs: the folder that holds runs.
        page: write the report when the run is finished.
        watch: is told what happens, see `linnaeus.events`; in a notebook curves are shown unless it is given.

    Returns:
        The finished run's record; `record.folder` is where all of it lies.

    Raises:
        LinnaeusError: one of the kinds in `linnaeus.errors`, with a message fit for a user.
    """
    resolved, source = desk.compose(data, model, recipe, changes, desk.runs_folder(runs))
    splits = desk.splits(resolved, watch, source)
    return desk.train_new(resolved, splits, desk.runs_folder(runs), name, page, watch)


def repeat(
    data: str | None = None,
    *,
    repeats: int = 5,
    model: str | None = None,
    recipe: Path | str | None = None,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = automatic,
) -> Repeats:
    """Train one recipe under several seeds, from its own on, as runs NAME-seed0, NAME-seed1, …; arguments as `train`.

    Epochs, precision and threads that the first run chose hold for all; the splits are the same. Runs of these names that
    are there already with the same recipe are taken as they are, or taken up where they stopped.

    Raises:
        RunError: a run of such a name has another recipe. RecipeError: fewer than 2 repeats, or no validation images.
    """
    from linnaeus.data import compose

    first, source = desk.compose(data, model, recipe, changes, desk.runs_folder(runs))
    splits = desk.splits(first, watch, source)
    if repeats < 2 or splits.val is None:
        raise RecipeError(
            "repeats are compared by validation accuracy: take at least 2, and hold images out (val=0.15)"
        )
    stem, records = name or compose.stem(first.data), list[RunRecord]()
    for seed in range(first.seed, first.seed + repeats):
        one = replace(first, seed=seed, **(settled(records[0]) if records else {}))
        records.append(desk.train_once(one, splits, desk.runs_folder(runs), f"{stem}-seed{seed}", watch))
    return summarise(records)


def continue_(
    run: str,
    *,
    epochs: int,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    page: bool = True,
    watch: Watcher = automatic,
) -> RunRecord:
    """Train a finished run further, as a new run whose `parent` it is; the old one stays as it is.

    The new run begins with the kept weights of the old one, with its data, splits, normalisation and recipe, over which
    `changes` win. The schedule runs from its beginning to its end over the new epochs, the optimizer begins without
    memory, and order and augmentation are drawn from the old seed plus one: not those of the old epochs once more.

    Raises:
        RunError: no such run, or it is unfinished. RecipeError: changes that its weights do not fit.
    """

    parent = folders.find(desk.runs_folder(runs), run)
    fields = further(read.read(parent.recipe, kept=True), weights=str(parent.path.absolute()), epochs=epochs)
    recipe = Recipe(**read.override(fields, read.texts(changes)))
    recipe = replace(recipe, data=read.anchored(recipe.data))
    splits = desk.splits(recipe, watch)
    return desk.train(recipe, splits, folders.create(desk.runs_folder(runs), name, f"{parent.name}-more"), page, watch)


def resume(run: str, *, runs: Path | str | None = None, page: bool = True, watch: Watcher = automatic) -> RunRecord:
    """Take up a stopped or killed run exactly where its last checkpoint is. A finished run is returned as it is.

    Raises:
        RunError: no such run, or another process holds it. RecipeError: its data has changed.
    """
    return desk.resume(folders.find(desk.runs_folder(runs), run), page, watch)


def evaluate(
    run: str,
    *,
    split: str = "val",
    data: str | None = None,
    tta: str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> SplitScores:
    """Score a run on a split of its own data, or on other data with classes of the same names; scores and predictions are kept.

    `tta` names views of each image to be averaged, "flip" or "flip+shift": their scores are kept beside the plain ones and
    are returned. Where it is None, the plain scores are; those of the recipe's `tta` are kept too.

    Looking at `split="test"` opens the sealed test set: it is counted in the record.

    Raises:
        RunError: no such run, or it is unfinished. DataError: no such split, or classes that the run does not know.
    """
    from linnaeus.data import compose
    from linnaeus.evaluation import evaluate as evaluation

    folder = folders.find(desk.runs_folder(runs), run)
    with folder.locked():
        recipe = desk.recipe_of(folder)
        if data is None:
            splits = desk.splits(recipe, watch)
            found = evaluation.on_split(folder, recipe, splits, split, tta)
            desk.tell_forgetting(folder, recipe, splits, split)
        else:
            other = read.data_spec(data)
            found = evaluation.on_data(folder, recipe, other, f"on-{compose.stem(other)}", watch, tta)
        desk.write_report(folder)
    return found


def calibration(run: str, split: str = "val", *, runs: Path | str | None = None) -> Calibration | None:
    """How far a run's probabilities can be believed on a split that it was scored on; None where that has too few images.

    Raises:
        RunError: no such run.
    """
    return of_split(folders.find(desk.runs_folder(runs), run).record().calibration, split)


def predict(
    run: str,
    paths: Sequence[str],
    *,
    top: int = 1,
    sets: float | None = None,
    unknown: bool = False,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> "Answers":
    """Name the images in files, folders and globs; `-` is standard input: one image, or lines that are paths.

    Probabilities are those after the temperature that the run fitted on its validation images. `sets` asks for prediction
    sets that hold the right class with this probability, `unknown` whether an image is too uncertain to be named.

    Raises:
        RunError: no such run, or it is unfinished, or it keeps no such threshold. An unreadable image raises nothing: it is in
        `unread`, with the reason.
    """
    from linnaeus.delivery import predictor

    return predictor.predict(load(run, runs=runs), paths, top=top, sets=sets, unknown=unknown, tell=watch)


def load(run: Path | str, *, runs: Path | str | None = None) -> "Classifier":
    """The trained classifier of a run: `load("last").probabilities(images_NHWC)`, raw. Raises RunError."""
    from linnaeus.classifier import classifier

    return classifier.load(folders.find(desk.runs_folder(runs), str(run)).path)


def report(
    run: str | Sequence[str],
    *,
    language: str = "en",
    format: str | None = None,
    lab: bool | Path | str | Mapping[str, Any] = False,
    out: Path | str | None = None,
    runs: Path | str | None = None,
) -> Path:
    """Write a report of one run, or of several side by side, from their records alone; returns the file.

    Args:
        run: a run, or several of them.
        language: "en" or "ru".
        format: "html" or "docx"; unless given as `out` ends, else html.
        lab: the form of a lab report; a sheet (`report.lab`), as a mapping or a TOML file, gives its title, aim and questions.
        out: the file; in the folder of the first run unless given.

    Raises:
        RunError: no such run, or one whose record is damaged. UsageError: what was wished for contradicts itself.
    """
    from linnaeus.api import reports

    names = [run] if isinstance(run, str) else list(dict.fromkeys(run))
    folder = desk.runs_folder(runs)
    wish = reports.wish(language=language, format=format, lab=lab, out=out)
    return reports.write([folders.find(folder, name) for name in names], wish)


def data(
    data: str,
    *,
    model: str | None = None,
    changes: Changes = (),
    sheet: Path | str | None = None,
    watch: Watcher = nobody,
) -> dict[str, Any]:
    """What is in a data set and what is wrong with it, before training; `sheet` gets a picture of what the network will see.

    The findings are told in `linnaeus.data.audit.findings`. `model` is a network whose first layers are held against the images.

    Raises:
        DataError, RecipeError: the data cannot be used at all.
    """
    from linnaeus.data import compose
    from linnaeus.data.audit import audit

    resolved, source = compose.compose(data, model, None, read.texts(changes))
    return Description(audit.describe(source, resolved, Path(sheet) if sheet else None, watch))


def fix(data: str, fixes: Path | str, *, to: Path | str | None = None, watch: Watcher = nobody) -> "Applied":
    """A new version of a data set, as the list `fixes` (path, action, label) has it, in the new folder `to`; the old one stays.

    Raises:
        DataError: a list with unknown images or classes, or that changes nothing. RunError: `to` is there already.
    """
    from linnaeus.data.audit import fixes as lists
    from linnaeus.data.load import open_source

    source = open_source(read.anchored(read.data_spec(data)))
    return lists.apply(source, Path(fixes), Path(to) if to is not None else lists.default_target(source), watch)


def runs(folder: Path | str | None = None) -> list[RunRecord]:
    """The records of all runs in a folder, the newest first; a damaged one is left out."""

    def records() -> Iterator[RunRecord]:
        for found in folders.all_runs(desk.runs_folder(folder)):
            try:
                yield found.record()
            except RunError:
                continue

    return list(records())


def parts(shelf: str | None = None, name: str | None = None) -> list[Part] | Part:
    """All parts, those of a shelf, or one part, which may be named by a call. Raises UnknownName."""
    if shelf is not None and name is not None:
        return catalog.find(shelf, parse(name).name)
    return [
        catalog.find(each, part) for each in ([shelf] if shelf else catalog.shelves()) for part in catalog.names(each)
    ]


def weights(source: str | None = None, *, runs: Path | str | None = None) -> dict[str, Any] | list[dict[str, Any]]:
    """The cards of the weights that come along, or what is known of those that `source` names, as a recipe's `weights` does.

    Raises:
        RunError: no such run or file, or one that cannot be read. UnknownName: timm has none of that name.
    """
    from linnaeus.finetuning.weights import bundled
    from linnaeus.finetuning.weights import source as origin

    if source is None:
        return [bundled.card(name) for name in bundled.names()]
    return origin.describe(origin.find(origin.anchored(source, desk.runs_folder(runs))))


def environment() -> dict[str, Any]:
    """The machine, and the versions of what matters."""
    from linnaeus import device

    return {"device": device.pick_device("auto"), **device.describe()}
