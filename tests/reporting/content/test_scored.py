"""Scores, confusions, classes, mistakes and examples as sections: every fact of the record, and every kept picture behind its cell."""

from dataclasses import replace

import pytest

from linnaeus.errors import RunError
from linnaeus.reporting.blocks import Folded, Gallery, Linked, Matrix, Table
from linnaeus.reporting.content import confusion, images, scores
from linnaeus.reporting.render.page_pictures import side
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import words
from tests.reporting import said, synthetic

EN, RU = words("en"), words("ru")
NAMES = ("accuracy", "macro F1 (mean over classes)", "macro recall (mean over classes)")


def test_three_scores_stand_in_per_cent_and_the_rest_is_folded(tmp_path):
    run = read(synthetic.run(tmp_path, splits=("test", "val")))
    section = scores.section(run, EN)
    stand, fold = section.blocks
    assert isinstance(stand, Table) and isinstance(fold, Folded)
    shown = said.rows(stand, EN)
    assert [row[0] for row in shown] == list(NAMES)
    assert list(map(said.plain, stand.header)) == ["metric", "validation, n = 270", "test, n = 270"]
    for column, split in ((1, "val"), (2, "test")):
        found = run.record.scores[split].metrics
        assert shown[0][column] == said.plain(EN.score(found["accuracy"], n=False))
        assert shown[1][column] == said.plain(EN.score(found["macro_f1"], n=False))
    rest = {row[0]: row[1:] for row in said.rows(fold.blocks[0], EN)}
    assert len(rest) + 3 == len(run.record.scores["val"].metrics)
    loss = run.record.scores["val"].metrics["log_loss"]
    assert rest["log loss (nats)"][0] == f"{loss.value:.3f} ({loss.low:.3f}–{loss.high:.3f})"


def test_scores_of_views_and_of_other_data_come_after_the_splits(tmp_path):
    folder = synthetic.run(tmp_path)
    found = folder.record().scores["val"]
    others = {"<photos>": replace(found, split="<photos>"), "val+flip": replace(found, split="val+flip")}
    folder.save_record(replace(folder.record(), scores={**others, "val": found}))
    header = list(map(said.plain, said.find(scores.section(read(folder), EN), Table).header))
    assert header[1:] == [
        "validation, n = 270", "validation, averaged over views (flip), n = 270", "<photos>, n = 270",
    ]  # fmt: skip


def test_a_metric_of_one_split_only(tmp_path):
    run = read(synthetic.run(tmp_path, splits=("val", "test")))
    test = run.record.scores["test"]
    fewer = replace(test, metrics={"accuracy": test.metrics["accuracy"]})
    run = replace(run, record=replace(run.record, scores={**run.record.scores, "test": fewer}))
    assert said.rows(said.find(scores.section(run, EN), Table), EN)[1][2] == "–"


def test_a_run_without_a_score_has_none_of_these(tmp_path):
    run = read(synthetic.run(tmp_path, splits=()))
    for section in (scores.section, confusion.section, scores.classes, images.mistakes, images.examples):
        assert section(run, EN) is None


def test_by_class(tmp_path):
    run = read(synthetic.run(tmp_path))
    rows = said.rows(said.find(scores.classes(run, EN), Table), EN)
    for row, found in zip(rows, run.record.scores["val"].classes, strict=True):
        name, precision, recall, _, f1, support, confused = row
        assert name == found.name and support == str(found.support) and confused == (found.confused_with or "")
        told = [said.plain(EN.score(one, n=False)) for one in (found.precision, found.recall, found.f1)]
        assert [precision, recall, f1] == told


def test_of_an_older_record_the_counts_give_the_intervals_but_not_of_things(tmp_path):
    found = read(synthetic.run(tmp_path)).record.scores["val"]
    old = replace(found, classes=tuple(replace(row, precision=0.5, f1=0.5) for row in found.classes))
    assert said.rows(scores.class_table(old, "val", EN), EN) == said.rows(scores.class_table(found, "val", EN), EN)
    of_things = [replace(row, recall=replace(row.recall, groups=9)) for row in old.classes]
    rows = said.rows(scores.class_table(replace(old, classes=tuple(of_things)), "val", EN), EN)
    assert {(row[1], row[4]) for row in rows} == {("–", "–")}


def test_a_class_without_images_says_so(tmp_path):
    run = read(synthetic.run(tmp_path, n=8))
    rows = said.rows(said.find(scores.classes(run, EN), Table), EN)
    assert any(row[2] == "no images" and row[5] == "0" for row in rows)


def test_of_many_classes_the_weakest_stand(tmp_path):
    names = [f"n{index:08d} synset {index}" for index in range(200)]
    run = read(synthetic.run(tmp_path, classes=names, n=2000))
    table = said.find(scores.classes(run, EN), Table)
    assert table.open_rows == 20 and len(table.rows) == 200
    recalls = [row[2].score.value for row in table.rows if not isinstance(row[2], str)]
    assert recalls == sorted(recalls)
    assert "20 classes with the lowest recall" in said.plain(table.caption)


def test_every_kept_mistake_stands_behind_its_cell_and_in_its_row(tmp_path):
    folder = synthetic.run(tmp_path, n=400, size=32, channels=3, classes=list("abcd"))
    kept = folder.pictures("mistakes-val")
    matrix = said.find(confusion.section(read(folder), EN), Matrix)
    pairs = list(zip(kept["labels"].tolist(), kept["predicted"].tolist(), strict=True))
    assert set(matrix.links) == set(pairs) and set(matrix.row_links) == {label for label, _ in pairs}
    for (label, predicted), gallery in matrix.links.items():
        assert gallery.anchor == f"val-{label}-{predicted}"
        names = {said.plain(frame.lines[-1]) for frame in gallery.framed}
        here = (kept["labels"] == label) & (kept["predicted"] == predicted)
        assert names == set(kept["names"][here])
        assert f"{int(matrix.counts_KK[label, predicted])} image" in said.plain(gallery.caption)
    for label, gallery in matrix.row_links.items():
        assert len(gallery.framed) == (kept["labels"] == label).sum() and gallery.anchor == f"val-{label}"


def test_the_most_frequent_confusions(tmp_path):
    run = read(synthetic.run(tmp_path, n=2000))
    section = confusion.section(run, EN)
    counts = run.confusion("val")
    assert said.find(section, Matrix).counts_KK.tolist() == counts.tolist()
    assert f"{EN.count(int(counts.trace()))} of 2,000 images lie on its diagonal" in said.find(section, Matrix).alt
    rows = said.rows(said.find(section, Table), EN)
    found = [int(row[2]) for row in rows]
    assert found == sorted(found, reverse=True) and len(rows) <= 15
    first = rows[0]
    assert counts[int(first[0]), int(first[1])] == found[0] and int(first[3]) == counts[int(first[0])].sum()


def test_the_most_frequent_confusions_lead_to_their_images(tmp_path):
    section = confusion.section(read(synthetic.run(tmp_path)), EN)
    behind = {gallery.anchor for gallery in said.find(section, Matrix).links.values()}
    linked = {row[2].to: row for row in said.find(section, Table).rows if isinstance(row[2], Linked)}
    assert linked and set(linked) <= behind
    assert all(to == f"val-{label}-{predicted}" for to, (label, predicted, *_) in linked.items())


def test_scores_without_predictions_still_give_the_table_by_class(tmp_path):
    folder = synthetic.run(tmp_path)
    for file in [*folder.path.glob("predictions-*"), *folder.path.glob("pictures-*")]:
        file.unlink()
    run = read(folder)
    assert scores.classes(run, EN) is not None
    assert all(
        section(run, EN) is None for section in (confusion.section, images.mistakes, images.examples, images.samples)
    )


def test_a_split_without_a_mistake(tmp_path):
    run = read(synthetic.run(tmp_path, n=8))
    for section in (confusion.section, images.mistakes):
        assert "No mistakes." in said.of(section(run, EN), EN)


def test_the_most_confident_mistakes_with_both_probabilities(tmp_path):
    folder = synthetic.run(tmp_path)
    kept, predictions = folder.pictures("mistakes-val"), folder.predictions("val")
    gallery = said.find(images.mistakes(read(folder), EN), Gallery)
    assert len(gallery.framed) == min(24, len(kept["names"]))
    first = [said.plain(line) for line in gallery.framed[0].lines]
    place = predictions["names"].tolist().index(kept["names"][0])
    label, predicted = int(kept["labels"][0]), int(kept["predicted"][0])
    chances = predictions["probabilities"][place]
    assert first == [f"{label} {chances[label]:.2f}", f"→ {predicted} {chances[predicted]:.2f}", kept["names"][0]]
    russian = said.find(images.mistakes(read(folder), RU), Gallery).framed[0].lines
    assert said.plain(russian[0]) == first[0].replace(".", ",")


def test_examples_stand_at_equal_distances_and_wrong_ones_are_bold(tmp_path):
    folder = synthetic.run(tmp_path)
    predictions = folder.predictions("val")
    table = said.find(images.examples(read(folder), EN), Table)
    rows = said.rows(table, EN)
    assert len(rows) == 8 and rows[0][0] == predictions["names"][0] and rows[-1][0] == predictions["names"][-1]
    for row, cells in zip(rows, table.rows, strict=True):
        assert (row[1] == row[2]) == ("<b>" not in cells[2])


def test_samples_are_of_their_classes(tmp_path):
    run = read(synthetic.run(tmp_path, size=32, channels=3))
    gallery = said.find(images.samples(run, EN), Gallery)
    kept = run.folder.pictures("samples")
    assert [frame.lines[0] for frame in gallery.framed] == [str(label) for label in sorted(kept["labels"].tolist())]
    assert gallery.framed[0].pictures[0].pixels.shape == (32, 32, 3) and side(32, gallery.side) % 32 == 0


def test_a_damaged_file_is_named(tmp_path):
    folder = synthetic.run(tmp_path)
    file = folder.path / "predictions-val.npz"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(RunError, match=r"predictions-val\.npz is damaged"):
        confusion.section(read(folder), EN)


def test_names_of_users_are_text(tmp_path):
    hostile = ["<img src=x onerror=alert(1)>", '"><script>alert(2)</script>', "'; --", "a" * 300, "ж & z"]
    run = read(synthetic.run(tmp_path, classes=hostile, n=90))
    for section in (
        scores.section,
        confusion.section,
        scores.classes,
        images.mistakes,
        images.examples,
        images.samples,
    ):
        text = said.of(section(run, EN), EN)
        assert "&lt;" not in text  # escaped once, where it is laid out
