"""The only reader of images: training, prediction, serving and export see what it sees, which is what a person sees.

    decode   any picture to 8-bit pixels; of_picture: one that Pillow holds already
    fit      pixels to the square that a network takes
    read     both
    header   size and colour of a picture, without decoding it; bits: how many of 16 its samples use; format_name; taken

The policy. A format is known by its content, never by its name, and comes from a short list (data/formats.py). The size
is taken from the header: more than 89.5 megapixels are refused before any is decoded. A truncated or damaged picture is
refused, not filled up with grey. Of several frames the first counts. The orientation that EXIF states is applied;
broken EXIF and colour profiles are ignored. Samples of 16 bits become v >> 8. Palettes, CMYK and YCbCr become RGB.
What is transparent shows `BACKGROUND`. Samples without a defined range (floats, 32-bit integers) are refused.

`read` takes the number of the decoder whose pixels are wanted, which each classifier keeps:
    1  the whole picture is decoded
    2  a JPEG is decoded at the smallest of its scales (1/2, 1/4, 1/8) whose sides are at least twice what the network takes:
       it averages the same pixels in another order. Photographs of 12 megapixels, to 224 px: 0.18 of 255 other on average, 2 at most
       (6 of them); 34 ms in place of 67 where they are grainy (6 MB), 15 in place of 45 where they are not (1 MB; AMD EPYC).

Every function may be called from several threads at once; Pillow's settings stay as the process has them.
"""

import io
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image
from PIL.Image import Resampling, Transpose
from PIL.ImageFile import ImageFile

from linnaeus.data.images.formats import format_of, open_file, open_picture
from linnaeus.errors import ImageError

DECODER = 2  # the newest, see above; a pixel that may come out otherwise needs a new one, and the old one stays
BACKGROUND = (255, 255, 255)  # white: what stands behind transparent pixels

MODES = {1: "L", 3: "RGB", 4: "RGBA"}  # of Pillow, for each number of channels

Pixels = npt.NDArray[np.uint8]


class Square(TypedDict):
    """How an image becomes the square that a network sees, as `read` takes it."""

    channels: int
    size: int  # pixels of a side
    resize: str
    decoder: NotRequired[int]


_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112  # tags of EXIF and TIFF
_PHOTOMETRIC = 0x0106


def decode(source: Path | bytes, channels: int) -> Pixels:
    """The pixels of a file, or of its content: uint8 (H, W, C).

    Of 1 channel it is luminance (ITU-R 601), of 3 RGB, of 4 RGB and opacity; only there transparency survives.

    Raises:
        ImageError: the picture cannot be read, or should not be. The reason begins with "empty file", "not an image",
            "format not allowed", "truncated", "corrupt", "too many pixels", "unsupported mode", or says why the file
            cannot be opened.
    """
    return _pixels(_decoded(source, channels))


def of_picture(picture: Image.Image, channels: int) -> Pixels:
    """The pixels of a picture that Pillow holds, uint8 (H, W, C), by the same policy. Raises ImageError."""
    with _translated(), _without_warnings():
        layout = _layout(picture) if isinstance(picture, ImageFile) else ""
        picture.load()
        return _pixels(_in_mode(MODES[channels], _upright(_in_8_bits(picture, layout), picture)))


def fit(image_HWC: Pixels, size: int, resize: str) -> Pixels:
    """uint8 (size, size, C), by Pillow's antialiased bilinear filter. An image of that size is returned as it is.

    The width is changed first, then the height, each rounded to 8 bits: in one call, Pillow 13 takes the height of tall pictures
    first, Pillow 12 never. What is exported does the same.
    `crop` takes the central square, `stretch` changes the aspect, `pad` adds black at both ends of the short side.
    """
    if image_HWC.shape[:2] == (size, size):
        return image_HWC
    picture = Image.fromarray(image_HWC[..., 0] if image_HWC.shape[2] == 1 else image_HWC)
    return _pixels(_fitted(picture, size, resize))


def read(source: Path | bytes, *, channels: int, size: int, resize: str, decoder: int = DECODER) -> Pixels:
    """A file as a network sees it: by decoder 1 `fit(decode(source, channels), size, resize)`, with fewer copies on the way."""
    return _pixels(_fitted(_decoded(source, channels, 2 * size if decoder > 1 else 0), size, resize))


def header(source: Path | bytes) -> tuple[int, int, bool] | None:
    """Width, height (before the orientation is applied) and whether it is grey; None for what is no readable image."""
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else open_file(source) as file:
            with _translated(), _without_warnings():
                picture = open_picture(file)
            return picture.width, picture.height, picture.mode in ("1", "L", "LA") or picture.mode.startswith("I;16")
    except ImageError:
        return None


def taken(path: Path) -> float | None:
    """When a photograph was taken, in seconds, as its EXIF says; None where it does not say."""
    try:
        with open_file(path) as file, _translated(), _without_warnings():
            said = open_picture(file).getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
            return datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except (ImageError, ValueError):
        return None


def fault(path: Path) -> str:
    """Why a file is no image that is read; "" for one that is."""
    try:
        decode(path, 3)
    except ImageError as error:
        return error.reason
    return ""


def bits(path: Path) -> int | None:
    """How many of their 16 bits the samples of a file use, by its brightest one; None where samples have 8, or it cannot be read."""
    try:
        with open_file(path) as file, _translated(), _without_warnings():
            picture = open_picture(file)
            if not picture.mode.startswith("I;16"):
                return None
            return int(np.asarray(picture).max()).bit_length()
    except ImageError:
        return None


def format_name(path: Path) -> str | None:
    """The format of a file by its content, such as "JPEG"; None for what is not opened as a picture."""
    try:
        with open_file(path) as file:
            return format_of(file.read(512))
    except (ImageError, OSError):
        return None


def read_bytes(path: Path) -> bytes:
    """The content of a file that may hold an image. Raises ImageError as `formats.open_file` does."""
    with open_file(path) as file:
        try:
            return file.read()
        except OSError as error:
            raise ImageError(f"cannot be read: {error.strerror or error}") from None


def _decoded(source: Path | bytes, channels: int, least: int = 0) -> Image.Image:
    """The picture, upright; `least`: pixels that its sides must keep where its file can be decoded at a smaller scale, 0: all."""
    if channels not in MODES:
        raise ValueError(f"an image has 1, 3 or 4 channels, not {channels}")
    content = source if isinstance(source, bytes) else read_bytes(source)
    with _translated(), _without_warnings():
        picture = open_picture(io.BytesIO(content))
        layout = _layout(picture)
        if least:
            picture.draft(None, (least, least))  # does nothing to what is no JPEG
        picture.load()
        return _in_mode(MODES[channels], _upright(_in_8_bits(picture, layout), picture))


def _fitted(picture: Image.Image, size: int, resize: str) -> Image.Image:
    width, height = picture.size
    if (width, height) == (size, size):
        return picture
    if resize == "stretch":
        return _resized(picture, size, size)
    if resize == "crop":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return _resized(picture.crop((left, top, left + side, top + side)), size, size)
    if resize == "pad":
        wide, tall = (max(1, round(length * size / max(width, height))) for length in (width, height))
        padded = Image.new(picture.mode, (size, size))
        padded.paste(_resized(picture, wide, tall), ((size - wide) // 2, (size - tall) // 2))
        return padded
    raise ValueError(f"resize is crop, stretch or pad, not {resize!r}")


def _resized(picture: Image.Image, width: int, height: int) -> Image.Image:
    if picture.size == (width, height):
        return picture
    mode = picture.mode  # colours count by their opacity, and are rounded once
    weighed = picture.convert("RGBa") if mode == "RGBA" else picture
    wide = weighed.resize((width, picture.height), Resampling.BILINEAR)
    return wide.resize((width, height), Resampling.BILINEAR).convert(mode)


def _pixels(picture: Image.Image) -> Pixels:
    return np.array(picture).reshape(picture.height, picture.width, -1)


def _layout(picture: ImageFile) -> str:
    """How samples lie in the file, in Pillow's words ("RGB;16B", "L;4", …); it forgets that when it has decoded them."""
    arguments: Any = picture.tile[0].args if picture.tile else ""
    return str(arguments[0] if isinstance(arguments, tuple) and arguments else arguments)


def _in_8_bits(picture: Image.Image, layout: str) -> Image.Image:
    """The picture in mode L or RGB, or in RGBA where something is transparent."""
    mode, key = picture.mode, picture.info.get("transparency")
    if mode in ("P", "PA"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if mode in ("LA", "La", "RGBA", "RGBa"):
        return picture.convert({"La": "LA", "RGBa": "RGBA"}.get(mode, mode)).convert("RGBA")
    if mode in ("CMYK", "YCbCr", "RGBX"):
        return picture.convert("RGB")
    if mode.startswith("I;16"):
        plain = _from_16_bits(picture, layout)
    elif mode in ("1", "L", "RGB"):
        plain = picture = picture.convert("L") if mode == "1" else picture
    else:
        raise ImageError(f"unsupported mode: samples of kind {mode} have no defined range")
    if key is None:
        return plain
    plain = plain.convert("RGB")
    plain.putalpha(_opaque_beside(key, picture, layout))
    return plain


def _from_16_bits(picture: Image.Image, layout: str) -> Image.Image:
    values_HW = np.asarray(picture)
    if getattr(picture, "tag_v2", {}).get(_PHOTOMETRIC) == 0:  # a TIFF whose zero is white
        values_HW = 65535 - values_HW
    return Image.fromarray((values_HW >> (4 if layout == "I;12" else 8)).astype(np.uint8))


def _opaque_beside(key: Any, picture: Image.Image, layout: str) -> Image.Image:
    """Opacity where one colour, `key`, is transparent (PNG's tRNS, GIF).

    Pillow scales grey of 2 and 4 bits to 8 and cuts colours of 16 to 8, but leaves the key as it stands in the file.
    """
    scaled = np.multiply(key, {"L;2": 85, "L;4": 17}.get(layout, 1)) >> (8 if layout == "RGB;16B" else 0)
    opaque_HW = (np.atleast_3d(np.asarray(picture)) != scaled).any(axis=2)
    return Image.fromarray(opaque_HW.astype(np.uint8) * 255)


def _upright(picture: Image.Image, original: Image.Image) -> Image.Image:
    try:
        turn = _TURNS.get(original.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken EXIF fails in every way that a parser can, and says nothing about the pixels
        return picture
    return picture if turn is None else picture.transpose(turn)


def _in_mode(mode: str, picture: Image.Image) -> Image.Image:
    """A picture in mode L, RGB or RGBA, in the `mode` that is wanted."""
    if picture.mode == "RGBA" and mode == "RGBA":
        hidden = picture.getchannel("A").point([255] + [0] * 255)
        picture.paste((*BACKGROUND, 0), mask=hidden)  # what nobody can see, the network must not see either
        return picture
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, (*BACKGROUND, 255)), picture)
    return picture if picture.mode == mode else picture.convert(mode)


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever Pillow raises over a damaged file, as an ImageError."""
    try:
        yield
    except ImageError:
        raise
    except MemoryError:
        raise ImageError("too many pixels: the memory does not suffice") from None
    except Exception as error:  # its parsers let OSError, SyntaxError, struct.error, zlib.error and others through
        text = str(error).strip() or type(error).__name__
        raise ImageError("truncated" if "truncated" in text.lower() else f"corrupt: {text}") from None


# Pillow logs some damage as errors, which Python prints where nobody has set up logging; those who have still get them.
logging.getLogger("PIL").addHandler(logging.NullHandler())

_decoding = threading.Lock()
_threads = 0
_filters = ExitStack()


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Ignore the warnings of Pillow's modules while any thread decodes.

    Warning filters belong to the process, so the first thread in sets them and the last one out restores them.
    """
    global _threads
    with _decoding:
        if _threads == 0:
            _filters.enter_context(warnings.catch_warnings())
            warnings.filterwarnings("ignore", module=r"PIL\b")
        _threads += 1
    try:
        yield
    finally:
        with _decoding:
            _threads -= 1
            if _threads == 0:
                _filters.close()
