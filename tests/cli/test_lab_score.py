"""linnaeus lab score: answers of students against labels, one file or a class with all that goes wrong in one."""

import csv

import numpy as np
import pytest


def labels(folder, n=100):
    file = folder / "labels.csv"
    file.write_text("image,label\n" + "".join(f"test/{i}.png,{i % 2}\n" for i in range(n)), encoding="utf-8")
    return file


def answers(folder, right, n=100, name="answers"):
    file = folder / f"{name}.csv"
    said = ((i, i % 2 if i < right else 1 - i % 2) for i in range(n))
    file.write_text("image,label,probability\n" + "".join(f"{i}.png,{label},0.9\n" for i, label in said))
    return file


@pytest.mark.parametrize(("right", "verdict"), [(100, "passed"), (93, "open"), (60, "failed")])
def test_answers_are_scored(linnaeus, tmp_path, right, verdict):
    out = tmp_path / "scores.csv"
    file, truth = answers(tmp_path, right), labels(tmp_path)
    done = linnaeus("lab", "score", str(file), "--labels", str(truth), "--pass", "0.95", "--out", str(out))
    assert (done.status, done.err) == (0, "")
    row = out.read_text(encoding="utf-8").splitlines()[1].split(",")
    assert (row[1:3], row[6]) == ([str(right), "100"], verdict)
    assert float(row[4]) <= float(row[3]) <= float(row[5])
    assert "class" in done.out
    assert done.out.startswith(
        "With 100 images and 95.0 % to reach, 100 correct answers or more pass, 90 or fewer fail"
    )


def test_what_passes_is_said_before_anybody_has_answered(linnaeus, tmp_path):
    done = linnaeus("lab", "score", "--labels", str(labels(tmp_path, 270)), "--pass", "0.95")
    assert (done.status, done.err) == (0, "")
    assert "264 correct answers or more pass, 249 or fewer fail" in done.out
    done = linnaeus("lab", "score", "--labels", str(labels(tmp_path, 20)), "--pass", "0.95", "--lang", "ru")
    assert "Зачесть работу по такому числу изображений нельзя" in done.out


def test_no_verdict_unless_it_is_asked_for_and_several_files_in_one_table(linnaeus, tmp_path):
    files = [str(answers(tmp_path, right, name=f"a{right}")) for right in (90, 100)]
    done = linnaeus("lab", "score", *files, "--labels", str(labels(tmp_path)))
    assert "a90" in done.out
    assert "100 of 100" in done.out
    assert not any(word in done.out for word in ("passed", "failed", "open"))


def test_missing_unknown_and_repeated_answers(linnaeus, tmp_path):
    truth = labels(tmp_path, 4)
    file = tmp_path / "odd.csv"
    file.write_text("image,label\n0.png,0\n1.png,1\n0.png,1\n9.png,1\n", encoding="utf-8")
    done = linnaeus("lab", "score", str(file), "--labels", str(truth))
    assert "2 of 4" in done.out
    assert "2 images have no answer and count as wrong: test/2.png, test/3.png" in done.out
    assert "1 answer is to an image without a label and does not count: 9.png" in done.out
    assert "1 image is answered more than once; the first answer counts: 0.png" in done.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("number,label\na,1\n", "needs the columns image and label; it has number, label"),
        ("image,label\na,1\na,2\n", "labels 'a' twice"),
        ("image,label\n", "labels no image"),
        ("", "it has none"),
    ],
)
def test_labels_that_are_wrong(linnaeus, tmp_path, content, message):
    truth, file = tmp_path / "labels.csv", answers(tmp_path, 3, 4)
    truth.write_text(content, encoding="utf-8")
    done = linnaeus("lab", "score", str(file), "--labels", str(truth))
    assert (done.status, done.out) == (1, "")
    assert message in done.err


def test_a_share_to_pass_that_is_none(linnaeus, tmp_path):
    done = linnaeus("lab", "score", str(answers(tmp_path, 3, 4)), "--labels", str(labels(tmp_path, 4)), "--pass", "98")
    assert done.status == 2
    assert "--pass 98 must be a share" in done.err


CLASSES = ["20", "30", "50", "60", "70", "80"]


def a_class(folder, images=270):
    """25 hand-ins to the signs, each with its own mistakes; thirteen of them with a fault that such files have."""
    chance = np.random.default_rng(4)
    right = {f"val/{CLASSES[i % 6]}/sign{i // 30}/{i:03}.png": CLASSES[i % 6] for i in range(images)}
    truth = folder / "labels.csv"
    truth.write_text("image,label\n" + "".join(f"{name},{label}\n" for name, label in right.items()), encoding="utf-8")
    hard = chance.beta(0.5, 6, images)

    def answered(accuracy):
        wrong = chance.random(images) < hard * (1 - accuracy) / hard.mean()
        others = [
            CLASSES[(CLASSES.index(label) + int(chance.choice([1, 1, 1, 2, 3, 4, 5]))) % 6] for label in right.values()
        ]
        return {
            name: other if is_wrong else right[name] for name, other, is_wrong in zip(right, others, wrong, strict=True)
        }

    said = [answered(accuracy) for accuracy in [0.99, 0.98, 0.9, 0.8, 0.93] * 5]
    said[20] = dict(said[3])  # a copy
    said[21] = dict(said[8])  # another, with forty answers changed
    for name in chance.choice(list(right), 40, replace=False):
        said[21][name] = right[name]

    def text(found, head="image,label", sep=",", name=str, label=str):
        return "\n".join([head, *(f"{name(one)}{sep}{label(own)}" for one, own in found.items())]) + "\n"

    odd = {
        5: text(said[5], "image;label", ";"),
        6: text(said[6], "Изображение;Метка", ";").encode("cp1251"),
        7: text(said[7]).encode("utf-16"),
        8: text(said[8], "Image,Label"),
        9: text(said[9], label=lambda own: f"{own}.0"),
        10: text(said[10], name=lambda one: "C:\\Users\\ann\\" + one.replace("/", "\\")),
        11: text(said[11], name=lambda one: "/home/bob/" + one.split("/", 1)[1]),
        12: text(said[12], name=lambda one: one.rsplit("/", 1)[1]),
        13: text({one: own for place, (one, own) in enumerate(said[13].items()) if place > 4}),
        14: text(said[14]) + "val/20/sign0/000.png,20\nelsewhere/x.png,20\n",
        15: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x98",
        16: "number,answer\n1,20\n",
        17: text(said[17], name=lambda one: f"photo-{one.rsplit('/', 1)[1]}"),
    }
    files = []
    for place, found in enumerate(said):
        file = folder / f"group-{place % 2}" / f"student-{place:02}" / "predictions.csv"
        file.parent.mkdir(parents=True)
        content = odd.get(place, text(found))
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        files.append(file)
    expected = {place: sum(found[name] == label for name, label in right.items()) for place, found in enumerate(said)}
    expected[13] -= sum(own == right[one] for one, own in list(said[13].items())[:5])
    return truth, files, expected


def test_a_class_of_25_with_all_that_goes_wrong(linnaeus, tmp_path):
    truth, files, expected = a_class(tmp_path)
    out, page = tmp_path / "class.csv", tmp_path / "class.html"
    done = linnaeus("lab", "score", *map(str, files), "--labels", str(truth), "--pass", "0.95", "--out", str(out))
    assert (done.status, done.err) == (0, "")
    rows = {row["answers"]: row for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}
    assert list(rows)[:2] == ["student-00", "student-01"] and len(rows) == 25
    of = {place: rows[f"student-{place:02}"] for place in range(25)}
    unread = {place for place, row in of.items() if row["verdict"] == "unread"}
    assert unread == {15, 16, 17}
    assert {place: int(row["right"]) for place, row in of.items() if place not in unread} == {
        place: right for place, right in expected.items() if place not in unread
    }
    for place, row in of.items():
        if place not in unread:
            right = int(row["right"])
            assert row["verdict"] == ("passed" if right >= 264 else "failed" if right <= 249 else "open")
    assert {row["verdict"] for row in rows.values()} == {"passed", "failed", "open", "unread"}
    assert "5 images have no answer" in of[13]["remarks"]
    assert "answered more than once" in of[14]["remarks"] and "without a label" in of[14]["remarks"]
    assert "is not text in" in of[15]["remarks"]
    assert "answers none of the 270 images" in of[17]["remarks"] and "needs the columns" in of[16]["remarks"]
    assert "are equal, answer by answer" in of[3]["remarks"] and "are equal" in of[20]["remarks"]
    assert (
        "same wrong answer" in of[8]["remarks"] and "such agreements would be expected (p < 0.001" in of[21]["remarks"]
    )
    innocent = set(range(25)) - {3, 8, 20, 21, 13, 14, *unread}
    assert not any(of[place]["remarks"] for place in innocent)
    done = linnaeus("lab", "score", *map(str, files), "--labels", str(truth), "--out", str(page), "--lang", "ru")
    assert done.status == 0
    text = page.read_text(encoding="utf-8")
    assert "25 файлов с ответами" in text and "совпадают во всех ответах" in text and "student-24" in text


def test_names_that_end_alike_are_not_guessed(linnaeus, tmp_path):
    truth = tmp_path / "labels.csv"
    truth.write_text("image,label\na/1.png,0\nb/1.png,1\nb/2.png,1\n", encoding="utf-8")
    file = tmp_path / "mine.csv"
    file.write_text("image,label\nx/a/1.png,0\n1.png,1\n2.png,1\n", encoding="utf-8")
    done = linnaeus("lab", "score", str(file), "--labels", str(truth))
    assert "2 of 3" in done.out and "1 answer may be to any of several images and does not count: 1.png" in done.out


def test_images_that_show_one_thing_widen_the_interval(linnaeus, tmp_path):
    truth, file = tmp_path / "labels.csv", answers(tmp_path, 90)
    rows = (f"{i}.png,{i % 2},sign {i // 10}\n" for i in range(100))
    truth.write_text("image,label,group\n" + "".join(rows), encoding="utf-8")
    done = linnaeus("lab", "score", str(file), "--labels", str(truth), "--pass", "0.8")
    assert "The 100 images show 10 things" in done.out and "90.0 % (82.6–94.5" not in done.out
