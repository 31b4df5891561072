"""A classifier as one HTML file: model, ONNX Runtime for the browser, script and style are inside, and it asks nobody for anything.

The content policy names the script and the style by their hashes and allows no connection. What people read comes from outside: `texts`
has it by language. `browser/vendor.json` says where the engine comes from; its checksums are compared before it is built in.
"""

import base64
import gzip
import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from linnaeus.delivery.passport import Passport
from linnaeus.errors import RunError, UsageError

BROWSER = Path(__file__).parent / "browser"
ENGINE, MODULE = "ort-wasm-simd-threaded.wasm.gz", "ort.wasm.bundle.min.mjs"
SIDE, SAMPLES = 64, 60  # pixels of a sample image, and how many a page shows at most

Texts = Mapping[str, Mapping[str, str]]


def page(model: bytes, told: Passport, texts: Texts, names: Mapping[str, str], samples: Mapping[int, str]) -> str:
    """The file's text.

    Args:
        model: what `export.model` made.
        texts: by language and key, with {name} where the page fills in; `names` of the languages, each in its own.
        samples: by class, the address of a picture that shows it, as `pictures` makes them.

    Raises:
        UsageError: a network that takes opacity. RunError: the installed engine is damaged.
    """
    if told.preprocessing.channels == 4:
        raise UsageError(
            "a page shows browsers' pictures, which have no exact opacity; export this network as FILE.onnx"
        )
    engine, packed = _vendored(ENGINE), gzip.compress(model, 9, mtime=0)
    parts = {"script": _script(), "model": _base64(packed), "engine": _base64(engine)}
    return _built(parts, _facts(told, texts, names, samples), "'wasm-unsafe-eval'", "img-src data: blob:")


def of_service(told: Passport, texts: Texts, names: Mapping[str, str], samples: Mapping[int, str]) -> str:
    """The same page without a model: the service that it comes from answers. Arguments as of `page`."""
    parts = {"script": f"{{\n{_file('fit.js')}{_file('page.js')}}}", "model": "", "engine": ""}
    facts = _facts(told, texts, names, samples) | {"service": True}
    return _built(parts, facts, "", "img-src data: blob:; connect-src 'self'")


def _facts(told: Passport, texts: Texts, names: Mapping[str, str], samples: Mapping[int, str]) -> dict[str, Any]:
    return {
        "classes": told.classes,
        "preprocessing": asdict(told.preprocessing),
        "unknown_below": told.calibration.unknown_below if told.calibration else None,
        "origin": told.origin,
        "texts": texts,
        "names": names,
        "samples": samples,
    }


def _built(parts: dict[str, str], facts: Mapping[str, Any], run: str, allowed: str) -> str:
    style = _file("page.css")
    scripts = " ".join(filter(None, (f"'{_hash(parts['script'])}'", run)))
    parts |= {
        "title": "Linnaeus",
        "style": style,
        "facts": json.dumps(facts, allow_nan=False).replace("<", "\\u003c"),
        "policy": f"default-src 'none'; script-src {scripts}; style-src '{_hash(style)}'; {allowed}; base-uri 'none'; form-action 'none'",
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _file("page.html"))


def pictures(images_NHWC: npt.NDArray[np.uint8], labels_N: npt.NDArray[Any]) -> dict[int, str]:
    """By class, the address of a small picture: the first of each, of at most `SAMPLES` classes."""
    found: dict[int, str] = {}
    for image_HWC, label in zip(images_NHWC, labels_N, strict=True):
        if int(label) not in found and len(found) < SAMPLES:
            picture = Image.fromarray(image_HWC[..., 0] if image_HWC.shape[2] == 1 else image_HWC).convert("RGB")
            picture.thumbnail((SIDE, SIDE))
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=75)
            found[int(label)] = f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return found


def _script() -> str:
    """The engine, its exports gathered in `ort`, and after it our own, in a block so that no name meets another."""
    engine = _vendored(MODULE).decode().rpartition("//# sourceMappingURL")[0].rstrip()
    before, _, exports = engine.rpartition("export{")
    pairs = [pair.split(" as ") for pair in exports.rstrip("};").split(",")]
    gathered = ",".join(f"{name}:{local}" for local, name in pairs if name != "default")
    script = f"{before}const ort={{{gathered}}};{{\n{_file('fit.js')}{_file('page.js')}}}"
    if "</script" in script.lower():
        raise RunError(f"{BROWSER / MODULE} would end the page's script; install Linnaeus again")
    return script


def _vendored(name: str) -> bytes:
    content = (BROWSER / "vendor" / name).read_bytes()
    known = json.loads(_file("vendor.json"))["files"][name]["sha256"]
    if hashlib.sha256(content).hexdigest() != known:
        raise RunError(f"{BROWSER / 'vendor' / name} is damaged: its checksum is another; install Linnaeus again")
    return content


def _file(name: str) -> str:
    return (BROWSER / name).read_text(encoding="utf-8")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
