"""Each figure in both media: as SVG in the page's colours with its numbers in the language's own signs, and as PNG on white."""

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from linnaeus.record.calibration import Bin, Point
from linnaeus.record.comparison import Transfers, Way
from linnaeus.record.measurements import LayerTime, LayerTimes, LrRange, LrStep, SingleImage
from linnaeus.record.scores import Score
from linnaeus.reporting.figures import curves, factors, heatmap, measured, scored, sheet, style
from linnaeus.reporting.words import languages, words
from linnaeus.studies.results import Cell, Level
from tests.reporting.synthetic import history

EN = words("en")
MARKS = curves.Marks()
SCORE = Score(value=0.9, low=0.8, high=0.95, n=100)
HOSTILE = ["日本 🐸", "$x_{", "a$b$c", "\u202ecafé\x07", "кошка, очень длинное имя класса"]


def cell(number, **changes):
    point = {"lr": 0.01 * number, "optimizer": ["sgd", "adamw"][number % 2]}
    found = {"number": number, "point": point, "mean": 0.9 - 0.01 * number, "scores": {3: 0.5, 10: 0.7},
             "train_s": 3.0 * number, "parameters": 1000 * number}  # fmt: skip
    rest = dict.fromkeys(("low", "high", "macs"), None) | dict.fromkeys(("values", "seeds", "runs"), ())
    return Cell(**rest, **(found | changes), state="finished", of="seeds", n=100, epochs=10, reason="")


CELLS = [cell(number) for number in range(1, 6)] + [cell(6, mean=None)]
FACTORS = {"lr": "log(0.001, 0.1)", "optimizer": ["sgd", "adamw"]}
MEANS = [Level(level=level, mean=0.9, low=0.85, high=0.95, n=3) for level in FACTORS["optimizer"]]
BINS = [Bin(lower=0, upper=0.5, count=0, confidence=0.3, accuracy=SCORE),
        Bin(lower=0.5, upper=1, count=9, confidence=0.87, accuracy=SCORE)]  # fmt: skip
POINTS = [Point(coverage=share, threshold=1 - share, accuracy=SCORE) for share in (0.1, 0.55, 1.0)]
STEPS = tuple(LrStep(lr=10.0**power, loss=2.5 - power / 9, smoothed=2.4) for power in range(-5, 1))
RANGE = LrRange(suggestion=0.0025, lowest=0.1, fastest=0.0025, diverged=False, optimizer=None, steps=STEPS)
LAYERS = LayerTimes(
    layers=tuple(LayerTime(name=f"blocks.{place}", kind="Conv2d", output=(), parameters=0, macs=0, forward_s=0.001, backward_s=0.002,
                           share=1 / 9) for place in range(9)),
    device="cpu", precision="fp32", threads=1, model="lenet", batch=8, channels=3, size=32, classes=10, rounds=3, forward_s=0.009,
    backward_s=0.018, kinds=(),
)  # fmt: skip
WAYS = Transfers(
    data="flowers",
    weights="imagenet",
    ways=tuple(Way(way=way, share=share, images=9, run="r", score=SCORE, train_s=1.0) for way in ("scratch", "head") for share in (0.1, 1)),
    comparisons=(),
)  # fmt: skip

DRAWN = {
    "loss": lambda say, palette: curves.loss(history(40), MARKS, say, palette),
    "loss of one epoch": lambda say, palette: curves.loss(history(1), MARKS, say, palette),
    "loss without validation": lambda say, palette: curves.loss(history(3, val=False), MARKS, say, palette),
    "accuracy": lambda say, palette: curves.accuracy(history(40), curves.Marks(kept=30, began=5), say, palette),
    "accuracy of one epoch": lambda say, palette: curves.accuracy(history(1), MARKS, say, palette),
    "accuracy without validation": lambda say, palette: curves.accuracy(history(3, val=False), MARKS, say, palette),
    "learning rate": lambda say, palette: curves.learning_rate(history(40), MARKS, say, palette),
    "no epoch": lambda say, palette: curves.loss((), MARKS, say, palette),
    "overlaid": lambda say, palette: curves.of_runs([(name, history(9)) for name in HOSTILE], "val_loss", "loss", say, palette),
    "intervals": lambda say, palette: scored.rows([(name, SCORE) for name in HOSTILE], say, palette),
    "reliability": lambda say, palette: scored.reliability(BINS, say, palette),
    "risk": lambda say, palette: scored.risk_coverage(POINTS, say, palette),
    "levels": lambda say, palette: factors.one_factor("optimizer", FACTORS["optimizer"], CELLS, MEANS, say, palette),
    "range": lambda say, palette: factors.one_factor("lr", FACTORS["lr"], CELLS, (), say, palette),
    "parallel": lambda say, palette: factors.parallel(FACTORS, CELLS, say, palette),
    "front": lambda say, palette: factors.front(CELLS, "train_s", [1, 2], say, palette),
    "learning-rate range": lambda say, palette: measured.lr_range(RANGE, say, palette),
    "layer times": lambda say, palette: measured.layer_times(LAYERS, say, palette),
    "transfers": lambda say, palette: measured.transfers(WAYS, say, palette),
    "confusion": lambda say, palette: heatmap.confusion(np.eye(5, dtype=int) * 1234 + 1, HOSTILE, say, palette),
    "two hundred classes": lambda say, palette: heatmap.confusion(np.eye(200), [str(place) for place in range(200)], say, palette),
    "sheet": lambda say, palette: sheet.sheet(np.zeros((5, 8, 12, 3), np.uint8), HOSTILE, 3, palette, {1}),
}  # fmt: skip


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", DRAWN)
def test_the_same_figure_as_svg_and_as_png(name, language):
    say = words(language)
    drawn = style.svg(DRAWN[name](say, style.THEMED), "one", "a <label>")
    assert drawn.startswith('<svg class="plot" role="img" aria-label="a &lt;label&gt;" viewBox="0 0 ')
    assert "var(--muted)" in drawn and "#fe01" not in drawn
    assert "<style" not in drawn and "<metadata" not in drawn and "font-family" not in drawn
    assert all(found.startswith("one-") for found in re.findall(r'\bid="([^"]+)"', drawn))
    assert drawn == style.svg(DRAWN[name](say, style.THEMED), "one", "a <label>")  # equal figures are equal text
    if language != "en":
        assert not re.search(r">[−\d]\d*\.\d+</text>", drawn)
    figure = DRAWN[name](say, style.PRINT)
    picture = Image.open(io.BytesIO(style.png(figure, dots_per_inch=50)))
    assert picture.size == tuple(int(50 * float(side)) for side in figure.get_size_inches())
    assert len(np.unique(np.asarray(picture.convert("L")))) > 10


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", DRAWN)
def test_no_words_reach_beyond_the_picture(name, language):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = DRAWN[name](words(language), style.PRINT)
    canvas = FigureCanvasAgg(figure)
    with style.letters_may_lack():
        canvas.draw()
        box = figure.get_tightbbox(canvas.get_renderer())
    width, height = figure.get_size_inches()
    assert box.x0 > -0.03 and box.y0 > -0.03 and box.x1 < width + 0.03 and box.y1 < height + 0.03


def test_the_last_values_stand_beside_their_lines():
    rows = history(40)
    drawn = style.svg(curves.loss(rows, MARKS, EN, style.THEMED), "loss", "")
    heights = []
    for key in ("loss", "val_loss"):
        text = re.search(rf'<text[^>]*?(?:x="[\d.]+" )?y="([\d.]+)"[^>]*>{getattr(rows[-1], key):.3g}</text>', drawn)
        assert text is not None, key
        heights.append(float(text[1]))
    assert 0 < heights[1] < heights[0] < 216  # within the frame; validation ends above training


def test_values_that_would_cover_each_other_are_moved_apart():
    rows = [replace(row, val_loss=row.loss * 1.001) for row in history(40)]
    drawn = style.svg(curves.loss(rows, MARKS, EN, style.THEMED), "loss", "")
    values = [f"{getattr(rows[-1], key):.3g}" for key in ("loss", "val_loss")]
    heights = {float(y) for value in values for y in re.findall(rf'y="([\d.]+)"[^>]*>{re.escape(value)}</text>', drawn)}
    assert max(heights) - min(heights) > 8  # points


def test_the_scale_of_the_loss_fits_what_it_spans():
    assert curves.is_wide(history(40))
    assert not curves.is_wide(history(3))
    assert not curves.is_wide([])
    axes = curves.loss(history(3), MARKS, EN, style.PRINT).axes[0]
    assert axes.get_ylim()[0] == 0 and axes.get_ylim()[1] >= max(row.loss_q3 for row in history(3))


def test_the_seam_between_a_run_and_the_one_it_continues_is_drawn():
    rows = history(8)
    marked = curves.loss(rows, curves.Marks(began=5), EN, style.PRINT).axes[0]
    lines = [line for line in marked.lines if len(set(line.get_xdata())) == 1]
    assert [line.get_xdata()[0] for line in lines] == [5.5]
    assert len(marked.lines) == len(curves.loss(rows, MARKS, EN, style.PRINT).axes[0].lines) + 1


def test_who_points_at_a_curve_is_told_its_epoch():
    drawn = style.svg(
        curves.loss(history(3), MARKS, EN, style.THEMED), "loss", "", [(1, "<one>"), (2, "two"), (3, "three")]
    )
    assert re.findall(r"<title>([^<]*)</title>", drawn) == ["&lt;one&gt;", "two", "three"]
    left, width = (
        [float(found) for found in re.findall(rf'<rect [^>]*?{side}="([\d.]+)"', drawn)[-3:]] for side in ("x", "width")
    )
    assert left[1] == pytest.approx(left[0] + width[0], abs=0.11) and left[2] == pytest.approx(
        left[1] + width[1], abs=0.11
    )


def test_drawing_leaves_matplotlib_as_it_was():
    import matplotlib

    before = dict(matplotlib.rcParams)
    style.svg(curves.learning_rate(history(3), MARKS, EN, style.THEMED), "rate", "")
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["one", "two"], ["one", "two"]),
        (["signs-scratch-100", "signs-head-then-all-100", "signs-all-100"], ["scratch", "head-then-all", "all"]),
        (["a-very-long-name-of-a-run"], ["a-very-…-a-run"]),
        (["a-very-long-name-100", "a-very-long-name-100"], ["100", "100"]),
        (["price-of-10-$-a-piece", "price-of-20-$-a-piece"], [r"10", r"20"]),
        (["a\u202eb\x07c"], ["abc"]),
        ([], []),
    ],
)
def test_long_names_stay_apart(names, told):
    found = style.brief(names, 14)
    assert all(len(name) <= 14 for name in found)
    assert found == told


@pytest.mark.parametrize(
    ("value", "told"), [(0.25, "0,25"), (97.25, "97,25"), (1e-5, "10⁻⁵"), (2.5e-5, "2,5·10⁻⁵"), (-3, "−3")]
)
def test_numbers_beside_the_axes_are_the_languages_own(value, told):
    assert words("ru").figures(value) == told


def test_files_are_written_whole_and_only_as_pictures(tmp_path):
    singles = [SingleImage(name="", label=name, predicted=HOSTILE[0], probability=0.5, logits={}) for name in HOSTILE]
    images = np.zeros((len(HOSTILE), 8, 8, 3), np.uint8)
    for file in (tmp_path / "grid.png", tmp_path / "grid.svg"):
        style.write(sheet.sheet_of_singles(images, singles, EN, style.PRINT), file)
        assert file.stat().st_size > 1000
    with pytest.raises(style.UsageError, match=r"write FILE\.svg or FILE\.png"):
        style.check_name(tmp_path / "grid.bmp")


def test_a_hundred_per_cent_is_drawn_of_all_only():
    almost = SingleImage(name="", label="cat", predicted="cat", probability=0.9996, logits={})
    drawn = sheet.sheet_of_singles(np.zeros((1, 8, 8, 3), np.uint8), [almost], EN, style.PRINT)
    assert drawn.axes[0].texts[0].get_text() == f"cat\n{EN.share(0.9996)}" == "cat\n99.96\u00a0%"
    rows = [replace(row, accuracy=0.9996, val_accuracy=1.0) for row in history(3)]
    ends = {text.get_text() for text in curves.accuracy(rows, MARKS, EN, style.PRINT).axes[0].texts}
    assert ends == {"99.96", "100.0"}


def test_the_matrix_is_a_pixel_a_cell():
    pixels_KK4 = heatmap.shades(np.array([[8, 0], [1, 7]]))
    assert pixels_KK4.shape == (2, 2, 4)
    assert pixels_KK4[0, 1, 3] == 0 and pixels_KK4[0, 0, 3] == 255
    assert 80 < pixels_KK4[1, 0, 3] < 140 and tuple(pixels_KK4[1, 0, :3]) == heatmap.WRONG
