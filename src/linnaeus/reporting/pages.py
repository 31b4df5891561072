"""Records as one HTML file that needs nothing else: `page` of a run, `several` of some runs beside each other,
`laboratory` of runs in the form of a lab report, `built` of anything.

    built("Which activation?", lead="…", sections=[Section(key="effects", title=…, blocks=(Rows(…), Drawings(…)))])

gives sections of one's own the looks of a run's page; `blocks` says what a section is made of, `figures.svg` makes a drawing
of a matplotlib figure, and an `Album` holds the pictures.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from linnaeus.recipe import shell
from linnaeus.record.comparison import Comparison
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.reporting import beside, lab_page, repeat, run_page, tables
from linnaeus.reporting.album import Album
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.lab import Lab
from linnaeus.reporting.old_blocks import Section, Text
from linnaeus.reporting.words import LANGUAGES

Compare = Callable[[Sequence[RunFolder]], Sequence[Comparison]]  # the paired comparisons of some runs


def page(folder: RunFolder, language: str = "en") -> str:
    """The run's page; of an unfinished run, as far as it has come.

    Raises:
        RunError: the folder holds no record, or a file in it is damaged.
    """
    say, album, record = LANGUAGES[language], Album(), run_page.held(folder)
    body = _render(language, "run.html", **run_page.view(folder, record, say, album))
    return _whole(record.name, body, _foot([folder], language), language, album)


def several(folders: Sequence[RunFolder], language: str = "en", compare: Compare | None = None) -> str:
    """Runs beside each other, then each as on its own page. `compare` gives their paired comparisons.

    Raises:
        RunError: as `page`.
    """
    say, album = LANGUAGES[language], Album()
    records = [run_page.held(folder) for folder in folders]
    sections = beside.sections(records, compare(folders) if compare is not None else (), say)
    names = [record.name for record in records]
    title = str(say("runs.title", n=len(names)))
    links = [(name, f"run{place}") for place, name in enumerate(names)]
    body = _render(language, "head.html", title=title, lead=beside.lead(records, say), links=links)
    body += _sections(sections, language) + _articles(folders, records, language, album)
    return _whole(title, body, _foot(folders, language), language, album)


def laboratory(folders: Sequence[RunFolder], lab: Lab, language: str = "en", compare: Compare | None = None) -> str:
    """Runs in the form of a lab report, with room to write in, then each as on its own page.

    Raises:
        RunError: as `page`.
    """
    say, album = LANGUAGES[language], Album()
    records = [run_page.held(folder) for folder in folders]
    runs = [Held(folder=folder, record=record) for folder, record in zip(folders, records, strict=True)]
    sections = lab_page.sections(runs, lab, compare or (lambda _: ()), say)
    title = lab.title or str(say("lab.title"))
    links = [(one.title, one.key) for one in sections]
    links += [(record.name, f"run{place}") for place, record in enumerate(records)]
    body = _render(language, "head.html", title=title, lead="", links=links)
    body += _sections(sections, language) + _articles(folders, records, language, album)
    return _whole(title, body, _foot(folders, language, " --lab", lab.command), language, album)


def built(
    title: Text,
    sections: Sequence[Section],
    *,
    lead: Text = "",
    foot: Sequence[Text] = (),
    language: str = "en",
    album: Album | None = None,
) -> str:
    """A page of any sections. `lead` is the one sentence that answers the question; `foot` says how to repeat it."""
    body = _render(language, "head.html", title=title, lead=lead, links=[(one.title, one.key) for one in sections])
    return _whole(str(title), body + _sections(sections, language), foot, language, album or Album())


def _sections(sections: Sequence[Section], language: str) -> Markup:
    return Markup("").join(_render(language, "section.html", one=one) for one in sections)


def _articles(folders: Sequence[RunFolder], records: Sequence[RunRecord], language: str, album: Album) -> Markup:
    """Each run as on its own page, as `#run0`, `#run1` …"""
    body, say = Markup(""), LANGUAGES[language]
    for place, (folder, record) in enumerate(zip(folders, records, strict=True)):
        shown = run_page.view(folder, record, say, album, prefix=f"run{place}-")
        body += (
            Markup('<article id="run{}">').format(place) + _render(language, "run.html", **shown) + Markup("</article>")
        )
    return body


def _foot(folders: Sequence[RunFolder], language: str, form: str = "", whole: str = "") -> list[Text]:
    """What wrote the page, from what, and the command that does it again, or that does the `whole` work."""
    say = LANGUAGES[language]
    records = [folder.record() for folder in folders]
    command = " ".join(["linnaeus report", *(shell.quoted(str(folder.path)) for folder in folders)])
    command += (f" --lang {language}" if language != "en" else "") + form
    return [
        say("foot", version=records[0].environment.linnaeus),
        *(repeat.foot(folder, record, say) for folder, record in zip(folders, records, strict=True)),
        say("foot.lab", command=whole) if whole else say("foot.command", command=command),
    ]


def _whole(title: str, body: Markup, foot: Sequence[Text], language: str, album: Album) -> str:
    style, script = (_file(name) for name in ("style.css", "script.js"))
    text = _render(
        language, "page.html", title=title, body=body, foot=foot, pictures=album.pictures, style=Markup(style),
        script=Markup(script), style_hash=_hash(style), script_hash=_hash(script),
    )  # fmt: skip
    return text.encode("utf-8", "replace").decode()  # names of files may hold what is not text


def _render(language: str, template: str, **values: Any) -> Markup:
    return Markup(_environment(language).get_template(template).render(**values))


def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What a content policy calls a text by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment(language: str) -> Environment:
    say = LANGUAGES[language]
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = say
    shown = (say.count, say.percent, say.between, say.decimals, say.decimal, tables.shape, tables.breakable)
    environment.filters |= {function.__name__: function for function in shown}
    return environment


TEMPLATES = Path(__file__).parent / "templates"
