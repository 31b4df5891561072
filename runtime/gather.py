"""Gathers the package from the one source of Linnaeus: decoding, fitting and calibration are written once, in ../src/linnaeus.

Their files are copied with imports of `linnaeus` turned into imports of `linnaeus_runtime`, so that both can be installed beside each
other. `pip install ./runtime` does it through the build hook; by hand: python gather.py FOLDER
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src" / "linnaeus"
OWN = HERE / "src" / "linnaeus_runtime"
FILES = (
    "_version.py",
    "errors.py",
    "events.py",
    "files.py",
    "device.py",
    "classifier/__init__.py",
    "classifier/confidence.py",
    "classifier/onnx_runtime.py",
    "classifier/preprocessing.py",
    "data/__init__.py",
    "data/images/__init__.py",
    "data/images/ahead.py",
    "data/images/decode.py",
    "data/images/formats.py",
    "data/images/pixels.py",
    "delivery/__init__.py",
    "delivery/answers.py",
    "delivery/onnx_model.py",
    "delivery/passport.py",
    "delivery/predictor.py",
    "delivery/writing.py",
    "record/__init__.py",
    "record/display.py",
)
_IMPORT = re.compile(r"^(\s*)(from|import) linnaeus(?=[. ])", re.MULTILINE)


def gather(folder: Path) -> None:
    """Write the package's files into `folder`, a folder named linnaeus_runtime; of a source distribution they are there already."""
    if not SOURCE.is_dir():
        return
    for name in FILES:
        text = (SOURCE / name).read_text(encoding="utf-8")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(_IMPORT.sub(r"\1\2 linnaeus_runtime", text), encoding="utf-8")
    for own in OWN.glob("*.py"):
        if folder != OWN and own.name not in FILES:
            (folder / own.name).write_text(own.read_text(encoding="utf-8"), encoding="utf-8")


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # by hand
    pass
else:

    class GatherHook(BuildHookInterface):
        """Before a wheel or a source distribution is packed."""

        def initialize(self, version: str, build_data: dict[str, object]) -> None:
            gather(OWN)


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
