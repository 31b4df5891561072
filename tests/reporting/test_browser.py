"""Pages in a real browser: a cell is clicked and its images appear, nothing is asked of any network, names stay names."""

import json

import pytest

from linnaeus.reporting.pages import page, several
from tests.reporting import synthetic
from tests.reporting.browser import tab

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with tab(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def opened(browser, folder, text, **how):
    folder.report.write_text(text, encoding="utf-8")
    browser.asked.clear()
    browser.errors.clear()
    browser.open(folder.report.resolve().as_uri(), **how)


def visible(browser):
    """The galleries that are shown, and how many of their pictures have a size on the page."""
    return browser.run("""[...document.querySelectorAll('.cell')].filter(e => e.checkVisibility()).map(e =>
        [e.id, [...e.querySelectorAll('.pic')].filter(p => p.getBoundingClientRect().width > 20).length])""")


def test_a_cell_that_is_clicked_shows_its_images(browser, tmp_path):
    folder = synthetic.run(tmp_path, classes=[HOSTILE, "b", "c"], n=400, size=32, channels=3)
    opened(browser, folder, page(folder))
    assert visible(browser) == []
    kept = folder.pictures("mistakes-val")
    label, answer = int(kept["labels"][0]), int(kept["predicted"][0])
    expected = int(((kept["labels"] == label) & (kept["predicted"] == answer)).sum())
    browser.click(f'.matrix a[href="#val-{label}-{answer}"]')
    assert visible(browser) == [[f"val-{label}-{answer}", expected]] and expected > 0
    browser.wait(
        "document.querySelector('.matrix a[aria-current]')"
    )  # the script hears of the new address later than the style
    marked = browser.run("[...document.querySelectorAll('.matrix a[aria-current]')].map(e => e.hash)")
    assert marked == [f"#val-{label}-{answer}"]
    names = browser.run("[...document.querySelectorAll('.cell')].filter(e => e.checkVisibility())[0].innerText")
    assert str(kept["names"][0]) in names
    browser.click(f'.matrix a[href="#val-{label}"]')  # the whole row
    assert {int(shown.split("-")[2]) for shown, _ in visible(browser)} == set(
        kept["predicted"][kept["labels"] == label].tolist()
    )
    assert browser.run(
        f"document.querySelector('h1, .classes').ownerDocument.body.innerText.includes({json.dumps(HOSTILE)})"
    )
    assert browser.run("document.querySelectorAll('img[src=x]').length") == 0
    assert [address for address in browser.asked if not address.startswith(("file:", "data:", "about:"))] == []
    assert browser.errors == []


def test_a_curve_tells_the_epoch_under_the_pointer(browser, tmp_path):
    folder = synthetic.run(tmp_path)
    opened(browser, folder, page(folder))
    browser.hover("#learning .zone:nth-of-type(2) rect, #learning .zone rect")
    told = browser.run("document.querySelector('#learning .reading').textContent")
    assert told.startswith("epoch 1 · training ") and "validation" in told
    browser.run(
        "document.querySelector('#learning .plot').dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}))"
    )
    assert browser.run("document.querySelector('#learning .reading').textContent").startswith("epoch 2 · ")
    assert browser.errors == []


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_nothing_stands_out_of_the_page(browser, tmp_path, width, dark):
    folder = synthetic.run(tmp_path, classes=["a rather long name of a class", *"bcdefghij"], size=160, channels=3)
    other = synthetic.run(tmp_path, name="other", splits=("val", "test"))
    opened(browser, folder, several([folder, other]), width=width, dark=dark)
    assert browser.run("document.documentElement.scrollWidth") <= width
    background = browser.run("getComputedStyle(document.body).backgroundColor")
    channels = [int(value) for value in background.removeprefix("rgb(").removesuffix(")").split(",")]
    assert (max(channels) < 60) if dark else (min(channels) > 200)
    assert browser.errors == []


def test_it_prints(browser, tmp_path):
    folder = synthetic.run(tmp_path)
    opened(browser, folder, page(folder))
    browser.pdf(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF") and (tmp_path / "page.pdf").stat().st_size > 20_000
