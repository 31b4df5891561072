"""The page, opened from the disk in a real browser that finds no network."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from linnaeus.classifier.classifier import Classifier
from linnaeus.delivery import export, page
from linnaeus.delivery.predictor import Predictor
from linnaeus.errors import RunError, UsageError
from linnaeus.reporting.content import delivered
from tests.delivery import exported
from tests.reporting import browser

pytest.importorskip("onnxscript")

ORIGIN = {
    "run": "</script><script>alert(1)</script>",
    "data": "folder(path='<b>x')",
    "fingerprint": "0123",
    "images": {"train": 1},
    "score": {"split": "val", "metric": "accuracy", "value": 0.5, "low": 0.4, "high": 0.6, "n": 100},
    "linnaeus": "0.1.0",
}


def html(one: Classifier) -> str:
    told = replace(exported.passport(one), origin=ORIGIN)
    content = export.model(one, told)
    samples = page.pictures(np.full((2, 8, 8, 3), 90, np.uint8), np.array([0, 3]))
    return page.page(content, told, delivered.page_texts(ORIGIN, 0.3), delivered.page_languages(), samples)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser.tab(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


def opened(tab: Any, file: Path, **options: Any) -> None:
    tab.asked.clear()
    tab.errors.clear()
    tab.open(file.as_uri(), **options)
    tab.wait("document.getElementById('state').hidden", patience=40)


def answers(tab: Any, picture: Path) -> list[float]:
    content = base64.b64encode(picture.read_bytes()).decode()
    code = f"linnaeus.predict(new Blob([Uint8Array.from(atob('{content}'), sign => sign.charCodeAt(0))]))"
    return list(tab.run(code))


@pytest.mark.parametrize(
    ("channels", "size", "resize"), [(3, 32, "crop"), (3, 48, "pad"), (1, 28, "stretch"), (1, 28, "pad")]
)
def test_the_page_answers_as_python_does(tab: Any, channels: int, size: int, resize: str, tmp_path: Path) -> None:
    one = exported.classifier("lenet", channels, size, resize)
    file = tmp_path / "page.html"
    file.write_text(html(one), encoding="utf-8")
    opened(tab, file)
    predictor, draws = Predictor(model=one), np.random.default_rng(0)
    for kind, within in (("PNG", 1e-5), ("JPEG", 1e-3)):
        for height, width in ((40, 61), (size, size), (7, 300), (500, 20)):
            small = Image.fromarray(draws.integers(0, 256, (4, 5, 3), dtype=np.uint8))
            picture = tmp_path / f"{height}.{kind.lower()}"
            small.resize((width, height), Image.Resampling.BICUBIC).save(picture, kind)
            (wanted,) = predictor.predict(picture, top=len(one.classes))
            by_name = dict(zip(wanted.labels, wanted.probabilities, strict=True))
            found = answers(tab, picture)
            np.testing.assert_allclose(found, [by_name[name] for name in one.classes], atol=within)
    assert [
        address for address in tab.asked if not address.startswith((file.as_uri(), "data:", "blob:", "about:"))
    ] == []
    assert tab.errors == []


def test_names_of_any_kind_stay_text_and_a_chosen_picture_is_answered(tab: Any, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(html(exported.classifier()), encoding="utf-8")
    opened(tab, file, width=390, height=800, dark=True)
    shown = tab.run("[...document.querySelectorAll('#classes span')].map(node => node.textContent)")
    assert shown == list(exported.CLASSES)
    assert tab.run("document.querySelectorAll('#classes img').length") == 2
    assert "alert(1)" in tab.run("document.querySelector('h1').textContent")
    Image.new("RGB", (90, 40), (200, 30, 60)).save(tmp_path / "red.png")
    content = base64.b64encode((tmp_path / "red.png").read_bytes()).decode()
    tab.run(
        f"(() => {{const files = new DataTransfer(); for (const name of ['a.png', '<i>b.png', 'none.png']) "
        f"files.items.add(new File([name[0] === 'n' ? 'none' : Uint8Array.from(atob('{content}'), s => s.charCodeAt(0))], name));"
        "document.dispatchEvent(Object.assign(new Event('drop', {cancelable: true}), {dataTransfer: files}))})()"
    )
    tab.wait("document.querySelectorAll('#answers tr').length === 6 && document.querySelector('#answers .warn')")
    assert tab.run("document.querySelectorAll('#answers tr').length") == 6
    assert tab.run("[...document.querySelectorAll('#answers h3')].map(node => node.textContent)") == [
        "none.png",
        "<i>b.png",
        "a.png",
    ]
    for language, word in (("ru", "Классы"), ("en", "Classes")):
        choose = f"(s => {{s.value = {json.dumps(language)}; s.onchange()}})(document.getElementById('language'))"
        tab.run(choose)
        assert tab.run("[...document.querySelectorAll('h2')].pop().textContent") == word
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    assert tab.errors == []


def test_a_thousand_classes(tab: Any, tmp_path: Path) -> None:
    one = exported.classifier("lenet")
    one.module.head = torch.nn.Linear(one.module.head.in_features, 1000)
    file = tmp_path / "page.html"
    file.write_text(
        html(replace(one, classes=(*one.classes, *(f"ё {number}" for number in range(995))))), encoding="utf-8"
    )
    opened(tab, file)
    assert tab.run("document.querySelectorAll('#classes li').length") == 1000


def test_the_page_is_as_small_as_it_may_be_and_names_its_scripts(tmp_path: Path) -> None:
    one = exported.classifier()
    text = html(one)
    assert len(text) <= 5e6 + 1.35 * len(export.model(one, exported.passport(one)))
    assert "http://" not in text.replace("http://www.w3.org", "").split('id="model"')[0]
    assert text.count("</script>") == 4
    assert "script-src 'sha256-" in text


def test_a_damaged_engine_and_a_network_with_opacity_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = exported.passport(exported.classifier())
    with pytest.raises(UsageError, match="opacity"):
        page.page(b"", replace(one, preprocessing=replace(one.preprocessing, channels=4)), {}, {}, {})
    for name in (page.ENGINE, page.MODULE):
        (tmp_path / "vendor").mkdir(exist_ok=True)
        (tmp_path / "vendor" / name).write_bytes(b"other")
    for name in ("vendor.json", "page.css"):
        (tmp_path / name).write_bytes((page.BROWSER / name).read_bytes())
    monkeypatch.setattr(page, "BROWSER", tmp_path)
    with pytest.raises(RunError, match="damaged"):
        page.page(b"", one, {}, {}, {})


def labels(tab: Any) -> list[str]:
    """Who is named first, picture by picture."""
    return list(
        tab.run(
            "[...document.querySelectorAll('#answers table tr:first-child td:first-child')].map(n => n.textContent)"
        )
    )


def test_by_keyboard_alone_from_the_clipboard_and_by_the_camera(tmp_path: Path) -> None:
    file, picture = tmp_path / "page.html", tmp_path / "red.png"
    one = exported.classifier()
    file.write_text(html(one), encoding="utf-8")
    Image.new("RGB", (90, 40), (200, 30, 60)).save(picture)
    (expected,) = Predictor(model=one).predict(picture)
    content = base64.b64encode(picture.read_bytes()).decode()
    focused = "document.activeElement.id"
    with browser.tab(tmp_path / "chromium", browser.CAMERA) as tab:
        opened(tab, file)
        order = []
        for _ in range(3):
            tab.press("Tab")
            order.append(tab.run(focused))
        assert order == ["language", "file", "camera"]

        tab.run("document.getElementById('language').focus()")
        tab.press("Tab")
        tab.files_for(lambda: tab.press("Enter"), picture, picture)
        tab.wait("document.querySelectorAll('#answers table').length === 2")
        assert labels(tab) == [expected.labels[0]] * 2

        tab.allow("clipboardReadWrite", "clipboardSanitizedWrite")
        tab.run(
            f"navigator.clipboard.write([new ClipboardItem({{'image/png': new Blob([Uint8Array.from(atob('{content}'), "
            "s => s.charCodeAt(0))], {type: 'image/png'})})])"
        )
        tab.press("v", ["paste"])
        tab.wait("document.querySelectorAll('#answers table').length === 3")
        assert labels(tab) == [expected.labels[0]] * 3

        tab.run("document.getElementById('camera').focus()")
        tab.press("Enter")
        tab.wait("document.getElementById('viewer').open && document.getElementById('video').videoWidth > 0")
        assert tab.run(focused) == "take"
        tab.press("Enter")
        tab.wait("document.querySelectorAll('#answers table').length === 4")
        assert len(labels(tab)) == 4
        assert (
            tab.run("[...document.querySelectorAll('#answers canvas')][0].width") == 224
        )  # the camera's, wider than high
        assert not tab.run("document.getElementById('viewer').open")

        tab.run("document.getElementById('camera').focus()")
        tab.press("Enter")
        tab.wait("document.getElementById('viewer').open && document.getElementById('video').srcObject.active")
        tab.press("Escape")
        tab.wait("!document.getElementById('viewer').open && !document.getElementById('video').srcObject.active")
        assert not tab.run(
            "document.getElementById('video').srcObject.active"
        )  # the camera is given back, however early

        tab.run("document.getElementById('clear').focus()")
        tab.press("Enter")
        assert tab.run("document.querySelectorAll('#answers li').length") == 0
        assert tab.errors == []
