"""linnaeus.serve: a classifier over HTTP."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import exporting, objects, predicting, wrapping
from linnaeus.api.objects import AnyRun
from linnaeus.errors import UsageError

if TYPE_CHECKING:
    from linnaeus.delivery.passport import Passport

LOCAL = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where a service listens: `link` opens its page, with the token after the #."""

    link: str
    token: str
    model: str  # its name in the inference protocol


def serve(
    run: AnyRun,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    names: tuple[str, ...] = (),
    token: str | None = None,
    runs: Path | str | None = None,
    begun: Callable[[Serving], None] | None = None,
) -> None:
    """Answer HTTP until the process is told to stop: POST /predict with a raw image, the Open Inference Protocol, and a page at /.

    >>> linnaeus.serve("last", port=8000)

    Args:
        run: its record, folder or name, or an exported FILE.onnx, which needs no torch.
        host: the address to listen at; the default can be reached from this machine alone.
        port: 0: a free one.
        names: further names that clients may call the service by, such as "photos.example.org".
        token: that clients have to send; None: one is drawn; "": nobody needs one.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        begun: is told where the service listens, once it does.

    Raises:
        UsageError: the extra `serve` is not installed, or the port is taken.
        RunError: no such run or file.
    """
    try:
        from linnaeus.web import app, server
    except ImportError as error:
        raise UsageError(
            f'{error.name} is not installed; pip install "linnaeus[serve]" brings what a service needs'
        ) from None
    from linnaeus.web.engine import Engine
    from linnaeus.web.guard import Guard

    model = predicting.predictor(run, runs).model
    socket = server.listening(host, port)
    port = socket.getsockname()[1]
    token = secrets.token_urlsafe(24) if token is None else token
    service = app.Service(
        engine=Engine(model),
        guard=Guard(hosts=frozenset(_hosts((*LOCAL, host, *names), port)), token=token),
        name=_name(run),
        page=_page(run, model, runs),
    )
    shown = f"[{host}]" if ":" in host else host
    link = f"http://{shown}:{port}/" + (f"#token={token}" if token else "")
    if begun is not None:
        begun(Serving(link=link, token=token, model=service.name))
    server.run(app.application(service), socket, service.engine.limits.stop_s)


def _hosts(names: tuple[str, ...], port: int) -> list[str]:
    """What a Host header may say: each name with the port, and those behind a proxy without."""
    return [f"{name.lower()}{end}" for name in names for end in (f":{port}", "")]


def _name(run: AnyRun) -> str:
    if isinstance(run, str | Path):
        return Path(run).stem if Path(run).suffix == ".onnx" else objects.run_folder(run).name
    return run.name


def _page(run: AnyRun, model: Any, runs: Path | str | None) -> str:
    """Of a run with sample images of its classes, where it kept some."""
    from linnaeus.delivery import page

    told: Passport | None = getattr(model, "passport", None)
    folder = None
    if told is None:
        from linnaeus.delivery import export

        folder = objects.run_folder(run, runs)
        record = folder.record()
        told = export.passport_of(model, record, exporting.licence(record))
    return page.of_service(told, *wrapping.around(told, folder, service=True))
