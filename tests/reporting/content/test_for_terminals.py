"""What only a terminal shows: lists, measurements, single images, answers of students; each number as the page would write it."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from linnaeus.classifier.card import Preprocessing
from linnaeus.delivery.answers import Predicted, Prediction
from linnaeus.finetuning.weights.describe import WeightsFacts
from linnaeus.labs.dealing import Deal, Dealt
from linnaeus.labs.grading import Graded, Scored, Unread
from linnaeus.labs.likeness import Alike
from linnaeus.recipe import catalog
from linnaeus.record import codec
from linnaeus.record.facts import Layer, ModelFacts
from linnaeus.record.measurements import (
    DeviceTime,
    EpochTimes,
    LayerTimes,
    LrRange,
    LrStep,
    NetworkFacts,
    SingleImages,
)
from linnaeus.record.scores import Score
from linnaeus.reporting import progress
from linnaeus.reporting.content import bench, grading, listing, network, singles
from linnaeus.reporting.render.terminal import render
from linnaeus.reporting.words import languages, words
from tests.reporting import synthetic

SAY = words("en")
DEAL = Deal(rows=(Dealt(student="Ann", group="", variant=3),), by_book=False, twice=(("Ann", (1, 2)),))


def shown(blocks, language="en"):
    return render([blocks] if not isinstance(blocks, list) else blocks, words(language), 200)


MEASURED = codec.from_plain(LayerTimes, {
    "model": "lenet", "batch": 128, "channels": 3, "size": 32, "classes": 10, "rounds": 9, "device": "cpu", "threads": 2,
    "precision": "fp32", "forward_s": 0.01, "backward_s": 0.02,
    "layers": [
        {"name": "0", "kind": "Conv2d", "output": (6, 28, 28), "parameters": 456, "macs": 352_800, "forward_s": 0.004,
         "backward_s": 0.006, "share": 0.9},
        {"name": "1", "kind": "ReLU", "output": (6, 28, 28), "parameters": 0, "macs": 0, "forward_s": 0.001,
         "backward_s": 0.0, "share": 0.1},
    ],
    "kinds": [
        {"kind": "Conv2d", "layers": 1, "parameters": 456, "macs": 352_800, "forward_s": 0.004, "backward_s": 0.006, "share": 0.9},
        {"kind": "ReLU", "layers": 1, "parameters": 0, "macs": 0, "forward_s": 0.001, "backward_s": 0.0, "share": 0.1},
    ],
})  # fmt: skip


def test_the_time_of_layers():
    text = shown(bench.layers(MEASURED, SAY))
    assert "0      Conv2d  6×28×28      456  352,800        4.000         6.000         90.0 %    11.3" in text
    assert "lenet, 128 images of 3×32×32, cpu, 2 threads, fp32, median of 9 rounds" in text
    assert "the whole network: 10.00 ms forward, 20.00 ms backward" in text
    assert "Convolutional layers take 90.0 % of the time, all others 10.0 %; there are no dense ones." in text
    first, rest = MEASURED.kinds
    dense = replace(first, kind="Linear", macs=100_800, share=0.1)
    found = replace(MEASURED, kinds=(replace(first, share=0.7), dense, replace(rest, share=0.2)))
    assert str(bench.answer(found, SAY).striptags()) == (
        "Convolutional layers take 70.0 % of the time for 77.8 % of the multiplications, dense ones 10.0 % for 22.2 %: "
        "per multiplication convolutional layers take 2.0 times as long. All other layers take 20.0 %."
    )


def test_the_time_of_epochs():
    one = DeviceTime(
        device="cpu", precision="fp32", threads=2, setup_s=0.0, measured_s=5.1, epoch_s=60.0, whole_s=6000.0
    )
    found = EpochTimes(data="cifar10", model="lenet", epochs=100, images=50_000, devices=(one,))
    text = shown(bench.epochs(found, SAY))
    assert "60.0 s" in text and "1 h 40 min" in text and "100 epochs (estimate)" in text
    assert "lenet on 50,000 training images" in text and "PyTorch finds no GPU" in text
    both = replace(found, devices=(one, replace(one, device="cuda:0", epoch_s=2.0)))
    assert "cuda:0 is 30.0 times as fast as cpu" in shown(bench.epochs(both, SAY))


def test_a_range_test():
    steps = tuple(LrStep(lr=10 ** (place / 10 - 5), loss=2.0, smoothed=2.1) for place in range(50))
    found = LrRange(
        steps=steps, diverged=True, lowest=0.5, fastest=0.06, suggestion=0.05, optimizer=None, picture="rates.svg"
    )
    text = shown(bench.lr_range(found, SAY))
    assert "50 steps from 10⁻⁵ to 0.79, where the loss diverged · loss lowest at 0.5" in text
    assert "suggestion  0.05: the smaller of" in text and "picture     rates.svg" in text
    assert len(text.split("\n\n")[0].split("\n")) == 11
    assert "скорость обучения" in shown(bench.lr_range(found, words("ru")), "ru")


def test_single_images_with_their_logits():
    image = {
        "name": "a.png",
        "label": "cat",
        "predicted": "dog",
        "probability": 0.625,
        "logits": {"cat": 1.0, "dog": -2.25},
    }
    plain = {"run": "last", "split": "val", "classes": ["cat", "dog"], "images": [image, {**image, "predicted": "cat"}]}
    lines = shown(singles.table(codec.from_plain(SingleImages, plain), SAY)).split("\n")[1:]
    assert lines[0].split("  ")[-1].strip() == "dog" and "logit of cat" in lines[0]
    assert lines[1].split() == ["a.png", "cat", "dog", "wrong", "62.5", "%", "1.0", "−2.2"]
    assert "1 of these 2 images; for all validation images: linnaeus evaluate last" in lines[-1]
    many = {str(place): float(place) for place in range(20)}
    wide = codec.from_plain(SingleImages, {**plain, "classes": list(many), "images": [{**image, "logits": many}]})
    assert "19 19.0, 18 18.0, 17 17.0" in shown(singles.table(wide, SAY))


def test_predictions():
    one = SimpleNamespace(name="a\x1b.png", labels=("cat", "dog"), probabilities=(0.9, 0.1), unknown=None, set=None)
    assert shown(singles.predictions([one], SAY)).split("\n") == [
        "image      class          class 2", "a\\x1b.png  cat    90.0 %  dog      10.0 %",
    ]  # fmt: skip
    other = SimpleNamespace(name="b", labels=("dog",), probabilities=(0.5,), unknown=True, set=("dog", "cat"))
    text = shown(singles.predictions([other, one], SAY))
    assert "unknown (dog)" in text and "{dog, cat}" in text
    assert singles.predictions([], SAY) == []


def test_what_images_without_labels_were_taken_for():
    several = [
        Prediction(name=f"/far/{place}.png", labels=(label, "c"), probabilities=(sure, 1 - sure))
        for place, (label, sure) in enumerate([("a", 0.9), ("b", 0.6), ("a", 0.99)])
    ]
    (told,) = singles.conclusions(Predicted(predictions=tuple(several), unread=()), SAY)
    assert "3 images" in told and "a (2), b (1)" in told
    assert "1.png, as b with 60.0\u00a0%" in told and "/far" not in told
    assert singles.conclusions(Predicted(predictions=(), unread=()), SAY) == []


def test_lists(tmp_path):
    record = synthetic.run(tmp_path).record()
    score = record.scores["val"].metrics["accuracy"]
    text = shown(listing.runs([record], SAY))
    assert SAY.score(score).replace("\u00a0", " ") in text and "finished" in text and "validation" in text
    assert "left out" not in text
    child = replace(record, data=replace(record.data, inherited={"val": 12, "test": 3}))
    text = shown(listing.runs([child, record], SAY))
    assert "left out, known to an ancestor" in text and "validation 12, test 3" in text
    assert shown(listing.runs([], SAY)) == "runs        none yet"
    parts = [catalog.find("models", name) for name in ("lenet", "resnet")]
    assert shown(listing.parts(parts)).startswith("models\n  lenet")
    text = shown(listing.part(parts[1], SAY))
    assert text.startswith("resnet(depth=")
    layer = Layer(name="0", kind="Conv2d", output=(6, 28, 28), parameters=456, macs=352_800, trains=True)
    sizes = {32: ModelFacts(parameters=1000, trainable=1000, macs=2_000_000, layers=(layer,))}
    found = NetworkFacts(model="lenet", channels=3, classes=10, sizes=sizes, faults={8: "too small"})
    text = shown(network.look(found, SAY))
    assert "8 px: too small" in text and "2,000,000" in text and "Layers, at 32 px" in text


def test_weights():
    found = WeightsFacts(
        source="run", nested="state_dict", model="resnet", tensors=3, weights=1234, precision="float32",
        classes=tuple(str(place) for place in range(9)), data="cifar10", split="test", card={"licence": "MIT"}, checksum="abc",
        preprocessing=Preprocessing(size=32, channels=3, resize="crop", mean=(0.5,), std=(0.25,)),
        score=Score(value=0.93, low=0.92, high=0.94, n=10_000),
    )  # fmt: skip
    assert "test 93.0 % (92.0–94.0, n 10,000)" in shown(listing.weights([found], SAY))
    assert "none yet" in shown(listing.weights([], SAY))
    text = shown(listing.look(found, SAY))
    for part in ("run, under state_dict", "1,234 weights in 3 tensors", "0, 1, 2, 3, 4, 5, 6, 7, … (9 in all)",
                 "mean 0.5, std 0.25", "licence", "abc"):  # fmt: skip
        assert part in text
    bare = replace(found, tensors=None, classes=(), preprocessing=None, data=None, score=None, checksum=None)
    assert "downloaded by timm" in shown(listing.look(bare, SAY))


def test_answers_of_students():
    def score(value, low, high, n):
        return Score(value=value, low=low, high=high, n=n)

    ann = Scored(name="ann", right=98, accuracy=score(0.98, 0.93, 0.994, 100), classes=(("cat", 9, score(0.9, 0.6, 0.98, 10)),),
                 verdict="open", missing=("a", "b", "c", "d"))  # fmt: skip
    alone = Graded(n=100, to_reach=0.95, groups=None, scored=(ann,), unread=(), alike=())
    text = shown(grading.graded(alone, SAY))
    assert text.startswith("With 100 images and 95.0 % to reach, 100 correct answers or more pass, 90 or fewer fail;")
    assert "ann      98 of 100  98.0 % (93.0–99.4)" in text and "open" in text and "90.0 % (60.0–98.0)" in text
    assert text.endswith("ann         4 images have no answer and count as wrong: a, b, c, …")
    assert "4 изображения остались без ответа" in shown(grading.graded(alone, words("ru")), "ru")
    same = Alike(first="ann", second="bob", equal=False, wrong=9, same=8, expected=2.5, p=0.0001)
    others = Graded(
        n=100, to_reach=None, groups=None, scored=(ann, ann), unread=(Unread(name="bad", why="no text"),), alike=(same,)
    )
    text = shown(grading.graded(others, SAY))
    assert "recall" not in text and "not scored" in text and "no text" in text
    assert "same wrong answer to 8 of 9 images" in text and "2.5 such agreements would be expected (p < 0.001" in text
    assert "linnaeus lab lenet --variant 3" in shown(grading.variants("lenet", DEAL, SAY))


@pytest.mark.parametrize("language", languages())
def test_every_language_says_them(language):
    say = words(language)
    for blocks in (bench.layers(MEASURED, say), grading.variants("lenet", DEAL, say), listing.runs([], say)):
        assert "{" not in shown(blocks, language)
    found = {"loss": 0.5, "validation": 0.93, "pace": 1200.4, "left": 12, "taken": 12}
    text = progress.line(3, 1200, found, say)
    assert "3/1200" in text and "\u00a0" not in text
    if language == "en":
        assert text == "epoch 3/1200  loss 0.500  val 93.0 %  1,200 images/s  12.0 s left  in 12.0 s"
