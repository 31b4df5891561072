"""The page: whole, self-contained and safe, whatever stands in the document."""

import base64
import hashlib
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser

import numpy as np
import pytest
from markupsafe import Markup

from linnaeus.reporting.blocks import Block, Document, Folded, Paragraph, Section, Table
from linnaeus.reporting.render.html import render
from linnaeus.reporting.words import languages, words
from tests.reporting.render import documents
from tests.reporting.render.documents import HOSTILE

EN = words("en")
VOID = {"meta", "img", "br", "wbr", "path", "use", "rect", "image"}  # matplotlib closes its own with "/>"


class Reader(HTMLParser):
    """Checks that tags close in order, and gathers text, ids and addresses."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.ids, self.addresses, self.tags = [], [], Counter(), [], Counter()

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        for name, value in attributes:
            assert not name.startswith("on"), f"{name} on {tag}"
            if name == "id":
                self.ids[value] += 1
            elif name in ("src", "href", "xlink:href", "srcset", "data", "action"):
                self.addresses.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(text):
    """The page's text, after it was checked to be whole, safe and self-contained."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    assert (
        reader.tags["script"] == reader.tags["style"] == 1 and "iframe" not in reader.tags and "link" not in reader.tags
    )
    assert all(address.startswith(("data:image/", "#")) for address in reader.addresses)
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)  # only the names of SVG's own languages
    assert reader.ids and max(reader.ids.values()) == 1
    targets = {address[1:] for address in reader.addresses if address.startswith("#")}
    assert targets | set(re.findall(r"url\(#([^)]+)\)", text)) <= set(reader.ids)
    head = text[: text.index("<title>")]
    policy = "default-src 'none'; img-src data:; script-src 'sha256-"
    assert policy in head and "unsafe-inline" not in head[head.index("script-src") : head.index("style-src")]
    for tag in ("script", "style"):  # what the policy lets run is what stands there
        inner = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
        assert f"'sha256-{base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()}'" in head
    return re.sub(r"\s+", " ", "".join(reader.text).replace("\u00a0", " "))


@pytest.mark.parametrize("language", languages())
def test_everything_is_drawn(language):
    text = read(render(documents.whole(), words(language)))
    for told in (
        "The lead",
        "98.8 %",
        "Three images",
        "linnaeus report last",
        "A part of it",
        "two",
        "second",
        "cpu, 2 threads",
        "Name: ",
        "1,797",
        "class 8",
        "Loss <by> epoch",
        "image 1",
        "cell 0",
        "mistakes of 2",
        "More",
        "folded away",
        "Written by Linnaeus",
    ):
        assert told in text, told  # fmt: skip
    assert words(language).share(0.9).replace("\u00a0", " ") in text
    assert words(language).interval(documents.SCORE).replace("\u00a0", " ") in text


def test_every_kind_of_block_has_its_macro():
    from typing import get_args

    from linnaeus.reporting.render import html

    assert all(hasattr(html._macros(), kind.__name__.lower()) for kind in get_args(Block))


def test_the_same_document_gives_the_same_page():
    assert render(documents.whole(), EN) == render(documents.whole(), EN)


def test_all_words_of_users_are_shown_as_text():
    whole = render(documents.whole(), EN)
    text = read(whole)
    assert HOSTILE in text and HOSTILE not in whole
    assert "a/b.png" in text  # marked-up text keeps its tags
    assert "\u202e" not in whole and "\x07" not in whole and "�right to left�" in text


def test_what_is_no_text_does_not_stop_the_page():
    whole = render(documents.whole(title="broken \udcff name"), EN)
    assert "broken" in read(whole)
    whole.encode()


def test_long_tables_are_folded():
    whole = render(documents.whole(), EN)
    assert "8 more rows" in read(whole)
    assert whole.index("class 0") < whole.index("8 more rows") < whole.index("class 1<")
    assert "<summary>3 rows</summary>" in render(
        documents.whole(
            sections=[Section(key="a", title="A", blocks=[Table(header=["x"], rows=[["1"]] * 3, open_rows=0)])]
        ),
        EN,
    )


def test_scores_lie_on_their_axes():
    whole = render(documents.whole(), EN)
    assert "--low:60.0;--value:80.0;--high:90.0" in whole and "--was:40.0" in whole  # from 50 to 100 %
    assert "--low:80.0;--value:90.0;--high:95.0" in whole
    assert 'aria-label="70.0\u00a0% → 90.0\u00a0% (80.0–95.0)"' in whole
    assert "<span>50.0\u00a0%</span>" in whole


def test_a_figure_tells_who_points_at_it_and_who_cannot_see_it():
    whole = render(documents.whole(), EN)
    assert 'aria-label="Loss falls from &lt;2&gt; to 0.1"' in whole
    assert "<title>epoch 1 · loss" in whole and "var(--accent)" in whole


def test_every_picture_is_held_once_and_every_mistake_stands_behind_its_cell():
    whole = render(documents.whole(), EN)
    assert whole.count("data:image") == len(re.findall(r"<image ", whole)) == 3 + 2 + 6
    assert ("data:image/jpeg" in whole) and ("data:image/png" in whole)
    for row in range(3):
        cell = re.search(rf'<div class="cell" id="val-{row}-{(row + 1) % 3}">(.*?)</div>\s*</div>', whole, re.DOTALL)[1]
        assert cell.count("<use ") == 1 or cell.count("<use ") == 2
        assert f'href="#val-{row}-{(row + 1) % 3}">2<' in whole and f'href="#val-{row}"' in whole


def test_documents_in_a_document_keep_their_fragments_apart():
    part = documents.whole(title="a run")
    whole = render(documents.whole(parts=[part, part], cover=documents.cover()), EN)
    text = read(whole)
    assert 'id="part0"' in whole and 'id="part1-result"' in whole and 'href="#part1-val-0-1"' in whole
    assert whole.count("<image ") == render(part, EN).count("<image ")  # they share their pictures
    assert "University" in text and "[department]" in text and "Student: " in text


@pytest.mark.parametrize(("size", "channels"), [(1, 1), (8, 4), (32, 3), (160, 1), (160, 3), (160, 4)])
def test_pictures_of_every_kind(size, channels):
    section = Section(key="a", title="A", blocks=[documents.gallery(documents.images(3, size, channels))])
    whole = render(Document(title="t", sections=[section]), EN)
    read(whole)
    assert ("data:image/jpeg" in whole) == (size > 64 and channels < 4)


def test_two_hundred_classes_stay_readable_and_small():
    names = [f"n{index:08d} synset {index}" for index in range(200)]
    matrices = [documents.matrix(names, each=3, size=224, seed=seed, key=f"s{seed}") for seed in range(2)]
    table = Table(header=["class", "n"], rows=[[name, "9"] for name in names], open_rows=20)
    sections = [
        Section(key=f"s{place}", title="S", blocks=[one, table, documents.curve(200)])
        for place, one in enumerate(matrices)
    ]
    for one in matrices:
        one.links.clear()
    whole = render(Document(title="t", sections=sections), EN)
    text = read(whole)
    assert len(whole.encode()) < 5_000_000
    assert (
        "180 more rows" in text and 'alt="Confusion matrix of 200 classes"' in whole and 'class="matrix"' not in whole
    )


def test_a_large_matrix_opens_where_it_is_clicked():
    names = [str(index) for index in range(40)]
    whole = render(
        Document(title="t", sections=[Section(key="s", title="S", blocks=[documents.matrix(names, each=1, size=8)])]),
        EN,
    )
    read(whole)
    assert "&#34;0-1&#34;: &#34;val-0-1&#34;" in whole and 'id="val-0-1"' in whole


def test_a_page_of_many_pictures_stays_below_5_megabytes():
    sections = [
        Section(
            key=f"s{place}",
            title="S",
            blocks=[documents.matrix("abcdefghij", each=60, seed=place, key=f"s{place}"), documents.curve(200)],
        )
        for place in range(2)
    ]
    whole = render(Document(title="t", sections=sections), EN)
    assert len(whole.encode()) < 5_000_000
    assert whole.count('<image id="p') > 600


def test_what_is_folded_stands_in_the_page():
    folded = Folded(summary="More", blocks=[Folded(summary="Still more", blocks=[Paragraph("deep")])])
    assert "deep" in read(render(Document(title="t", sections=[Section(key="a", title="A", blocks=[folded])]), EN))


def test_a_page_is_imported_without_torch_and_without_matplotlib():
    code = "import sys, linnaeus.reporting.render.html; print([name for name in ('torch', 'matplotlib') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_page_takes_no_more_than_fits():
    from linnaeus.reporting.render.page_pictures import PagePictures

    pictures, images = PagePictures(most_bytes=12_000), documents.images(10)
    first = pictures.add(images[0])
    assert pictures.add(images[0].copy()) is first and first.hard and (first.width, first.height) == (32, 32)
    taken = [pictures.add(image) for image in images]
    assert taken[0] is first and taken[-1] is None
    assert sum(len(one.address) for one in pictures.pictures) <= 12_000
    assert len({one.id for one in pictures.pictures}) == len(pictures.pictures) == sum(one is not None for one in taken)
    large = PagePictures().add(documents.images(1, 300)[0][:150])
    assert (large.width, large.height) == (128, 64) and not large.hard


def decoded(address):
    import io

    from PIL import Image

    return Image.open(io.BytesIO(base64.b64decode(address.partition("base64,")[2])))


def test_small_pictures_keep_their_pixels_and_large_ones_become_small():
    from linnaeus.reporting.render import page_pictures

    image = documents.images(1, 28)[0]
    assert np.array_equal(np.asarray(decoded(page_pictures.address(image))), image)
    assert np.array_equal(np.asarray(decoded(page_pictures.address(image[..., :1]))), image[..., 0])
    assert np.array_equal(np.asarray(decoded(page_pictures.address(image[..., 0]))), image[..., 0])
    assert decoded(page_pictures.address(np.zeros((300, 500, 3), np.uint8))).size == (128, 77)
    assert [page_pictures.side(size, 96) for size in (8, 28, 32, 64, 96, 224)] == [96, 84, 96, 128, 96, 96]


def test_ranges_are_not_broken_at_their_dash():
    told = Paragraph(EN("result-answer", share="94.8\u00a0%", interval="91.5–96.9\u00a0%", split="test", n=270))
    hostile = Paragraph("1–2 <b title='3–4'>")
    whole = render(Document(title="t", sections=[Section(key="a", title="A", blocks=[told, hostile])]), EN)
    assert 'expect <span class="unbroken">91.5–96.9\u00a0%</span> (95' in whole
    assert '<span class="unbroken">1–2</span> &lt;b title=&#39;' in whole
    read(whole)


def test_short_code_is_not_broken_at_its_hyphens():
    long = Markup("<code>a-file-whose-name-is-longer-than-a-line</code>, <code>linnaeus find-lr digits</code>")
    told = Paragraph(Markup("add <code>--retrain</code>, {}, {}").format(long, "<code>--x</code>"))
    whole = render(Document(title="t", sections=[Section(key="a", title="A", blocks=[told])]), EN)
    assert f'add <code class="unbroken">--retrain</code>, {long}, &lt;code&gt;--x' in whole
    read(whole)
