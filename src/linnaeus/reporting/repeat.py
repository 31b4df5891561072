"""How to do a run again: the commands that led to it, and the fingerprints by which it is known to be the same."""

from linnaeus.recipe import shell
from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.reporting.words import Words


def commands(folder: RunFolder, record: RunRecord) -> list[tuple[str, str]]:
    """What was done, as commands: the key of the words that say so, and the line."""
    run, machine = shell.quoted(str(folder.path)), codec.to_plain(record.environment)
    again = f"linnaeus train --recipe {shell.quoted(str(folder.recipe))}"
    for flag in ("precision", "threads"):
        if flag in machine:
            again += f" --{flag} {machine[flag]}"
    if "device" in machine:
        again += f" --set device={machine['device']}"
    if "compiled" in machine:
        again += f" --set compile={'on' if machine['compiled'] else 'off'}"
    commands = [("repeat.train", again)]
    if record.status != "finished":
        return [*commands, ("repeat.resume", f"linnaeus resume {run}")]
    commands += [("repeat.evaluate", f"linnaeus evaluate {run} --split {shell.quoted(split)}") for split in record.scores
                 if split in ("train", "val")]  # fmt: skip
    if "test" in record.data.counts:
        commands.append(("repeat.test", f"linnaeus evaluate {run} --split test"))
    commands += [
        ("repeat.examine", f"linnaeus inspect {run} --split {shell.quoted(split)}") for split in record.inspection
    ]
    return [*commands, ("repeat.predict", f"linnaeus predict {run} FILE")]


def foot(folder: RunFolder, record: RunRecord, say: Words) -> str:
    """One line that says what this run was, exactly: its data, recipe and weights, and the versions."""
    known = {"data": record.data.fingerprint} | {
        {"recipe.toml": "recipe"}.get(name, "weights"): checksum[:16]
        for name, checksum in folder.fingerprints().items()
    }
    told = [str(say(f"foot.{name}", value=value)) for name, value in known.items() if value]
    versions = [f"{say.of('machine', name)} {getattr(record.environment, name)}" for name in ("linnaeus", "torch", "python")
                if getattr(record.environment, name)]  # fmt: skip
    return " · ".join((record.name, *told, *versions))
