"""What cleanvision adds to the audit, and that nothing is missed where it fails or is not there."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from linnaeus.data.audit import cleaned
from linnaeus.events import Note, nobody, note


def folder(place: Path) -> list[tuple[str, Path]]:
    rng = np.random.default_rng(0)
    paths = []
    for number in range(12):
        image = rng.integers(0, 256, (40, 40, 3), np.uint8) if number else np.full((40, 40, 3), 90, np.uint8)
        if number == 5:
            image = rng.integers(0, 256, (900, 900, 3), np.uint8)
        paths.append((f"cat/{number}.png", place / f"{number}.png"))
        Image.fromarray(image).save(paths[-1][1])
    return paths


def test_it_is_asked_where_it_is_installed(tmp_path: Path) -> None:
    pytest.importorskip("cleanvision")
    found = {finding.kind: finding.files for finding in cleaned.findings(folder(tmp_path), nobody)}
    assert found == {"low_information": ("cat/0.png",), "odd_size": ("cat/5.png",)}


def test_its_failure_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**options: object) -> None:
        raise OSError("no such lab")

    monkeypatch.setitem(sys.modules, "cleanvision", SimpleNamespace(Imagelab=broken, __spec__=object()))
    told: list[Note] = []
    assert cleaned.findings(folder(tmp_path), told.append) == []
    assert told == [note("cleanvision", reason="OSError: no such lab")]


def test_without_it_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaned, "find_spec", lambda name: None)
    assert cleaned.findings(folder(tmp_path), nobody) == []
