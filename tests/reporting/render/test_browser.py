"""The page in a real browser: a cell is clicked and its images appear, nothing is asked of any network, names stay names."""

import json

import pytest

from linnaeus.reporting.blocks import Document, Paragraph, Section
from linnaeus.reporting.render.html import render
from linnaeus.reporting.words import words
from tests.reporting.browser import tab
from tests.reporting.render import documents
from tests.reporting.render.documents import HOSTILE

EN = words("en")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with tab(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def opened(browser, folder, document, **how):
    file = folder / "page.html"
    file.write_text(render(document, EN), encoding="utf-8")
    browser.asked.clear()
    browser.errors.clear()
    browser.open(file.resolve().as_uri(), **how)


def visible(browser):
    """The galleries that are shown, and how many of their pictures have a size on the page."""
    return browser.run("""[...document.querySelectorAll('.cell')].filter(e => e.checkVisibility()).map(e =>
        [e.id, [...e.querySelectorAll('.pic')].filter(p => p.getBoundingClientRect().width > 20).length])""")


def test_a_cell_that_is_clicked_shows_its_images(browser, tmp_path):
    opened(browser, tmp_path, documents.whole())
    assert visible(browser) == []
    browser.click('.matrix a[href="#val-0-1"]')
    assert visible(browser) == [["val-0-1", 2]]
    browser.wait(
        "document.querySelector('.matrix a[aria-current]')"
    )  # the script hears of the address later than the style
    marked = browser.run("[...document.querySelectorAll('.matrix a[aria-current]')].map(e => e.hash)")
    assert marked == ["#val-0-1"]
    assert "image 1" in browser.run(
        "[...document.querySelectorAll('.cell')].filter(e => e.checkVisibility())[0].innerText"
    )
    browser.click('.matrix a[href="#val-2"]')  # the whole row
    assert [shown for shown, _ in visible(browser)] == ["val-2-0"]
    browser.run("dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    browser.wait("![...document.querySelectorAll('.cell')].some(e => e.checkVisibility())")
    assert visible(browser) == []
    assert browser.run(f"document.body.innerText.includes({json.dumps(HOSTILE)})")
    assert browser.run("document.querySelectorAll('img[src=x]').length") == 0
    assert [address for address in browser.asked if not address.startswith(("file:", "data:", "about:"))] == []
    assert browser.errors == []


def test_a_matrix_that_is_a_picture_opens_where_it_is_clicked(browser, tmp_path):
    names = [str(index) for index in range(31)]
    matrix = documents.matrix(names, each=1, size=8)
    matrix.links[15, 15] = matrix.links.pop((15, 16))  # in the middle, where the click is
    opened(browser, tmp_path, Document(title="t", sections=[Section(key="s", title="S", blocks=[matrix])]))
    browser.click(".matrix-picture img")
    browser.wait("location.hash")
    assert visible(browser) == [["val-15-16", 1]]


def test_a_curve_tells_the_epoch_under_the_pointer(browser, tmp_path):
    opened(browser, tmp_path, documents.whole())
    browser.hover("#all .zone rect")
    assert browser.run("document.querySelector('#all .reading').textContent").startswith("epoch 1 · loss ")
    browser.run("document.querySelector('#all .plot').dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}))")
    assert browser.run("document.querySelector('#all .reading').textContent").startswith("epoch 2 · ")
    assert browser.errors == []


def test_a_command_is_copied(browser, tmp_path):
    opened(browser, tmp_path, documents.whole())
    browser.click(".copy")
    browser.wait("document.querySelector('.copy').textContent === 'copied'")
    assert browser.run("document.querySelector('.copy').textContent") == "copied"
    assert browser.errors == []


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_nothing_stands_out_of_the_page(browser, tmp_path, width, dark):
    part = documents.whole(title="a rather long name of a run " * 4)
    opened(browser, tmp_path, documents.whole(parts=[part], cover=documents.cover()), width=width, dark=dark)
    assert browser.run("document.documentElement.scrollWidth") <= width
    background = browser.run("getComputedStyle(document.body).backgroundColor")
    channels = [int(value) for value in background.removeprefix("rgb(").removesuffix(")").split(",")]
    assert (max(channels) < 60) if dark else (min(channels) > 200)
    assert browser.errors == []


def test_on_paper_nothing_is_folded(browser, tmp_path):
    from linnaeus.reporting.blocks import Folded

    lines = [Paragraph(f"line {place}") for place in range(400)]
    pages = {}
    for name, blocks in (("open", lines), ("folded", [Folded(summary="More", blocks=lines)])):
        opened(browser, tmp_path, Document(title="t", sections=[Section(key="s", title="S", blocks=blocks)]))
        browser.pdf(tmp_path / "page.pdf")
        written = (tmp_path / "page.pdf").read_bytes()
        assert written.startswith(b"%PDF")
        pages[name] = written.count(b"/Type /Page\n") or written.count(b"/Type/Page")
    assert pages["folded"] >= pages["open"] > 5
    assert browser.run("document.querySelectorAll('details[open]').length") == 0  # on the screen it is folded again
