"""Checkpoints of torch: what they may hold, and that nothing in them is ever run."""

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch

from linnaeus.errors import RunError
from linnaeus.finetuning.weights import sandbox, untrusted

STATE = {"conv.weight": torch.arange(6.0).reshape(2, 3), "conv.bias": torch.zeros(2, dtype=torch.bfloat16)}


@pytest.fixture(autouse=True)
def nothing_is_kept_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


class Trap:
    """Whoever unpickles it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def saved(folder: Path, held: Any, **options: Any) -> Path:
    torch.save(held, folder / "held.pt", **options)
    return folder / "held.pt"


@pytest.mark.parametrize("is_zip", [True, False])
def test_tensors_come_over_bit_for_bit(tmp_path: Path, is_zip: bool) -> None:
    file = saved(tmp_path, {"epoch": 3, "model": STATE}, _use_new_zipfile_serialization=is_zip)
    found, nested = untrusted.read(file)
    assert nested == "model"
    assert found.keys() == STATE.keys()
    assert all(torch.equal(found[name], value) and found[name].dtype == value.dtype for name, value in STATE.items())


def test_tensors_that_share_their_memory_come_over_apart(tmp_path: Path) -> None:
    shared = torch.arange(8.0).reshape(2, 4)
    found, _ = untrusted.read(saved(tmp_path, {"a": shared, "b": shared, "c": shared.T, "d": shared[0]}))
    assert torch.equal(found["b"], shared) and torch.equal(found["c"], shared.T) and torch.equal(found["d"], shared[0])


@pytest.mark.parametrize(
    ("held", "key"),
    [
        (STATE, ""),
        ({"state_dict": STATE}, "state_dict"),
        ({"lr": torch.tensor(0.1), "optimizer": {"state": {}}, "net": STATE}, "net"),
        ({"params_ema": STATE, "params": {name: value + 1 for name, value in STATE.items()}}, "params_ema"),
        ({"model": {"state_dict": STATE}}, "model.state_dict"),
        ({"of my own": STATE}, "of my own"),
        ({**STATE, "_extra_state": 3}, ""),
        ({"epoch": 3}, None),
        ([STATE], None),
        ({}, None),
    ],
)
def test_the_first_mapping_of_names_to_tensors_is_taken(held: Any, key: str | None) -> None:
    found = next(sandbox.states(held), None)
    assert (found[0] if found else None) == key
    assert found is None or found[1] == STATE


@pytest.mark.parametrize("kind", ["zip", "old", "bare"])
def test_a_file_that_would_run_code_is_refused_and_runs_none(tmp_path: Path, kind: str) -> None:
    trap = Trap(tmp_path / "sprung")
    if kind == "bare":
        file = tmp_path / "held.pt"
        file.write_bytes(pickle.dumps({"model": trap}))
    else:
        file = saved(tmp_path, {"model": STATE, "extra": trap}, _use_new_zipfile_serialization=kind == "zip")
    with pytest.raises(RunError, match=r"could run code when read.*nothing was run") as caught:
        untrusted.read(file)
    assert not trap.folder.exists()
    assert len(str(caught.value).splitlines()) == 1
    assert "weights_only" not in str(caught.value)  # torch's advice is to switch the protection off
    assert kind == "bare" or "mkdir" in str(caught.value)


def test_the_trap_would_spring(tmp_path: Path) -> None:
    torch.load(saved(tmp_path, Trap(tmp_path / "sprung")), weights_only=False)
    assert (tmp_path / "sprung").exists()


def test_a_whole_network_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"it names torch\.nn\.modules\.linear\.Linear"):
        untrusted.read(saved(tmp_path, torch.nn.Linear(2, 2)))


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda whole: b"", "the file is empty"),
        (cut, "damaged or cut off"),
        (lambda whole: b"<!DOCTYPE html><html>", "a page of the web"),
        (lambda whole: b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (lambda whole: b"\x00" * 900, "neither a checkpoint of torch"),
        (lambda whole: b"\x80\x02" + b"\xff" * 90, "cannot be read|could run code"),
    ],
)
def test_what_is_no_checkpoint_is_one_message(tmp_path: Path, content: Any, message: str) -> None:
    file = saved(tmp_path, STATE)
    file.write_bytes(content(file.read_bytes()))
    with pytest.raises(RunError, match=message) as caught:
        untrusted.read(file)
    assert str(file) in str(caught.value) and len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("how", ["stride", "storage"])
def test_a_file_that_claims_more_than_it_holds_ends_the_child_alone(tmp_path: Path, how: str) -> None:
    """A tensor of a terabyte with one number in it; 77 numbers that say they are 2³¹."""
    if how == "stride":
        file = saved(tmp_path, {"a": torch.zeros(1).expand(2**19, 2**19)})
    else:
        file = saved(tmp_path, {"a": torch.zeros(77)[:2]}, _use_new_zipfile_serialization=False)
        content = file.read_bytes()
        assert content.count(b"K\x4d") == 1
        file.write_bytes(content.replace(b"K\x4d", b"J\xff\xff\xff\x7f"))
    with pytest.raises(RunError, match="claims more memory"):
        untrusted.read(file)


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted, "PATIENCE", 0.01)
    with pytest.raises(RunError, match="it took too long"):
        untrusted.read(saved(tmp_path, STATE))


def test_a_child_that_dies_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n", encoding="utf-8")
    monkeypatch.setattr(untrusted, "CHILD", dying)
    with pytest.raises(RunError, match="the process that read it ended"):
        untrusted.read(saved(tmp_path, STATE))


def test_other_things_than_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"is not a state dict: .*it holds a dict with epoch, lr"):
        untrusted.read(saved(tmp_path, {"epoch": 3, "lr": 0.1}))


def test_several_sets_of_weights_are_named_and_a_key_chooses(tmp_path: Path) -> None:
    one = {"a": torch.ones(2), "b": torch.zeros(2)}
    held = {"model": one, "model_ema": {name: value + 5 for name, value in one.items()}, "epoch": 3}
    held["optimizer"] = {"state": {0: {"exp_avg": torch.ones(2)}}}
    torch.save(held, tmp_path / "w.pt")
    tensors, nested = untrusted.read(tmp_path / "w.pt")
    assert (nested, tensors["a"].tolist()) == ("model", [1, 1])
    assert untrusted.others(tmp_path / "w.pt") == ("model_ema",)
    tensors, nested = untrusted.read(tmp_path / "w.pt", "model_ema")
    assert (nested, tensors["a"].tolist()) == ("model_ema", [6, 6])
    assert untrusted.others(tmp_path / "w.pt", "model_ema") == ("model",)
    with pytest.raises(RunError, match="no weights under 'ema'; it has model, model_ema"):
        untrusted.read(tmp_path / "w.pt", "ema")
    assert untrusted.parts("/x/w.pt:key=model_ema") == ("/x/w.pt", "model_ema")


def test_a_second_time_no_child_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = saved(tmp_path, {"model": STATE})
    first, _ = untrusted.read(file)
    monkeypatch.setattr(untrusted, "PATIENCE", 0.01)  # else it would be ended
    (tmp_path / "copy.pt").write_bytes(file.read_bytes())
    second, nested = untrusted.read(tmp_path / "copy.pt")
    assert nested == "model"
    assert all(torch.equal(first[name], value) for name, value in second.items())
    saved(tmp_path, {"model": {**STATE, "conv.bias": torch.ones(2)}})
    with pytest.raises(RunError, match="it took too long"):
        untrusted.read(file)


def test_what_was_kept_and_is_damaged_is_read_anew(tmp_path: Path) -> None:
    file = saved(tmp_path, STATE)
    untrusted.read(file)
    (kept,) = (tmp_path / "cache" / "checkpoints").iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    assert torch.equal(untrusted.read(file)[0]["conv.weight"], STATE["conv.weight"])
    assert len(kept.read_bytes()) > 40


def test_only_the_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted, "KEPT", 2)
    mine = tmp_path / "cache" / "checkpoints" / "mine.pt"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"nothing of ours")
    for number in range(3):
        untrusted.read(saved(tmp_path, {"a": torch.tensor([float(number)])}))
    assert len(list(mine.parent.iterdir())) == 2 + 1
    assert mine.exists()
