"""`Call`: the words of a command as a call of the front desk, which does the same.

`train mnist --epochs 3 --set batch_size=100 --name one` is `linnaeus.train("mnist", epochs=3, name="one", batch_size="100")`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linnaeus.errors import UnknownName, UsageError
from linnaeus.recipe import shell
from linnaeus.record.display import Shown
from linnaeus.studies.workers.executor import Place

MAKES_A_RUN = ("train", "extend", "continue")
REPLAYS = {"all": -1, "none": None}
WAYS = ("scratch", "head", "all", "head-then-all")  # what `transfer --compare` compares


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function of `linnaeus.api` as FILE.NAME, and what it is given."""

    words: tuple[str, ...]
    verb: str  # of the command
    function: str
    positional: tuple[Any, ...]
    options: Mapping[str, Any]
    settings: Mapping[str, str]  # fields of the recipe

    @property
    def run(self) -> str | None:
        """The name of the one run that it makes, as far as it makes one of a name."""
        is_one = self.verb in MAKES_A_RUN and "repeats" not in self.options
        return self.options.get("name") if is_one else None

    def __str__(self) -> str:
        return f"linnaeus {shell.line(self.words)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that is done; `found` is what its verb returned."""

    call: Call
    found: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LabResult(Shown):
    """A laboratory work that is done."""

    name: str  # of the lab
    folder: str  # of its runs
    steps: tuple[Step, ...]  # the record that each command found, in order
    reports: tuple[str, ...]  # files, in every language


# The flags of each verb that a lab can use, and how Python reads their values; None: a flag without one.
Flags = Mapping[str, Callable[[str], Any] | None]
_RECIPE: Flags = {"model": str, "epochs": int, "budget": str, "seed": int, "precision": str, "threads": int}
_OF_EACH: Flags = {
    "ways": lambda text: tuple(map(str.strip, text.split(","))),
    "shares": lambda text: tuple(map(float, text.split(","))),
}
_SIZES: Flags = dict.fromkeys(("epochs", "images", "size", "channels", "classes", "batch", "threads"), int)
FLAGS: Mapping[str, Flags] = {
    "train": {**_RECIPE, "recipe": str, "name": str, "repeats": int, "strict": None, "drop-leaks": None},
    "continue": {"epochs": int, "name": str},
    "extend": {"epochs": int, "name": str, "replay": lambda text: REPLAYS[text] if text in REPLAYS else int(text), "merge": None},
    "transfer": {"weights": str, "model": str, "compare": None, **_OF_EACH, "name": str, "out": str},
    "study": {"jobs": lambda text: Place(jobs=int(text)), "name": str, "store": str, "extend": None, "dry-run": None},
    "audit": {"model": str, "sheet": str},
    "evaluate": {"split": str, "data": str, "tta": str},
    "inspect": {"split": str, "weights": str, "retrain": None, "fixes": str},
    "compare": {"split": str, "pairs": None},
    "reference": {"row": str, "weights": None},
    "show": {"split": str, "count": int, "image": lambda text: [int(text)], "out": str},
    "predict": {"top": int, "sets": float, "unknown": None, "out": str},
    "find-lr": {"model": str, "recipe": str, "out": str},
    "bench": {**_SIZES, "precision": str, "out": str},
    "parts": {"channels": int, "classes": int},
    "weights": {},
    "env": {},
}  # fmt: skip
SETTABLE = ("train", "continue", "extend", "transfer", "study", "audit", "find-lr", "bench")  # verbs that take --set
FUNCTIONS = {"parts": "networks.model_facts", "continue": "continue_.continue_", "find-lr": "find_lr.find_lr"}
KEYWORDS = {"jobs": "place", "drop-leaks": "drop_leaks", "image": "images"}


def read(words: Sequence[str]) -> Call:
    """The call that these words stand for.

    Raises:
        UsageError, UnknownName: a verb or a flag that a lab does not have, or a flag whose value is missing or wrong.
    """
    verb, *rest = words or [""]
    if verb not in FLAGS:
        raise UnknownName("verb of a lab", verb, FLAGS)
    waiting, positional = iter(rest), list[Any]()
    options, settings = dict[str, Any](), dict[str, str]()
    for word in waiting:
        if not word.startswith("--"):
            positional.append(word)
            continue
        flag, is_told, value = word[2:].partition("=")
        if flag not in FLAGS[verb] and not (flag == "set" and verb in SETTABLE):
            raise UnknownName(f"flag of {verb} in a lab", word, [f"--{name}" for name in FLAGS[verb]])
        reads = str if flag == "set" else FLAGS[verb][flag]
        if reads is not None and not is_told:
            value = next(waiting, "")
        if flag == "set":
            key, has_value, value = value.partition("=")
            settings[key.strip()] = value
            is_right = bool(has_value)
        else:
            is_right = _put(options, flag, value, reads)
        if not is_right:
            raise UsageError(
                f"linnaeus {shell.line(words)}: --{flag} needs a value, of its kind; see linnaeus {verb} --help"
            )
    return _made(tuple(words), positional, options, settings)


def _put(options: dict[str, Any], flag: str, text: str, reads: Callable[[str], Any] | None) -> bool:
    """Note what a flag says; False of a value that is none."""
    try:
        key, value = KEYWORDS.get(flag, flag), True if reads is None else reads(text)
    except ValueError:
        return False
    options[key] = options.get(key, []) + value if isinstance(value, list) else value  # a flag that is repeated
    return reads is None or bool(text)


def _made(words: tuple[str, ...], positional: list[Any], options: dict[str, Any], settings: dict[str, str]) -> Call:
    verb = words[0]
    function = FUNCTIONS.get(verb, f"{verb}.{verb}")
    if verb == "parts":
        if positional[:1] != ["models"] or len(positional) != 2:
            raise UsageError(f"linnaeus {shell.line(words)}: of parts, a lab describes networks: parts models NAME")
        del positional[0]
    elif verb == "predict":
        positional[1:] = [positional[1:]]
    elif options.pop("dry-run", False):
        function = "studying.dry_run"
    elif options.pop("compare", False):
        options.setdefault("ways", WAYS)
    return Call(
        words=words, verb=verb, function=function, positional=tuple(positional), options=options, settings=settings
    )
