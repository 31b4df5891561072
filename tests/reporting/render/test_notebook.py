"""A fragment for a notebook: whole, safe, in the notebook's own colours, and apart from all others in the window."""

import re

from linnaeus.reporting.blocks import Facts
from linnaeus.reporting.render.notebook import render
from linnaeus.reporting.words import words
from tests.reporting.render import documents
from tests.reporting.render.documents import HOSTILE
from tests.reporting.render.test_html import Reader

EN = words("en")


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [] and "script" not in reader.tags
    assert all(address.startswith(("data:image/", "#")) for address in reader.addresses)
    assert {address[1:] for address in reader.addresses if address.startswith("#")} <= set(reader.ids)
    return "".join(reader.text)


def test_every_block_is_drawn_and_names_are_text():
    whole = render(documents.whole(), EN)
    assert type(whole) is str
    text = read(whole)
    assert HOSTILE in text and HOSTILE not in whole and "�right to left�" in text
    assert "Loss <by> epoch" in text and "folded away" in text and "Written by Linnaeus" in text
    assert 'class="row"' not in whole  # nothing opens by a fragment, which would be the notebook's


def test_a_section_and_blocks_alone_are_drawn():
    assert "Three images" in read(render(documents.whole().sections[0], EN))
    assert "machine" in read(render([Facts([("machine", "cpu")])], EN))


def test_style_stays_within():
    style = re.search(r"<style>(.*?)</style>", render([], EN), re.DOTALL)[1]
    chosen = [one.strip() for rule in re.findall(r"([^{}]+)\{", style) for one in rule.split(",")]
    assert chosen and all(one.startswith(".linnaeus") for one in chosen)


def test_equal_ids_in_a_window_are_equal_pictures():
    one, two = (render([documents.gallery(documents.images(2, seed=seed))], EN) for seed in (0, 1))
    ids = [set(re.findall(r'<image id="([^"]+)"', text)) for text in (one, two)]
    assert len(ids[0]) == 2 and not ids[0] & ids[1]
