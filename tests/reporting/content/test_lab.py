"""A laboratory report: room for the author, tasks with the runs that answer them, conclusions that the records carry and no others."""

import numpy as np
import pytest

from linnaeus.labs import call
from linnaeus.labs.call import Step
from linnaeus.labs.lab_sheet import Question, Sheet
from linnaeus.record.facts import Environment
from linnaeus.record.measurements import SingleImage, SingleImages
from linnaeus.reporting.blocks import Blank, Items
from linnaeus.reporting.content import conclusions as of_conclusions
from linnaeus.reporting.content import lab
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from linnaeus.stats import seeds
from tests.reporting import said, synthetic
from tests.reporting.content.test_study import STUDY

EN = words("en")
CAT = SingleImage(name="<b>.png", label="cat", predicted="dog", probability=0.625, logits={"cat": 1.0, "dog": -2.25})
STEPS = (
    Step(
        call=call.read(["show", "last", "--out", "/home/ann/x.png"]),
        found=SingleImages(run="last", split="val", classes=("cat", "dog"), images=(CAT,), picture="/home/ann/x.png"),
    ),
    Step(
        call=call.read(["study", "activations.toml"]),
        found=STUDY,
    ),
)


def compare(folders):
    return seeds.of_runs(folders, "val")


def runs_of(tmp_path, *names, **changes):
    return [read(synthetic.run(tmp_path, name=name, **changes)) for name in names]


def conclusions(runs, say=EN, compare=compare, sheet=None):
    section = lab.sections(runs, sheet or Sheet(), compare, say)[-1]
    return [said.plain(text) for block in section.blocks if isinstance(block, Items) for text in block.texts]


@pytest.mark.parametrize("language", languages())
def test_the_title_page_leaves_room_for_what_the_sheet_does_not_say(language):
    say = words(language)
    blanks = [line for part in ("above", "title", "author", "below") for line in getattr(lab.cover(Sheet(), say), part)
              if isinstance(line, Blank)]  # fmt: skip
    rooms = {str(blank.text) for blank in blanks}
    for key in (
        "university",
        "department",
        "course-blank",
        "author-blank",
        "group-blank",
        "variant-blank",
        "teacher-blank",
        "place",
    ):
        assert str(say(f"lab-{key}")) in rooms
    given = lab.cover(Sheet(title="Digits", course="Deep learning"), say)
    assert "Digits" in given.title[-1] and "Deep learning" in given.title[1]


def test_tasks_with_the_runs_that_answer_them(tmp_path):
    runs = runs_of(tmp_path, "tanh-1", "relu-1", "extra")
    sheet = Sheet(title="Digits", aim="To learn.", questions=(
        Question(text="How does it depend on the activation?", runs=("tanh-*", "relu-*")), Question(text="And the moon?", runs=("moon",)),
        Question(text="What takes the time?", steps=STEPS),
    ))  # fmt: skip
    sections = lab.sections(runs, sheet, compare, EN)
    keys = [section.key for section in sections]
    assert keys == [
        "aim",
        "tasks",
        "task1",
        "task2",
        "task3",
        "runs",
        "compare",
        "differences",
        "curves",
        "conclusions",
    ]
    first, second, third = (said.of(section, EN) for section in sections[2:5])
    assert (
        "tanh-1 |" in first
        and "relu-1 |" in first
        and "extra |" not in first
        and "In full in the appendix: tanh-1, relu-1." in first
    )
    assert "cannot be told apart" in first
    assert "No run in this report answers this task." in second and "No run" not in third
    assert "linnaeus show last --out x.png" in third and "<b>.png" in third and "62.5 %" in third
    assert "/home/ann" not in third, "no path of the machine"
    assert "linnaeus study activations.toml" in third and "Study activations" in third and "93.0 %" in third
    rooms = [block for section in sections for block in section.blocks if isinstance(block, Blank)]
    assert len(rooms) == 4


@pytest.mark.parametrize("language", languages())
def test_conclusions_state_the_records_numbers_with_n_and_interval(tmp_path, language):
    say, runs = words(language), runs_of(tmp_path, "digits-1", splits=("val", "test"))
    told = conclusions(runs, say)
    for split in ("val", "test"):
        score = runs[0].record.scores[split].metrics["accuracy"]
        wanted = [said.plain(text) for text in (say.share(score.value), say.interval(score), say.count(score.n))]
        assert any(all(one in text for one in wanted) for text in told)
    weakest = runs[0].record.scores["test"].weakest()
    assert any(said.plain(say.score(weakest.recall)) in text for text in told)
    assert all("{" not in text for text in told)


def test_a_comparison_is_concluded_only_where_its_test_carries_it(tmp_path):
    runs = runs_of(tmp_path, "one", "same")
    told = conclusions(runs)
    assert any("one and same cannot be told apart" in text for text in told)
    assert not any("is better" in text for text in told)
    worse = runs[1].folder.predictions("val")
    worse["probabilities"] = np.roll(worse["probabilities"], 1, axis=1)
    runs[1].folder.save_predictions("val", worse)
    assert any(text.startswith("one is better than same") for text in conclusions(runs))
    unpaired = conclusions(runs, compare=lambda folders: ())
    assert not any("told apart" in text or "is better" in text for text in unpaired)


def test_what_a_record_does_not_hold_is_not_concluded(tmp_path):
    told = conclusions(runs_of(tmp_path, "bare", splits=(), epochs=0))
    assert told[0] == "bare has no score yet."
    told = conclusions(runs_of(tmp_path, "sealed"))
    assert "The test split of sealed was never opened: there is only the validation score." in told
    told = conclusions(runs_of(tmp_path, "more", forgetting={"val": synthetic.forgotten(lost=0.06)}))
    assert any(text.startswith("more, validation: Old classes") and "points lost" in text for text in told)


def test_without_a_sheet_each_run_is_a_task(tmp_path):
    runs = runs_of(tmp_path, "one", "two")
    sections = lab.sections(runs, Sheet(), compare, EN)
    asked = said.plain(said.find(sections[1], Items).texts[1])
    assert asked == "Train lenet(activation='tanh') on digits (run two) and measure the result."
    assert "one |" in said.of(sections[2], EN) and "two |" not in said.of(sections[2], EN)


def test_each_question_is_concluded_by_its_own_numbers_and_nothing_twice(tmp_path):
    runs = runs_of(tmp_path, "one", "other")
    sheet = Sheet(title="Digits", aim="To learn.", questions=(
        Question(text="How good?", runs=("one",), reach=0.5), Question(text="The same?", runs=("one",)),
        Question(text="What takes the time?", steps=STEPS), Question(text="And the moon?", runs=("moon",), write="Look up."),
        Question(text="Does it reach the moon?", runs=("moon",), reach=0.9),
    ))  # fmt: skip
    section = lab.sections(runs, sheet, compare, EN)[-1]
    told = [[said.plain(text) for text in block.texts] for block in section.blocks if isinstance(block, Items)]
    assert "one reaches 50.0 %: the whole interval lies above it" in " ".join(told[0])
    assert told[1] == ["See also task 1, where the same numbers answer."]
    assert "last classifies 0 of the 1 images shown correctly" in told[2][0]
    assert any("Image <b>.png: label cat, prediction dog with probability 62.5 %." in text for text in told[2])
    assert any(text.startswith("Best point:") or "93.0 %" in text for text in told[2])
    assert told[3] == ["The numbers of this report do not answer this question; the answer is for the author to give."]
    assert told[4] == ["Whether 90.0 % is reached is not answered here: no run of this report was trained for it."]
    rooms = [
        str(block.text)
        for part in lab.sections(runs, sheet, compare, EN)
        for block in part.blocks
        if isinstance(block, Blank)
    ]
    assert "Look up." in rooms


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.5, "the whole interval lies above"), (0.9999, "the whole interval lies below"), (None, "")],
)
def test_whether_an_accuracy_is_reached(tmp_path, share, told):
    (run,) = runs_of(tmp_path, "one")
    score = run.record.scores["val"].metrics["accuracy"]
    between = [(score.low, "but the interval reaches below"), (score.high, "but the interval reaches above")]
    cases = [(share, told)] if share else [((end + score.value) / 2, said_of_it) for end, said_of_it in between]
    for wanted, expected in cases:
        assert expected in said.plain(next(of_conclusions.reached(run, wanted, EN)))


def test_who_did_it_stands_on_the_title_page():
    cover = lab.cover(Sheet(student="Ann Lee"), EN)
    assert "Author: Ann Lee" in map(str, cover.author)


def test_the_machine_answers_what_it_was_trained_on():
    from linnaeus.reporting.content import machine

    found = Environment(
        device="cpu", cpu="AMD EPYC", cores=2, memory_gb=23.5, system="Linux", python="3.11", linnaeus="1", torch="2"
    )
    (told,) = machine.conclusions(found, EN)
    assert told == "processor: AMD EPYC; cores: 2; memory, GiB: 23.5; operating system: Linux; Python: 3.11; PyTorch: 2"
