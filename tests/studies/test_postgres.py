"""A study whose trials are in a PostgreSQL database: a server of our own, begun for the test."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from linnaeus.api import study_place
from linnaeus.cli.app import run
from linnaeus.studies.store import Store
from tests.studies.fake import train as fake_train

pytest.importorskip("optuna")
pytest.importorskip("pg8000")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # those of the driver are not ours

FILE = """\
repeats = 2

[recipe]
data = "digits(limit=20)"
epochs = 3
model = "linear"
precision = "fp32"

[factors]
optimizer.lr = [0.003, 0.01, 0.03]
"""


def programs() -> Path | None:
    """The folder of PostgreSQL's programs."""
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # where Debian keeps them, out of the way
    found = shutil.which("createdb")
    return known[-1] if known else Path(found).resolve().parent if found else None


@pytest.fixture
def url():
    """The address of an empty database."""
    there = programs()
    if there is None:
        pytest.skip("PostgreSQL is not installed here")
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name  # the server refuses to be root
    with tempfile.TemporaryDirectory() as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.close()
        shutil.chown(folder, user)

        def call(program: str, *words: str) -> None:
            subprocess.run([there / program, *words], user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

        call("initdb", "-D", f"{folder}/data", "-U", "me", "--auth=trust", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        call("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options, "-w", "start")
        try:
            call("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "me", "studies")
            yield f"postgresql+pg8000://me@127.0.0.1:{port}/studies"
        finally:
            call("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")


def test_a_study_in_postgresql_is_run_goes_on_and_is_told_of(url, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(study_place, "train", fake_train)
    file = tmp_path / "study.toml"
    file.write_text(FILE)
    where = ["--runs", str(tmp_path / "runs"), "--store", url]
    assert run(["study", str(file), "--json", *where]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"finished": 6, "stopped": 0, "failed": 0, "waiting": 0}
    assert run(["study", str(file), "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["cells"] == found["cells"]
    assert run(["study", "status", "study", *where]) == 0
    assert "6 finished; the study is finished" in capsys.readouterr().out
    logs = list((tmp_path / "runs" / "study" / "trials").glob("*/epochs.log"))
    assert [log.read_text().split() for log in logs] == [["1", "2", "3"]] * 6
    assert not (tmp_path / "runs" / "study" / "study.db").exists()
    store = Store(url, "study")
    assert [trial.state for trial in store.trials()] == ["finished"] * 6
    store.close()
