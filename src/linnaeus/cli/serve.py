"""linnaeus serve RUN"""

from typing import TYPE_CHECKING, Annotated

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import Lang, RunsFolder

if TYPE_CHECKING:
    from linnaeus.api.serve import Serving


def serve(
    run: Annotated[str, typer.Argument(metavar="RUN", help="a run, or an exported FILE.onnx, which needs no torch")],
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="where to listen; the default: this machine alone")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0: a free one")] = 8000,
    name: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="a further name that clients may call it by; repeatable")
    ] = None,
    token: Annotated[
        str | None, typer.Option(metavar="TEXT", help="what clients have to send; default: drawn; empty: nothing")
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
) -> None:
    """Serve a classifier over HTTP, with a page of its own.

    POST /predict takes a raw image, /predict/batch a tar of them; /openapi.json describes the rest.

    It listens on this machine alone unless --host says otherwise, and the link that it prints bears a token.
    """
    from linnaeus.api import serve as verb
    from linnaeus.reporting.content import delivered
    from linnaeus.reporting.words import words

    def begun(at: "Serving") -> None:
        screen.show(delivered.serving(at.link, at.token, at.model, words(lang)), lang)

    verb.serve(run, host=host, port=port, names=tuple(name or ()), token=token, runs=runs, begun=begun)
