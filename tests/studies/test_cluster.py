"""Studies on a Ray cluster: nodes and drivers die, addresses are wrong; the table stays that of one machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linnaeus import files
from linnaeus.cli import app
from linnaeus.errors import ClusterError, StudyError
from linnaeus.studies.workers import cluster, joining
from tests.studies.fake import train

ROOT = Path(__file__).parents[2]
STUDY = """\
repeats = 2
retries = 5

[recipe]
data = "digits"
model = "mlp"
epochs = 40
precision = "fp32"
threads = 1

[factors]
"optimizer.lr" = [0.003, 0.01]
batch_size = [16, 32]
"""


def place(address: str, folder: Path) -> cluster.Cluster:
    return cluster.Cluster(train, address, folder, silence=60.0)


def test_without_ray_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClusterError, match=r'pip install "linnaeus\[scale\]"'):
        place("ray", tmp_path)


@pytest.mark.parametrize("address", ["head", "head:port", ":6379", "ray://head"])
def test_what_is_no_address(address, tmp_path):
    with pytest.raises(ClusterError, match=r"write ray, HOST:PORT of the cluster's head, or ray://HOST:10001"):
        joining._knock(address)


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_address_at_which_nothing_answers(scheme, tmp_path, capsys):
    pytest.importorskip("ray")
    pytest.importorskip("optuna")
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        address = f"{scheme}127.0.0.1:{taken.getsockname()[1]}"
        file = tmp_path / "study.toml"
        file.write_text(STUDY)
        assert app.run(["study", str(file), "--on", address, "--runs", str(tmp_path / "runs")]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"linnaeus: no cluster answers at {address} (Connection refused); is it running")


def test_an_address_at_which_something_else_answers(monkeypatch):
    pytest.importorskip("ray")
    monkeypatch.setattr(joining, "HEALTH", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"what answers at {address} is not the head of a Ray cluster"):
            joining._knock(address)


@pytest.mark.parametrize(
    ("nodes", "jobs", "threads"),
    [
        ([(8, 0), (4, 0)], None, 1),
        ([(8, 0), (4, 0)], 3, 4),
        ([(8, 0), (4, 0)], 1, 8),  # no trial spans two nodes
        ([(8, 0), (4, 0)], 100, 1),
        ([(16, 4), (8, 4), (32, 0)], None, 2),  # a GPU each, and its share of the cores
        ([(2, 4)], None, 1),
    ],
)
def test_cores_of_a_trial(nodes, jobs, threads):
    assert cluster._threads(nodes, jobs) == threads


def test_a_cluster_without_cores_is_refused():
    with pytest.raises(StudyError, match="no node with a core"):
        cluster._threads([(0, 0)], None)


def study(file: Path, runs: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "linnaeus", "study", str(file), "--name", "s", "--runs", str(runs), *words]


def finished(runs: Path) -> int:
    return len(list((runs / "s" / "trials").glob("*/model.safetensors")))


def wait_for(driver: subprocess.Popen[str], runs: Path, trials: int) -> None:
    """Until so many trials have finished, and another one has trained some epochs."""
    end = time.monotonic() + 300
    while time.monotonic() < end and driver.poll() is None:
        signs = [path.read_text().split() for path in (runs / "s" / "workers").glob("*.sign") if path.exists()]
        if finished(runs) >= trials and sum(int((sign or ["0"])[0]) > 0 for sign in signs) >= 2:
            return
        time.sleep(0.02)
    raise AssertionError(f"{finished(runs)} trials finished; the driver's status is {driver.poll()}")


def outcome(runs: Path) -> tuple[list[dict], dict[str, str]]:
    """The table apart from what the clock says, and the weights of all runs."""
    cells = json.loads((runs / "s" / "study.json").read_text())["cells"]
    weights = {file.parent.name: files.checksum(file) for file in (runs / "s" / "trials").glob("*/model.safetensors")}
    return [{key: value for key, value in cell.items() if key != "train_s"} for cell in cells], weights


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # those of Ray are not ours
def test_a_node_and_a_driver_die_and_the_table_is_that_of_one_machine(tmp_path):
    pytest.importorskip("optuna")
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    file, calm, fire = tmp_path / "study.toml", tmp_path / "calm", tmp_path / "fire"
    file.write_text(STUDY)
    subprocess.run(study(file, calm, "--json"), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        other = nodes.add_node(num_cpus=1)
        command = study(file, fire, "--on", nodes.address)
        unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}
        driver = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=unbuffered)
        wait_for(driver, fire, 1)
        nodes.remove_node(other, allow_graceful=False)
        assert driver.stdout is not None
        while "will be retried: its worker or its node is gone" not in (line := driver.stdout.readline()):
            assert line, "the driver has not noticed that a node died"
        os.kill(driver.pid, signal.SIGKILL)
        driver.communicate()
        assert finished(fire) < 8
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=400)
    finally:
        nodes.shutdown()
    assert outcome(fire) == outcome(calm)
    assert finished(fire) == 8


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # those of Ray are not ours
def test_where_a_node_dies_standard_output_still_holds_the_json_alone(tmp_path):
    pytest.importorskip("optuna")
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    file = tmp_path / "study.toml"
    file.write_text(STUDY.replace("repeats = 2", "repeats = 1").replace("epochs = 40", "epochs = 10"))
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        other = nodes.add_node(num_cpus=1)
        command = study(file, tmp_path, "--json", "--on", nodes.address)
        driver = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            wait_for(driver, tmp_path, 1)
            nodes.remove_node(other, allow_graceful=False)
            out, err = driver.communicate(timeout=400)
        finally:
            driver.kill()
    finally:
        nodes.shutdown()
    assert json.loads(out)["counts"]["finished"] == 4
    assert "(raylet" in err  # Ray has said it, elsewhere
