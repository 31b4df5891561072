"""linnaeus.serve: a classifier over HTTP."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import exporting, objects, wrapping
from linnaeus.api.objects import AnyRun
from linnaeus.errors import UsageError

if TYPE_CHECKING:
    from linnaeus.delivery.onnx_model import OnnxModel

GRACE = 10  # s: requests under way are answered so long after SIGTERM


def serve(
    run: AnyRun,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    hosts: tuple[str, ...] = (),
    token: str | bool = True,
    ready: Callable[[str], None] | None = None,
    runs: Path | str | None = None,
) -> None:
    """Answer pictures that are posted to /predict, until the process is told to stop (SIGTERM, Ctrl-C).

    Args:
        run: an exported FILE.onnx; or a run, which is exported in memory, its answers not compared.
        host: address to listen at; 127.0.0.1 is this machine alone.
        port: number to listen at.
        hosts: further names under which clients may address the service.
        token: what clients must send, `Authorization: Bearer TOKEN`; True: a new one; False: anybody may ask.
        ready: is told the address, with the token in its fragment.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.

    Raises:
        UsageError: the extra `serve` is not installed. RunError: no such run or file.
    """
    try:
        import uvicorn

        from linnaeus.web.guard import Limits
        from linnaeus.web.service import app
    except ImportError:
        raise UsageError('Starlette and uvicorn are not installed; pip install "linnaeus[serve]" brings them') from None
    model, name, page = _opened(run, runs)
    said = secrets.token_urlsafe(16) if token is True else token or None
    limits = Limits(hosts=("localhost", "127.0.0.1", "::1", host, *hosts), token=said)
    if ready is not None:
        ready(f"http://{host}:{port}/{f'#{said}' if said else ''}")
    served = app(model, name=name, page=page, limits=limits)
    uvicorn.run(served, host=host, port=port, log_level="warning", server_header=False, timeout_graceful_shutdown=GRACE)


def _opened(run: AnyRun, runs: Path | str | None) -> tuple["OnnxModel", str, str]:
    """The model, its name, and a page that runs it in the browser."""
    from linnaeus.delivery import onnx_model

    folder = None
    if isinstance(run, str | Path) and Path(run).suffix == onnx_model.SUFFIX:
        model, name = onnx_model.load(Path(run)), Path(run).stem
        content = Path(run).read_bytes()
    else:
        from linnaeus.classifier import classifier
        from linnaeus.delivery import export

        folder = objects.run_folder(run, runs)
        trained, record = classifier.load(folder.path), folder.record()
        content = export.model(trained, export.passport_of(trained, record, exporting.licence(record)))
        model, name = onnx_model.load(content), folder.name
    has_page = model.preprocessing.channels != 4
    return model, name, wrapping.page(content, model.passport, folder) if has_page else ""
