import io
import subprocess
import sys

import numpy as np
from PIL import Image

from linnaeus.reporting import pictures


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
