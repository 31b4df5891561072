"""What a Word document leaves to whoever writes it: how wide columns are and how high rows, and how large pictures."""

import io
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from PIL import Image

from linnaeus.reporting.blocks import SHARP, Framed, Pixels, Text
from linnaeus.reporting.render.as_text import bare, undivided

WIDTH = 16.5  # centimetres of text on a page of the template
LETTER, CELL = 0.185, 0.5  # centimetres: of a letter in a table, and of the empty sides of its cell
WORD = 26  # letters of the longest word that is given room, such as 'tf_efficientnet_lite0')
SMALLEST = 0.5  # of the letters in a table, where even the longest words find no room
LINE = 0.42  # centimetres: of a line in a table
SIDES = {1: 9.0, 2: 6.5, 3: 4.6}  # centimetres of the first picture of each, by how many stand in a row
ALL_FIRST = 13.53  # centimetres of the first pictures of a longer row


def column_widths(rows: Sequence[Sequence[Text]], has_header: bool) -> tuple[list[float], float]:
    """Centimetres of each column: as wide as its longest text; where that is too wide together, the widest columns give way.

    Where not even the longest words find room, all give way, and letters with them: their scale is the second value.
    """
    columns = []
    for head, *rest in zip(*rows, strict=True):
        texts = rest if has_header else [head, *rest]
        unbroken = max((_letters_of(word) for text in texts for word in _words_of(text)), default=0)
        least = CELL + LETTER * max(_longest_word(head) if has_header else 2, unbroken, 2)
        columns.append((least, max(least, CELL + LETTER * max(map(_letters_of, texts), default=2))))
    needed, natural = (sum(column) for column in zip(*columns, strict=True))
    if natural <= WIDTH:
        return [width * WIDTH / natural for _, width in columns], 1.0
    if needed > WIDTH:
        sides = CELL * len(columns)  # which do not shrink with the letters
        scale = (WIDTH - sides) / (needed - sides)
        if scale < SMALLEST:  # so many columns that they do
            return [least * WIDTH / needed for least, _ in columns], WIDTH / needed
        return [CELL + scale * (least - CELL) for least, _ in columns], scale
    low, high = 0.0, max(width for _, width in columns)
    for _ in range(40):  # halve the gap around the cap at which all columns together just fit
        cap = (low + high) / 2
        fits = sum(max(least, min(width, cap)) for least, width in columns) <= WIDTH
        low, high = (cap, high) if fits else (low, cap)
    return [max(least, min(width, low)) for least, width in columns], 1.0


def label_width(labels: Sequence[Text]) -> float:
    """Centimetres of a column of labels, which are bold."""
    return min(WIDTH / 2, CELL + LETTER * 1.1 * max(map(_letters_of, labels), default=0))


def row_height(row: Sequence[Text], widths: Sequence[float]) -> float:
    """Centimetres that a row takes, about."""
    return LINE * max(
        1 + LETTER * _letters_of(text) // (width - CELL / 2) for text, width in zip(row, widths, strict=True)
    )


def in_a_row(framed: Sequence[Framed]) -> tuple[int, float]:
    """How many stand in a row, as find room with what is written under them; centimetres of the first picture of each."""
    longest = max((len(bare(line)) for one in framed for line in one.lines), default=0)
    several = max((len(one.pictures) for one in framed), default=1) > 1
    most = 3 if several else 6 if longest <= 18 else 5 if longest <= 30 else 4
    columns = max(1, min(most, len(framed)))
    return columns, SIDES.get(columns, ALL_FIRST / columns)


def jpeg_or_png(pixels: Pixels) -> tuple[bytes, float]:
    """A file of a picture, and its width as a share of its longer side. Squares of a small one stay squares; photographs are small."""
    buffer = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[2:] == (1,) else pixels))
    share = min(1.0, image.width / image.height)
    if max(image.size) <= SHARP:
        factor = max(1, 256 // max(image.size))
        image = image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)
        image.save(buffer, "PNG")
    elif image.mode in ("L", "RGB"):
        image.save(buffer, "JPEG", quality=90)
    else:
        image.save(buffer, "PNG")
    return buffer.getvalue(), share


def _words_of(text: Text) -> list[Text]:
    """What of a cell is not divided; of a longer word as much as is given room."""
    around = "<code>{}</code>" if isinstance(text, Markup) and "<code>" in text else "{}"
    return [Markup(around).format(word[:WORD]) for word in undivided(text.replace("<wbr>", " "))]


def _letters_of(text: Text) -> float:
    """How many letters of the running text are as wide as this one."""
    return len(bare(text)) * (1.15 if isinstance(text, Markup) and "<code>" in text else 1.0)


def _longest_word(text: Text) -> float:
    """A head may take several lines, and is broken at its blanks and where a break is allowed."""
    return max(1.15 * max(map(len, undivided(text.replace("<wbr>", " "))), default=0), len(bare(text)) / 3)
