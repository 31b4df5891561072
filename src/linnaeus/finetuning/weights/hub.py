"""Published weights of timm's networks, by their name there: `timm:resnet18.a1_in1k`.

timm fetches them from its hub, or finds them in its cache. Where neither is at hand a file serves, `timm:NAME@PATH`: it is read
as any other, and given to timm, which knows how to turn what was published into its own names.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from safetensors.torch import load_file
from torch import Tensor

from linnaeus import files
from linnaeus.classifier.card import Preprocessing
from linnaeus.data.images.decode import DECODER
from linnaeus.errors import RunError, UnknownName
from linnaeus.recipe.spec import Spec

PREFIX = "timm:"
PATIENCE = 10.0  # seconds until the hub counts as not to be reached
RESIZE = {"squash": "stretch", "border": "pad"}  # timm's words for ours; all else is cut


def parts(source: str) -> tuple[str, Path | None]:
    """`timm:NAME@PATH` taken apart."""
    name, _, path = source.removeprefix(PREFIX).partition("@")
    return name, files.expanded(path) if path else None


def anchored(source: str) -> str:
    """The same with a whole path, if there is one."""
    name, path = parts(source)
    return f"{PREFIX}{name}@{path.absolute()}" if path else source


def model(name: str) -> Spec:
    """The part that builds such a network."""
    return Spec("timm", (name,))


def facts(name: str) -> Preprocessing:
    """How the weights of that name want their images. Raises UnknownName: timm has none of that name."""
    found = _published(name)
    channels, size, _ = found.input_size
    return Preprocessing(
        size=size,
        channels=channels,
        resize=RESIZE.get(found.crop_mode, "crop"),
        mean=tuple(found.mean),
        std=tuple(found.std),
        decoder=DECODER,
    )


def tensors(name: str, given: dict[str, Tensor] | None) -> dict[str, Tensor]:
    """The weights by timm's names, from `given` or from wherever timm has them.

    Raises:
        RunError: they are not at hand, or `given` are not of this network.
    """
    import timm

    published = _published(name)
    held = given if given is not None else _cached(published)
    options: dict[str, Any] = {}
    if held is not None:
        options["pretrained_cfg_overlay"] = {"state_dict": held}
        head = held.get(f"{published.classifier}.weight")
        if head is not None and len(head) != published.num_classes + (published.label_offset or 0):
            options["pretrained_cfg_overlay"] |= {"num_classes": len(head), "label_offset": 0}
            options["num_classes"] = len(head)
    try:
        if held is None:
            _reach()
        network = timm.create_model(name, pretrained=True, **options)
    except Exception as error:  # whatever the network, the hub, the disk or the weights lead to
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:160]
        if given is not None:
            raise RunError(f"the file given for timm:{name} does not hold weights of this network: {reason}") from None
        raise RunError(
            f"weights = 'timm:{name}' are not in timm's cache and cannot be fetched ({reason}); go online, or give a file "
            f"that holds them: timm:{name}@PATH"
        ) from None
    found: dict[str, Tensor] = network.state_dict()
    return found


def _cached(published: Any) -> dict[str, Tensor] | None:
    """What was fetched before: it needs no network, where the hub's own code would first ask it again and again."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(published.hf_hub_id, "model.safetensors") if published.hf_hub_id else None
    return dict(load_file(found)) if isinstance(found, str) else None


def _reach() -> None:
    """Raise OSError where the hub does not answer: its own code would try for a minute before it said so."""
    from huggingface_hub import constants

    with suppress(HTTPError):  # which is an answer
        urlopen(Request(constants.ENDPOINT, method="HEAD"), timeout=PATIENCE).close()


def _published(name: str) -> Any:
    """timm's own description of its weights."""
    import timm

    known = timm.list_pretrained()
    found = None
    if timm.is_model(name):
        try:
            found = timm.models.get_pretrained_cfg(name)
        except RuntimeError:  # the network is there, with other weights
            known = timm.list_pretrained(f"{name.partition('.')[0]}.*")
    if found is None or not found.has_weights:
        raise UnknownName("set of weights of timm", name, known)
    return found
