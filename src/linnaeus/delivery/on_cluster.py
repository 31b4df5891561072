"""Predictions of millions of images by Ray Data, on a cluster whose nodes see the images, the model and the file under the same paths.

Beside FILE grows the folder `.FILE.parts`: `asked.json` says what was asked of which model, `answers` holds a Parquet file for each piece
that is done, and `done` the names in them, which is Ray Data's own checkpoint: it is written before and made valid after the answers, so
that a piece is there once or not at all. When a node dies, Ray gives its pieces to others. When the driver dies, the same command with
--resume leaves out what is done. At the end the parts become FILE, in the order in which they were done.
"""

import functools
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.delivery import shards, writing
from linnaeus.delivery.answers import Answer, Plain, Unread, Wish
from linnaeus.delivery.predictor import Predictor
from linnaeus.delivery.shards import Piece
from linnaeus.delivery.writing import Target, Written
from linnaeus.errors import ClusterError, UsageError
from linnaeus.events import Reading, Watcher, nobody
from linnaeus.studies.workers import joining

STORE = 2**29  # bytes that a cluster of this machine keeps for objects
BLOCK = 128  # images that are held at once of a piece
LEAST_CORES = 2
LOOK = 2.0  # seconds between looks at how much is done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What every task is told."""

    model: str
    wish: Wish
    folder: str  # where relative paths begin
    settings: Mapping[str, str]


def write(model: Path, classes: int, images: Any, target: Target, wish: Wish, *, tell: Watcher = nobody) -> Written:
    """Classify what paths name into a file. `model`: FILE.onnx or the folder of a run, which answers with so many `classes`.

    Raises:
        ClusterError: Ray or the cluster is not there, or is gone. UsageError, DataError: as `writing.write` and `shards.pieces`.
    """
    file, on = target.file.absolute(), target.on or "ray"
    writing.check_format(file)
    if on.startswith("ray://"):
        raise UsageError(f"--on {on}: predictions are driven from a node of the cluster; write HOST:PORT of its head")
    ray = joining.ray()
    parts = file.with_name(f".{file.name}.parts")
    _begin(parts, writing.question(wish, _checksum(model)), target.resume)
    work = _Work(model=str(model.absolute()), wish=wish, folder=str(Path.cwd()), settings=joining.settings())
    joining.connect(ray, on, store=STORE, otherwise="leave --on out to predict without a cluster")
    try:
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        cores, gpus = (int(sum(node.get(kind, 0) for node in nodes)) for kind in ("CPU", "GPU"))
        if cores < LEAST_CORES:
            raise ClusterError("the cluster needs two cores: one looks at what is done, another one classifies")
        _run(ray, list(shards.pieces(images, cores)), gpus, work, parts, tell)
    finally:
        ray.shutdown()
    written = writing.gather(lambda: _answers(parts), target.file, wish, classes)
    shutil.rmtree(parts)
    return written


def _checksum(model: Path) -> str:
    return files.checksum(model / "model.safetensors" if model.is_dir() else model)


def _begin(parts: Path, asked: Plain, resume: bool) -> None:
    kept = parts / "asked.json"
    if resume and kept.exists():
        writing.check_question(asked, files.read_json(kept), parts)
        return
    with suppress(FileNotFoundError):
        shutil.rmtree(parts)
    for inner in ("answers", "done"):
        (parts / inner).mkdir(parents=True)
    files.write_json(kept, asked)


def _run(ray: Any, given: Sequence[Piece], gpus: int, work: _Work, parts: Path, tell: Watcher) -> None:
    data = _answered(ray, given, gpus, work, parts)
    counts = [piece.count for piece in given]
    known = sum(count for count in counts if count is not None)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(data.write_parquet, str(parts / "answers"))
        try:
            for done in _progress(future, parts):
                tell(Reading(done=done, total=max(done, known), what="classified"))
            future.result()
        except ray.exceptions.RayError as error:
            raise ClusterError(f"the cluster failed: {joining.last_line(error)}; go on with --resume") from error
        finally:
            if not future.done():
                ray.shutdown()  # so that the thread ends


def _answered(ray: Any, given: Sequence[Piece], gpus: int, work: _Work, parts: Path) -> Any:
    """A data set of Ray that reads, classifies and, as one task with its writer, keeps no image longer than a block."""
    from ray.data import DataContext
    from ray.data.checkpoint import CheckpointConfig

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.checkpoint_config = CheckpointConfig(
        id_column="name", checkpoint_path=str(parts / "done"), delete_checkpoint_on_success=False
    )
    source = ray.data.read_datasource(_source(given, work), override_num_blocks=len(given))
    if gpus:
        return source.map_batches(
            _OnGpu,
            fn_constructor_args=(work,),
            batch_format="pyarrow",
            batch_size=BLOCK,
            num_gpus=1,
            concurrency=(1, gpus),
        )
    return source.map_batches(functools.partial(classified, work=work), batch_format="pyarrow", batch_size=None)


def _source(given: Sequence[Piece], work: _Work) -> Any:
    from ray.data import Datasource, ReadTask
    from ray.data.block import BlockMetadata

    class Pieces(Datasource):  # type: ignore[misc]
        def estimate_inmemory_data_size(self) -> None:
            return None

        def get_read_tasks(self, parallelism: int, *_: Any, **__: Any) -> list[Any]:
            return [
                ReadTask(
                    functools.partial(_blocks, piece, work.folder),
                    BlockMetadata(num_rows=piece.count, size_bytes=None, input_files=None, exec_stats=None),
                )
                for piece in given
            ]

    return Pieces()


def _blocks(piece: Piece, folder: str) -> Iterator[Any]:
    """Tables of (name, path, content, error), of which one of the last three says what there is."""
    import pyarrow

    fields = [("name", pyarrow.string()), ("path", pyarrow.binary()), ("content", pyarrow.large_binary())]
    schema = pyarrow.schema([*fields, ("error", pyarrow.string())])
    rows: list[dict[str, Any]] = []
    for one in shards.images(piece, Path(folder)):
        rows.append(_row(one))
        if len(rows) == BLOCK:
            yield pyarrow.Table.from_pylist(rows, schema)
            rows = []
    if rows:
        yield pyarrow.Table.from_pylist(rows, schema)


def _row(one: shards.Image) -> dict[str, Any]:
    if isinstance(one, Unread):
        return asdict(one)
    name, image = one
    what = {"content": image} if isinstance(image, bytes) else {"path": os.fsencode(image)}
    return {"name": name.encode("utf-8", "backslashreplace").decode(), **what}


def classified(block: Any, work: _Work) -> Any:
    """A table of answers, see `writing.table`, of one that `_blocks` gave. The model stays in a process for its next block."""
    os.environ.update(work.settings)
    return _answers_of(_loaded(work.model), block, work.wish)


class _OnGpu:
    """The same in a process that keeps a GPU."""

    def __init__(self, work: _Work) -> None:
        os.environ.update(work.settings)
        self.predictor, self.wish = _loaded(work.model), work.wish

    def __call__(self, block: Any) -> Any:
        return _answers_of(self.predictor, block, self.wish)


@functools.lru_cache(maxsize=1)
def _loaded(model: str) -> Predictor:
    """On one core: a task has no more, and there are as many tasks as cores."""
    return Predictor.load(model, threads=1)


def _answers_of(predictor: Predictor, block: Any, wish: Wish) -> Any:
    rows = block.to_pylist()
    found: list[Answer] = [Unread(name=row["name"], error=row["error"]) for row in rows if row["error"] is not None]
    named = [
        (row["name"], row["content"] if row["path"] is None else Path(os.fsdecode(row["path"])))
        for row in rows
        if row["error"] is None
    ]
    for group in predictor.answers(named, wish):
        found += group
    return writing.table(map(asdict, found))


def _progress(future: Future[Any], parts: Path) -> Iterator[int]:
    """How many images have answers, each time that there are more."""
    from pyarrow import parquet

    seen: dict[Path, int] = {}
    told = 0
    while not future.done():
        for part in (parts / "answers").rglob("*.parquet"):
            if part not in seen:
                with suppress(OSError, ValueError):  # it is being written
                    seen[part] = parquet.read_metadata(part).num_rows
        if sum(seen.values()) > told:
            yield (told := sum(seen.values()))
        end = time.monotonic() + LOOK
        while not future.done() and time.monotonic() < end:
            time.sleep(0.05)


def _answers(parts: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import parquet

    for part in sorted((parts / "answers").rglob("*.parquet")):
        with parquet.ParquetFile(part) as file:
            for batch in file.iter_batches():
                for row in batch.to_pylist():
                    error = row.pop("error")
                    yield row if error is None else {"name": row["name"], "error": error}
