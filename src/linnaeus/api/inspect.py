"""linnaeus.inspect: a run's mistakes, and labels that are likely wrong."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from linnaeus import files
from linnaeus.api import composing, judging, objects, own_data, running
from linnaeus.api.objects import AnyData, AnyRun, AnyWeights, Progress
from linnaeus.errors import RunError, UsageError
from linnaeus.record.folder import RunFolder
from linnaeus.record.inspection import Inspection


def inspect(
    run: AnyRun,
    *,
    split: str = "val",
    weights: AnyWeights | None = None,
    retrain: bool = False,
    fixes: Path | str | None = None,
    data: AnyData | None = None,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> Inspection:
    """Look at the mistakes of a finished run on one split; all that is found is kept in the record and beside it.

    Label errors (Northcutt, Jiang & Chuang 2021, "Confident Learning") are looked for in training and validation images; in test images
    only with `split="test"`, once `evaluate` has opened them. Grad-CAM: Selvaraju et al. 2017, arXiv 1610.02391.

    >>> linnaeus.inspect("last").label_errors.count

    Args:
        run: its record, folder or name; "last" is the newest.
        split: whose mistakes are looked at: "val", "train" or "test".
        weights: as the recipe's; their features judge the labels in place of the run's own, which have seen them.
        retrain: judge the labels by networks that are trained anew, each without a fifth of the images: five trainings.
        fixes: where the list of possible label errors goes; None: fixes.csv in the run's folder.
        data: the run's own images again, where they have moved, or were arrays or a dataset of PyTorch.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while images are read; False: silence; or a function that is told each event.

    Returns:
        Mistakes, confusions and possible label errors, as `Inspection`.

    Raises:
        RunError: no such run, or it is unfinished; or a fix list that somebody has edited would be lost.
        DataError, UsageError: no such split; both `weights` and `retrain`; or a test split that is sealed.
    """
    from linnaeus.evaluation import evaluate
    from linnaeus.evaluation.inspection import inspect_run, inspected

    if weights and retrain:
        raise UsageError("labels are judged by other weights or by networks trained anew: give --weights or --retrain")
    folder, watch, clock = objects.run_folder(run, runs), objects.watcher(progress), inspected.Clock()
    own_data.refuse_sealed(folder, split)
    with folder.locked(watch):
        recipe, record = own_data.recipe_where(folder, objects.data_text(data)), folder.record().finished()
        target = _checked(Path(fixes) if fixes is not None else folder.fixes, record.inspection)
        splits = own_data.splits(folder, recipe, split, watch)
        with clock.stage("predictions"):
            probabilities_NK = evaluate.kept_probabilities(folder, recipe, splits, split)
        trained, datasets = inspected.opened(folder, recipe, splits, split)
        with clock.stage("features"):
            own, other = judging.own(trained, datasets, recipe, splits.fingerprint, watch), None
            if weights:
                named, place = objects.weights_text(weights), composing.runs_folder(runs)
                other = judging.other(named, place, datasets, recipe, splits, watch)
        if retrain:
            with clock.stage("trainings"):
                other = judging.retrained(record, datasets, recipe, splits, watch)
        subject = inspected.Subject(trained=trained, recipe=recipe, split=split, datasets=datasets,
                                    probabilities_NK=probabilities_NK, own=own, other=other)  # fmt: skip
        return _kept(*inspect_run.examine(subject, folder, target, clock, watch), folder, split, target)


def _kept(found: Inspection, fix_list: bytes | None, folder: RunFolder, split: str, target: Path) -> Inspection:
    """The same after it is in the record, with whole paths of its files."""
    record = folder.record()
    folder.save_record(replace(record, inspection={**record.inspection, split: found}))
    if fix_list is not None:
        files.write_whole(target, fix_list)
    running.write_report(folder)
    return replace(found, files={name: str(folder.path / file) for name, file in found.files.items()})


def _checked(target: Path, earlier: Mapping[str, Inspection]) -> Path:
    """The same, before minutes are spent: a list that was written by us and not touched since may be written anew, nothing else."""
    written = {found.fixes_checksum for found in earlier.values()}
    if target.exists() and (not target.is_file() or files.checksum(target) not in written):
        raise RunError(
            f"{target} is there already, and is not as this command left it; name another file with --fixes FILE, or take "
            "that one away"
        )
    return target
