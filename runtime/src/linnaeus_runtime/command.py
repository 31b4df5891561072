"""linnaeus-runtime predict FILE.onnx PATH…: the flags of `linnaeus predict`, and the same bytes of CSV and JSON."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus_runtime._version import __version__

if TYPE_CHECKING:
    from linnaeus_runtime.delivery.answers import Unread


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 where something failed or could not be read, 2 for wrong usage."""
    from linnaeus_runtime.errors import LinnaeusError

    asked = _parser().parse_args(words)
    try:
        return _predict(asked)
    except LinnaeusError as error:
        print(f"linnaeus-runtime: {error} [{type(error).__name__}]", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linnaeus-runtime", description="Classify images with an exported model.")
    parser.add_argument("--version", action="version", version=f"linnaeus-runtime {__version__}")
    predict = parser.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "predict", help="classify the images in files and folders"
    )
    predict.add_argument("model", metavar="FILE.onnx", help="a model that linnaeus export has written")
    predict.add_argument(
        "paths", metavar="PATH", nargs="+", help="image files, folders or globs; - reads standard input"
    )
    predict.add_argument("--top", metavar="K", type=int, default=1, help="classes to list for each image; default: 1")
    predict.add_argument("--sets", metavar="LEVEL", type=float, help="add prediction sets of this level; default: off")
    predict.add_argument("--unknown", action="store_true", help="call an image unknown if it is too uncertain")
    predict.add_argument("--format", choices=["csv", "json", "jsonl"], help="default: as --out ends, else csv")
    predict.add_argument(
        "--out", metavar="FILE", type=Path, help="file for any number of images; default: standard output"
    )
    predict.add_argument("--resume", action="store_true", help="go on with FILE where a killed prediction stopped")
    return parser


def _predict(asked: argparse.Namespace) -> int:
    from linnaeus_runtime import files, load
    from linnaeus_runtime.delivery import answers, writing
    from linnaeus_runtime.errors import UsageError

    if asked.top < 1:
        raise UsageError(f"--top {asked.top}: it must be at least 1")
    if asked.resume and asked.out is None:
        raise UsageError("--resume goes on with a file: name it with --out")
    predictor = load(asked.model)
    if asked.out is not None and asked.format in (None, asked.out.suffix[1:]):
        wish = answers.Wish(top=asked.top, sets=asked.sets, unknown=asked.unknown)
        model = files.checksum(Path(asked.model))
        target = writing.Target(file=asked.out, resume=asked.resume)
        done = writing.write(predictor, asked.paths, target, wish, model=model)
        return _complain(done.first_unread, done.unread, done.n + done.unread)
    found = predictor.listed(asked.paths, top=asked.top, sets=asked.sets, unknown=asked.unknown)
    texts = {"csv": answers.as_csv, "json": answers.as_json, "jsonl": answers.as_json_lines}
    text = texts[asked.format or "csv"](found)
    if asked.out is not None:
        files.write_whole(asked.out, text)
    else:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write("\n".join(map(_clean, text.split("\n"))) if sys.stdout.isatty() else text)
    return _complain(found.unread, len(found.unread), len(found.predictions) + len(found.unread))


def _complain(unread: "Sequence[Unread]", count: int, total: int) -> int:
    if not count:
        return 0
    print(f"linnaeus-runtime: {count} of {total} images could not be read", file=sys.stderr)
    for one in unread:
        print(f"  {_clean(one.name)}: {_clean(one.error)}", file=sys.stderr)
    return 1


def _clean(text: str) -> str:
    """What a terminal would act on is shown instead."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
