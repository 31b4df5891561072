"""The learning-rate range test: what it suggests, when it stops, and that it leaves no trace."""

import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
import torch

import linnaeus
from linnaeus.errors import LinnaeusError
from linnaeus.recipe.spec import parse
from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.training.lr_range import smooth, steepest, with_lr
from tests.settings import given
from tests.training.small import FIXED, archive, weights


def data(tmp_path: Path) -> str:
    return f"arrays({str(archive(tmp_path))!r})"


def test_it_leaves_no_trace_in_the_run_that_follows(tmp_path: Path) -> None:
    def train(name: str) -> dict[str, bytes]:
        changes = [*FIXED, "augment=crop | flip", "model=convnet(width=8)"]
        linnaeus.train(data(tmp_path), **given(*changes), name=name, runs=tmp_path / "runs", report=False)
        return weights(RunFolder(tmp_path / "runs" / name))

    without = train("without")
    state, threads = torch.random.get_rng_state(), torch.get_num_threads()
    linnaeus.find_lr(data(tmp_path), **given(*FIXED, "threads=1", "model=convnet(width=8)"), sweep=(1e-4, 1.0, 20))
    assert torch.equal(state, torch.random.get_rng_state())
    assert torch.get_num_threads() == threads
    assert train("with") == without
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["with", "without"]


def test_the_rates_are_geometric_and_the_same_twice(tmp_path: Path) -> None:
    first = linnaeus.find_lr(data(tmp_path), **given(*FIXED), sweep=(1e-5, 1e-1, 21))
    assert first == linnaeus.find_lr(data(tmp_path), **given(*FIXED), sweep=(1e-5, 1e-1, 21))
    rates = [row.lr for row in first.steps]
    assert rates[0] == pytest.approx(1e-5) and rates[-1] == pytest.approx(1e-1) and len(rates) == 21
    assert all(later / former == pytest.approx(10**0.2) for former, later in pairwise(rates))
    assert not first.diverged
    json.dumps(codec.to_plain(first), allow_nan=False)


def test_it_stops_where_the_loss_diverges_and_suggests_far_less(tmp_path: Path) -> None:
    changes = [
        *FIXED,
        "optimizer=sgd(lr=0.1, momentum=0.9)",
        "model=mlp(hidden=[16])",
        "loss=cross_entropy(smoothing=0.2)",
    ]
    found = linnaeus.find_lr(data(tmp_path), **given(*changes), sweep=(1e-5, 1e4, 100))
    assert found.diverged
    assert len(found.steps) < 100
    assert found.suggestion < found.steps[-1].lr / 30
    assert found.suggestion == float(f"{min(found.lowest / 10, found.fastest):.2g}")
    assert found.optimizer == f"sgd(lr={found.suggestion!r}, momentum=0.9)"


def test_groups_with_a_rate_of_their_own_keep_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from linnaeus.training import lr_range

    seen: list[list[float]] = []
    true_step = lr_range.step

    def watched(module, optimizer, *rest):
        seen.append([group["lr"] for group in optimizer.param_groups])
        return true_step(module, optimizer, *rest)

    monkeypatch.setattr(lr_range, "step", watched)
    changes = [*FIXED, "optimizer=muon(dense=True, rest=sgd(lr=0.05))", "model=linear"]
    linnaeus.find_lr(data(tmp_path), **given(*changes), sweep=(1e-3, 1.0, 10))
    assert [rates[0] for rates in seen] == pytest.approx([10 ** (-3 + index / 3) for index in range(10)])
    assert all(rates[1:] and set(rates[1:]) == {0.05} for rates in seen)


def test_the_smoothed_loss() -> None:
    assert smooth([3.0, 3.0, 3.0]) == pytest.approx([3.0, 3.0, 3.0])  # no pull towards zero at the beginning
    assert smooth([1.0, 2.0])[1] == pytest.approx((0.9 * 0.1 * 1 + 0.1 * 2) / 0.19)


def test_the_steepest_fall_is_found_through_noise() -> None:
    falls = [1 / (1 + math.exp((index - 40) / 4)) + 0.01 * (-1) ** index for index in range(100)]
    assert abs(steepest(falls) - 40) <= 1


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        ("sgd(momentum=0.5)", "sgd(momentum=0.5, lr=0.03)"),
        ("sam(rho=0.1, base=sgd(lr=1.0))", "sam(rho=0.1, base=sgd(lr=0.03))"),
        ("muon(rest=sgd(lr=0.05))", "muon(rest=sgd(lr=0.05), lr=0.03)"),
        ("sam", None),
    ],
)
def test_the_suggestion_as_an_optimizer(optimizer: str, expected: str | None) -> None:
    assert with_lr(parse(optimizer), 0.03) == (parse(expected) if expected else None)


@pytest.mark.parametrize("name", ["rates.svg", "rates.png"])
def test_the_picture(tmp_path: Path, name: str) -> None:
    linnaeus.find_lr(data(tmp_path), **given(*FIXED), sweep=(1e-4, 1.0, 20), out=tmp_path / "new" / name)
    content = (tmp_path / "new" / name).read_bytes()
    assert content.startswith(b"<?xml" if name.endswith("svg") else b"\x89PNG")
    assert len(content) > 5_000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"out": "rates.pdf"}, "FILE.svg or FILE.png"),
        ({"sweep": (0.1, 0.01, 50)}, "rates must grow"),
        ({"sweep": (0.0, 0.01, 50)}, "from above 0"),
        ({"sweep": (1e-3, 1.0, 9)}, "at least 10 steps"),
        ({"sweep": (1e30, 1e35, 10), "optimizer": "sgd", "weights": "gone"}, "there is no run .gone."),
    ],
)
def test_bad_wishes(tmp_path: Path, options: dict, message: str) -> None:
    with pytest.raises(LinnaeusError, match=message) as caught:
        linnaeus.find_lr(data(tmp_path), **given(*FIXED) | options)
    assert len(str(caught.value).splitlines()) == 1


def test_weights_are_those_of_a_run_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_RUNS", str(tmp_path / "runs"))
    images, small = data(tmp_path), "model=convnet(width=8)"
    linnaeus.train(images, name="first", **given(*FIXED, "threads=1", "epochs=2", small), report=False)
    sweep = (1e-6, 1e-5, 10)  # so small a rate leaves the weights as they are
    ours = linnaeus.find_lr(images, **given(*FIXED, "threads=1", small, "weights=first", "train=all"), sweep=sweep)
    none = linnaeus.find_lr(images, **given(*FIXED, "threads=1", small), sweep=sweep)
    assert ours.steps[0].loss < none.steps[0].loss
