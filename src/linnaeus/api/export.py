"""linnaeus.export: a trained classifier as one file that others run."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import comparing, exporting, objects, smaller, wrapping
from linnaeus.api.objects import AnyData, AnyRun, Progress
from linnaeus.errors import UsageError
from linnaeus.events import note

if TYPE_CHECKING:
    from linnaeus.delivery.export import Exported


def export(
    run: AnyRun,
    file: Path | str,
    *,
    check: AnyData | None = None,
    tolerance: float = 1e-4,
    int8: bool = False,
    accept: bool = False,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "Exported":
    """Write a classifier as one file that takes raw pictures, compared with the run on its validation pictures before it is left there.

    >>> linnaeus.export("last", "model.onnx").parity.largest

    Args:
        run: its record, folder or name; "last" is the newest.
        file: FILE.onnx for ONNX Runtime and other engines; FILE.html, a page that runs the model in any browser, from the disk, without a
            network; a new FOLDER for a hub of models, with a model card.
        check: pictures to compare with: a folder, a glob, or data as `train` takes them; None: the run's validation pictures.
        tolerance: by how much a probability may differ.
        int8: compute in 8-bit integers; how many answers change, and how much faster that is here, is told.
        accept: write it even where more than 1 in 100 answers change.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while pictures are compared; False: silence; or a function that is told each event.

    Returns:
        What was written, and by how much its probabilities differ from those of the run, as `Exported`.

    Raises:
        LinnaeusError: a picture is answered otherwise, or torch cannot export the network: then no file is left.
        UsageError: a file of another kind, or the extra `export` is not installed.
        RunError: no such run, or it is unfinished.
    """
    from linnaeus.classifier import classifier
    from linnaeus.delivery import export as building

    file = Path(file)
    if file.suffix not in (".onnx", ".html", ""):
        raise UsageError(f"{file} cannot be written: name a file that ends in .onnx or .html, or a new folder")
    building.require()
    folder, watch = objects.run_folder(run, runs), objects.watcher(progress)
    trained, record = classifier.load(folder.path), folder.record()
    pictures = comparing.pictures(folder, check, watch)
    watch(note("exporting", model=str(trained.model)))
    told = building.passport_of(trained, record, exporting.licence(record))
    content = building.model(trained, told)
    parity = exporting.compared(file, content, trained, pictures, tolerance, watch)
    small = smaller.int8(content, trained, told, folder, pictures, accept, watch) if int8 else None
    content = small[0] if small is not None else content
    written = wrapping.write(file, content, told, trained, folder)
    return building.Exported(
        file=file,
        size=written,
        classes=len(trained.classes),
        origin=dict(told.origin),
        parity=parity,
        int8=small and small[1],
    )
