"""How to do a run again: the commands that led to it, and the fingerprints by which it is known to be the same."""

import json
from collections.abc import Iterator, Sequence

from linnaeus import files
from linnaeus.recipe import shell
from linnaeus.record.sharing import file_word, shared
from linnaeus.reporting.blocks import Block, Code, Facts, Folded, Section, Text
from linnaeus.reporting.content.layout import code, titled
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

VERSIONS = ("linnaeus", "torch", "python")


def section(run: Run, say: Words) -> Section:
    """Commands, fingerprints, and the recipe as a file. Raises RunError: a file of the run is damaged."""
    blocks: list[Block] = [Code(line, caption=say(f"repeat-{key}")) for key, line in commands(run)]
    known: list[tuple[Text, Text]] = [(say(f"repeat-{key}"), code(value)) for key, value in _fingerprints(run) if value]
    if known:
        blocks.append(Facts(known))
    toml = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in run.record.recipe.items())
    blocks.append(Folded(summary=say("repeat-toml"), blocks=[Code(shared(toml))]))
    return titled(say, "repeat", blocks)


def commands(run: Run) -> Iterator[tuple[str, str]]:
    """What was done: the key of the words that say so, and the line."""
    record, name, machine = run.record, run.word, run.record.environment
    again = f"linnaeus train --recipe {file_word(run.folder, run.folder.recipe.name)}"
    for flag in ("precision", "threads"):
        if (value := getattr(machine, flag)) is not None:
            again += f" --{flag} {value}"
    if machine.device:
        again += f" --set device={machine.device} --set compile={'on' if machine.compiled else 'off'}"
    yield "train", again
    if record.status != "finished":
        yield "resume", f"linnaeus resume {name}"
        return
    for split in record.scores:
        if split in ("train", "val"):
            yield "evaluate", f"linnaeus evaluate {name} --split {split}"
    if "test" in record.data.counts:
        yield "test", f"linnaeus evaluate {name} --split test"
    for split in record.inspection:
        yield "inspect", f"linnaeus inspect {name} --split {shell.quoted(split)}"
    yield "predict", f"linnaeus predict {name} FILE"


def identity(run: Run, say: Words) -> str:
    """One line that says what this run was, exactly: its data, recipe and weights, and the versions."""
    told = [str(say(f"foot-{key}", value=value[:16])) for key, value in _fingerprints(run) if value]
    versions = [f"{say.of('machine', name)} {found}" for name in VERSIONS
                if (found := getattr(run.record.environment, name))]  # fmt: skip
    return " · ".join((run.record.name, *told, *versions))


def fingerprint(runs: Sequence[Run]) -> str:
    """Of all that a report rests on: the data, recipes, weights and scores of its runs. The same runs give the same one."""
    facts = [
        [
            run.record.name,
            *map(list, _fingerprints(run)),
            {key: run.record.scores[key].metrics["accuracy"].value for key in run.splits()},
        ]
        for run in sorted(runs, key=lambda run: run.record.name)
    ]
    return files.checksum_of(json.dumps(facts, sort_keys=True).encode())[:16]


def _fingerprints(run: Run) -> Iterator[tuple[str, str]]:
    yield "data", run.record.data.fingerprint
    for name, checksum in run.folder.fingerprints().items():
        yield "recipe" if name == run.folder.recipe.name else "weights", checksum
