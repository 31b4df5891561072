import io
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from linnaeus.reporting import figures, grid, pictures, plots
from tests.reporting.synthetic import history

DRAW = (figures.loss, figures.accuracy, figures.rate)


@pytest.mark.parametrize("draw", DRAW)
@pytest.mark.parametrize("rows", [history(40), history(1), history(3, val=False)], ids=["forty", "one", "no-val"])
def test_the_same_curve_as_svg_and_as_png(draw, rows):
    drawn = figures.svg(draw(rows), "curve", "a <label>")
    assert drawn.startswith('<svg class="plot" role="img" aria-label="a &lt;label&gt;" viewBox="0 0 360 ')
    assert "var(--muted)" in drawn and "#fe01" not in drawn
    assert "<style" not in drawn and "<metadata" not in drawn and "font-family" not in drawn
    assert all(name.startswith("curve-") for name in re.findall(r'\bid="([^"]+)"', drawn))
    picture = Image.open(io.BytesIO(figures.png(draw(rows, figures.PRINT), dots_per_inch=50)))
    assert picture.size == (250, 145)
    assert len(np.unique(np.asarray(picture.convert("L")))) > 10


def test_equal_curves_are_equal_text():
    assert figures.svg(figures.loss(history(5)), "loss", "") == figures.svg(figures.loss(history(5)), "loss", "")


def test_the_last_values_stand_beside_their_lines():
    rows = history(40)
    drawn = figures.svg(figures.loss(rows), "loss", "")
    heights = []
    for key in ("loss", "val_loss"):
        text = re.search(rf'<text[^>]*?(?:x="[\d.]+" )?y="([\d.]+)"[^>]*>{rows[-1][key]:.3g}</text>', drawn)
        assert text is not None, key
        heights.append(float(text[1]))
    assert 0 < heights[1] < heights[0] < 209  # within the frame; validation ends above training


def test_values_that_would_cover_each_other_are_moved_apart():
    rows = [row | {"val_loss": row["loss"] * 1.001} for row in history(40)]
    drawn = figures.svg(figures.loss(rows), "loss", "")
    values = [f"{rows[-1][key]:.3g}" for key in ("loss", "val_loss")]
    heights = {float(y) for value in values for y in re.findall(rf'y="([\d.]+)"[^>]*>{re.escape(value)}</text>', drawn)}
    assert max(heights) - min(heights) > 8  # points


def test_the_scale_of_the_loss_fits_what_it_spans():
    assert figures.is_wide(history(40))
    assert not figures.is_wide(history(3))
    assert not figures.is_wide([])
    axes = figures.loss(history(3)).axes[0]
    assert axes.get_ylim()[0] == 0 and axes.get_ylim()[1] >= max(row["loss_q3"] for row in history(3))


def test_drawing_leaves_matplotlib_as_it_was():
    import matplotlib

    before = dict(matplotlib.rcParams)
    figures.svg(figures.rate(history(3)), "rate", "")
    assert dict(matplotlib.rcParams) == before


def test_pages_are_imported_without_torch_and_without_matplotlib():
    code = (
        "import sys, linnaeus.reporting.pages; print([name for name in ('torch', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def decoded(address):
    import base64

    return Image.open(io.BytesIO(base64.b64decode(address.partition("base64,")[2])))


def test_small_pictures_keep_their_pixels():
    image = np.random.default_rng(0).integers(0, 256, size=(28, 28, 3), dtype=np.uint8)
    assert np.array_equal(np.asarray(decoded(pictures.address(image))), image)
    grey = image[..., :1]
    assert np.array_equal(np.asarray(decoded(pictures.address(grey))), grey[..., 0])


def test_large_pictures_become_small():
    image = np.zeros((300, 500, 3), np.uint8)
    assert decoded(pictures.address(image)).size == (128, 77)


def test_pictures_are_enlarged_by_whole_factors():
    sides = [pictures.side(np.zeros((1, size, size, 1)), 96) for size in (8, 28, 32, 64, 96, 224)]
    assert sides == [96, 84, 96, 128, 96, 96]


def test_the_matrix_is_a_pixel_a_cell():
    matrix = np.asarray(decoded(pictures.matrix(np.array([[8, 0], [1, 7]]))))
    assert matrix.shape == (2, 2, 4)
    assert matrix[0, 1, 3] == 0 and matrix[0, 0, 3] == 255
    assert 100 < matrix[1, 0, 3] < 140 and tuple(matrix[1, 0, :3]) == pictures.WRONG


def test_the_seam_between_a_run_and_the_one_it_continues_is_drawn():
    rows = history(8)
    marked = figures.loss(rows, marks=figures.Marks(began=5)).axes[0]
    lines = [line for line in marked.lines if len(set(line.get_xdata())) == 1]
    assert [line.get_xdata()[0] for line in lines] == [5.5]
    assert len(marked.lines) == len(figures.loss(rows).axes[0].lines) + 1


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["one", "two"], ["one", "two"]),
        (["signs-scratch-100", "signs-head-then-all-100", "signs-all-100"], ["scratch", "head-then-all", "all"]),
        (["a-very-long-name-of-a-run"], ["a-very-…-a-run"]),
        (["a-very-long-name-100", "a-very-long-name-100"], ["100", "100"]),
        (["price-of-10-$-a-piece", "price-of-20-$-a-piece"], [r"10", r"20"]),
        ([], []),
    ],
)
def test_long_names_stay_apart(names, told):
    found = figures.brief(names, 14)
    assert all(len(name) <= 14 for name in found)
    assert found == told


def test_names_that_the_font_lacks_or_that_look_like_formulas_are_drawn(tmp_path):
    names = ["日本 🐸", "$x_{", "a$b$c", "кошка, очень длинное имя класса"]
    singles = [{"label": name, "answer": names[0], "probability": 0.5} for name in names]
    images = np.zeros((len(names), 8, 8, 3), np.uint8)
    for file in (tmp_path / "grid.png", tmp_path / "grid.svg"):
        plots.write(grid.grid(images, singles), file)
        assert file.stat().st_size > 1000
