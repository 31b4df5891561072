"""The source of the package as the rules of the house read it: files, what they import, what they define."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "src" / "linnaeus"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: its path below the package, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The folder of the package that it lies in, or its own name where it lies beside them."""
        return self.path.split("/")[0].removesuffix(".py")

    @property
    def name(self) -> str:
        return self.path.split("/")[-1]

    @property
    def module(self) -> str:
        inner = self.path.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")
        return f"linnaeus.{inner}".strip(".")


@dataclass(frozen=True, order=True)
class Violation:
    """`where` is what an exception names: a file, or a file and a function of it. It has no line number, which would move."""

    where: str
    what: str


def read(folder: Path = PACKAGE) -> list[Source]:
    paths = sorted(folder.rglob("*.py"))
    return [Source(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


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


def ours(source: Source, modules: Iterable[str]) -> dict[str, int]:
    """The modules of ours that a file imports, with the line: of `from linnaeus.data import load`, the module if it is one."""
    found: dict[str, int] = {}
    for name, line in imports(source):
        while name.startswith("linnaeus.") and name not in modules:
            name = name.rpartition(".")[0]
        if name.split(".")[0] == "linnaeus" and name != source.module:
            found.setdefault(name, line)
    return found


def graph(sources: Iterable[Source]) -> Mapping[Source, Mapping[Source, int]]:
    """For each file those of ours that it imports, with the line. An import under TYPE_CHECKING is one, too: who reads it must go there."""
    by_module = {source.module: source for source in sources}
    return {
        source: {by_module[name]: line for name, line in ours(source, by_module).items() if name in by_module}
        for source in by_module.values()
    }


def functions(source: Source) -> Iterator[Function]:
    return (node for node in ast.walk(source.tree) if isinstance(node, Function))


def parameters(function: Function) -> list[str]:
    arguments = function.args
    stars = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars]
    return [argument.arg for argument in every if argument.arg not in ("self", "cls")]
