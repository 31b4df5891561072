"""linnaeus serve RUN|FILE.onnx"""

import signal
import sys
from typing import Annotated

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import Lang, RunsFolder


def serve(
    run: Annotated[str, typer.Argument(metavar="RUN", help="an exported FILE.onnx, or a run, by name or folder")],
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=1, max=65535, help="port to listen at")] = 8000,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="another name by which clients address it; default: none")
    ] = None,
    no_token: Annotated[
        bool, typer.Option("--no-token", help="answer whoever can reach the address; default: off")
    ] = False,
    runs: RunsFolder = None,
    lang: Lang = "en",
) -> None:
    """Answer over HTTP what is in pictures.

    POST a picture to /predict; /openapi.json lists the routes, and those below /v2 are the Open Inference Protocol. The token that
    clients send as "Authorization: Bearer TOKEN" stands behind the # of the address that is printed.
    """
    from linnaeus.api import serve as verb

    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # which comes again when the last answer is out
    verb.serve(
        run,
        host=host,
        port=port,
        hosts=tuple(allow_host or ()),
        token=not no_token,
        ready=lambda address: screen.fact("serving", address, lang),
        runs=runs,
    )
