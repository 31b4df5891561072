"""Images as Python holds them: one or many, and what cannot be an image."""

import numpy as np
import pytest
from PIL import Image

from linnaeus.data.images import decode, pixels
from linnaeus.errors import ImageError

IMAGE = np.random.default_rng(0).integers(0, 256, (6, 5, 3), np.uint8)


def test_one_image_in_every_form_has_the_same_pixels(tmp_path):
    file = tmp_path / "image.png"
    Image.fromarray(IMAGE).save(file)
    for image in (file, str(file), file.read_bytes(), Image.open(file), Image.fromarray(IMAGE), IMAGE):
        assert (pixels.pixels(image, 3) == decode.decode(file, 3)).all()
        assert len(pixels.one_by_one(image)) == 1


def test_a_picture_is_shown_as_a_person_sees_it(tmp_path):
    file = tmp_path / "turned.png"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.fromarray(IMAGE).save(file, exif=exif)
    assert (pixels.pixels(Image.open(file), 3) == decode.decode(file, 3)).all()
    assert pixels.pixels(Image.open(file), 3).shape == (5, 6, 3)


@pytest.mark.parametrize(
    ("images", "count"),
    [
        ("a.png", 1),
        (IMAGE, 1),
        (IMAGE[..., 0], 1),
        (IMAGE[None], 1),
        (np.zeros((7, 5, 5), np.uint8), 7),
        ([IMAGE, "a"], 2),
    ],
)
def test_one_or_many(images, count):
    assert len(pixels.one_by_one(images)) == count


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (IMAGE / 255, r"float64 has no defined range.*astype"),
        (IMAGE.astype(int), "an array of int64 is no image"),
        (IMAGE.transpose(2, 0, 1), "channels first"),
        (IMAGE[..., :2], "with 1, 3 or 4 channels"),
        (object(), "an object is no image"),
    ],
)
def test_what_cannot_be_an_image_is_refused_with_a_reason(image, reason):
    with pytest.raises(ImageError, match=reason):
        pixels.pixels(image, 3)


def test_squares_name_the_image_that_cannot_be_taken(tmp_path):
    assert pixels.squares([IMAGE, IMAGE[..., 0]], channels=1, size=4, resize="crop").shape == (2, 4, 4, 1)
    assert pixels.squares([], channels=1, size=4, resize="crop").shape == (0, 4, 4, 1)
    with pytest.raises(ImageError, match=r"image 1: .*no defined range"):
        pixels.squares([IMAGE, IMAGE / 2], channels=3, size=4, resize="crop")
    with pytest.raises(ImageError, match=r"gone\.png: "):
        pixels.squares(tmp_path / "gone.png", channels=3, size=4, resize="crop")
    with pytest.raises(ImageError, match=r"an int is no image"):
        pixels.one_by_one(3)


@pytest.mark.parametrize("decoder", [1, 2])
def test_a_file_has_the_same_pixels_for_a_training_and_for_a_prediction(decoder, tmp_path):
    file = tmp_path / "large.jpg"
    large = np.kron(IMAGE, np.ones((100, 100, 1), np.uint8))
    Image.fromarray(large).save(file, quality=90)
    seen = decode.read(file, channels=3, size=32, resize="crop", decoder=decoder)
    for image in (file, str(file), file.read_bytes()):
        found = pixels.squares(image, channels=3, size=32, resize="crop", decoder=decoder)
        assert np.array_equal(found[0], seen)
