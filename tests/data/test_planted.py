"""Must be seen: what is planted is found and named by the command; on clean data nothing is called a copy."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import linnaeus
from linnaeus.cli.app import run
from linnaeus.data.audit import duplicates
from linnaeus.record import codec
from linnaeus.record.facts import Audit, Finding
from tests.data.planted import Planted, clean, planted
from tests.reporting import said
from tests.settings import given


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return planted(tmp_path_factory.mktemp("world") / "photos")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "400")


def by_kind(findings: Sequence[Finding]) -> dict[str, Finding]:
    kinds = [finding.kind for finding in findings]
    assert len(kinds) == len(set(kinds)), kinds
    return {finding.kind: finding for finding in findings}


def test_every_plant_is_found_and_named_by_the_command(world: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(world.folder), "--json"]) == 0
    found = by_kind(codec.from_plain(Audit, json.loads(capsys.readouterr().out)).findings)
    assert set(found) == {"leak", "duplicate", "contradiction", "constant", "mirror", "small_split", "odd_format"}
    leak, contradiction = found["leak"], found["contradiction"]
    assert {tuple(pair) for pair in leak.pairs} == world.leaks
    assert (leak.count, leak.values["exact"], leak.values["near"]) == (8, world.exact, 8 - world.exact)
    assert {frozenset(pair) for pair in contradiction.pairs} == world.contradictions
    assert {frozenset(pair) for pair in found["duplicate"].pairs} == world.contradictions
    assert found["constant"].files == (world.constant,)
    assert found["small_split"].values | {"split": "val", "n": world.validation} == found["small_split"].values
    assert {(name, to) for name, to, *_ in found["mirror"].values["turned"]} == {
        ("left", "right"),
        ("right", "left"),
    }
    assert found["mirror"].severity == "question"


def test_what_the_command_prints(world: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(world.folder)]) == 0
    out = capsys.readouterr().out
    trained, tested = min(world.leaks)
    assert f"{trained} = {tested}" in out
    assert "8 training images are also in the test split: 8 of its" in out
    assert "Leave the training copies out with --drop-leaks" in out
    assert re.search(r"1 image is a single colour\.\n[^\n]*\n+[^\n]*train/square/flat\.png", out)
    assert "12 validation images" in out and "±" in out
    assert "left like right (" in out
    assert out.splitlines()[-1].endswith("--drop-leaks")


def test_on_clean_data_there_is_no_false_alarm(tmp_path: Path) -> None:
    found = by_kind(linnaeus.audit(str(clean(tmp_path / "clean"))).findings)
    assert set(found) == {"mirror"}  # which is no fault: left and right are there, and flips are off


def test_flips_of_classes_that_a_mirror_changes_are_warned_of(world: Planted) -> None:
    found = by_kind(linnaeus.audit(str(world.folder), **given("augment=flip")).findings)["mirror"]
    assert found.severity == "warning" and "left like right" in said.told(found)
    assert "Remove flip from augment" in said.told(found)
    findings = linnaeus.audit(str(world.folder), **given("augment=rotate(degrees=180)")).findings
    turned = {finding.values["turn"]: finding for finding in findings if finding.kind == "mirror"}
    half = turned["half_turn"]
    assert half.severity == "warning" and "left like right" in said.told(half)
    assert turned["mirror"].severity == "question"


def test_leaks_are_dropped_from_training_only_and_told(
    world: Planted, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = linnaeus.audit(str(world.folder))
    quick = ("--model", "linear", "--epochs", "1", "--threads", "1", "--precision", "fp32", "--runs", str(tmp_path))
    assert run(["train", str(world.folder), *quick, "--drop-leaks", "--name", "dropped"]) == 0
    assert "8 training images left out" in capsys.readouterr().out
    assert run(["train", str(world.folder), *quick, "--name", "kept"]) == 0
    records = {record.name: record for record in linnaeus.runs(tmp_path)}
    dropped, kept = records["dropped"], records["kept"]
    assert dropped.recipe["drop_leaks"] is True and kept.recipe["drop_leaks"] is False
    assert kept.data.counts == plain.counts and kept.data.dropped == ()
    assert dropped.data.counts == {**plain.counts, "train": plain.counts["train"] - 8}
    assert {tuple(pair) for pair in dropped.data.dropped} == world.leaks
    assert dropped.test_openings == 0
    assert dropped.data.fingerprint == kept.data.fingerprint
    assert "dropped" in {finding.kind for finding in dropped.data.findings}
    assert "leak" in {finding.kind for finding in kept.data.findings}  # found before, so it is known
    assert "leak" not in {finding.kind for finding in dropped.data.findings}
    assert all(len(finding.files) <= 20 for finding in kept.data.findings)


def test_digits_have_no_copies() -> None:
    assert linnaeus.audit("digits").findings == ()


def test_which_pairs_are_near_does_not_depend_on_their_order_or_company() -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (300, 16, 16), dtype=np.uint8)
    copies = np.clip(images[:5].astype(int) + rng.integers(-9, 10, (5, 16, 16)), 0, 255).astype(np.uint8)
    both = np.concatenate([images, copies])
    assert duplicates.search(both).tolist() == [[place, 300 + place, 0] for place in range(5)]
    order = rng.permutation(len(both))
    found = {frozenset(order[pair[:2]].tolist()) for pair in duplicates.search(both[order])}
    assert found == {frozenset((place, 300 + place)) for place in range(5)}
    assert len(duplicates.search(images)) == 0
