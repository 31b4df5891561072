"""The rules of the house, held by reading the source. Each check is first seen to fail on a small planted source."""

import ast
import graphlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "linnaeus"

# What each room may import of ours. Rooms stand in the order of the floors, the lowest first.
GROUND = {"errors", "events", "files", "device", "ranks", "shell"}  # everybody may, except parts
DATA = {"recipe", "parts"}
CLASSIFIER = DATA | {"data", "certainty"}
SIDE = CLASSIFIER | {"classifier", "record"}
MAY_IMPORT: Mapping[str, set[str]] = {
    "errors": set(),
    "events": set(),
    "files": {"errors"},
    "device": {"errors"},
    "ranks": {"errors"},
    "shell": set(),
    "certainty": set(),
    "recipe": GROUND,
    "parts": set(),
    "record": GROUND | {"recipe"},
    "report": GROUND | {"record", "recipe"},
    "studies": GROUND | {"record", "recipe"},
    "data": GROUND | DATA,
    "classifier": GROUND | CLASSIFIER,
    "testing": GROUND | CLASSIFIER,
    "notebook": GROUND | {"record"},
    "transfer": GROUND | SIDE,
    "evaluation": GROUND | SIDE,
    "delivery": GROUND | SIDE,
    "training": GROUND | SIDE | {"transfer", "evaluation"},
    "measure": GROUND | SIDE | {"desk", "report", "training"},
    "reports": GROUND | {"record", "report", "evaluation"},
    "desk": GROUND | SIDE | {"report", "transfer", "evaluation", "training"},
    "comparisons": GROUND | SIDE | {"desk", "report", "studies", "evaluation"},
    "transfers": GROUND | SIDE | {"desk", "report", "transfer", "evaluation", "training"},
    "trials": GROUND | SIDE | {"desk", "report", "studies", "transfer", "evaluation", "training"},
    "examinations": GROUND | SIDE | {"desk", "report", "transfer", "evaluation", "training"},
    "laboratories": GROUND | SIDE | {"desk", "report", "reports", "studies", "transfer", "evaluation", "training"},
    "api": GROUND
    | SIDE
    | {
        "comparisons",
        "measure",
        "notebook",
        "reports",
        "desk",
        "examinations",
        "laboratories",
        "transfers",
        "trials",
        "report",
        "studies",
        "testing",
        "transfer",
        "evaluation",
        "delivery",
        "training",
    },
    "estimator": GROUND | {"api", "delivery"},
    "web": GROUND | {"api", "delivery"},
    "cli": GROUND | {"api", "web"},
    "__main__": {"cli"},
}
TORCH_FREE = {
    "recipe",
    "record",
    "studies",
    "report",
    "cli",
    "api",
    "desk",
    "comparisons",
    "transfers",
    "trials",
    "examinations",
    "laboratories",
    "measure",
    "notebook",
    "certainty",
    "errors",
    "events",
    "files",
}
TORCH = {"torch", "torchvision", "timm"}

MOST_LINES = 400
MOST_PARAMETERS = 8
MOST_LINES_IN_API = 20


@dataclass(frozen=True)
class Source:
    """One file: its path below the package, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        return self.path.split("/")[0].removesuffix(".py")


def imports(source: Source) -> Iterator[tuple[str, int]]:
    """Full names of all modules and names that a file imports, wherever in it, with the line."""
    package = ["linnaeus", *source.path.split("/")[:-1]]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module or ""]))
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def rooms_imported(source: Source) -> Iterator[tuple[str, int]]:
    """Rooms of ours that a file imports; a name of the package itself, such as `__version__`, is no room."""
    for name, line in imports(source):
        package, *inner = name.split(".")
        if package == "linnaeus" and (not inner or inner[0] in MAY_IMPORT):
            yield inner[0] if inner else "api", line


def upward_imports(sources: list[Source]) -> list[str]:
    found = []
    for source in sources:
        if source.path == "__init__.py":  # the public names: above all floors
            continue
        allowed = MAY_IMPORT.get(source.room)
        if allowed is None:
            found.append(f"{source.path}: no floor is known for this room; add it to MAY_IMPORT")
            continue
        bad = ((room, line) for room, line in rooms_imported(source) if room not in allowed | {source.room})
        found += [f"{source.path}:{line} imports {room}, which is not below {source.room}" for room, line in bad]
    return found


def circles(sources: list[Source]) -> list[str]:
    graph: dict[str, set[str]] = {}
    for source in sources:
        if source.path != "__init__.py":
            graph.setdefault(source.room, set()).update(
                room for room, _ in rooms_imported(source) if room != source.room
            )
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [" → ".join(error.args[1])]
    return []


def torch_in_torch_free_rooms(sources: list[Source]) -> list[str]:
    return [
        f"{source.path}:{line} imports {name}"
        for source in sources
        if source.room in TORCH_FREE
        for name, line in imports(source)
        if TORCH & {name.split(".")[0]} or name.startswith("safetensors.torch")
    ]


def ours_in_parts(sources: list[Source]) -> list[str]:
    return [
        f"{source.path}:{line} imports {name}; a part must run when it is copied out of the house"
        for source in sources
        if source.room == "parts"
        for name, line in imports(source)
        if name.split(".")[0] == "linnaeus"
    ]


def long_files(sources: list[Source]) -> list[str]:
    lengths = ((source.path, len(source.text.splitlines())) for source in sources)
    return [f"{path} has {lines} lines" for path, lines in lengths if lines > MOST_LINES]


def called_utils(sources: list[Source]) -> list[str]:
    return [
        source.path
        for source in sources
        if source.path.split("/")[-1] in ("utils.py", "util.py", "helpers.py", "common.py")
    ]


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def crowded_signatures(sources: list[Source]) -> list[str]:
    """Functions of too many parameters. Not in parts, whose options are parameters; nor a command, whose flags are."""
    found = []
    for source in sources:
        for function in functions(source):
            is_command = source.room == "cli" and source.path == f"cli/{function.name}.py"
            arguments = function.args
            names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
            count = len([name for name in names if name not in ("self", "cls")])
            count += (arguments.vararg is not None) + (arguments.kwarg is not None)
            if count > MOST_PARAMETERS and source.room != "parts" and not is_command:
                found.append(f"{source.path}:{function.lineno} {function.name} has {count} parameters")
    return found


def long_functions_in_api(sources: list[Source]) -> list[str]:
    """The front desk hands on: what takes more lines (signature and docstring apart) belongs in a room."""
    found = []
    for source in sources:
        for function in functions(source) if source.path == "api.py" else ():
            body = function.body[1:] if ast.get_docstring(function) is not None else function.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > MOST_LINES_IN_API:
                found.append(f"{source.path}:{function.lineno} {function.name} has {lines} lines")
    return found


def undocumented(sources: list[Source]) -> list[str]:
    """Modules, and public functions at their top, that say nothing. A part's `build` is described by its module."""
    found = []
    for source in sources:
        if ast.get_docstring(source.tree) is None:
            found.append(f"{source.path} has no docstring")
        for node in source.tree.body:
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
            if (
                is_function
                and ast.get_docstring(node) is None
                and not (source.room == "parts" and node.name == "build")
            ):
                found.append(f"{source.path}:{node.lineno} {node.name} has no docstring")
    return found


CHECKS = [
    upward_imports,
    circles,
    torch_in_torch_free_rooms,
    ours_in_parts,
    long_files,
    called_utils,
    crowded_signatures,
    long_functions_in_api,
    undocumented,
]

FINE = Source("data/fine.py", '"""Fine."""\n\nfrom linnaeus.recipe.spec import Spec\n\nSIZE = 3\n')


@pytest.fixture(scope="module")
def house() -> list[Source]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [Source(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_house(check, house):
    assert len(house) > 40  # it did read the house
    assert check(house) == []


def test_files_of_tests_are_short():
    paths = sorted((ROOT / "tests").rglob("*.py"))
    assert long_files([Source(path.name, path.read_text(encoding="utf-8")) for path in paths]) == []


PARAMETERS = ", ".join(f"p{number}" for number in range(9))


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (upward_imports, "recipe/x.py", "from linnaeus.data import dataset"),
        (upward_imports, "record/x.py", "def f():\n    import linnaeus.training.loop"),
        (upward_imports, "data/x.py", "from linnaeus import api"),
        (upward_imports, "data/x.py", "from ..training import loop"),
        (upward_imports, "evaluation/x.py", "from linnaeus.finetuning import freeze"),
        (upward_imports, "cli/x.py", "from linnaeus.recipe import read"),
        (upward_imports, "attic/x.py", "SIZE = 3"),
        (torch_in_torch_free_rooms, "cli/x.py", "def f():\n    import torch.nn"),
        (torch_in_torch_free_rooms, "recipe/x.py", "from torchvision import io"),
        (torch_in_torch_free_rooms, "report/x.py", "from safetensors.torch import load_file"),
        (ours_in_parts, "parts/models/x.py", "from linnaeus.errors import DataError"),
        (ours_in_parts, "parts/models/x.py", "from . import resnet"),
        (long_files, "data/x.py", "SIZE = 3\n" * 401),
        (called_utils, "data/utils.py", "SIZE = 3"),
        (crowded_signatures, "data/x.py", f"def f({PARAMETERS}): ..."),
        (crowded_signatures, "data/x.py", f"class C:\n    async def f(self, a, *, {PARAMETERS}): ..."),
        (crowded_signatures, "cli/screen.py", f"def f({PARAMETERS}): ..."),
        (long_functions_in_api, "api.py", "def f():\n" + "    x = 3\n" * 21),
        (undocumented, "data/x.py", "SIZE = 3"),
        (undocumented, "data/x.py", '"""X."""\ndef f(): ...'),
        (undocumented, "parts/models/x.py", '"""X."""\ndef build(): ...\ndef translate(): ...'),
    ],
)
def test_each_check_can_fail(check, path, text):
    assert check([FINE]) == []
    assert len(check([FINE, Source(path, text)])) == 1


def test_a_circle_is_found():
    assert circles(
        [Source("data/x.py", "import linnaeus.recipe.spec"), Source("recipe/x.py", "from linnaeus import data")]
    )
    assert (
        circles([Source("data/x.py", "import linnaeus.recipe.spec"), Source("data/y.py", "from linnaeus import data")])
        == []
    )


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (crowded_signatures, "parts/models/x.py", f"def build({PARAMETERS}): ..."),
        (crowded_signatures, "cli/train.py", f"def train({PARAMETERS}): ..."),
        (crowded_signatures, "data/x.py", "class C:\n    def f(self, a, b, c, d, e, f, g, h): ..."),
        (long_functions_in_api, "api.py", 'def f():\n    """One.\n' + "\n" * 30 + '    """\n    return 3\n'),
        (upward_imports, "cli/x.py", "from linnaeus import __version__"),
        (upward_imports, "api.py", "from linnaeus.recipe.recipe import Recipe"),
        (ours_in_parts, "parts/models/x.py", "import torch"),
        (undocumented, "parts/models/x.py", '"""X."""\ndef build(): ...\ndef _inner(): ...'),
    ],
)
def test_no_check_is_too_strict(check, path, text):
    assert check([Source(path, text)]) == []


def test_the_table_of_floors_has_no_circle():
    graphlib.TopologicalSorter(MAY_IMPORT).prepare()
