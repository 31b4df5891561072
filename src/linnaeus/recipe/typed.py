"""What people type where a number or a field is wanted, and what they meant: for messages, never to be acted on in silence."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from linnaeus.errors import UnknownName

# What other libraries call a field of a recipe, or an option of one of its parts.
ELSEWHERE = {
    **dict.fromkeys(("lr", "learning_rate", "rate", "lr0", "eta"), "optimizer.lr"),
    **dict.fromkeys(("wd", "weight_decay", "decay"), "optimizer.weight_decay"),
    **dict.fromkeys(("beta", "mom", "momentum"), "optimizer.momentum"),
    **dict.fromkeys(("label_smoothing", "smoothing"), "loss.smoothing"),
    **dict.fromkeys(("batch", "bs", "batchsize", "minibatch", "train_batch_size"), "batch_size"),
    **dict.fromkeys(("size", "imgsz", "img_size", "image_sz", "resolution", "input_size"), "image_size"),
    **dict.fromkeys(("epoch", "max_epochs", "num_epochs", "n_epochs", "num_train_epochs", "iterations"), "epochs"),
    **dict.fromkeys(("network", "net", "arch", "architecture", "backbone"), "model"),
    **dict.fromkeys(("augmentation", "augmentations", "transform", "transforms", "aug"), "augment"),
    **dict.fromkeys(("scheduler", "lr_scheduler", "sched"), "schedule"),
    **dict.fromkeys(("criterion", "loss_fn", "objective"), "loss"),
    **dict.fromkeys(("opt", "optim"), "optimizer"),
    **dict.fromkeys(("random_state", "random_seed"), "seed"),
    **dict.fromkeys(("num_workers", "n_workers"), "workers"),
    **dict.fromkeys(("n_jobs", "num_threads", "cpus"), "threads"),
    **dict.fromkeys(("amp", "dtype", "fp16", "half", "mixed_precision"), "precision"),
    **dict.fromkeys(("gpu", "gpus", "cuda", "accelerator"), "device"),
    **dict.fromkeys(("grad_clip", "gradient_clip_val", "max_norm", "max_grad_norm"), "clip_norm"),
    **dict.fromkeys(("validation_split", "val_size", "valid", "validation"), "val"),
    **dict.fromkeys(("test_size", "test_split"), "test"),
    **dict.fromkeys(("pretrained", "checkpoint", "ckpt"), "weights"),
    **dict.fromkeys(("time", "max_time", "max_seconds"), "budget"),
}

_UNITS = {"": 1, "k": 1e3, "m": 1e6}
_NUMBER = re.compile(
    r"(?P<whole>[+-]?\d[\d ]*)(?:[.,](?P<part>\d+))?(?P<power>e[+-]?\d+)?\s*(?P<unit>%|[km]?)", re.IGNORECASE
)


def number(text: str) -> str | None:
    """The number as it is to be written, where `text` is one as people write them: 0,001 · 10 % · 1 000 · 64k · −1; else None."""
    match = _NUMBER.fullmatch(text.strip().replace("−", "-").replace("\u00a0", " "))
    if match is None:
        return None
    digits = match["whole"].replace(" ", "") + (f".{match['part']}" if match["part"] else "") + (match["power"] or "")
    if match["unit"] == "%":
        return f"{float(digits) / 100:g}"
    return digits if not match["unit"] else f"{float(digits) * _UNITS[match['unit'].lower()]:.15g}"


def hint(value: object) -> str:
    """What to write in place of a value that was meant as a number, for the end of a message; nothing where none was meant."""
    if isinstance(value, tuple) and len(value) == 2 and all(type(part) is int for part in value):
        value = f"{value[0]},{value[1]}"  # 0,5 is a list of two, to whoever reads it as Python does
    found = number(value) if isinstance(value, str) else None
    return f"; write {found}" if found is not None and found != value else ""


def comma(text: str) -> str:
    """The same for a text that could not be read since a decimal comma stands in it: sgd(lr=0,001)."""
    found = re.search(r"(?<![\w.,\[])-?\d+,\d+", text)
    return f"numbers have a decimal point: {found[0].replace(',', '.')}, not {found[0]}" if found else ""


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """The error of a name that no field has; what other libraries call so is suggested first."""
    meant = ELSEWHERE.get(name.lower().replace("-", "_"))
    if meant is None or get_close_matches(name, list(known), n=1, cutoff=0.85):
        return UnknownName(kind, name, known)
    return UnknownName(kind, name, [meant], near=[meant])
