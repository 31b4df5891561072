"""linnaeus bench, and linnaeus parts models NAME: a network in tables."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from linnaeus.record import codec
from linnaeus.record.facts import ModelFacts
from linnaeus.record.measurements import KindTime, LayerTimes, NetworkFacts
from linnaeus.reporting.content.bench import answer
from linnaeus.reporting.words import words
from tests.cli.fakes import stand_in

FOUND = {
    "model": "lenet",
    "batch": 100,
    "size": 28,
    "channels": 1,
    "classes": 10,
    "device": "cpu",
    "precision": "fp32",
    "threads": 1,
    "rounds": 15,
    "forward_s": 0.002,
    "backward_s": 0.004,
    "layers": [
        {"name": "features.0", "kind": "Conv2d", "output": [6, 28, 28], "parameters": 156, "macs": 117600,
         "forward_s": 0.001, "backward_s": 0.002, "share": 0.75},
        {"name": "head", "kind": "Flatten", "output": [4704], "parameters": 0, "macs": 0,
         "forward_s": 0.0005, "backward_s": 0.0005, "share": 0.25},
    ],
    "kinds": [
        {"kind": "Conv2d", "layers": 1, "parameters": 156, "macs": 117600, "forward_s": 0.001, "backward_s": 0.002, "share": 0.75},
        {"kind": "Flatten", "layers": 1, "parameters": 0, "macs": 0, "forward_s": 0.0005, "backward_s": 0.0005, "share": 0.25},
    ],
    "picture": None,
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    seen = []

    def bench(*args, progress, **options):
        seen.append((args, options))
        return codec.from_plain(LayerTimes, FOUND)

    stand_in(monkeypatch, "bench", bench)
    return seen


def test_bench(linnaeus, asked):
    lines = linnaeus("bench", "layers", "lenet", "mnist", "--batch", "100", "--threads", "1").out.splitlines()
    shape = {"size": None, "channels": None, "classes": None, "batch": 100}
    assert asked == [(("layers", "lenet", "mnist"), {**shape, "precision": "fp32", "threads": 1, "out": None})]
    assert lines == [
        "Time of each layer, for the batch",
        "layer       type      output  weights     MACs  forward, ms  backward, ms  share of time  GMAC/s",
        "features.0  Conv2d   6×28×28      156  117,600        1.000         2.000         75.0 %    11.8",
        "head        Flatten     4704                          0.500         0.500         25.0 %",
        "",
        "Time by type of layer, for the batch",
        "type     layers  forward, ms  backward, ms  share of time  GMAC/s",
        "Conv2d        1        1.000         2.000         75.0 %    11.8",
        "Flatten       1        0.500         0.500         25.0 %",
        "",
        "measured    lenet, 100 images of 1×28×28, cpu, 1 thread, fp32, median of 15 rounds · "
        "the whole network: 2.00 ms forward, 4.00 ms backward",
        "answer      Convolutional layers take 75.0 % of the time, all others 25.0 %; there are no dense ones.",
        "next        linnaeus parts models lenet",
    ]


def test_bench_as_json(linnaeus, asked):
    assert json.loads(linnaeus("bench", "layers", "lenet", "--json").out) == FOUND


def test_convolutional_or_dense():
    kinds = [
        {"kind": "Linear", "macs": 1_000_000, "forward_s": 0.001, "backward_s": 0.001, "share": 0.2},
        {"kind": "Conv2d", "macs": 4_000_000, "forward_s": 0.002, "backward_s": 0.002, "share": 0.4},
        {"kind": "ReLU", "macs": 0, "forward_s": 0.002, "backward_s": 0.002, "share": 0.4},
    ]
    timed = replace(
        codec.from_plain(LayerTimes, FOUND),
        kinds=tuple(KindTime(layers=1, parameters=0, **kind) for kind in kinds),
        batch=10,
    )
    assert answer(timed, words()).replace("\u00a0", " ") == (
        "Convolutional layers take 40.0 % of the time for 80.0 % of the multiplications, dense ones 20.0 % for 20.0 %: "
        "per multiplication dense layers take 2.0 times as long. All other layers take 40.0 %."
    )


def test_only_layers_can_be_measured(linnaeus, asked):
    result = linnaeus("bench", "optimizers", "lenet")
    assert (result.status, asked) == (2, [])


def test_a_model_in_full(linnaeus):
    text = linnaeus("parts", "models", "lenet", "--channels", "1").out
    assert text.startswith("lenet(activation='tanh', ")
    assert re.search(r"^Layers, at 32 px\nlayer +type +output +weights +MACs +trained$", text, re.MULTILINE)
    assert re.search(r"^features\.0 +Conv2d +6 × 28 × 28 +156 +117,600 +yes$", text, re.MULTILINE)
    assert re.search(r"^1 channel, 10 classes\n +weights +trainable weights +MACs$", text, re.MULTILINE)
    assert re.search(r"^224 px +5,406,986 +5,406,986 +39,630,600$", text, re.MULTILINE)
    assert text.splitlines()[-1] == "next        linnaeus bench layers lenet · linnaeus parts models"


def test_a_model_with_options(linnaeus):
    text = linnaeus("parts", "models", "mobilenet_v2(width=0.5)", "--classes", "100").out
    assert re.search(r"^32 px +815,780 +815,780 +28,084,224$", text, re.MULTILINE)
    assert "linnaeus bench layers 'mobilenet_v2(width=0.5)'" in text


def test_a_size_that_a_model_cannot_take(linnaeus, monkeypatch):
    sizes, faults = {224: ModelFacts(parameters=7, trainable=5, macs=9, layers=())}, {32: "the least size is 64 px"}
    found = NetworkFacts(model="lenet", channels=3, classes=10, sizes=sizes, faults=faults)
    stand_in(monkeypatch, "model_facts", lambda name, **options: found, "networks")
    lines = linnaeus("parts", "models", "lenet").out.splitlines()
    assert "32 px: the least size is 64 px" in lines
    assert any(re.fullmatch(r"224 px +7 +5 +9", line) for line in lines)


def test_a_model_that_needs_more_said_is_only_described(linnaeus):
    result = linnaeus("parts", "models", "timm")
    assert result.status == 0
    assert "trainable weights" not in result.out


def test_an_option_out_of_range_is_said(linnaeus):
    result = linnaeus("parts", "models", "resnet(depth=21)")
    assert (result.status, result.out) == (2, "")
    assert "depth = 21 must be 6n + 2" in result.err


def test_other_parts_load_no_torch():
    program = "import linnaeus.cli.app as a, sys; a.run(['parts', 'optimizers', 'sgd']); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
