"""The manual as a site: it builds strictly, asks for nothing from elsewhere, and a browser finds things in it."""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import unquote

import pytest
from filelock import FileLock

from linnaeus.cli import app
from tests.reporting import browser

pytest.importorskip("mkdocs", reason='the manual needs pip install "linnaeus[docs]"')

ROOT = Path(__file__).parent.parent.parent
LOADED = re.compile(
    r"<(?:script|img|iframe|source)[^>]*?\ssrc=[\"']?([^\"'\s>]+)|<link(?![^>]*canonical)[^>]*?\shref=[\"']?([^\"'\s>]+)"
)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Built once, however many processes run the tests."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = base / "site"
    with FileLock(base / "site.lock"):
        if not folder.exists():
            built = subprocess.run(
                [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
                cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert built.returncode == 0, built.stderr
    return folder


def pages_of(site):
    return [path for path in site.rglob("*.html") if path.name != "404.html"]


def test_a_page_asks_for_nothing_from_elsewhere(site):
    for page in pages_of(site):
        for found in LOADED.findall(page.read_text(encoding="utf-8")):
            assert not re.match(r"(?:\w+:)?//", found[0] or found[1]), (page, found)
    for style in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:\w+:)?//", style.read_text(encoding="utf-8")), style


def test_every_picture_and_every_page_that_is_linked_is_there(site):
    """MkDocs does not look at pictures of pages that lie outside docs/."""
    missing = []
    for page in pages_of(site):
        for found in re.findall(r"<(?:img|a)\b[^>]*?\s(?:src|href)=\"?([^\"\s>#]+)", page.read_text(encoding="utf-8")):
            target = (page.parent / unquote(found.partition("?")[0])).resolve()
            if not re.match(r"\w+:", found) and not (target / "index.html").exists() and not target.is_file():
                missing.append((page.relative_to(site).as_posix(), found))
    assert missing == []


def test_every_verb_every_part_and_every_public_name_has_a_section(site):
    import linnaeus
    from linnaeus.recipe import catalog

    verbs = (site / "reference/verbs/index.html").read_text(encoding="utf-8")
    assert [verb for verb in app.COMMANDS if f'id="{verb}"' not in verbs] == []
    python = (site / "reference/python/index.html").read_text(encoding="utf-8")
    headings = set(re.findall(r'<h3 id="linnaeus\.[\w.]*?(\w+)"', python))
    assert set(linnaeus.__all__) - headings == set()
    for shelf in catalog.shelves():
        parts = (site / f"reference/parts/{shelf}/index.html").read_text(encoding="utf-8")
        assert [part for part in catalog.names(shelf) if f'id="{part}"' not in parts] == []


@pytest.fixture(scope="module")
def served(site):
    """The address of the site, as a plain file server gives it out."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser.tab(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.mark.parametrize("words", ["learning rate", "уверенность", "HEIC"])
def test_search_finds(tab, served, words):
    tab.open(f"{served}?q={words}")
    results = ".md-search-result__item a"
    tab.wait(f"document.querySelectorAll('{results}').length > 0", patience=60)
    found = tab.run(f"[...document.querySelectorAll('{results}')].map(e => e.textContent).join(' ')")
    assert words.lower() in re.sub(r"\s+", " ", found).lower()
    assert not found.lstrip().startswith("Changelog")  # which names nearly everything and explains little


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)], ids=["desktop", "phone"])
def test_it_fits_its_screen_and_asks_nobody(tab, served, width, dark):
    for page in ("", "reference/verbs/", "reference/parts/models/", "what-the-numbers-mean/"):
        tab.asked.clear()
        tab.open(served + page, width=width, dark=dark)
        assert all(address.startswith((served, "data:", "blob:", "about:")) for address in tab.asked), tab.asked
        assert tab.run("document.documentElement.scrollWidth <= innerWidth"), page
        assert tab.run("document.body.dataset.mdColorScheme") == ("slate" if dark else "default")
    assert tab.errors == []
