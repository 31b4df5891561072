"""ONNX Runtime in torch's place: taken where its answers are the same and come sooner, and only there."""

import os
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from linnaeus.classifier import onnx_engine as engine
from linnaeus.classifier.classifier import build_module
from linnaeus.events import Note
from linnaeus.recipe.spec import parse

pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")

INPUTS = torch.randn(16, 3, 32, 32, generator=torch.Generator().manual_seed(0)).contiguous(
    memory_format=torch.channels_last
)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(engine, "WORTHWHILE", 1e9)  # the clock decides nothing here
    monkeypatch.setattr(engine, "SECONDS", {False: 0.0, True: 0.0})
    engine.opened.cache_clear()


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return build_module(parse("resnet(depth=8)"), 3, 5, 32).eval()


def faster(module: nn.Module, images: int = 1000, part: str = "features") -> tuple[engine.Engine | None, list[str]]:
    told: list[str] = []

    def tell(event: object) -> None:
        assert isinstance(event, Note)
        told.append(event.kind)

    return engine.faster(module, part, INPUTS, images, engine.checksum_of(module), 1, tell), told


@pytest.mark.parametrize("part", ["features", "forward"])
def test_its_answers_are_those_of_torch(part: str) -> None:
    module = network()
    found, told = faster(module, part=part)
    assert found is not None and not told
    with torch.inference_mode():
        wanted = getattr(module, part)(INPUTS)
    assert torch.allclose(found(INPUTS), wanted, atol=1e-4)
    assert not module.training


def test_a_graph_is_made_once_and_is_known_by_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    faster(network())
    kept = list(engine.cache.cache_folder().glob("engines/*.sealed"))
    assert len(kept) == 1
    engine.opened.cache_clear()
    monkeypatch.setattr(engine, "to_onnx", lambda *_, **__: pytest.fail("it was there"))
    assert faster(network(), images=200)[0] is not None


def test_a_damaged_graph_is_made_anew() -> None:
    faster(network())
    (kept,) = engine.cache.cache_folder().glob("engines/*.sealed")
    kept.write_bytes(kept.read_bytes()[:1000])
    engine.opened.cache_clear()
    assert faster(network())[0] is not None
    assert len(kept.read_bytes()) > 1000


def test_few_images_are_not_worth_a_look() -> None:
    assert faster(network(), images=100) == (None, [])
    assert not engine.cache.cache_folder().exists()


def test_nothing_is_made_for_what_torch_does_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SECONDS", {False: 1e9, True: 0.0})
    assert faster(network()) == (None, [])
    assert not engine.cache.cache_folder().exists()


def test_torch_is_taken_where_it_is_no_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WORTHWHILE", 0.0)
    assert faster(network()) == (None, [])


class Drawing(nn.Module):
    """What a trace cannot follow: it depends on the inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def features(self, inputs_BCHW: Tensor) -> Tensor:
        sign = 1 if float(inputs_BCHW.mean()) == 0 else -1  # zeros are what is traced
        return sign * self.scale * inputs_BCHW.mean((2, 3))


class Odd(Drawing):
    def features(self, inputs_BCHW: Tensor) -> Tensor:
        return torch.linalg.eigvals(inputs_BCHW[:, 0]).real * self.scale


@pytest.mark.parametrize(("module", "reason"), [(Drawing(), "engine-differs"), (Odd(), "engine-fails")])
def test_what_it_cannot_do_is_told_and_left_to_torch(module: nn.Module, reason: str) -> None:
    found, told = faster(module)
    assert found is None
    assert told == [reason]


def test_where_it_was_taken_nothing_is_timed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faster(network())[0] is not None
    monkeypatch.setattr(engine, "seconds_of", lambda work: pytest.fail("it is known"))
    found, told = faster(network())
    assert found is not None and not told
    assert torch.allclose(found(INPUTS), network().features(INPUTS), atol=1e-4)  # type: ignore[operator]
    monkeypatch.setattr(engine, "SECONDS", {False: 0.0, True: 1e9})  # what it is worth is asked anew
    assert faster(network()) == (None, [])


def test_a_network_of_the_same_weights_that_says_something_else_is_noticed() -> None:
    """Its code was changed: the graph that is kept is of another one."""
    assert faster(network())[0] is not None
    other = network()
    assert engine.checksum_of(other) == engine.checksum_of(network())
    plain = other.features
    other.features = lambda inputs: 2 * plain(inputs)  # type: ignore[operator]
    assert faster(other) == (None, ["engine-differs"])


def test_a_damaged_memory_is_made_anew() -> None:
    faster(network())
    (known,) = engine.cache.cache_folder().glob("engines/*.json")
    known.write_text("{")
    assert faster(network())[0] is not None
    assert engine._torch_seconds(known) is not None


def test_the_graphs_that_were_used_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "GRAPHS", 2)
    place = engine.cache.cache_folder() / "engines"
    for seed in (0, 1):
        faster(network(seed))
    first, second = sorted(place.glob("*.sealed"), key=lambda path: path.stat().st_mtime)
    os.utime(second, (1, 1))
    os.utime(first, (2, 2))
    engine.opened.cache_clear()
    faster(network(1))  # the oldest is used once more
    faster(network(2))
    assert second.exists() and not first.exists()
    assert len(list(place.glob("*.sealed"))) == 2
