"""The rules of the house that are held by reading its source. Each takes the files and returns what breaks it."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tests.house.source import Source, Violation, functions, graph, imports, ours, parameters

# The floors, the lowest first: an import points to a lower floor, or stays in its room. What lies in a room of one file is that file.
# The ground of DESIGN section 3 is two floors here: what says or does something may report an error, and tell the version.
FLOORS = (
    ("errors", "events", "_version", "parts"),
    ("files", "device", "distributed"),
    ("recipe",),
    ("record",),  # what the audit of a data set finds is facts of the record: it stands below data, not beside it
    ("data", "studies", "testing"),
    ("classifier",),  # it takes images of any size, which data/images reads
    ("stats", "finetuning", "delivery"),
    ("labs",),  # plans and grades, which reporting tells of: it stands below reporting, not beside it
    ("evaluation", "reporting", "web"),
    ("training",),
    ("api",),
    ("estimator",),
    ("cli",),
    ("__main__", "__init__"),  # the public names, and `python -m linnaeus`: nobody imports these
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# What may not load torch: a room, or a part of one.
TORCH_FREE = (
    "errors.py",
    "events.py",
    "files.py",
    "_version.py",
    "recipe/",
    "record/",
    "classifier/card.py",
    "classifier/preprocessing.py",
    "classifier/confidence.py",
    "data/images/",
    "data/audit/",
    "studies/",
    "stats/",
    "labs/",
    "reporting/",
    "delivery/",
    "web/",
    "api/",
    "cli/",
)
MAY_LOAD_TORCH = {"delivery/export.py", "delivery/parity.py"}  # they look at a network from both sides
TORCH = ("torch", "torchvision", "timm", "safetensors.torch")

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60
MOST_BRANCHES = 12
MOST_PARAMETERS = 8
MOST_MODULES = 12
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
FOR_ANYTHING = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "tools.py"}


def upward_imports(sources: Sequence[Source]) -> list[Violation]:
    found = []
    for source, imported in graph(sources).items():
        if source.room not in FLOOR:
            found.append(Violation(source.path, f"no floor is known for {source.room}; give it one in FLOORS"))
            continue
        for other, line in imported.items():
            is_upward = other.room != source.room and FLOOR.get(other.room, len(FLOORS)) >= FLOOR[source.room]
            if is_upward:
                what = f"line {line} imports {other.path}, which does not lie below {source.room}"
                found.append(Violation(source.path, what))
    return found


def circles(sources: Sequence[Source]) -> list[Violation]:
    """Files that import each other, directly or around: one line a circle (all files that can be reached from each other)."""
    edges = {source.path: [other.path for other in imported] for source, imported in graph(sources).items()}
    reached = {path: _reached(path, edges) for path in edges}
    groups = {frozenset(other for other in reached[path] if path in reached[other]) for path in edges}
    return [Violation(min(group), " ↔ ".join(sorted(group))) for group in groups if group]


def _reached(start: str, edges: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(edges[start])
    while waiting:
        if (path := waiting.pop()) not in found:
            found.add(path)
            waiting += edges[path]
    return found


def is_torch_free(path: str) -> bool:
    return path.startswith(TORCH_FREE) and path not in MAY_LOAD_TORCH


def torch_where_none_belongs(sources: Sequence[Source]) -> list[Violation]:
    return [
        Violation(source.path, f"line {line} imports {name}")
        for source in sources
        if is_torch_free(source.path)
        for name, line in imports(source)
        if any(name == bad or name.startswith(f"{bad}.") for bad in TORCH)
    ]


def ours_in_parts(sources: Sequence[Source]) -> list[Violation]:
    """A part runs when it is copied out of the house, with no more than the private helpers of its own shelf."""
    modules = {source.module for source in sources}
    found = []
    for source in sources:
        shelf = source.module.rpartition(".")[0]
        for name, line in ours(source, modules).items() if source.room == "parts" else ():
            beside, _, last = name.rpartition(".")
            if not (beside == shelf and last.startswith("_")):
                found.append(Violation(source.path, f"line {line} imports {name}"))
    return found


def long_files(sources: Sequence[Source]) -> list[Violation]:
    lengths = ((source.path, len(source.text.splitlines())) for source in sources)
    return [Violation(path, f"{lines} lines") for path, lines in lengths if lines > MOST_LINES]


def _judged(sources: Sequence[Source]) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for source in sources:
        for function in functions(source) if source.room not in ("parts", "cli") else ():
            yield f"{source.path}:{function.name}", function


def long_functions(sources: Sequence[Source]) -> list[Violation]:
    """From `def` to the last line, its docstring too. Not of parts, where one function is a whole network, nor of commands."""
    lengths = ((where, (one.end_lineno or 0) - one.lineno + 1) for where, one in _judged(sources))
    return [Violation(where, f"{lines} lines") for where, lines in lengths if lines > MOST_LINES_OF_A_FUNCTION]


def branchy_functions(sources: Sequence[Source]) -> list[Violation]:
    """Conditions, `a if b else c` too, loops, handlers and cases; those of functions inside a function are its own."""
    counts = ((where, sum(isinstance(node, BRANCHES) for node in ast.walk(one))) for where, one in _judged(sources))
    return [Violation(where, f"{count} branches") for where, count in counts if count > MOST_BRANCHES]


def crowded_signatures(sources: Sequence[Source]) -> list[Violation]:
    """Not of parts, whose options are parameters; nor of a command, whose flags are."""
    found = []
    for source in sources:
        for function in functions(source) if source.room != "parts" else ():
            is_command = source.path == f"cli/{function.name}.py"
            if not is_command and (count := len(parameters(function))) > MOST_PARAMETERS:
                found.append(Violation(f"{source.path}:{function.name}", f"{count} parameters"))
    return found


def busy_files(sources: Sequence[Source]) -> list[Violation]:
    """Modules of ours that one file imports. Not the tables of commands, sections and public names, which are lists of all there is."""
    lists = {"__init__.py", "cli/app.py", "api/__init__.py", "reporting/documents.py"}
    counts = ((source.path, len(imported)) for source, imported in graph(sources).items())
    return [Violation(path, f"{count} modules") for path, count in counts if count > MOST_MODULES and path not in lists]


def files_for_anything(sources: Sequence[Source]) -> list[Violation]:
    return [Violation(source.path, "says nothing by its name") for source in sources if source.name in FOR_ANYTHING]


def names_twice(sources: Sequence[Source]) -> list[Violation]:
    """A file is found by its name. Parts, verbs and sections of a report are found on their shelf."""
    paths: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        is_on_a_shelf = source.path.startswith(("parts/", "api/", "cli/", "reporting/content/"))
        if source.name != "__init__.py" and not is_on_a_shelf:
            paths[source.name].append(source.path)
    return [Violation(name, ", ".join(found)) for name, found in paths.items() if len(found) > 1]


def _is_overload(node: ast.stmt) -> bool:
    """One of several signatures, whose docstring stands in the function itself."""
    decorators = getattr(node, "decorator_list", [])
    return any(isinstance(one, ast.Name) and one.id == "overload" for one in decorators)


def undocumented(sources: Sequence[Source]) -> list[Violation]:
    """Modules, and public functions at their top, that say nothing. A part's `build` is described by its module."""
    found = []
    for source in sources:
        if ast.get_docstring(source.tree) is None:
            found.append(Violation(source.path, "no docstring"))
        for node in source.tree.body:
            is_public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
            is_build = source.room == "parts" and is_public and node.name == "build"
            if is_public and not is_build and not _is_overload(node) and ast.get_docstring(node) is None:
                found.append(Violation(f"{source.path}:{node.name}", "no docstring"))
    return found
