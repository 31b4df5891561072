"""How alike two pictures are where one is laid over the other.

One image is laid over the other by an affine transform that starts from a window and is refined by least squares over brightness, too
(Lucas & Kanade 1981, "An iterative image registration technique with an application to stereo vision"; weights of Cauchy's loss, so
that a logo does not pull). Then both are brought to local contrast: less the mean around each pixel, by the deviation around it, so
that a frame or a horizon does not speak for the whole picture. The likeness is the mean of two correlations, over all that both show
(all pixels, or 4 × 4 blocks alike), and over the best three quarters of the blocks, which leaves a logo out. P is pairs, S the side in
pixels.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import numpy.typing as npt

from linnaeus.device import cores

# pairs: what is computed of them at 32 px, some 2 MB, stays near the processor; of 256 the search took a quarter longer
AT_ONCE = 64
SIDES = (16, 32)  # pixels, at which images are laid over each other before they are at their own side
STEPS = (4, 3, 2)  # by which the transform is refined at each
UNLIKELY = 0.3  # likeness at the smallest side below which a pair is given up
LIKELY = 0.6  # likeness from which a closer look is worth it
GRAIN = 4.0  # grey levels, a deviation below which speaks little
BLOCKS = 4  # each way
TEXTURE = 0.02  # mean square of the local contrast from which a block tells anything
LEAST_BLOCKS = 6  # of them
STRONG = 0.2  # the same, of blocks with something to be seen, and
FEW = 10  # of these blocks, below which a picture is a silhouette on even ground, as all aeroplanes in a blue sky are; then
DOUBT = 0.12  # is taken off, where the grain of the ground is not the same either,
GROUND = 0.7  # in the correlation of the other blocks, and
# unless they are this much alike: among 20,000 training images of CIFAR-10 ten such pairs are, of which one is seen not to be a copy;
# of seven pairs from 0.86 to 0.92 three
CERTAIN = 0.92
FARTHEST = 0.08  # that an edge may move in one step, as a share of the side

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
Affine = npt.NDArray[np.float64]  # (P, 2, 3), places in the second image to places in the first, both from 0 to 1


def likeness(levels: Sequence[Pixels], pairs_P2: Places, start_P: Affine) -> Floats:
    """(P,) from -1 to 1; 0 where too little is to be seen. `levels` are the same images, each uint8 (N, S, S), smallest first."""
    laid = [Laid(images_NSS) for images_NSS in levels]
    parts = [slice(start, start + AT_ONCE) for start in range(0, len(pairs_P2), AT_ONCE)]
    with ThreadPoolExecutor(cores()) as threads:
        found = list(threads.map(lambda part: _looked_at(laid, pairs_P2[part], start_P[part]), parts))
    return np.concatenate([np.zeros(0, np.float32), *found])


def _looked_at(laid: Sequence["Laid"], pairs_P2: Places, start_P: Affine) -> Floats:
    first, second = pairs_P2.T
    affine = laid[0].refined(first, second, start_P, steps=STEPS[0])
    alike = np.where(laid[0].alike(first, second, affine) >= UNLIKELY, 1, 0).astype(np.float32)
    for level, steps in zip(laid[1:], STEPS[1:], strict=False):
        close = alike >= LIKELY  # the others are not worth a closer look
        if not close.any():
            break
        affine[close] = level.refined(first[close], second[close], affine[close], steps=steps)
        alike[close] = level.alike(first[close], second[close], affine[close])
    return alike


class Laid:
    """Images of one side, of which pairs are laid over each other."""

    def __init__(self, images_NSS: Pixels) -> None:
        self.images, self.side = images_NSS, images_NSS.shape[1]
        self.radius = max(1, self.side // 32 + 1)  # of what is around a pixel
        middle = (np.arange(self.side) + 0.5) / self.side
        down, across = np.meshgrid(middle, middle, indexing="ij")
        self.places = np.stack([across.ravel(), down.ravel(), np.ones(self.side**2)]).astype(np.float32)

    def refined(self, first: Places, second: Places, affine: Affine, *, steps: int) -> Affine:
        """Gauss–Newton steps in the six numbers of the transform, gain and offset of brightness."""
        one, target = self._smooth(first), self._smooth(second).reshape(len(second), -1)
        affine, gain, offset = (
            affine.copy(),
            np.ones((len(first), 1), np.float32),
            np.zeros((len(first), 1), np.float32),
        )
        slopes = np.ones((len(first), 8, self.side**2), np.float32)
        weighted = np.empty_like(slopes)
        for step in range(steps):
            values, inside, dx, dy = self._sampled(one, affine)
            if step == 0:
                gain, offset = _brightness(values, target, inside)
            rest = target - gain * values - offset
            scale = 1.5 * np.median(np.abs(rest), axis=1, keepdims=True) + 2
            weight = inside / (1 + (rest / scale) ** 2)
            for place, (slope, along) in enumerate(product((dx, dy), self.places)):
                np.multiply(slope, along, out=slopes[:, place])
            slopes[:, :6] *= gain[:, None]
            slopes[:, 6] = values
            np.multiply(slopes, weight[:, None], out=weighted)
            normal = (weighted @ slopes.transpose(0, 2, 1)).astype(np.float64)
            diagonal = np.arange(8)
            normal[:, diagonal, diagonal] = normal[:, diagonal, diagonal] * 1.001 + 1e-3
            change = np.linalg.solve(normal, (weighted @ rest[:, :, None]).astype(np.float64))[:, :, 0]
            affine += np.clip(change[:, :6], -FARTHEST, FARTHEST).reshape(-1, 2, 3)
            gain, offset = gain + change[:, 6:7].astype(np.float32), offset + change[:, 7:].astype(np.float32)
        return affine

    def alike(self, first: Places, second: Places, affine: Affine) -> Floats:
        """(P,) of the pairs as they lie."""
        square = (len(first), self.side, self.side)
        values, inside, _, _ = self._sampled(self._smooth(first), affine)
        shown = (_around(inside.reshape(square), self.radius) > 0.999).astype(np.float32)
        one, other = self._contrast(values.reshape(square)) * shown, self._contrast(self._smooth(second)) * shown
        both, ones, others, seen = (self._blocks(each) for each in (one * other, one * one, other * other, shown))
        enough = seen >= (self.side // BLOCKS) ** 2 / 4
        telling = enough & (np.maximum(ones, others) > TEXTURE * seen)
        by_block = np.where(telling, both / np.sqrt(ones * others + 1e-6), 0)
        # All blocks alike where a logo has all the contrast.
        whole = np.maximum(both.sum(1) / np.sqrt(ones.sum(1) * others.sum(1) + 1e-6), _mean(by_block, telling))
        found = (whole + _mean(by_block, _best(by_block, telling))) / 2
        strong = enough & (np.maximum(ones, others) > STRONG * seen)
        bare = (strong.sum(1) < FEW) & (_mean(by_block, telling & ~strong) < GROUND)
        found -= np.where(bare & (found < CERTAIN), DOUBT, 0)
        return np.asarray(np.where(telling.sum(1) >= LEAST_BLOCKS, found, 0), np.float32)

    def _smooth(self, rows: Places) -> Floats:
        """(P, S, S), by 1 2 1 each way."""
        wide = np.pad(self.images[rows].astype(np.float32), ((0, 0), (1, 1), (1, 1)), mode="edge")
        wide = wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]
        return np.asarray((wide[:, :, :-2] + 2 * wide[:, :, 1:-1] + wide[:, :, 2:]) / 16)

    def _sampled(self, images_PSS: Floats, affine: Affine) -> tuple[Floats, Floats, Floats, Floats]:
        """Each (P, S²): values in the first image at the places of the second, 1 where they lie inside, slopes across and down."""
        side, count = self.side, len(images_PSS)
        across, down = np.moveaxis(affine.astype(np.float32) @ self.places, 1, 0)
        inside = ((across > -0.01) & (across < 1.01) & (down > -0.01) & (down < 1.01)).astype(np.float32)
        x, y = (np.clip(one * side - 0.5, 0, side - 1.001) for one in (across, down))
        column, row = x.astype(np.int32), y.astype(np.int32)
        x, y = x - column, y - row
        at = np.arange(count)[:, None] * side * side + row * side + column
        flat = images_PSS.reshape(-1)
        a, b, c, d = (flat.take(at + further) for further in (0, 1, side, side + 1))
        top, bottom = a + (b - a) * x, c + (d - c) * x
        return top + (bottom - top) * y, inside, ((b - a) * (1 - y) + (d - c) * y) * side, (bottom - top) * side

    def _contrast(self, images_PSS: Floats) -> Floats:
        centred = images_PSS - _around(images_PSS, self.radius)
        return np.asarray(centred / (np.sqrt(np.maximum(_around(centred * centred, self.radius), 0)) + GRAIN))

    def _blocks(self, values_PSS: Floats) -> Floats:
        """(P, BLOCKS²) sums; what does not fill a block at the end is left out."""
        each = self.side // BLOCKS
        part = values_PSS[:, : each * BLOCKS, : each * BLOCKS].reshape(-1, BLOCKS, each, BLOCKS, each)
        return np.asarray(part.sum((2, 4)).reshape(len(values_PSS), -1))


def _best(values_PB: Floats, telling_PB: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """(P, B): the likest three quarters of the telling blocks."""
    order = np.argsort(np.argsort(np.where(telling_PB, -values_PB, np.inf), axis=1, kind="stable"), axis=1)
    return np.asarray(order < np.ceil(0.75 * telling_PB.sum(1, keepdims=True)))


def _mean(values_PB: Floats, of_PB: npt.NDArray[np.bool_]) -> Floats:
    """(P,); 0 where there are fewer than three."""
    count = of_PB.sum(1)
    return np.asarray(np.where(count >= 3, (values_PB * of_PB).sum(1) / np.maximum(count, 1), 0), np.float32)


def _around(values_PSS: Floats, radius: int) -> Floats:
    """Means over squares of 2 * radius + 1 pixels, edges repeated."""
    width, count = 2 * radius + 1, values_PSS.shape[1]
    wide = np.pad(values_PSS, ((0, 0), (radius, radius), (radius, radius)), mode="edge")
    down = np.sum([wide[:, k : k + count] for k in range(width)], axis=0)
    return np.asarray(np.sum([down[:, :, k : k + count] for k in range(width)], axis=0) / width**2, np.float32)


def _brightness(values: Floats, target: Floats, inside: Floats) -> tuple[Floats, Floats]:
    """(P, 1) gain and offset that bring the values to the target, where both are seen."""
    total = inside.sum(1, keepdims=True) + 1e-6
    mean, goal = ((inside * one).sum(1, keepdims=True) / total for one in (values, target))
    spread = (inside * (values - mean) ** 2).sum(1, keepdims=True) + 1e-3
    gain = np.clip((inside * (values - mean) * (target - goal)).sum(1, keepdims=True) / spread, 0.1, 10)
    return gain, goal - gain * mean
