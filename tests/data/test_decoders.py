"""The decoders by number."""

import io

import numpy as np
import pytest
from PIL import Image

from linnaeus.data.images.decode import DECODER, decode, fit, read
from linnaeus.errors import ImageError
from linnaeus.recipe.recipe import Recipe
from tests.data.test_decode import file


def photograph(width: int, height: int, **options: object) -> bytes:
    """Soft shapes with some grain, as a JPEG."""
    y, x = np.mgrid[:height, :width] / 97
    picture = np.stack([np.sin(x) * np.cos(y), np.cos(x + y), np.sin(x * y / 9)], 2) * 100 + 128
    grain = np.random.default_rng(0).normal(0, 4, picture.shape)
    return file(Image.fromarray((picture + grain).clip(0, 255).astype(np.uint8)), "JPEG", quality=90, **options)


@pytest.mark.parametrize("resize", ["crop", "stretch", "pad"])
def test_the_second_decoder_changes_a_large_jpeg_by_less_than_a_level_on_average(resize: str) -> None:
    content = photograph(1500, 1100)
    first, second = (
        read(content, channels=3, size=224, resize=resize, decoder=number).astype(int) for number in (1, 2)
    )
    apart = np.abs(first - second)
    assert 0 < apart.mean() < 0.5 and apart.max() <= 6
    assert np.array_equal(first, fit(decode(content, 3), 224, resize))


def test_it_changes_nothing_else() -> None:
    picture = Image.open(io.BytesIO(photograph(1500, 1100)))
    for content in (photograph(895, 700), file(picture, "PNG"), file(picture, "WebP", quality=80)):
        first, second = (read(content, channels=3, size=224, resize="crop", decoder=number) for number in (1, 2))
        assert np.array_equal(first, second)


def test_by_the_second_decoder_too_a_picture_is_upright_and_a_cut_one_refused() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = read(photograph(1500, 1000, exif=exif), channels=3, size=64, resize="crop", decoder=2)
    plain = read(photograph(1500, 1000), channels=3, size=64, resize="crop", decoder=2)
    assert np.abs(turned.astype(int) - np.rot90(plain, -1)).max() <= 1  # the width is made smaller first, and rounded
    with pytest.raises(ImageError, match="truncated"):
        read(photograph(1500, 1000)[:-9000], channels=3, size=64, resize="crop", decoder=2)


def test_recipes_begin_with_the_newest_decoder() -> None:
    assert Recipe.__dataclass_fields__["decoder"].default == DECODER
