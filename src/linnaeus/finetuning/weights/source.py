"""What the recipe's `weights` may name, and what is known of it before a single weight is read.

a run                  its folder, its name or `last` (`anchored` makes a folder of these): all that it knows
a folder               with model.safetensors and classifier.json: classes, preprocessing, network
a file                 .safetensors: what a card of the same name tells (NAME.json, see `pretrained`), or nothing; else a
                       checkpoint of torch, read in a sandbox (see `untrusted`); FILE:key=KEY where it has several sets
timm:NAME, timm:NAME@PATH   what timm publishes, and its network and preprocessing; see `hub`
imagenet, imagenet-lite2, imagenet-lite2-lite0    a backbone for photographs, or two: see `catalogue`
NAME                   bundled weights: see `bundled`
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from linnaeus import files
from linnaeus.classifier import classifier
from linnaeus.classifier.card import CARD, FORMAT, WEIGHTS, Preprocessing, checksums_of, preprocessing_of
from linnaeus.errors import LinnaeusError, RunError, UnknownName
from linnaeus.finetuning.weights import bundled, catalogue, hub, installed, untrusted
from linnaeus.finetuning.weights.catalogue import Pair
from linnaeus.recipe.spec import Spec, parse
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord

Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where weights come from. `read` gives their tensors and the key that they were nested under in their file."""

    source: str
    read: Callable[[], tuple[Tensors, str]]
    file: Path | None = None  # None: timm has it
    published: str = ""  # checksum of what it was converted from, where that is known: one and the same, cached or not
    others: Callable[[], tuple[str, ...]] = tuple  # keys of further sets of weights in the file, once it was read
    model: Spec | None = None
    classes: tuple[str, ...] = ()  # empty: not known by name
    preprocessing: Preprocessing | None = None
    parent: RunRecord | None = None
    card: Mapping[str, Any] = field(default_factory=dict)  # of bundled weights, see `pretrained`

    def checksum(self, tensors: Mapping[str, Tensor]) -> str:
        if self.published:
            return self.published
        return files.checksum(self.file) if self.file else files.checksum_of(save(dict(tensors)))


def anchored(source: str, runs: Path) -> str:
    """The same source, to be found from any folder: the whole path in place of the name of a run or file.

    Raises:
        RunError: nothing answers to it; near names are suggested.
    """
    if source.startswith(hub.PREFIX):
        return hub.anchored(source)
    if source in catalogue.names():  # a folder of that name is ./imagenet
        return source
    file, key = untrusted.parts(source)
    there = files.expanded(file)
    if there.exists():
        return str(there.absolute()) + (f"{untrusted.KEY}{key}" if key else "")
    if source == folders.NEWEST or folders.is_run(runs / source):
        return str(folders.find(runs, source).path.absolute())
    if source in bundled.names():
        return source
    if there.suffix or there.name != source:
        raise RunError(f"weights = {source!r}: there is no such run or file{_near(source)}")
    known = [*(folder.name for folder in folders.all_runs(runs)), *bundled.names(), *catalogue.names()]
    advice = "; weights are a run, a file, timm:NAME, or one of those listed by: linnaeus weights"
    raise RunError(str(UnknownName("run", source, known)) + advice)


def find(source: str) -> Origin:
    """What `source` names; `anchored` must have made it independent of the working folder.

    Raises:
        RunError: there is no such thing, it is unfinished, or its card is damaged. UnknownName: timm has no such network.
    """
    if source.startswith(hub.PREFIX):
        return _of_timm(source)
    if source in catalogue.names():
        return _of_backbone(source)
    if source in bundled.names():
        return _of_file(source, bundled.path(source))
    file, key = untrusted.parts(source)
    path = files.expanded(file)
    if path.is_dir():
        return _of_folder(path)
    if not path.exists():
        raise RunError(f"weights = {source!r}: there is no such run or file{_near(source)}")
    return _of_file(source, path, key)


def _near(source: str) -> str:
    near = get_close_matches(source, bundled.names(), n=2)
    return f"; did you mean {' or '.join(near)}, which is bundled?" if near else ""


def _of_folder(path: Path) -> Origin:
    """A finished run, or what is left of one: the classifier alone."""
    record = None
    if folders.is_run(path):
        record = RunFolder(path).record()
        if record.status != "finished":
            raise RunError(f"{path.name} is {record.status}, not finished; go on with: linnaeus resume {path}")
    elif not (path / CARD).is_file():
        raise RunError(f"weights = {str(path)!r} is a folder, but neither a run nor a trained model ({CARD})")
    trained = classifier.load(path)
    return Origin(
        source=str(path),
        read=lambda: (dict(trained.module.state_dict()), ""),
        file=path / WEIGHTS,
        model=trained.model,
        classes=trained.classes,
        preprocessing=trained.preprocessing,
        parent=record,
    )


def _of_file(source: str, path: Path, key: str = "") -> Origin:
    if path.suffix != ".safetensors":
        return Origin(
            source=source,
            read=lambda: untrusted.read(path, key),
            others=lambda: untrusted.others(path, key),
            file=path,
        )
    card = _card(path)
    try:
        return Origin(
            source=source,
            read=lambda: (_safetensors(path, card), ""),
            file=path,
            model=parse(card["model"]) if card else None,
            classes=tuple(card["classes"]) if card else (),
            preprocessing=preprocessing_of(card) if card else None,
            card=card,
        )
    except (KeyError, TypeError, LinnaeusError) as error:
        raise RunError(f"the card beside {path} is damaged ({error}); restore it, or take it away") from None


def _card(path: Path) -> dict[str, Any]:
    """The card beside a file of weights, {} if there is none: other people's files of that name are no cards."""
    beside = path.with_name(CARD) if path.name == WEIGHTS else path.with_suffix(".json")
    try:
        card = files.read_json(beside)
    except files.Damaged as error:
        raise RunError(f"the card {beside} cannot be read: {error}") from None
    except (OSError, ValueError):
        return {}
    known = (
        isinstance(card, dict)
        and card.get("format") in (bundled.FORMAT, FORMAT)
        and ("preprocessing" in card or "intake" in card)
    )
    return card if known else {}


def _safetensors(path: Path, card: Mapping[str, Any]) -> Tensors:
    try:
        if card and files.checksum(path) != checksums_of(card)[WEIGHTS]:
            raise RunError(
                f"weights = {str(path)!r} are not those that the card beside them describes; restore one of them"
            )
        tensors: Tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        text = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise RunError(f"weights = {str(path)!r} cannot be read: {text}; get it again") from None
    return tensors


def _of_timm(source: str) -> Origin:
    name, path = hub.parts(source)
    facts = hub.facts(name)
    given = _of_file(str(path), path) if path else None
    if path and not path.is_file():
        raise RunError(f"weights = {source!r}: there is no file {path}")

    def read() -> tuple[Tensors, str]:
        tensors, key = given.read() if given else (None, "")
        return hub.tensors(name, tensors), key

    return Origin(source=source, read=read, file=path, model=hub.model(name), preprocessing=facts)


def _of_backbone(source: str) -> Origin:
    found = catalogue.find(source)
    parts, file = (found.parts, None) if isinstance(found, Pair) else ((found,), installed.cached(found))
    if file is not None and not file.is_file():
        file = installed.location(parts[0])
    return Origin(
        source=source,
        read=lambda: (installed.read(found), ""),
        file=file,
        published=files.checksum_of("".join(one.sha256 for one in parts).encode())
        if file is None
        else parts[0].sha256[:32],
        model=parse(found.model),
        preprocessing=found.preprocessing,
        card={
            "name": found.name,
            "data": "ImageNet",
            "licence": found.licence,
            "published": {"accuracy": [one.top1 for one in parts]},
        },
    )
