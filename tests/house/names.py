"""The names by which people meet the house: verbs, the command's, those of rooms, and the types that verbs return."""

import ast
import builtins
from collections.abc import Collection, Iterator, Sequence

from tests.house.source import Source, Violation

# Public functions that are no verbs of the command, and why.
NO_VERBS = {
    "load": "a classifier in Python's hands",
    "model_facts": "what a network is, as `parts models NAME` prints it",
    "nobody": "the watcher that watches nothing",
}
SHARED = {"parts"}  # a room and a verb: `linnaeus.parts` is the verb


def rooms_named_like_verbs(rooms: Collection[str], verbs: Collection[str]) -> list[str]:
    """`linnaeus.evaluate` would be one or the other, whichever was imported last."""
    return sorted((set(rooms) & set(verbs)) - SHARED)


def command_name(verb: str) -> str:
    """`find_lr` is `linnaeus find-lr`; `continue_` is a word of Python's with a stroke."""
    return verb.rstrip("_").replace("_", "-")


def unlike_the_command(functions: Collection[str], commands: Collection[str]) -> list[str]:
    """Verbs of Python that the command does not have under the same name, and those of the command that Python lacks."""
    return sorted({command_name(name) for name in functions if name not in NO_VERBS} ^ set(commands))


def hidden_types(sources: Sequence[Source], public: Collection[str]) -> list[Violation]:
    """What a verb returns and nobody can import from `linnaeus`. A verb is the function of its file's name in `api/`."""
    found = []
    for source in sources:
        verb = source.name.removesuffix(".py")
        for node in source.tree.body:
            if source.room == "api" and isinstance(node, ast.FunctionDef) and node.name == verb and node.returns:
                hidden = [name for name in _types(node.returns) if name not in public]
                found += [
                    Violation(source.path, f"{verb} returns {name}, which linnaeus does not export") for name in hidden
                ]
    return found


def _types(annotation: ast.expr) -> Iterator[str]:
    """Names of types of ours in an annotation, in its quoted parts too."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _types(ast.parse(node.value, mode="eval").body)
        elif isinstance(node, ast.Name) and not hasattr(builtins, node.id) and node.id not in ELSEWHERE:
            yield node.id


ELSEWHERE = {"Any", "Iterator", "Mapping", "Path", "Sequence", "np", "npt"}
