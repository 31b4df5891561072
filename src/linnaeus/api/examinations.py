"""The front desk's looks at single images: a run's mistakes, and any images with their logits. `linnaeus.api` hands them out.

Heavy imports stand inside the functions, so that asking for help costs nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus import files
from linnaeus.api import desk
from linnaeus.device import Machine
from linnaeus.errors import DataError, LinnaeusError, RecipeError, RunError, UsageError
from linnaeus.events import Watcher, nobody
from linnaeus.recipe.recipe import LINEAR, Recipe
from linnaeus.record import folder as folders
from linnaeus.record.examination import Inspection
from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier, Preprocessing
    from linnaeus.data.dataset import Dataset, Splits
    from linnaeus.evaluation.inspection.fix_list import Judge

    Datasets = Mapping[str, Dataset]


def examine(
    run: str,
    *,
    split: str = "val",
    weights: str | None = None,
    retrain: bool = False,
    fixes: Path | str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> Inspection:
    """Look at the mistakes of a finished run on one split; all that is found is kept in the record and beside it.

    Labels are suspected in the training and validation images; in the test images only with `split="test"`, which opens the
    sealed test set: it is counted in the record.

    Args:
        split: whose mistakes are looked at.
        weights: as the recipe's; their features judge the labels in place of the run's own, which have seen them.
        retrain: judge the labels by networks that are trained anew, each without a fifth of the images: five trainings.
        fixes: where the list of possible label errors goes; None: `fixes.csv` in the run's folder.

    Raises:
        RunError: no such run, or it is unfinished; or a fix list that somebody has edited would be lost. DataError: no such split.
        UsageError: both `weights` and `retrain`.
    """
    from linnaeus.evaluation import evaluate
    from linnaeus.evaluation.inspection.inspect_run import Clock, Subject
    from linnaeus.evaluation.inspection.inspect_run import examine as look

    if weights and retrain:
        raise UsageError("labels are judged by other weights or by networks trained anew: give --weights or --retrain")
    folder, clock = folders.find(desk.runs_folder(runs), run), Clock()
    with folder.locked():
        recipe, target = desk.recipe_of(folder), Path(fixes) if fixes is not None else folder.fixes
        record = evaluate.finished(folder)
        _check_fixes(target, record)
        splits = desk.splits(recipe, watch)
        with clock.stage("answers"):
            probabilities_NK = evaluate.answers(folder, recipe, splits, split)
        trained, datasets = _subject(folder, recipe, splits, split)
        with clock.stage("features"):
            own = _own(trained, datasets, recipe, splits.fingerprint, watch)
            other = _other(weights, desk.runs_folder(runs), datasets, recipe, splits, watch) if weights else None
        if retrain:
            with clock.stage("trainings"):
                other = _retrained(record, datasets, recipe, splits, watch)
        subject = Subject(
            trained=trained,
            recipe=recipe,
            split=split,
            datasets=datasets,
            probabilities_NK=probabilities_NK,
            own=own,
            other=other,
        )
        found, fix_list = look(subject, folder, target, clock, watch)
        record = folder.record()
        folder.save_record(replace(record, inspection={**record.inspection, split: found.to_plain()}))
        if fix_list is not None:
            files.write_whole(target, fix_list)
        desk.write_report(folder)
    return found


def show(
    run: str,
    *,
    split: str = "val",
    count: int = 12,
    out: Path | str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> dict[str, Any]:
    """Some images of a finished run's own data, evenly over a split, with the logits that the network gives them.

    Test images are not shown here: a look at them is a look at the sealed split. `out` gets the pictures, .svg or .png.

    Returns:
        `split`, `classes`, and `images`: of each `name`, `label`, `answer`, `probability` and `logits` by class.

    Raises:
        RunError: no such run, or it is unfinished. DataError: no such split. UsageError: the test split, or a picture's name.
    """
    from linnaeus.classifier import classifier
    from linnaeus.evaluation.inspection.singles import singles, spread
    from linnaeus.reporting.figures import style
    from linnaeus.reporting.figures.sheet import sheet_of_singles

    if out is not None:
        style.check_name(Path(out))
    if split == "test":
        raise UsageError("test images are not shown one by one; take --split val or train")
    folder = folders.find(desk.runs_folder(runs), run)
    found, recipe = classifier.load(folder.path), desk.recipe_of(folder)
    dataset = desk.splits(recipe, watch).named(split)
    images_MHWC, shown = singles(found, dataset, recipe, spread(dataset, count))
    if out is not None:
        style.write(sheet_of_singles(images_MHWC, shown, style.PRINT), Path(out))
    return {"split": split, "classes": list(found.classes), "images": shown}


def _check_fixes(target: Path, record: RunRecord) -> None:
    """Before minutes are spent: a list that was written by us and not touched since may be written anew, nothing else."""
    if not target.exists():
        return
    written = {found.get("fixes_checksum") for found in record.inspection.values()}
    if not target.is_file() or files.checksum(target) not in written:
        raise RunError(
            f"{target} is there already, and is not as this command left it; name another file with --fixes FILE, or take "
            "that one away"
        )


def _subject(folder: RunFolder, recipe: Recipe, splits: "Splits", split: str) -> tuple["Classifier", "Datasets"]:
    """The network, and the splits whose labels may be looked at, in its classes."""
    from linnaeus.classifier.classifier import load
    from linnaeus.evaluation.evaluate import in_the_classes_of

    trained = load(folder.path)
    trained = trained.to(Machine(device=_device(recipe), precision=trained.precision, threads=1).torch_device)
    open_ones = {"train": splits.train, "val": splits.val, **({"test": splits.test} if split == "test" else {})}
    return trained, {
        name: in_the_classes_of(trained, dataset) for name, dataset in open_ones.items() if dataset is not None
    }


def _device(recipe: Recipe) -> str:
    from linnaeus.device import pick_device

    return pick_device(recipe.device)


def _own(trained: "Classifier", datasets: "Datasets", recipe: Recipe, fingerprint: str, watch: Watcher) -> "Judge":
    """The run's own features. A backbone that was not trained here has seen the labels only where it was trained on them."""
    from linnaeus.evaluation.inspection.fix_list import Judge

    seen = recipe.train != "head" or _has_seen(recipe.weights, recipe, fingerprint)
    features = _features(trained.module, trained.preprocessing, datasets, recipe, fingerprint, watch)
    return Judge(source="own", seen=seen, features=features)


def _other(weights: str, runs: Path, datasets: "Datasets", recipe: Recipe, splits: "Splits", watch: Watcher) -> "Judge":
    """Features of other weights, of the same images at the size that these take."""
    from linnaeus.classifier.classifier import build_module
    from linnaeus.evaluation.inspection.fix_list import Judge
    from linnaeus.finetuning.weights import source as origin
    from linnaeus.finetuning.weights import start as trained

    source = origin.anchored(weights, runs)
    found = origin.find(source)
    if found.model is None or found.preprocessing is None:
        raise RecipeError(
            f"weights = {weights!r}: it is not known which network they are of; name a run, timm:NAME, or weights that come "
            "along (linnaeus weights lists them)"
        )
    images = {name: getattr(found.preprocessing, field) for name, field in _IMAGES.items()}
    begun = replace(recipe, weights=source, model=found.model, **images, **_PLAIN)
    seen_so = splits if begun.image_size == recipe.image_size and begun.channels == recipe.channels else None
    others = seen_so or desk.splits(replace(recipe, **images), watch)
    theirs = {name: others.named(name) for name in datasets}
    for name, dataset in theirs.items():
        if dataset.names != datasets[name].names:
            raise DataError(f"the {name} images are not the same at {begun.image_size} px: some cannot be read there")
    module = build_module(found.model, begun.channels, len(others.classes), begun.image_size)
    start = trained.start_at(begun, module, others.classes)
    preprocessing = trained.preprocessing(begun, others.train, start)
    features = _features(module, preprocessing, theirs, begun, splits.fingerprint, watch)
    return Judge(source=weights, seen=_has_seen(source, recipe, splits.fingerprint), features=features)


_IMAGES = {"image_size": "size", "channels": "channels", "resize": "resize"}
_PLAIN: dict[str, Any] = {"normalise": "auto", "rows": "new", "train": "all", "head": LINEAR, "views": 0}


def _has_seen(weights: str, recipe: Recipe, fingerprint: str) -> bool:
    """True where weights were trained on these very labels, or nobody can say."""
    from linnaeus.finetuning.weights import source as origin

    try:
        found = origin.find(weights)
    except LinnaeusError:  # the run that a frozen backbone came from may be gone
        return True
    if found.parent is not None:
        return bool(found.parent.data.get("fingerprint") == fingerprint)
    return found.card.get("data") == str(recipe.data)


def _retrained(record: RunRecord, datasets: "Datasets", recipe: Recipe, splits: "Splits", watch: Watcher) -> "Judge":
    """Networks trained by the run's recipe, on what the run chose for it, each without a part of the images."""
    from linnaeus.evaluation.inspection.fix_list import Judge
    from linnaeus.evaluation.inspection.label_errors import FOLDS
    from linnaeus.training import anew

    chosen = {name: record.environment[name] for name in ("precision", "threads") if name in record.environment}
    probabilities = anew.out_of_fold(replace(recipe, **chosen), splits, datasets, FOLDS, watch)
    seen = bool(recipe.weights) and _has_seen(recipe.weights, recipe, splits.fingerprint)
    return Judge(source="retrained", seen=seen, probabilities=probabilities)


def _features(
    module: Any, preprocessing: "Preprocessing", datasets: "Datasets", recipe: Recipe, fingerprint: str, watch: Watcher
) -> dict[str, Any]:
    """Features (N, D) of each split, computed once and kept."""
    from linnaeus.finetuning import features

    machine = Machine(device=_device(recipe), precision="fp32", threads=1)
    backbone = features.backbone(module.to(machine.torch_device), preprocessing, machine)
    return {
        name: features.features(backbone, dataset, recipe, fingerprint, watch).together()[0]
        for name, dataset in datasets.items()
    }
