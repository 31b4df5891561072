"""How long each layer of a network takes on this machine, forward and backward, where it stands in the network.

A round is what a training step does with the network: a batch forward, then backward from a gradient of ones. The clock is
read before and after each layer, and before and after each node of the graph that the layer left for the way back; a round
warms up, then rounds are repeated and the median is told. What the layers do not account for are operations that are no
layers: sums at shortcuts, concatenations. The gradient of the images is not asked for, as in a training.
"""

import copy
import functools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from linnaeus.classifier.classifier import autocast, build_module
from linnaeus.data.randomness import derive
from linnaeus.device import Machine, idle_cores, pick_device, undisturbed
from linnaeus.errors import RecipeError, TrainingError
from linnaeus.events import Reading, Watcher
from linnaeus.recipe.spec import Spec
from linnaeus.record.measurements import KindTime, LayerTime, LayerTimes
from linnaeus.training.layers import counted, facts, leaves

ROUNDS = 15  # at most, and
ENOUGH = 10.0  # seconds, after which there are at least
LEAST = 3  # rounds

Node = Any  # of autograd's graph, for which torch names no public type


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of a layer in one round."""

    name: str
    layer: nn.Module
    output: tuple[int, ...]
    forward_s: float
    backward_s: float = 0.0


@dataclass(slots=True, kw_only=True)
class Clock:
    """The hooks of one round. `calls` come in the order of the network."""

    machine: Machine
    calls: list[Call] = field(default_factory=list)
    start: float = 0.0
    before: set[Node] = field(default_factory=set)  # nodes that made the input of the layer at work

    def now(self) -> float:
        """Seconds, when all that was asked of the device is done."""
        if self.machine.torch_device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    def enter(self, layer: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.before = {tensor.grad_fn for tensor in _tensors((*args, *kwargs.values()))}
        self.start = self.now()

    def leave(self, name: str, layer: nn.Module, args: Any, kwargs: Any, output: Tensor) -> None:
        taken = self.now() - self.start
        call = Call(name=name, layer=layer, output=tuple(output.shape[1:]), forward_s=taken)
        self.calls.append(call)
        for node in _nodes(output.grad_fn, self.before):
            node.register_prehook(self._begin)
            node.register_hook(functools.partial(self._end, call))

    def _begin(self, gradients: Any) -> None:
        self.start = self.now()

    def _end(self, call: Call, inner: Any, outer: Any) -> None:
        call.backward_s += self.now() - self.start


def this_machine(precision: str, threads: int) -> Machine:
    """The machine as a bench uses it; `threads` 0: as many as there are idle cores."""
    return Machine(device=pick_device("auto"), precision=precision, threads=threads or idle_cores())


def bench(model: Spec, shape: Mapping[str, int], machine: Machine, tell: Watcher) -> LayerTimes:
    """`layer_times` of the network that `model` names, on made-up images; `shape`: batch, size, channels, classes.

    Raises:
        RecipeError, UnknownName: a model that is not there, or that cannot take such images.
    """
    sizes = (shape["batch"], shape["channels"], shape["size"], shape["size"])
    low = next((f"{name} = {value}" for name, value in shape.items() if value < 1), None)
    if low is not None:
        raise RecipeError(f"{low} must be at least 1")
    facts(model, shape["channels"], shape["classes"], [shape["size"]])  # else the reason why not
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive("bench"))
        module = build_module(model, shape["channels"], shape["classes"], shape["size"])
        inputs_BCHW = torch.randn(sizes)
    try:
        found = layer_times(module, inputs_BCHW, machine, tell)
    except torch.OutOfMemoryError as error:
        raise TrainingError(f"out of memory: take a smaller batch (now {shape['batch']})") from error
    chosen = {"device": machine.device, "precision": machine.precision, "threads": machine.threads}
    return LayerTimes(**{"model": str(model), **shape, **chosen, **found})


@undisturbed()
def layer_times(module: nn.Module, inputs_BCHW: Tensor, machine: Machine, tell: Watcher) -> dict[str, Any]:
    """The fields of `LayerTimes` that are measured. The module is not changed."""
    torch.set_num_threads(machine.threads)
    trial = copy.deepcopy(module).to(machine.torch_device).train()
    images = inputs_BCHW.to(machine.torch_device).contiguous(memory_format=torch.channels_last)
    rounds = list(_rounds(trial, images, machine, tell))
    wholes, clocks = zip(*rounds, strict=True)
    calls = list(zip(*(clock.calls for clock in clocks), strict=True))
    channels, height, width = images.shape[1:]
    macs = {row.name: row.macs for row in counted(trial, (channels, height, width))[0]}
    times = [_medians((each.forward_s, each.backward_s) for each in call) for call in calls]
    total = sum(sum(each.values()) for each in times)
    rows = tuple(
        LayerTime(
            name=call.name,
            kind=type(call.layer).__name__,
            output=call.output,
            parameters=sum(parameter.numel() for parameter in call.layer.parameters()),
            macs=macs.get(call.name, 0),
            share=sum(each.values()) / total,
            **each,
        )
        for (call, *_), each in zip(calls, times, strict=True)
    )
    return {"rounds": len(rounds), "layers": rows, "kinds": by_kind(rows), **_medians(wholes)}


def _rounds(
    trial: nn.Module, images: Tensor, machine: Machine, tell: Watcher
) -> Iterator[tuple[tuple[float, float], Clock]]:
    """Seconds of the whole network, forward and backward, and of each layer, round by round."""
    begin = time.perf_counter()
    for done in range(-1, ROUNDS):  # the first warms up
        if done >= LEAST and time.perf_counter() - begin > ENOUGH:
            return
        found = _round(trial, images, machine)
        tell(Reading(done=done + 1, total=ROUNDS, what="timed"))
        if done >= 0:
            yield found


def _round(trial: nn.Module, images: Tensor, machine: Machine) -> tuple[tuple[float, float], Clock]:
    clock = Clock(machine=machine)
    hooks = []
    for name, layer in leaves(trial):
        hooks.append(layer.register_forward_pre_hook(clock.enter, with_kwargs=True))
        hooks.append(layer.register_forward_hook(functools.partial(clock.leave, name), with_kwargs=True))
    trial.zero_grad(set_to_none=True)
    start = clock.now()
    with autocast(machine.torch_device, machine.precision):
        output: Tensor = trial(images)
    forward = clock.now() - start
    for hook in hooks:
        hook.remove()
    gradient = torch.ones_like(output)
    start = clock.now()
    output.backward(gradient)  # type: ignore[no-untyped-call]
    return (forward, clock.now() - start), clock


def _nodes(node: Node, before: set[Node]) -> set[Node]:
    """The nodes of the graph between an output and the nodes that made the inputs: what is done on the way back."""
    found: set[Node] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in before and node not in found:
            found.add(node)
            waiting += [following for following, _ in node.next_functions]
    return found


def _tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, list | tuple):
            yield from _tensors(value)


def _medians(times: Iterable[tuple[float, float]]) -> dict[str, float]:
    forward, backward = (median(side) for side in zip(*times, strict=True))
    return {"forward_s": forward, "backward_s": backward}


def by_kind(rows: Sequence[LayerTime]) -> tuple[KindTime, ...]:
    """Totals of the layers of each kind, the slowest kind first."""
    keys = ("parameters", "macs", "forward_s", "backward_s", "share")
    totals = []
    for kind in dict.fromkeys(row.kind for row in rows):
        those = [row for row in rows if row.kind == kind]
        sums = {key: sum(getattr(row, key) for row in those) for key in keys}
        totals.append(KindTime(kind=kind, layers=len(those), **sums))
    return tuple(sorted(totals, key=lambda total: -total.share))
