"""A score belongs to images, known by content: vanished, changed, relabelled, added, moved, trained on, sealed."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus.errors import DataError, RecipeError
from linnaeus.record import openings
from linnaeus.record.folder import RunFolder
from tests.settings import given
from tests.training.small import FIXED

CLASSES = ("left", "middle", "right")
EACH = 20


def write(folder: Path, *, each: int = EACH, first: int = 0, classes: tuple[str, ...] = CLASSES) -> Path:
    """A folder for each class, of `each` images, the first of number `first`: equal numbers are equal images."""
    for place, name in enumerate(classes):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(first, first + each):
            rng = np.random.default_rng([place, number])
            image = rng.integers(0, 128, (12, 12, 3), dtype=np.uint8)
            image[:6, place * 4 : place * 4 + 4] += 120
            Image.fromarray(image).save(folder / name / f"{number}.png")
    return folder


def train(data: Path, runs: Path, name: str = "run", *more: str) -> linnaeus.RunRecord:
    changes = [*FIXED, "model=linear", "image_size=12", "val=0.25", "test=0.25", *more]
    return linnaeus.train(str(data), **given(*changes), name=name, runs=runs, report=False, progress=False)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own")
    train(write(place / "data"), place / "runs")
    linnaeus.evaluate("run", split="test", runs=place / "runs", progress=False)
    return place


@pytest.fixture
def place(trained: Path, tmp_path: Path) -> Path:
    """The run and its data, to be spoilt; the data have another path than the recipe says, which the recipe follows."""
    shutil.copytree(trained, tmp_path / "own")
    recipe = tmp_path / "own" / "runs" / "run" / "recipe.toml"
    recipe.write_text(recipe.read_text().replace(str(trained), str(tmp_path / "own")))
    return tmp_path / "own"


def of_split(place: Path, split: int) -> list[Path]:
    held = RunFolder(place / "runs" / "run").images()
    return [place / "data" / name for name in held["names"][held["splits"] == split]]


def score(place: Path, **wish: object) -> linnaeus.SplitScores:
    return linnaeus.evaluate("run", runs=place / "runs", progress=False, **wish)


def recorded(place: Path) -> linnaeus.RunRecord:
    return RunFolder(place / "runs" / "run").record()


def test_a_class_folder_that_is_gone_is_told_and_overwrites_no_score(place: Path) -> None:
    before = recorded(place)
    gone = [path for path in of_split(place, 2) if path.parent.name == "right"]
    (place / "data" / "right").rename(place / "away")
    with pytest.raises(DataError, match=rf"{len(gone)} (has|have) vanished \(right/") as refused:
        score(place, split="test")
    assert "linnaeus evaluate run --split test --data" in str(refused.value)
    assert recorded(place).scores == before.scores and recorded(place).test_openings == before.test_openings
    left = score(place, split="test", data=place / "data")
    assert left.split == "on-data-test" and left.metrics["accuracy"].n == len(of_split(place, 2)) - len(gone)
    assert recorded(place).scores["test"] == before.scores["test"]
    assert recorded(place).test_openings == before.test_openings + 1


@pytest.mark.parametrize("look", [linnaeus.evaluate, linnaeus.inspect, linnaeus.show])
def test_changed_and_relabelled_images_are_told_whoever_looks(place: Path, look: object) -> None:
    first, second = of_split(place, 1)[:2]
    Image.new("RGB", (12, 12)).save(first)
    other = next(name for name in CLASSES if name != second.parent.name)
    second.rename(place / "data" / other / "moved.png")
    with pytest.raises(DataError, match=r"1 has changed .*1 has been given another label"):
        look("run", runs=place / "runs", progress=False)  # type: ignore[operator]


def test_images_that_were_added_belong_to_no_split_of_the_run(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = score(place)
    write(place / "data", first=100)
    told: list[object] = []
    again = linnaeus.evaluate("run", runs=place / "runs", progress=told.append)
    assert again == before
    (note,) = [event for event in told if getattr(event, "kind", "") == "added"]
    assert note.values["n"] > 0 and note.values["split"] == "val"  # type: ignore[attr-defined]


def test_moved_data_are_the_runs_own(place: Path) -> None:
    before = score(place)
    (place / "data").rename(place / "elsewhere")
    with pytest.raises(DataError, match="--data NEWPLACE"):
        score(place)
    assert score(place, data=place / "elsewhere") == before
    test = score(place, data=place / "elsewhere", split="test")
    assert test == recorded(place).scores["test"] and recorded(place).test_openings == 2
    assert set(recorded(place).scores) == {"val", "test"}
    linnaeus.inspect("run", data=place / "elsewhere", runs=place / "runs", progress=False)
    linnaeus.show("run", data=place / "elsewhere", runs=place / "runs", progress=False)


def test_images_that_the_run_knows_are_left_out_of_other_data_and_counted(place: Path) -> None:
    write(place / "other", first=100, each=4)
    for path in of_split(place, 0)[:5] + of_split(place, 1)[:3] + of_split(place, 2)[:2]:
        shutil.copy(path, place / "other" / path.parent.name / f"again-{path.name}")
    found = score(place, data=place / "other")
    assert found.metrics["accuracy"].n == 12 and recorded(place).test_openings == 1
    assert found.left_out == {"trained_on": 5, "validation": 3, "sealed": 2}
    assert recorded(place).scores["on-other"] == found


def test_the_training_set_less_one_image_is_no_new_data(place: Path) -> None:
    shutil.copytree(place / "data", place / "copy")
    (place / "copy" / of_split(place, 0)[0].relative_to(place / "data")).unlink()
    with pytest.raises(
        DataError, match=r"known to run: \d+ that it, or a run before it, was trained on, .*sealed test"
    ):
        score(place, data=place / "copy")
    assert recorded(place).test_openings == 1


def test_images_that_were_saved_anew_without_loss_are_known_by_their_pixels(place: Path) -> None:
    write(place / "other", first=100, each=2)
    for path in of_split(place, 0) + of_split(place, 1)[:3]:
        Image.open(path).save(place / "other" / path.parent.name / f"{path.stem}.bmp")
    found = score(place, data=place / "other")
    assert found.left_out == {"trained_on": len(of_split(place, 0)), "validation": 3}
    assert found.metrics["accuracy"].n == 6


def test_sealed_images_by_another_way_count_as_an_opening(place: Path) -> None:
    sealed = of_split(place, 2)
    for path in sealed:
        (place / "t" / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place / "t" / path.parent.name / path.name)
    found = score(place, data=place / "t")
    assert found.opened == len(sealed) == found.metrics["accuracy"].n
    assert recorded(place).test_openings == 2
    write(place / "t", first=300, each=2)
    mixed = score(place, data=place / "t")
    assert mixed.left_out == {"sealed": len(sealed)} and mixed.metrics["accuracy"].n == 6 and not mixed.opened
    assert recorded(place).test_openings == 2
    assert score(place, data=place / "t", split="test").opened == len(sealed)


def test_a_split_of_other_data_is_scored_alone_or_refused(place: Path) -> None:
    write(place / "o" / "train", first=100, each=9)
    write(place / "o" / "test", first=200, each=4)
    assert score(place, data=place / "o", split="test").metrics["accuracy"].n == 12
    assert score(place, data=place / "o").metrics["accuracy"].n == 39
    with pytest.raises(DataError, match="no val images"):
        score(place, data=place / "o", split="val")
    write(place / "flat", first=300, each=2)
    with pytest.raises(DataError, match="leave --split out"):
        score(place, data=place / "flat", split="test")


def test_scores_of_other_images_do_not_overwrite_each_other_for_a_common_name(place: Path) -> None:
    write(place / "a" / "new", first=100, each=3)
    write(place / "b" / "new", first=200, each=2)
    one, other = score(place, data=place / "a" / "new"), score(place, data=place / "b" / "new")
    assert (one.split, other.split) == ("on-new", "on-new-2")
    assert score(place, data=place / "a" / "new").split == "on-new"


def test_openings_are_added_up_over_all_runs_of_the_data(trained: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for number in range(2):
        train(trained / "data", runs, f"r{number}", f"seed={number}", "epochs=1")
        linnaeus.evaluate(f"r{number}", split="test", runs=runs, progress=False)
    linnaeus.evaluate("r0", split="test", runs=runs, progress=False)
    fingerprint = RunFolder(runs / "r0").record().data.fingerprint
    assert openings.of_data(runs, fingerprint) == openings.Openings(times=3, runs=2)
    shutil.rmtree(runs / "r0")
    assert openings.of_data(runs, fingerprint).times == 3, "what was seen stays seen"


def test_a_run_is_compared_by_content_not_by_name(trained: Path, tmp_path: Path) -> None:
    runs, renamed = tmp_path / "runs", tmp_path / "renamed"
    for path in (trained / "data").rglob("*.png"):
        (renamed / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, renamed / path.parent.name / f"{int(path.stem) ^ 1}.png")  # each has its neighbour's name
    one, other = train(trained / "data", runs, "one"), train(renamed, runs, "other")
    (found,) = linnaeus.compare("one", "other", runs=runs)
    assert found.n == one.data.counts["val"] == other.data.counts["val"] and found.left_out == 0
    assert found.only_first == found.only_second == 0


@pytest.mark.parametrize("change", ["split_seed=7", "test=0.4"])
def test_a_child_is_not_scored_on_what_its_parent_was_trained_on(trained: Path, tmp_path: Path, change: str) -> None:
    runs = tmp_path / "runs"
    shutil.copytree(trained / "runs", runs)
    child = linnaeus.continue_("run", epochs=1, **given(change), name="child", runs=runs, report=False, progress=False)
    parent = RunFolder(runs / "run").images()
    learnt = set(parent["hashes"][parent["splits"] == 0])
    held = RunFolder(runs / "child").images()
    assert sum(child.data.inherited.values()) > 5
    assert not learnt & set(held["hashes"][held["splits"] != 0])
    assert set(held["ancestry"]) == learnt
    shutil.rmtree(runs / "run")  # what the parent was trained on is known without it
    scores = linnaeus.evaluate("child", split="test", runs=runs, progress=False)
    assert scores.metrics["accuracy"].n == child.data.counts["test"]
    grandchild = linnaeus.continue_(
        "child", epochs=1, **given("split_seed=3"), name="grandchild", runs=runs, report=False, progress=False
    )
    assert learnt <= set(RunFolder(runs / "grandchild").images()["ancestry"]) and grandchild.data.inherited


def test_splits_whose_validation_images_were_all_trained_on_are_refused(trained: Path, tmp_path: Path) -> None:
    parent = RunFolder(trained / "runs" / "run").images()
    for name in parent["names"][parent["splits"] == 0]:
        for split in ("train", "val"):
            (tmp_path / "d" / split / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(trained / "data" / name, tmp_path / "d" / "val" / name)
    write(tmp_path / "d" / "train", first=500, each=5)
    with pytest.raises(DataError, match="validation images of these splits are images that"):
        linnaeus.continue_(
            "run", epochs=1, data=tmp_path / "d", runs=trained / "runs", report=False, progress=False, name="refused"
        )


def test_a_recipe_that_was_edited_is_not_resumed(place: Path) -> None:
    folder = RunFolder(place / "runs" / "run")
    record = folder.record()
    folder.save_record(type(record)(**{n: getattr(record, n) for n in record.__slots__} | {"status": "stopped"}))
    folder.save_recipe(folder.recipe.read_text().replace("epochs = 3", "epochs = 9"))
    with pytest.raises(RecipeError, match=r"has changed since run began: epochs = 9 \(then 3\).*linnaeus continue"):
        linnaeus.resume("run", runs=place / "runs", progress=False)
    # what no recipe may say is told with the file that says it
    folder.save_recipe(folder.recipe.read_text().replace("epochs = 9", "epochs = 3").replace("views = 0", "views = 8"))
    with pytest.raises(RecipeError, match=r"recipe\.toml: views = 8 is for a frozen backbone"):
        linnaeus.resume("run", runs=place / "runs", progress=False)


def test_reports_and_comparisons_tell_what_has_vanished(place: Path) -> None:
    first, second, *rest = of_split(place, 1)
    first.unlink()
    Image.new("RGB", (12, 12)).save(second)
    train(place / "data", place / "runs", "other")
    for verb, which in ((linnaeus.report, ["run"]), (linnaeus.compare, ["run", "other"])):
        told: list[object] = []
        verb(*which, runs=place / "runs", progress=told.append)  # type: ignore[operator]
        (note,) = [event for event in told if getattr(event, "kind", "") == "finding"]
        found = note.values["found"]  # type: ignore[attr-defined]
        name = f"{first.parent.name}/{first.name}"
        assert (
            found.kind == "since"
            and found.files[0] == name
            and found.values["since"] == [["val", 2 + len(rest), 1, 1, 0]]
        )
    for lab in (False, True):
        file = linnaeus.report("run", runs=place / "runs", progress=False, format="html", lab=lab)
        assert "Since training 2 images have vanished, changed or been given another label" in file.read_text()
    russian = linnaeus.report("run", runs=place / "runs", progress=False, format="html", lab=True, language="ru")
    assert f"из {2 + len(rest)} исчезло 1, изменилось 1, сменило метку 0" in russian.read_text()
    other: list[object] = []
    linnaeus.report("other", runs=place / "runs", progress=other.append)
    assert not [event for event in other if getattr(event, "kind", "") == "finding"]


def test_of_images_that_are_nowhere_a_report_says_that_it_did_not_look(place: Path) -> None:
    (place / "data").rename(place / "away")
    page = linnaeus.report("run", runs=place / "runs", progress=False).read_text()
    assert "The images are no longer in" in page and "nothing tells whether they are still those" in page
