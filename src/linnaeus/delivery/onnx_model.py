"""`OnnxModel`: an exported file in the place of a classifier, run by ONNX Runtime. No torch here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus import files
from linnaeus.classifier import onnx_runtime
from linnaeus.classifier.confidence import Certainty
from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.delivery import passport
from linnaeus.delivery.passport import Passport
from linnaeus.errors import RunError, UsageError

SUFFIX = ".onnx"
GPU = "CUDAExecutionProvider"
EXTERNAL = b"location"  # in a tensor whose numbers lie in another file, which is not to be opened
PIXELS = 2**18  # that pass through the network at once: a processor is fastest with few images,
PIXELS_ON_GPU = 2**22  # a GPU with many

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxModel:
    """A `predictor.Model`."""

    session: Any  # onnxruntime.InferenceSession
    passport: Passport

    @property
    def classes(self) -> tuple[str, ...]:
        return self.passport.classes

    @property
    def preprocessing(self) -> Preprocessing:
        return self.passport.preprocessing

    @property
    def calibration(self) -> Certainty | None:
        return self.passport.calibration

    def probabilities(self, images_NHWC: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Raw probabilities_NK of squares of the size that `preprocessing` wants."""
        most = PIXELS_ON_GPU if GPU in self.session.get_providers() else PIXELS
        together = max(1, most // self.preprocessing.size**2)
        parts = [images_NHWC[start : start + together] for start in range(0, len(images_NHWC), together)]
        return np.concatenate([_softmax(self.outputs(part, ["logits"])[0]) for part in parts] or [self._empty()])

    def answers(self, images_NHWC: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """probabilities_NK as the file itself gives them, calibrated, of pictures of any one size."""
        (found,) = self.outputs(images_NHWC, ["probabilities"])
        return found

    def outputs(self, images_NHWC: npt.NDArray[np.uint8], names: Sequence[str]) -> list[npt.NDArray[np.float32]]:
        """`probabilities` and `logits`, as they are named, of pictures of any one size."""
        if images_NHWC.shape[3] == 1:  # the file takes colour, of which it makes the same grey
            images_NHWC = images_NHWC.repeat(3, axis=3)
        return list(self.session.run(list(names), {"images": np.ascontiguousarray(images_NHWC)}))

    def _empty(self) -> npt.NDArray[np.float32]:
        return np.empty((0, len(self.classes)), np.float32)


def load(file: Path | bytes, threads: int = 0, device: str = "auto") -> OnnxModel:
    """The classifier in an exported file, or in its bytes.

    Args:
        threads: of one operation; 0: as many as there are cores.
        device: "auto": a GPU where ONNX Runtime was built for one (the package onnxruntime-gpu), in full float32; "cpu".

    Raises:
        UsageError: ONNX Runtime is not installed. RunError: the file cannot be read, is damaged, or is no export of ours.
    """
    try:
        onnxruntime = onnx_runtime.imported()
    except ImportError:
        raise UsageError('ONNX Runtime is not installed; pip install "linnaeus[export]" brings it') from None
    what = "this model" if isinstance(file, bytes) else str(file)
    try:
        content = file if isinstance(file, bytes) else _to_open(file)
        session = onnx_runtime.session(content, threads, _providers(onnxruntime, device))
    except OSError as error:
        raise RunError(f"{what} cannot be read: {error.strerror or error}") from None
    except Exception as error:  # of a kind of its own
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise RunError(f"{what} is no model that ONNX Runtime can run: {reason}") from None
    told = session.get_modelmeta().custom_metadata_map
    return OnnxModel(session=session, passport=passport.read(told.get(passport.KEY), what))


def _to_open(file: Path) -> bytes | str:
    """A file by its name, since its bytes would lie in memory beside the weights that are made of them; those where it may name others.

    Raises OSError as `files.opened`.
    """
    name, last = str(file), b""
    with files.opened(file) as opened:
        while part := opened.read(2**20):
            if EXTERNAL in last + part:
                opened.seek(0)
                return opened.read()
            last = part[-len(EXTERNAL) :]
    return name if name.isprintable() else files.read_bytes(file)  # a name that is no text cannot be handed over


def _providers(onnxruntime: Any, device: str) -> list[Any]:
    """What runs the network, the first that can: rounded to 19 bits, as CUDA does unasked, answers would be others."""
    there = device == "auto" and GPU in onnxruntime.get_available_providers()
    return [*[(GPU, {"use_tf32": "0"})] * there, "CPUExecutionProvider"]


def _softmax(logits_NK: Array) -> Array:
    powers_NK = np.exp(logits_NK - logits_NK.max(axis=1, keepdims=True))
    return np.asarray(powers_NK / powers_NK.sum(axis=1, keepdims=True))
