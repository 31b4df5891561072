"""Which near copies the audit finds: copies planted among the images of a data set, changed in one way each.

    python benchmarks/near_copies.py "cifar10(folder='DATA')" --images 10000
    python benchmarks/near_copies.py FOLDER --images 10000 --sheet pairs.png
    python benchmarks/near_copies.py FOLDER --seconds

The first prints the recall of each change with its interval, and the pairs that nobody planted, drawn into `--sheet` for the eye;
the second doubles the number of images and prints processor seconds and the exponent of their growth.
"""

import argparse
import io
import itertools
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from linnaeus.data import load
from linnaeus.data.audit import duplicates, thumbnails
from linnaeus.data.images import decode
from linnaeus.recipe import spec
from linnaeus.record.scores import wilson

Picture = Image.Image
Change = Callable[[Picture, np.random.Generator], Picture]
COUNTS = (1_000, 4_000, 16_000)


def cropped(share: float) -> Change:
    """`share` of each side is cut off, somewhere; resized back."""

    def change(picture: Picture, rng: np.random.Generator) -> Picture:
        wide, high = picture.size
        left, top = rng.uniform(0, share, 2)
        box = (left * wide, top * high, (left + 1 - share) * wide, (top + 1 - share) * high)
        return picture.resize(picture.size, Image.Resampling.BICUBIC, box=box)

    return change


def turned(degrees: float, *, filled: bool) -> Change:
    """By plus or minus `degrees`; with black corners, or with the largest centre that has none, resized back."""

    def change(picture: Picture, rng: np.random.Generator) -> Picture:
        angle = degrees * rng.choice((-1, 1))
        out = picture.rotate(angle, Image.Resampling.BICUBIC)
        if filled:
            return out
        (wide, high), sine, cosine = picture.size, math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
        share = min(wide, high) / (min(wide, high) * cosine + max(wide, high) * sine)
        left, top = (1 - share) / 2 * wide, (1 - share) / 2 * high
        return out.resize(picture.size, Image.Resampling.BICUBIC, box=(left, top, wide - left, high - top))

    return change


def compressed(quality: int) -> Change:
    def change(picture: Picture, rng: np.random.Generator) -> Picture:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return change


def stamped(share: float) -> Change:
    """A logo of `share` of the short side: a plate of one colour with a disc and a bar, anywhere."""

    def change(picture: Picture, rng: np.random.Generator) -> Picture:
        out, side = picture.copy(), round(share * min(picture.size))
        left, top = (int(rng.integers(0, length - side + 1)) for length in picture.size)
        one, other = (tuple(rng.integers(0, 256, 3).tolist()) for _ in range(2))
        draw = ImageDraw.Draw(out)
        draw.rectangle((left, top, left + side - 1, top + side - 1), fill=one)
        draw.ellipse((left + side // 5, top + side // 8, left + 3 * side // 5, top + side // 2), fill=other)
        draw.rectangle((left + side // 8, top + 2 * side // 3, left + 7 * side // 8, top + 5 * side // 6), fill=other)
        return out

    return change


def moved(share: float) -> Change:
    """Along both sides by `share` of them; what comes in is black."""

    def change(picture: Picture, rng: np.random.Generator) -> Picture:
        right, down = (max(1, round(share * length)) * int(rng.choice((-1, 1))) for length in picture.size)
        return picture.transform(picture.size, Image.Transform.AFFINE, (1, 0, right, 0, 1, down))

    return change


def resized(across: float, down: float) -> Change:
    def change(picture: Picture, rng: np.random.Generator) -> Picture:
        return picture.resize((round(across * picture.width), round(down * picture.height)), Image.Resampling.BICUBIC)

    return change


def both(first: Change, second: Change) -> Change:
    return lambda picture, rng: second(first(picture, rng), rng)


def mirrored(picture: Picture, rng: np.random.Generator) -> Picture:
    return ImageOps.mirror(picture)


CHANGES: dict[str, Change] = {
    "crop 5 %": cropped(0.05),
    "crop 10 %": cropped(0.10),
    "crop 15 %": cropped(0.15),
    "mirror": mirrored,
    "moved 6 %": moved(2 / 32),
    "turned 3°, black corners": turned(3, filled=True),
    "turned 5°, black corners": turned(5, filled=True),
    "turned 5°, cropped": turned(5, filled=False),
    "JPEG q20": compressed(20),
    "logo of 20 %": stamped(0.20),
    "logo of 30 %": stamped(0.30),
    "half the size": resized(0.5, 0.5),
    "twice the size": resized(2, 2),
    "wider by 20 %": resized(1.2, 1),
    "brighter": lambda picture, rng: picture.point(lambda value: min(255, round(1.2 * value + 20))),
    "grey": lambda picture, rng: ImageOps.grayscale(picture).convert("RGB"),
    # beyond what is promised
    "mirror and crop 10 %": both(mirrored, cropped(0.10)),
    "mirror and JPEG q20": both(mirrored, compressed(20)),
    "crop 10 % and JPEG q20": both(cropped(0.10), compressed(20)),
    "crop 20 %": cropped(0.20),
    "crop 25 %": cropped(0.25),
    "turned 8°, cropped": turned(8, filled=False),
    "turned 10°, black corners": turned(10, filled=True),
}


def pictures(data: str, at_most: int, skip: int) -> Iterator[Picture]:
    """In colour, at their own size, of a folder or of a data set of arrays."""
    if Path(data).is_dir():
        files = sorted(path for path in Path(data).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
        for path in files[skip : skip + at_most]:
            yield Image.open(path).convert("RGB")
        return
    chunks = load.open_source(spec.parse(data)).chunks
    for image in itertools.islice((image for chunk in chunks for image in chunk.images), skip, skip + at_most):
        yield Image.fromarray(image)


def seen(pictures: Iterator[Picture], side: int) -> duplicates.Pixels:
    """As the audit sees them, all at `side` pixels."""
    views = [decode.fit(np.asarray(picture.convert("L"))[..., None], side, "stretch")[..., 0] for picture in pictures]
    return np.stack(views)


def planted(found: list[Picture], each: int, turn: int) -> Iterator[tuple[str, int, Picture]]:
    """(change, place of the original, copy), every original at most once a turn."""
    rng = np.random.default_rng([7, turn])
    places = iter(rng.permutation(len(found)).tolist())
    for name, change in CHANGES.items():
        for _ in range(each):
            place = next(places)
            yield name, place, change(found[place], rng)


def recalled(images: list[Picture], each: int, side: int, sheet: Path | None) -> None:
    """In as many searches as it takes for `each` copies of a change, about a tenth of the images being copies."""
    at_once = min(each, max(1, len(images) // (10 * len(CHANGES))))
    own = seen(iter(images), side)
    hits: dict[str, list[bool]] = {name: [] for name in CHANGES}
    others: set[tuple[int, ...]] = set()
    start = time.process_time()
    turns = -(-each // at_once)
    for turn in range(turns):
        copies = list(planted(images, at_once, turn))
        grey = np.concatenate([own, seen((copy for _, _, copy in copies), side)])
        pairs = {(int(one), int(other)) for one, other, _ in duplicates.search(grey)}
        origin = {len(images) + number: place for number, (_, place, _) in enumerate(copies)}
        for number, (name, place, _) in enumerate(copies):
            hits[name].append((place, len(images) + number) in pairs)
        others |= {tuple(sorted((origin.get(a, a), origin.get(b, b)))) for a, b in pairs}
    print(f"{turns} × {len(grey):,} images of {side} px: {time.process_time() - start:.1f} s of the processor")
    for name, told in hits.items():
        low, high = wilson(sum(told), len(told))
        print(f"{name:28} {sum(told) / len(told):6.1%}  ({low:.1%}–{high:.1%}, n {len(told)})")
    unplanted = sorted(others - {(n, n) for n in range(len(images))})
    print(f"{len(unplanted):,} pairs of {len(images):,} images that nobody planted")
    if sheet and unplanted:
        drawn(images, unplanted, sheet)


def drawn(images: list[Picture], pairs: list[tuple[int, ...]], sheet: Path) -> None:
    side, columns = 64, 12
    out = Image.new("RGB", (columns * (2 * side + 8), -(-len(pairs) // columns) * (side + 8)), "white")
    for number, pair in enumerate(pairs):
        left, top = number % columns * (2 * side + 8), number // columns * (side + 8)
        for second, place in enumerate(pair):
            out.paste(images[place].resize((side, side)), (left + second * side, top))
    out.save(sheet)


def timed(images: list[Picture], side: int) -> None:
    grey, taken = seen(iter(images), side), []
    counts = [count for count in COUNTS if count <= len(grey)]
    for count in counts:
        start = time.process_time()
        duplicates.search(grey[:count])
        taken.append(time.process_time() - start)
        print(f"{count:,} images: {taken[-1]:.2f} s of the processor")
    slope = np.polyfit(np.log(counts), np.log(taken), 1)[0]
    print(f"exponent {slope:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="a folder of images, or a data set as a recipe names it")
    parser.add_argument("--images", type=int, default=10_000, help="at most so many")
    parser.add_argument("--skip", type=int, default=0, help="leave out the first ones")
    parser.add_argument("--each", type=int, default=200, help="planted copies of each change")
    parser.add_argument("--side", type=int, help="pixels; default: as the audit looks at them, at most 64")
    parser.add_argument("--sheet", type=Path, help="a PNG of the pairs that nobody planted")
    parser.add_argument("--seconds", action="store_true", help="time the search in place of the recall")
    args = parser.parse_args()
    images = list(pictures(args.data, args.images, args.skip))
    side = args.side or min(thumbnails.LARGEST, *images[0].size)
    if args.seconds:
        timed(images, side)
    else:
        recalled(images, args.each, side, args.sheet)


if __name__ == "__main__":
    main()
