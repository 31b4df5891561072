"""What pip-audit does, without a network: versions held against a copy of github.com/pypa/advisory-database.

    python -m tests.reliability.advisories FOLDER_OF_THE_COPY [FILE_OF_VERSIONS]

For each `name==version` (constraints.txt) and each floor of pyproject.toml, the advisories that name it. Exits with 1 where there are any.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import yaml
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[2]


def pinned(file: Path) -> Iterator[tuple[str, str]]:
    """`name==version`, a line each."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([\w.-]+)==([\w.+!-]+)", line):
            yield match[1], match[2]


def floors() -> Iterator[tuple[str, str]]:
    """The least versions that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for wish in [
        *project["dependencies"],
        *(one for many in project["optional-dependencies"].values() for one in many),
    ]:
        if match := re.match(r"([\w.-]+)(?:\[.*?\])?>=([\w.]+)", wish):
            yield match[1], match[2]


def holes(advisories: Path, name: str, version: str) -> list[str]:
    """The advisories of a package that name this version, with the versions that mend them."""
    folder = advisories / "vulns" / re.sub(r"[-_.]+", "-", name).lower()
    found = []
    for file in sorted(folder.glob("*.yaml")):
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        for affected in told.get("affected", []) if not told.get("withdrawn") else []:
            ranges = affected.get("ranges", [])
            by_version = [one["events"] for one in ranges if one["type"] == "ECOSYSTEM"]
            if version in affected.get("versions", []) or any(_within(version, events) for events in by_version):
                mended = [event["fixed"] for events in by_version for event in events if "fixed" in event]
                found.append(
                    f"{told['id']} {' '.join(told.get('aliases', []))}, mended in {', '.join(mended) or 'none'}"
                )
                break
    return found


def _within(version: str, events: list[dict[str, str]]) -> bool:
    try:
        own, inside = Version(version), False
        for event in events:
            if "introduced" in event and own >= Version(
                event["introduced"] if event["introduced"] != "0" else "0.dev0"
            ):
                inside = True
            if "fixed" in event and own >= Version(event["fixed"]):
                inside = False
            if "last_affected" in event and own > Version(event["last_affected"]):
                inside = False
        return inside
    except InvalidVersion:
        return False


def main() -> None:
    advisories = Path(sys.argv[1])
    file = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "constraints.txt"
    looked, wrong = 0, 0
    for what, versions in (("tested", pinned(file)), ("floor", floors())):
        for name, version in versions:
            looked += 1
            for hole in holes(advisories, name, version):
                wrong += 1
                print(f"{what} {name} {version}: {hole}")
    print(f"{looked} versions, {wrong} with a known hole")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
