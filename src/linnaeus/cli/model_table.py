"""A network in numbers, for `linnaeus parts models NAME`: weights and multiply-accumulates by image size, and its layers."""

from collections.abc import Mapping
from typing import Any

from linnaeus.cli import screen


def show(found: Mapping[str, Any]) -> None:
    """Print what `linnaeus.model_facts` found."""
    print(f"{_layers(found)}\n\n{_sizes(found)}\n")


def _sizes(found: Mapping[str, Any]) -> str:
    rows = [
        (f"{size} px", said["fault"], "", "")
        if "fault" in said
        else (f"{size} px", f"{said['parameters']:,}", f"{said['trainable']:,}", f"{said['macs']:,}")
        for size, said in found["sizes"].items()
    ]
    faults = "\n".join(f"{size}: {text}" for size, text, weights, _ in rows if not weights)
    table = screen.table(
        (f"channels {found['channels']}, classes {found['classes']}", "weights", "of which train", "MACs an image"),
        [row for row in rows if row[2]],
    )
    return f"{table}\n{faults}".rstrip()


def _layers(found: Mapping[str, Any]) -> str:
    size, said = next((size, said) for size, said in found["sizes"].items() if "fault" not in said)
    rows = [
        (
            row["name"],
            row["kind"],
            "×".join(map(str, row["output"])),
            f"{row['parameters']:,}" if row["parameters"] else "",
            f"{row['macs']:,}" if row["macs"] else "",
            ("yes" if row["trains"] else "no") if row["parameters"] else "",
        )
        for row in said["layers"]
    ]
    return screen.table((f"layer, at {size} px", "kind", "output", "weights", "MACs", "trains"), rows, left=2)
