"""Which files are opened as pictures, and which are refused before a pixel is decoded: by their content, never by their name."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

from linnaeus.errors import ImageError

MOST_PIXELS = 89_478_485  # where Pillow itself begins to suspect a decompression bomb
MOST_BYTES = 2**30  # of a file: more than MOST_PIXELS uncompressed samples of 4 × 16 bits

# The plug-ins are called directly: `Image.open` would heed and warn by settings that belong to the user's process.
# An MPO file (several JPEGs in one) is read as the JPEG that it begins with.
READERS: dict[str, Callable[[BinaryIO], ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}
BEGINNINGS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",  # BigTIFF
    b"MM\0+": "TIFF",
    # pictures that are not on the list: named, so that a person knows what to convert
    b"%!PS": "EPS",
    b"\xc5\xd0\xd3\xc6": "EPS",
    b"8BPS": "Photoshop",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\1\0": "icon",
}
NO_PICTURES = {
    b"version https://git-lfs": "a Git LFS pointer, the picture itself was not fetched",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"<svg": "an SVG drawing",
    b"<?xml": "an SVG drawing or another XML document",
    b"%pdf": "a PDF document",
    b"pk\3\4": "a ZIP archive",
}


def open_file(path: Path) -> BinaryIO:
    """Raises ImageError: there is no such file, or it is a folder, a device, a pipe, too large, or may not be read."""
    try:
        found = path.stat()  # before opening: to open a pipe is to wait for its writer
        if stat.S_ISDIR(found.st_mode):
            raise ImageError("a folder, not a file")
        if not stat.S_ISREG(found.st_mode):
            raise ImageError("a device or a pipe, not a file")
        if found.st_size > MOST_BYTES:
            raise ImageError(f"not an image: larger than {MOST_BYTES >> 20} MiB")
        return path.open("rb")
    except FileNotFoundError:
        raise ImageError("no such file") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        raise ImageError(f"cannot be opened: {getattr(error, 'strerror', None) or error}") from None


def open_picture(file: BinaryIO) -> ImageFile:
    """A picture whose header is read and whose pixels are not.

    Raises:
        ImageError: no picture, not a format of the list, too many pixels, or a WebP that is cut off. Pillow's plug-ins raise
            errors of every kind over a damaged header.
    """
    beginning = file.read(512)
    name = format_of(beginning)
    if name == "WebP":
        _check_webp(beginning, length=file.seek(0, os.SEEK_END))
    file.seek(0)
    try:
        picture = READERS[name](file)
    except Exception as error:
        if name not in ("HEIC", "AVIF"):
            raise
        raise ImageError(f"corrupt {name}, or of a kind that is not read ({error}); save it as JPEG or PNG") from None
    _check_size(*picture.size)
    return picture


def format_of(beginning: bytes) -> str:
    """The name of the format of a file that begins so. Raises ImageError for all that is not read."""
    if not beginning:
        raise ImageError("empty file")
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "WebP"
    if beginning[4:8] == b"ftyp":
        return _of_phones(beginning)
    for magic, name in BEGINNINGS.items():
        if beginning.startswith(magic):
            if name not in READERS:
                raise ImageError(f"format not allowed: {name}; save it as JPEG or PNG")
            return name
    text = beginning.lstrip().lower()
    known = next((what for magic, what in NO_PICTURES.items() if text.startswith(magic)), None)
    raise ImageError(f"not an image: {known}" if known else "not an image")


def _of_phones(beginning: bytes) -> str:
    """HEIC or AVIF, by the brands that the file says it is of (ISO/IEC 14496-12, 23008-12). Raises ImageError for a video."""
    length = min(int.from_bytes(beginning[:4]), len(beginning))
    brands = {beginning[8:12], *(beginning[at : at + 4] for at in range(16, length, 4))}
    name = (
        "AVIF"
        if brands & {b"avif", b"avis"}
        else "HEIC"
        if brands & {b"heic", b"heix", b"hevc", b"heim", b"mif1"}
        else ""
    )
    if not name:
        raise ImageError("format not allowed: a video; save its frames as JPEG or PNG")
    if name not in READERS and (reader := _reader_of(name)) is not None:
        READERS[name] = reader
    if name not in READERS:
        way = "install linnaeus[heic], or " if name == "HEIC" else ""
        raise ImageError(f"format not allowed: {name}; {way}save it as JPEG or PNG")
    return name


def _reader_of(name: str) -> Callable[[BinaryIO], ImageFile] | None:
    """What reads HEIC where pillow-heif is installed, and AVIF where Pillow was built with it."""
    try:
        if name == "HEIC":
            from pillow_heif import HeifImageFile

            return HeifImageFile  # type: ignore[no-any-return]  # it has no types
        from PIL import AvifImagePlugin
    except ImportError:
        return None
    return AvifImagePlugin.AvifImageFile if AvifImagePlugin.SUPPORTED else None


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise ImageError(f"too many pixels: {width}×{height}, at most {MOST_PIXELS / 1e6:.1f} million")


def _check_webp(beginning: bytes, length: int) -> None:
    """What its plug-in does not say clearly, and the size of the canvas, for which it takes memory at once.

    Layout: https://developers.google.com/speed/webp/docs/riff_container
    """
    if _little_endian(beginning[4:8]) + 8 > length:
        raise ImageError("truncated")
    match beginning[12:16]:
        case b"VP8X":
            _check_size(_little_endian(beginning[24:27]) + 1, _little_endian(beginning[27:30]) + 1)
        case b"VP8L":
            packed = _little_endian(beginning[21:25])
            _check_size((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            _check_size(_little_endian(beginning[26:28]) & 0x3FFF, _little_endian(beginning[28:30]) & 0x3FFF)


def _little_endian(digits: bytes) -> int:
    return int.from_bytes(digits, "little")
