"""Numbers and names as people type them: refused with what was meant, never taken for something else."""

from pathlib import Path

import pytest

from linnaeus.api.objects import settings
from linnaeus.errors import LinnaeusError, NotationError, RecipeError, UnknownName
from linnaeus.recipe import read, typed
from linnaeus.recipe.recipe import MOST_SIDE, TYPES
from linnaeus.recipe.spec import parse

BASE = read.from_plain({"optimizer": "sgd(lr=0.1)", "model": "convnet", "data": "digits"})


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0,001", "0.001"), ("-0,5", "-0.5"), ("10 %", "0.1"), ("12,5%", "0.125"), ("1 000", "1000"), ("1\u00a0000,5", "1000.5"),
        ("64k", "64000"), ("1.5M", "1500000"), ("−1", "-1"), ("1,5e-3", "1.5e-3"), ("0.1", "0.1"),
        ("many", None), ("1,2,3", None), ("", None), ("0x10", None), ("1/3", None),
    ],
)  # fmt: skip
def test_what_is_meant_by_a_number(text: str, meant: str | None) -> None:
    assert typed.number(text) == meant


@pytest.mark.parametrize(
    ("assignment", "advice"),
    [
        ("optimizer=sgd(lr=0,001)", "decimal point: 0.001, not 0,001"),
        ("optimizer=sgd(lr=0,5)", "decimal point: 0.5, not 0,5"),
        ("optimizer.lr=0,01", "must be a number, not '0,01'; write 0.01"),
        ("optimizer.lr=0,5", "write 0.5"),
        ("val=15%", "write 0.15"),
        ("val=0,15", "write 0.15"),
        ("epochs=1 000", "write 1000"),
        ("seed=−1", "write -1"),
        ("epochs=ten", "epochs = 'ten' must be a whole number"),
        (f"image_size={MOST_SIDE + 1}", f"from 1 to {MOST_SIDE} pixels"),
        ("batch_size=1000000000", "from 1 to 1048576 images"),
    ],
)
def test_a_number_typed_so_is_refused_with_the_one_that_was_meant(assignment: str, advice: str) -> None:
    with pytest.raises(LinnaeusError) as refused:
        read.override(BASE, [assignment])
    assert advice in str(refused.value)
    assert "octal" not in str(refused.value)


def test_lists_and_texts_are_no_decimal_commas() -> None:
    assert parse("multi_step(at=[1,2])").get("at") == (1, 2)
    with pytest.raises(NotationError) as refused:
        parse("sgd(lr=")
    assert "decimal" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("learning_rate", "optimizer.lr"), ("lr", "optimizer.lr"), ("batch", "batch_size"), ("imgsz", "image_size"),
        ("max_epochs", "epochs"), ("n-jobs", "threads"), ("label_smoothing", "loss.smoothing"), ("random_state", "seed"),
        ("epoch", "epochs"), ("batchsize", "batch_size"), ("ephocs", "epochs"),
    ],
)  # fmt: skip
def test_names_of_other_libraries_are_understood(name: str, meant: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=f"did you mean .*{meant}"):
        read.from_plain({name: 1})
    if name != "lr":  # which Python takes, for short
        with pytest.raises(UnknownName, match=f"did you mean .*{meant}"):
            settings({name: 1})


def test_every_name_that_is_suggested_is_one() -> None:
    for meant in set(typed.ELSEWHERE.values()):
        assert meant.partition(".")[0] in TYPES
    for name in typed.ELSEWHERE:
        assert name not in TYPES


def test_a_recipe_that_begins_with_a_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_bytes(b"\xef\xbb\xbfbatch_size = 16\r\n")
    assert read.read(tmp_path / "r.toml") == {"batch_size": 16}
    (tmp_path / "w.toml").write_bytes("batch_size = 16".encode("utf-16"))
    with pytest.raises(RecipeError, match="not a text in UTF-8"):
        read.read(tmp_path / "w.toml")
