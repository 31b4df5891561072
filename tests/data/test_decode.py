"""The decoding policy: on the 132 odd images of ../shared/data, and on odd images made here."""

import csv
import hashlib
import io
import os
import struct
import subprocess
import sys
import tarfile
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile, PngImagePlugin, TiffImagePlugin

from linnaeus.data.images import formats
from linnaeus.data.images.decode import decode, fit, header, read
from linnaeus.errors import ImageError

SHARED = Path(os.environ.get("LINNAEUS_SHARED", Path(__file__).parents[3] / "shared"))
RAMP = np.linspace(0, 255, 12 * 8).astype(np.uint8).reshape(8, 12)
COLOURS = np.stack([RAMP, RAMP[::-1], RAMP[:, ::-1]], axis=2)


def file(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def png(bits: int, colour_type: int, width: int, rows: list[bytes], *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG file with samples of any depth, which Pillow itself cannot write."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), bits, colour_type, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*pair) for pair in chunks) + data + chunk(b"IEND", b"")


def reason(source: Path | bytes) -> str:
    with pytest.raises(ImageError) as caught:
        decode(source, 3)
    return caught.value.reason


def pixels(source: bytes, channels: int = 3) -> list[list[int]]:
    return decode(source, channels).reshape(-1, channels).tolist()


@pytest.fixture(scope="module")
def odd_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = SHARED / "data" / "odd-images.tar"
    if not archive.exists():
        pytest.skip(f"{archive} is not there (LINNAEUS_SHARED names its folder)")
    folder = tmp_path_factory.mktemp("odd")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return next(folder.rglob("index.csv")).parent


def test_every_odd_image_has_the_outcome_of_the_index(odd_images: Path) -> None:
    rows = list(csv.DictReader((odd_images / "index.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 132
    wrong = [f"{row['path']}: {complaint}" for row in rows if (complaint := complaint_about(odd_images, row))]
    assert wrong == []


def complaint_about(folder: Path, row: dict[str, str]) -> str:
    """What is wrong with the outcome of one odd image; empty where it is right."""
    try:
        image_HWC = decode(folder / row["path"], 3)
    except ImageError as error:
        if row["expect"] == "accept":
            return f"refused: {error.reason}"
        reasons = [code.replace("-", " ") for code in row["reason"].split("|")]
        return "" if error.reason.startswith(tuple(reasons)) else f"refused for another reason: {error.reason}"
    if row["expect"] in ("skip", "reject"):
        return "read, and should be refused"
    if image_HWC.shape != (int(row["out_h"]), int(row["out_w"]), 3):
        return f"shape {image_HWC.shape}"
    if hashlib.sha256(image_HWC.tobytes()).hexdigest() == row["rgb_sha256"]:
        return ""
    lossy = row["format"] == "JPEG" or row["path"].endswith(".webp")
    off = np.abs(image_HWC.mean(axis=(0, 1)) - np.array(row["mean_rgb"].split(), float)).max()
    return "" if lossy and off <= (6 if row["mode"] == "CMYK" else 3) else f"other pixels, mean off by {off:.2f}"


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(format: str, orientation: int) -> None:
    upright = Image.fromarray(np.kron(RAMP, np.ones((8, 8), np.uint8))).convert("RGB")
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # orientation → Pillow's transposition that the camera made
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if format == "WEBP" else {"quality": 95} if format == "JPEG" else {}
    image_HWC = decode(file(stored, format, exif=exif, **options), 3)
    assert image_HWC.shape == (64, 96, 3)
    assert np.abs(image_HWC.astype(int) - np.asarray(upright)).mean() < 1.5


def test_broken_exif_and_colour_profile_are_ignored() -> None:
    picture = Image.fromarray(COLOURS)
    plain = decode(file(picture, "JPEG"), 3)
    for options in ({"exif": b"Exif\0\0II*\0\xff\xff\xff\xff"}, {"exif": b"garbage"}, {"icc_profile": b"garbage"}):
        assert np.array_equal(decode(file(picture, "JPEG", **options), 3), plain)


def test_16_bits_become_the_high_byte() -> None:
    values = np.array([[0, 255, 256, 0x1234, 0xFFFF]], np.uint16)
    expected = [[v >> 8] for v in values[0].tolist()]
    assert pixels(file(Image.fromarray(values)), 1) == expected
    assert pixels(file(Image.fromarray(values), "TIFF"), 1) == expected
    rgb = struct.pack(">6H", 0x0102, 0x8081, 0xFFFF, 0x00FF, 0x7F00, 0x1234)
    assert pixels(png(16, 2, 2, [rgb])) == [[1, 0x80, 0xFF], [0, 0x7F, 0x12]]
    assert pixels(png(16, 4, 1, [struct.pack(">2H", 0x5678, 0xFFFF)]), 1) == [[0x56]]


def test_a_tiff_whose_zero_is_white() -> None:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[0x0106] = 0
    content = file(Image.fromarray(np.array([[0, 0xFFFF]], np.uint16)), "TIFF", tiffinfo=info)
    assert pixels(content, 1) == [[255], [0]]


def test_few_bits_and_palettes() -> None:
    assert pixels(png(1, 0, 2, [b"\x40"]), 1) == [[0], [255]]
    assert pixels(png(2, 0, 4, [b"\x1b"]), 1) == [[0], [85], [170], [255]]
    assert pixels(png(4, 0, 2, [b"\x1f"]), 1) == [[17], [255]]
    palette = (b"PLTE", bytes([200, 10, 20, 30, 40, 50]))
    assert pixels(png(1, 3, 2, [b"\x40"], palette)) == [[200, 10, 20], [30, 40, 50]]
    grey = Image.fromarray(RAMP).quantize(16)
    assert np.array_equal(decode(file(grey, "GIF"), 3), np.asarray(grey.convert("RGB")))


def test_what_is_transparent_shows_white() -> None:
    magenta = Image.new("RGBA", (1, 1), (255, 0, 255, 0))
    assert pixels(file(magenta)) == [[255, 255, 255]]
    assert pixels(file(magenta, "WEBP", lossless=True, exact=True)) == [[255, 255, 255]]
    assert pixels(file(magenta), 1) == [[255]]
    assert pixels(file(magenta), 4) == [[255, 255, 255, 0]]  # the hidden colour does not leak there either
    assert pixels(file(Image.new("RGBA", (1, 1), (0, 0, 100, 51)))) == [[204, 204, 224]]
    assert pixels(file(Image.new("LA", (1, 1), (0, 51)))) == [[204, 204, 204]]


def test_transparent_colours_of_png() -> None:
    """tRNS names one colour, or an opacity for each entry of the palette; it is compared before samples lose their low bits."""
    palette = (b"PLTE", bytes([255, 0, 255, 30, 40, 50]))
    assert pixels(png(1, 3, 2, [b"\x40"], palette, (b"tRNS", b"\0"))) == [[255, 255, 255], [30, 40, 50]]
    assert pixels(png(1, 3, 2, [b"\x40"], palette, (b"tRNS", b"\0\x80")), 4)[1] == [30, 40, 50, 128]
    assert pixels(png(1, 0, 2, [b"\x40"], (b"tRNS", b"\0\0"))) == [[255] * 3, [255] * 3]
    assert pixels(png(2, 0, 4, [b"\x1b"], (b"tRNS", b"\0\1")), 1) == [[0], [255], [170], [255]]
    assert pixels(png(4, 0, 2, [b"\x12"], (b"tRNS", b"\0\1")), 1) == [[255], [34]]
    assert pixels(png(8, 0, 2, [b"\x01\x02"], (b"tRNS", b"\0\1")), 1) == [[255], [2]]
    assert pixels(png(16, 0, 2, [b"\1\0\1\1"], (b"tRNS", b"\1\1")), 1) == [[1], [255]]
    assert pixels(png(8, 2, 2, [b"\1\2\3\1\2\4"], (b"tRNS", b"\0\1\0\2\0\3"))) == [[255] * 3, [1, 2, 4]]
    assert pixels(png(16, 2, 1, [b"\1\0\2\0\3\0"], (b"tRNS", b"\1\0\2\0\3\0"))) == [[255] * 3]


def test_cmyk_and_ycbcr_are_converted() -> None:
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    for format in ("JPEG", "TIFF"):
        assert np.abs(decode(file(red, format), 3).astype(int) - [255, 0, 0]).max() <= 3
    ycbcr = Image.fromarray(COLOURS).convert("YCbCr")
    assert np.array_equal(decode(file(ycbcr, "TIFF"), 3), np.asarray(ycbcr.convert("RGB")))


def test_samples_without_a_range_are_refused() -> None:
    for kind in (np.float32, np.int32):
        assert reason(file(Image.fromarray(RAMP.astype(kind)), "TIFF")).startswith("unsupported mode")


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF", "MPO"])
def test_the_first_frame_counts(format: str) -> None:
    red, blue = Image.new("RGB", (16, 16), (255, 0, 0)), Image.new("RGB", (16, 16), (0, 0, 255))
    content = file(red, format, save_all=True, append_images=[blue])
    assert np.abs(decode(content, 3).astype(int) - [255, 0, 0]).max() <= 3


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_truncated_file_is_refused(format: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8))
    whole = file(noise, format)
    assert decode(whole, 3).shape == (60, 60, 3)
    for kept in (0.05, 0.5, 0.9):
        assert reason(whole[: int(len(whole) * kept)]).startswith(("truncated", "corrupt"))


def test_a_damaged_checksum_is_refused() -> None:
    content = bytearray(file(Image.fromarray(COLOURS)))
    content[-20] ^= 0xFF
    assert reason(bytes(content)).startswith(("corrupt", "truncated"))


def test_too_many_pixels_are_refused_from_the_header() -> None:
    assert reason(png(1, 0, 30_000, [b""] * 30_000)).startswith("too many pixels: 30000×30000")
    packed = (16_383 - 1) | (8_000 - 1) << 14
    webp = b"RIFF" + struct.pack("<I", 32) + b"WEBPVP8L" + struct.pack("<IBI", 20, 0x2F, packed) + bytes(15)
    assert reason(webp).startswith("too many pixels: 16383×8000")
    assert header(webp) is None


def test_every_reason_has_its_words(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "circle.jpg").symlink_to("circle.jpg")
    assert reason(tmp_path) == "a folder, not a file"
    assert reason(tmp_path / "absent.jpg") == "no such file"
    assert reason(tmp_path / "empty.jpg") == "empty file"
    assert reason(tmp_path / "pipe.jpg") == "a device or a pipe, not a file"
    assert reason(Path("/dev/zero")) == "a device or a pipe, not a file"
    assert reason(tmp_path / "circle.jpg").startswith("cannot be opened: ")
    assert reason(Path("null\0byte.jpg")).startswith("cannot be opened: ")
    assert reason(b"x") == "not an image"
    assert reason(b"version https://git-lfs.github.com/spec/v1\n").startswith("not an image: a Git LFS pointer")
    assert reason(b"\n<!DOCTYPE html><html>404</html>") == "not an image: a web page"
    assert reason(b"\0\0\0\x18ftypisom\0\0\0\0").startswith("format not allowed: a video")
    assert reason(b"%!PS-Adobe-3.0 EPSF-3.0\n").startswith("format not allowed: EPS")


HEIC, AVIF = b"\0\0\0\x1cftypheic\0\0\0\0mif1heicab", b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1ab"


def test_what_phones_write_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "READERS", dict(formats.READERS))
    monkeypatch.setattr(formats, "_reader_of", lambda name: None)
    assert reason(HEIC) == "format not allowed: HEIC; install linnaeus[heic], or save it as JPEG or PNG"
    assert reason(AVIF) == "format not allowed: AVIF; save it as JPEG or PNG"


@pytest.mark.parametrize("name", ["HEIC", "AVIF"])
def test_what_phones_write_is_read_where_there_is_a_reader(name: str) -> None:
    if formats._reader_of(name) is None:
        pytest.skip(f"nothing here reads {name}")
    if name == "HEIC":
        pytest.importorskip("pillow_heif").register_heif_opener()
    assert reason({"HEIC": HEIC, "AVIF": AVIF}[name]).endswith("save it as JPEG or PNG")
    picture = Image.fromarray(np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))).convert("RGB")
    for turn, shape in ((1, (48, 64, 3)), (6, (64, 48, 3)))[
        : 1 if name == "HEIC" else 2
    ]:  # which turns by a box of its own
        exif = Image.Exif()
        exif[0x0112] = turn
        found = decode(file(picture, "HEIF" if name == "HEIC" else "AVIF", quality=95, exif=exif), 3)
        assert found.shape == shape
        upright = np.asarray(picture if turn == 1 else picture.transpose(Image.Transpose.ROTATE_270))
        assert np.abs(found.astype(int) - upright).mean() < 4


def test_pixels_do_not_depend_on_the_version_of_pillow() -> None:
    """The digest is that of Pillow 12.3.0 and of 13.0.0, which resize in another order where they are left to choose it."""
    digest, rng = hashlib.blake2b(digest_size=8), np.random.default_rng(0)
    for channels in (1, 3, 4):
        for shape in ((31, 97), (97, 31), (200, 13), (13, 200), (64, 64), (7, 9)):
            image = rng.integers(0, 256, (*shape, channels), dtype=np.uint8)
            for resize in ("crop", "stretch", "pad"):
                for size in (8, 24, 50):
                    digest.update(fit(image, size, resize))
    assert digest.hexdigest() == "88ec9e3add39829e"


def test_the_format_is_told_by_content(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(file(Image.fromarray(COLOURS)))
    assert np.array_equal(decode(path, 3), COLOURS)


def test_channels() -> None:
    assert np.array_equal(decode(file(Image.fromarray(RAMP)), 1)[..., 0], RAMP)
    assert np.array_equal(decode(file(Image.fromarray(RAMP)), 3), np.repeat(RAMP[..., None], 3, axis=2))
    assert np.array_equal(decode(file(Image.fromarray(COLOURS)), 4)[..., 3], np.full((8, 12), 255))
    assert pixels(file(Image.new("RGB", (1, 1), (255, 0, 0))), 1) == [[76]]  # ITU-R 601: 0.299 of red
    with pytest.raises(ValueError, match="1, 3 or 4 channels"):
        decode(b"", 2)


def test_header_reads_size_and_colour_only(tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80), dtype=np.uint8))
    cut = tmp_path / "cut.png"
    cut.write_bytes(file(noise)[:1000])
    assert header(cut) == (80, 60, True)
    assert header(file(Image.fromarray(COLOURS), "JPEG")) == (12, 8, False)
    assert header(tmp_path / "absent.png") is None


def test_fit_leaves_the_right_size_alone() -> None:
    square = np.ascontiguousarray(COLOURS[:, :8])
    for resize in ("crop", "stretch", "pad"):
        assert np.array_equal(fit(square, 8, resize), square)


def test_fit_crop_takes_the_centre() -> None:
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 200
    assert (fit(wide, 5, "crop") == 200).all()
    assert (fit(wide.transpose(1, 0, 2), 20, "crop") == 200).all()


def test_fit_stretch_and_pad() -> None:
    wide = np.full((10, 30, 1), 200, np.uint8)
    assert (fit(wide, 6, "stretch") == 200).all()
    padded = fit(wide, 6, "pad")
    assert padded.shape == (6, 6, 1)
    assert padded[:, 0, 0].tolist() == [0, 0, 200, 200, 0, 0]
    with pytest.raises(ValueError, match="crop, stretch or pad"):
        fit(wide, 6, "squeeze")


def test_fit_averages_when_it_shrinks() -> None:
    chequered = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None]
    assert np.abs(fit(chequered, 8, "stretch").astype(int) - 127).max() <= 16  # without antialiasing: 0 and 255


@pytest.mark.parametrize("resize", ["crop", "stretch", "pad"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (2, 3)])
def test_fit_holds_for_extreme_shapes(shape: tuple[int, int], resize: str) -> None:
    assert fit(np.full((*shape, 3), 7, np.uint8), 16, resize).shape == (16, 16, 3)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("resize", ["crop", "stretch", "pad"])
def test_read_is_decode_then_fit(channels: int, resize: str) -> None:
    translucent = Image.fromarray(np.concatenate([COLOURS, RAMP[..., None]], axis=2))
    content = file(translucent)
    expected = fit(decode(content, channels), 5, resize)
    assert np.array_equal(read(content, channels=channels, size=5, resize=resize), expected)


def test_warnings_and_settings_stay_with_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow warns over these two; both are read, by many threads, and nothing of the process is different afterwards."""
    exif = Image.Exif()
    exif[0x010F] = "maker " * 9
    broken = file(Image.fromarray(COLOURS), "JPEG", exif=exif.tobytes()[:-30])
    apng = png(8, 0, 1, [b"\7"], (b"acTL", bytes(8)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Image.open(io.BytesIO(apng))
        assert "Invalid APNG" in str(caught[-1].message)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    filters = list(warnings.filters)
    with warnings.catch_warnings(record=True) as caught, ThreadPoolExecutor(4) as threads:
        warnings.simplefilter("always")
        read_by_threads = list(threads.map(lambda content: decode(content, 3), [broken, apng] * 50))
    assert caught == []
    assert read_by_threads[1].tolist() == [[[7, 7, 7]]]
    assert warnings.filters == filters
    assert (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES) == (10, False)


def test_a_text_chunk_that_explodes_is_refused() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("bomb", "x" * (PngImagePlugin.MAX_TEXT_CHUNK + 1), zip=True)
    assert reason(file(Image.fromarray(COLOURS), pnginfo=text)).startswith("corrupt")


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """Pillow logs an error over this one, and Python prints what nobody handles."""
    tiff = bytearray(file(Image.fromarray(COLOURS), "TIFF"))
    at = tiff.index(struct.pack("<HHI", 277, 3, 1)) + 8  # the number of samples of a pixel
    tiff[at : at + 2] = struct.pack("<H", 2048)
    code = "import sys; from linnaeus.data.images.decode import header;assert header(sys.stdin.buffer.read()) is None"
    subprocess.run([sys.executable, "-c", code], input=bytes(tiff), check=True)
    assert capfd.readouterr() == ("", "")
