"""A training step with depthwise convolutions in float32 against one with them in bf16, the rest in bf16 in both; and all in float32.

    python benchmarks/depthwise.py [--model "mobilenet_v2(width=0.5)"] [--batch 128] [--size 32] [--threads 1] [--compile]

Steps of the three take turns on the same batch. Printed are images a second, and the ratio of the times of each pair of steps: its
median and quartiles.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from linnaeus.classifier.classifier import autocast, build_module
from linnaeus.parts.models._network import DepthwiseConv2d
from linnaeus.recipe.spec import parse

ROUNDS = 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mobilenet_v2(width=0.5)")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    images_BCHW = torch.randn(given.batch, 3, given.size, given.size).to(memory_format=torch.channels_last)
    labels_B = torch.randint(0, 100, (given.batch,))

    def stepper(plain: bool, precision: str) -> Callable[[], None]:
        module = build_module(parse(given.model), 3, 100, given.size).to(memory_format=torch.channels_last)
        for layer in module.modules():
            if plain and isinstance(layer, DepthwiseConv2d):
                layer.__class__ = nn.Conv2d  # type: ignore[assignment]
        optimizer = torch.optim.SGD(module.parameters(), 0.01, momentum=0.9)
        answer: Callable[[Tensor], Tensor] = torch.compile(module) if given.compile else module

        def step() -> None:
            with autocast(images_BCHW.device, precision):
                logits_BK = answer(images_BCHW)
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(logits_BK.float(), labels_B).backward()  # type: ignore[no-untyped-call]
            optimizer.step()

        return step

    ways = {
        "bf16, depthwise in float32": stepper(False, "bf16"),
        "bf16": stepper(True, "bf16"),
        "float32": stepper(True, "fp32"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 2):
        for name, step in ways.items():
            began = time.perf_counter()
            step()
            if turn >= 2:
                seconds[name].append(time.perf_counter() - began)
    ours = np.array(seconds["bf16, depthwise in float32"])
    for name, times in seconds.items():
        low, middle, high = np.quantile(np.array(times) / ours, [0.25, 0.5, 0.75])
        print(
            f"{name:28}{given.batch / np.median(times):6.0f} images/s   x{middle:.2f} ({low:.2f}-{high:.2f}) of the first"
        )


if __name__ == "__main__":
    main()
