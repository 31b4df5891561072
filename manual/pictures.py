"""The pictures of README and manual, from real runs in a real browser, light and dark:

python -m manual.pictures DIGITS RUN PAGE.html PHOTO.jpg     runs on digits and on photographs, its exported page, a photograph to classify
"""

import argparse
import base64
import tempfile
from pathlib import Path

from tests.reporting import browser

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
DROP = """(() => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob('CONTENT'), sign => sign.charCodeAt(0))], 'NAME', {type: 'image/jpeg'}));
  document.dispatchEvent(Object.assign(new Event('drop', {cancelable: true}), {dataTransfer: files}));
})()"""


def report(tab: browser.Tab, run: Path, dark: bool) -> None:
    """The first screen of a report."""
    tab.open((run / "report.html").absolute().as_uri(), width=1180, height=900, dark=dark)
    tab.wait("false", patience=1)
    tab.picture(PICTURES.parent / f"report{'-dark' if dark else ''}.png", (0, 0, 1180, 900))


def confusion(tab: browser.Tab, run: Path, dark: bool) -> None:
    """The confusion matrix, with the images open that lie behind its fullest cell of mistakes."""
    tab.open((run / "report.html").absolute().as_uri(), width=900, height=900, dark=dark)
    fullest = tab.run(
        "[...document.querySelectorAll('#confusion td.wrong a')].sort((a, b) => b.textContent - a.textContent)[0].hash"
    )
    tab.click(f"#confusion td.wrong a[href='{fullest}']")
    tab.wait("false", patience=1)
    box = tab.run("(b => [b.x + scrollX, b.y + scrollY, b.width, b.height])"
                  "((document.querySelector('dialog[open]') || document.querySelector('#confusion')).getBoundingClientRect())")  # fmt: skip
    tab.picture(PICTURES / f"confusion{'-dark' if dark else ''}.png", box)


def phone(tab: browser.Tab, page: Path, photo: Path, dark: bool) -> None:
    """The exported page on a phone, after it has classified a photograph: its upper part, without the place of the data."""
    tab.open(page.absolute().as_uri(), width=390, height=844, dark=dark)
    tab.wait("document.getElementById('state').hidden", patience=120)
    content = base64.b64encode(photo.read_bytes()).decode()
    tab.run(DROP.replace("CONTENT", content).replace("NAME", photo.name))
    tab.wait("document.querySelectorAll('#answers tr').length > 2", patience=60)
    tab.picture(PICTURES / f"phone{'-dark' if dark else ''}.png", (0, 0, 390, 560))


def main() -> None:
    """Make all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("digits", "run", "page", "photo"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, browser.tab(folder) as tab:
        for dark in (False, True):
            report(tab, given.digits, dark)
            confusion(tab, given.run, dark)
            phone(tab, given.page, given.photo, dark)


if __name__ == "__main__":
    main()
