"""The layer table: shape, weights and multiply-accumulates of each layer, and whether it trains."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry
from torch.utils.hooks import RemovableHandle

from linnaeus.classifier.classifier import build_module
from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec
from linnaeus.record.facts import Layer, ModelFacts
from linnaeus.record.measurements import NetworkFacts

SILENT = (nn.Identity, nn.Dropout)


def facts(model: Spec, channels: int, classes: int, sizes: Sequence[int]) -> NetworkFacts:
    """What a network is at each of some image sizes: what `describe` says, or why it cannot take it.

    Raises:
        UnknownName, RecipeError: options that the model does not have or take, or no size that it can take.
    """
    catalog.check("models", model, {"image_size": None})
    found = {size: _at_size(model, channels, classes, size) for size in sizes}
    faults = {size: each for size, each in found.items() if isinstance(each, str)}
    if len(faults) == len(found):
        raise RecipeError(next(iter(faults.values())))
    taken = {size: each for size, each in found.items() if not isinstance(each, str)}
    return NetworkFacts(model=str(model), channels=channels, classes=classes, sizes=taken, faults=faults)


def _at_size(model: Spec, channels: int, classes: int, size: int) -> ModelFacts | str:
    try:
        try:
            with torch.device("meta"):  # shapes without numbers: no memory and no time
                return describe(build_module(model, channels, classes, size), channels, size)
        except (NotImplementedError, RuntimeError):  # a network whose making needs numbers, or a size that is none
            return describe(build_module(model, channels, classes, size), channels, size)
    except (RecipeError, RuntimeError) as error:
        return str(error).splitlines()[0]


def leaves(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers that do the work, in the order in which they are declared, with their names."""
    for name, layer in module.named_modules():
        if not any(True for _ in layer.children()) and not isinstance(layer, nn.Identity):
            yield name, layer


def describe(module: nn.Module, channels: int, size: int) -> ModelFacts:
    """Totals and `layers`, for one image. What is a function, not a module, has no row, but its MACs are in the total."""
    rows, macs = counted(module, (channels, size, size))
    parameters = list(module.parameters())
    return ModelFacts(
        parameters=sum(parameter.numel() for parameter in parameters),
        trainable=sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        macs=macs,
        layers=tuple(rows),
    )


@torch.no_grad()
def counted(module: nn.Module, image_CHW: tuple[int, int, int]) -> tuple[list[Layer], int]:
    """A row for each call of a layer, and the multiply-accumulates of the whole network, for one image of that shape.

    PyTorch counts those of convolutions, linear layers and attention; norms, activations and pooling are left out, as is the custom.
    """
    rows: list[Layer] = []
    training, some = module.training, next(iter(module.state_dict().values()))  # a head may hold no weights, but images
    with _Counter() as counter, _attention_in_the_open():
        hooks = [hook for name, layer in leaves(module) for hook in _recorded(name, layer, counter, rows)]
        try:
            module.eval()(torch.zeros(1, *image_CHW, device=some.device))
        finally:
            module.train(training)
            for hook in hooks:
                hook.remove()
    return rows, counter.flops // 2


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up what torch's own formulas say of each operation.

    `FlopCounterMode` does as much, but each training would wait 2.8 s for its import of torch's compiler.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.flops = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:  # which is what imports the compiler
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if (formula := flop_registry.get(func.overloadpacket)) is not None:
            self.flops += formula(*args, **(kwargs or {}), out_val=result)
        return result


@contextmanager
def _attention_in_the_open() -> Iterator[None]:
    """`nn.MultiheadAttention` has one kernel for all of it, which is not counted; its single steps are."""
    was = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(was)


def _recorded(name: str, layer: nn.Module, counter: "_Counter", rows: list[Layer]) -> tuple[RemovableHandle, ...]:
    """The hooks that add a row for each call of a layer."""
    before = 0

    def enter(layer: nn.Module, inputs: Any) -> None:
        nonlocal before
        before = counter.flops

    def leave(layer: nn.Module, inputs: Any, output: Tensor) -> None:
        parameters = list(layer.parameters(recurse=False))
        rows.append(
            Layer(
                name=name,
                kind=type(layer).__name__,
                output=tuple(output.shape[1:]),
                parameters=sum(parameter.numel() for parameter in parameters),
                macs=(counter.flops - before) // 2,
                trains=any(parameter.requires_grad for parameter in parameters),
            )
        )

    if isinstance(layer, SILENT):
        return ()
    return layer.register_forward_pre_hook(enter), layer.register_forward_hook(leave)
