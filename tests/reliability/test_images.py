"""Hostile images: mutations of good and of odd ones. Each is decoded or refused with a reason, soon, and nothing else happens.

LINNAEUS_CORPORA names folders of images that others collected to break decoders; see docs/reliability.md for where they come from.
"""

import io
import os
import random
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from linnaeus.data.images import decode
from linnaeus.errors import ImageError

MUTATIONS = int(os.environ.get("LINNAEUS_MUTATIONS", "20000"))  # under the marker slow
PATIENCE = 10.0  # seconds of the processor for one image
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def good() -> list[bytes]:
    """Small pictures of each format and mode."""
    pixels = np.random.default_rng(0).integers(0, 256, (24, 31, 4), dtype=np.uint8)
    found = []
    for kind, mode, options in [
        ("JPEG", "RGB", {}), ("JPEG", "L", {"progressive": True}), ("JPEG", "CMYK", {}), ("PNG", "RGBA", {}), ("PNG", "P", {}),
        ("PNG", "I;16", {}), ("PNG", "1", {}), ("WEBP", "RGBA", {"lossless": True}), ("WEBP", "RGB", {}), ("GIF", "P", {}),
        ("BMP", "RGB", {}), ("BMP", "1", {}), ("TIFF", "RGB", {"compression": "tiff_lzw"}), ("PNG", "LA", {}),
        ("TIFF", "L", {"compression": "packbits"}), ("TIFF", "RGB", {"compression": "jpeg"}),
    ]:  # fmt: skip
        picture = Image.fromarray(pixels)
        picture = (
            Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
            if mode == "I;16"
            else picture.convert("RGB").convert(mode)
        )
        out = io.BytesIO()
        picture.save(out, kind, **options)
        found.append(out.getvalue())
    return found


def corpora() -> list[bytes]:
    """All files of the named folders that may be images, up to a megabyte."""
    folders = [Path(name) for name in os.environ.get("LINNAEUS_CORPORA", "").split(os.pathsep) if name]
    files = (file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file())
    return [file.read_bytes() for file in files if 0 < file.stat().st_size <= 2**20]


def mutated(content: bytes, draw: random.Random) -> bytes:
    """Bits, bytes, numbers, pieces cut out, doubled, moved, and the end cut off."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        place = draw.randrange(len(changed)) if draw.random() < 0.6 else draw.randrange(min(64, len(changed)))
        match draw.randrange(6):
            case 0:
                changed[place] ^= 1 << draw.randrange(8)
            case 1:
                changed[place] = draw.choice(NUMBERS[:5])
            case 2:
                size, order = draw.choice((2, 4)), draw.choice(("big", "little"))
                changed[place : place + size] = (draw.choice(NUMBERS) % 256**size).to_bytes(size, order)
            case 3:
                del changed[place : place + draw.randrange(1, 40)]
            case 4:
                changed[place:place] = changed[place : place + draw.randrange(1, 40)]
            case 5:
                del changed[max(1, place) :]
        if not changed:
            return b"\0"
    return bytes(changed)


def tried(content: bytes) -> str:
    """ "decoded" or "refused"; anything else is raised."""
    begin = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = decode.read(content, channels=3, size=16, resize="crop")
            assert found.shape == (16, 16, 3) and found.dtype == np.uint8
            outcome = "decoded"
        except ImageError as error:
            assert error.reason and "\n" not in error.reason
            outcome = "refused"
    assert time.process_time() - begin < PATIENCE
    return outcome


def many(contents: list[bytes], count: int, seed: int) -> Counter[str]:
    draw, found = random.Random(seed), Counter[str]()
    for _ in range(count):
        content = mutated(draw.choice(contents), draw)
        try:
            found[tried(content)] += 1
        except BaseException:
            Path("hostile-image").write_bytes(content)  # for whoever looks into it
            raise
    return found


def test_all_formats_are_decoded() -> None:
    assert Counter(map(tried, good())) == {"decoded": len(good())}


def test_a_few_mutations() -> None:
    found = many(good(), 600, seed=0)
    assert found.keys() == {"decoded", "refused"} and min(found.values()) > 30


@pytest.mark.slow
def test_many_mutations_and_the_corpora(capsys: pytest.CaptureFixture[str]) -> None:
    whole = corpora()
    told = {"corpora": Counter(map(tried, whole)), "mutations": many(good() + whole, MUTATIONS, seed=1)}
    with capsys.disabled():
        print(told)
