"""What MkDocs asks while it builds the manual: the pages that are made from the package, and those that lie elsewhere in the repository."""

import posixpath
import re
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]  # the package of this tree, not one that is installed

from manual import pages  # noqa: E402  # found through the line above

# What lies outside docs/ and belongs to the manual, at the same place below its root.
ELSEWHERE = ("CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md", "benchmarks/*.png", "recipes/*.md", "recipes/*.toml",
             "labs/README.md", "labs/*/README.md", "runtime/README.md")  # fmt: skip
LINK = re.compile(r"(?<=\]\()(?!https?:|#)([^)#\s]+)")


def elsewhere() -> list[str]:
    """The files of `ELSEWHERE`, as paths from the root of the repository."""
    return sorted(
        path.relative_to(ROOT).as_posix() for pattern in ELSEWHERE for path in ROOT.glob(pattern) if path.is_file()
    )


def on_config(config: MkDocsConfig) -> None:
    """The shelves take their place in the navigation."""
    for chapter in config.nav or []:
        for entry in next(iter(chapter.values())):
            if "Parts" in entry:
                entry["Parts"] = [{shelf.capitalize(): f"reference/parts/{shelf}.md"} for shelf in pages.shelves()]


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the pages and pictures that no file of docs/ holds."""
    for name in elsewhere():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    for name, text in pages.made().items():
        files.append(File.generated(config, name, content=text))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links as a repository has them (`../recipes/README.md`), turned into those of the site, where docs/ is the root."""
    source = page.file.src_uri
    if source == "CHANGELOG.md":  # it names nearly everything: whoever searches wants the page that explains it
        page.meta["search"] = {"boost": 0.1}
    inside = (ROOT / "docs" / source).exists()

    def turned(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join("docs" if inside else "", posixpath.dirname(source), match[1]))
        if target.startswith("docs/"):
            target = target.removeprefix("docs/")
        elif inside and target not in elsewhere():
            return match[1]  # MkDocs says what is wrong with it
        return posixpath.relpath(target, posixpath.dirname(source) or ".")

    return LINK.sub(turned, markdown)
