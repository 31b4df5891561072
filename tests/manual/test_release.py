"""What would be put on an index: both distributions are built, checked, and looked into."""

import email
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from linnaeus._version import __version__

pytest.importorskip("build", reason='building needs pip install "linnaeus[release]"')
pytest.importorskip("hatch_fancy_pypi_readme", reason='building needs pip install "linnaeus[release]"')

ROOT = Path(__file__).parent.parent.parent


def build(source, folder):
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, source]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    return build(ROOT / "runtime", folder)


def test_they_are_built_checked_and_looked_into(built):
    names = {path.name for path in built.iterdir()}
    assert names == {
        f"{name}-{__version__}{ending}"
        for name in ("linnaeus", "linnaeus_runtime")
        for ending in (".tar.gz", "-py3-none-any.whl")
    }
    checked = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *map(str, built.iterdir())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr

    wheel = built / f"linnaeus-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        inside = archive.namelist()
        metadata = archive.read(f"linnaeus-{__version__}.dist-info/METADATA").decode()
    info = f"linnaeus-{__version__}.dist-info"
    for wanted in (
        "linnaeus/py.typed", "linnaeus/reporting/locales/ru.ftl", "linnaeus/_shipped/labs/lenet/lab.toml",
        "linnaeus/_shipped/recipes/mnist-lenet.toml", "linnaeus/finetuning/weights/bundled/cifar10-resnet20.safetensors",
        "linnaeus/stats/cards/he2015.toml", f"{info}/licenses/LICENSE",
        f"{info}/licenses/src/linnaeus/delivery/browser/vendor/LICENSE.onnxruntime",
    ):  # fmt: skip
        assert wanted in inside
    assert {name.partition("/")[0] for name in inside} == {"linnaeus", info}
    assert not [name for name in inside if "__pycache__" in name or name.endswith((".pyc", ".ipynb"))]
    assert wheel.stat().st_size < 10_000_000

    told = email.message_from_string(metadata)
    assert told["License-Expression"] == "Apache-2.0 AND MIT"
    assert re.findall(r"\]\((?!https?:)[^)]*\)", told.get_payload()) == []

    with zipfile.ZipFile(built / f"linnaeus_runtime-{__version__}-py3-none-any.whl") as archive:
        small = archive.namelist()
    assert f"linnaeus_runtime-{__version__}.dist-info/licenses/LICENSE" in small
    assert "linnaeus_runtime/delivery/predictor.py" in small

    with tarfile.open(built / f"linnaeus-{__version__}.tar.gz") as archive:
        source = {name.partition("/")[2] for name in archive.getnames()}
    for wanted in (
        "tests/test_house.py",
        "docs/index.md",
        "manual/outputs.py",
        "mkdocs.yml",
        "constraints.txt",
        "CITATION.cff",
    ):
        assert wanted in source
    assert (built / f"linnaeus-{__version__}.tar.gz").stat().st_size < 12_000_000


def test_the_version_and_its_date_stand_in_one_place_and_agree():
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    version, date = re.search(r"^version: (.+)$", cited, re.M)[1], re.search(r"^date-released: (.+)$", cited, re.M)[1]
    newest = re.search(r"^## \[(\d[^\]]*)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert (version, date) == (newest[1], newest[2])
    assert version == __version__
    for file in ("pyproject.toml", "runtime/pyproject.toml"):
        project = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))["project"]
        assert "version" in project["dynamic"]
        assert "version" not in project


def test_the_runtime_has_the_same_licence():
    assert (ROOT / "runtime" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
