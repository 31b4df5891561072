"""Pages that are made from what the package says of itself: a shelf each, every verb, every public name."""

import contextlib
import inspect
import io
import os
import re
from collections.abc import Iterator
from textwrap import fill

import linnaeus
from linnaeus import testing
from linnaeus.cli import app
from linnaeus.errors import LinnaeusError
from linnaeus.recipe import catalog

WIDTH = "88"  # columns of a help text
WIDE = 80  # columns of code that a page shows without scrolling
MADE = "<!-- made by manual/pages.py; edit what it was made from -->\n\n"


def shelves() -> list[str]:
    """The shelves, in the order of the alphabet."""
    return catalog.shelves()


def made() -> dict[str, str]:
    """All pages, by their path in the manual."""
    return {
        **{f"reference/parts/{shelf}.md": MADE + shelf_page(shelf) for shelf in shelves()},
        "reference/verbs.md": MADE + verbs_page(),
        "reference/python.md": MADE + python_page(),
    }


def shelf_page(shelf: str) -> str:
    """The contract of a shelf, and each part with its options and its description."""
    module = __import__(f"linnaeus.parts.{shelf}", fromlist=["__doc__"])
    parts = [catalog.find(shelf, name) for name in catalog.names(shelf)]
    ours = [part for part in parts if part.file.is_relative_to(catalog.PARTS)]
    told = [module.__doc__ or "", (module.select.__doc__ or "") if hasattr(module, "select") else ""]
    return "\n".join(
        [f"# {shelf.capitalize()}\n", *(f"{described(text)}\n" for text in told), *map(part_section, ours)]
    )


def part_section(part: catalog.Part) -> str:
    """A part's call, its description and its options."""
    required = catalog.REQUIRED
    given = ", ".join(name if default is required else f"{name}={default!r}" for name, default in part.options.items())
    call = fill(f"{part.name}({given})", WIDE, subsequent_indent=" " * (len(part.name) + 1), break_long_words=False)
    rows = [
        f"| `{name}` | {code(part.annotations.get(name, ''))} | {'needed' if default is required else code(repr(default))} |"
        for name, default in {**part.options, **part.common}.items()
    ]
    table = ["| option | type | default |", "|---|---|---|", *rows] if rows else []
    return "\n".join([f"\n## {part.name}\n", f"```python\n{call}\n```\n", described(part.doc), "", *table, ""])


def code(text: str) -> str:
    """Text as code in a cell of a table."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def described(doc: str) -> str:
    """A docstring as Markdown: its indented lines are code, set apart by a blank line."""
    lines: list[str] = []
    for line in inspect.cleandoc(doc).splitlines():
        is_code = line.startswith("  ")
        if lines and lines[-1] and is_code != lines[-1].startswith("    "):
            lines.append("")
        lines.append(re.sub("^ {2,4}", "    ", line))
    return "\n".join(lines)


def verbs_page() -> str:
    """What `linnaeus --help` and each verb's `--help` print."""
    sections = [
        "# Every verb\n",
        "What `linnaeus VERB --help` prints. Each verb is a function of the same name [in Python](python.md).\n",
        "| verb | what it does |\n|---|---|",
        *(f"| [`linnaeus {verb}`](#{verb}) | {summary} |" for verb, summary in app.COMMANDS.items()),
        "",
    ]
    for verb in app.COMMANDS:
        sections.append(f"## linnaeus {verb} {{ #{verb} }}\n\n```text\n{help_of(verb)}```\n")
    return "\n".join(sections)


def help_of(verb: str) -> str:
    """What a verb's `--help` prints, at a width of its own."""
    kept, shown = os.environ.get("COLUMNS"), io.StringIO()
    os.environ["COLUMNS"] = WIDTH
    try:
        with contextlib.redirect_stdout(shown):
            app.app(verb)(args=[verb, "--help"], prog_name="linnaeus", standalone_mode=False)
    finally:
        os.environ.pop("COLUMNS")
        if kept is not None:
            os.environ["COLUMNS"] = kept
    return "\n".join(line.rstrip() for line in shown.getvalue().splitlines()).strip("\n") + "\n"


def python_page() -> str:
    """Every public name: verbs, classes, what verbs return, contracts for parts, errors."""
    verbs = [name for name in linnaeus.__all__ if not inspect.isclass(getattr(linnaeus, name))]
    classes = [name for name in linnaeus.__all__ if inspect.isclass(getattr(linnaeus, name))]
    return "\n".join(
        [
            "# Python\n",
            "`import linnaeus` has every name of this page but those of the last two chapters.\n",
            "## Verbs\n",
            *(reference(linnaeus, name) for name in verbs),
            "## Classes, and what verbs return\n",
            *(reference(linnaeus, name) for name in classes if name != "LinnaeusError"),
            "## Contracts for parts of your own\n",
            *(reference(testing, name) for name in testing.__all__),
            "## Errors\n",
            "What they mean and what to do: [Errors](../errors.md).\n",
            *(reference(None, kind.__name__, kind) for kind in errors()),
        ]
    )


def given_by(name: str) -> list[str]:
    """The verbs that return a class, whose examples are its examples too."""
    verbs = [verb for verb in linnaeus.__all__ if not inspect.isclass(getattr(linnaeus, verb))]
    returned = {verb: str(inspect.signature(getattr(linnaeus, verb)).return_annotation) for verb in verbs}
    return [verb for verb, kind in returned.items() if re.search(rf"\b{name}\b", kind)]


def reference(owner: object, name: str, found: object = None) -> str:
    """What mkdocstrings takes for one name, under the name by which people import it."""
    found = found or getattr(owner, name)
    module = getattr(owner, "__name__", "linnaeus.errors")
    lies_in = found.__module__ if hasattr(found, "__qualname__") else f"linnaeus.{linnaeus._PLACES[name]}"
    place = f"{lies_in}.{name}"
    made = f'::: {place}\n    options:\n      heading: "{module}.{name}"\n      toc_label: "{name}"\n      heading_level: 3\n'
    verbs = given_by(name) if inspect.isclass(found) else []
    links = ", ".join(f"[`{verb}`][{getattr(linnaeus, verb).__module__}.{verb}]" for verb in verbs)
    return f"{made}\nReturned by {links}, with an example there.\n" if verbs else made


def errors(kind: type[LinnaeusError] = LinnaeusError) -> Iterator[type[LinnaeusError]]:
    """An error and all that descend from it."""
    yield kind
    for child in kind.__subclasses__():
        yield from errors(child)
