"""What is done in a world where something goes wrong: trainings of each kind of recipe, and every other verb that writes.

A job is a function without arguments that works in the present folder; done again after a fault it goes on, as a person would: by
`resume` where there is a run, else by the same command. Each returns the exit status that the command would have.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.settings import given
from tests.training.small import archive

FAST = ("device=cpu", "precision=fp32", "threads=1", "compile=off", "batch_size=16", "save_every=0.000001")
MLP = "model=mlp(hidden=[16], dropout=0.1)"
BODY = "model=convnet(width=4, dropout=0.2)"
SGD = "optimizer=sgd(lr=0.05, momentum=0.9)"

TRAININGS: dict[str, tuple[str, ...]] = {
    "sgd-mixup-ema": (MLP, SGD, "augment=crop | mix_up", "ema=0.9", "epochs=2"),
    "sam": (MLP, "optimizer=sam(sgd(lr=0.05))", "epochs=2"),
    "muon-swa": (BODY, "optimizer=muon(lr=0.02)", "swa=0.5", "epochs=2"),
    "accumulate": (MLP, "optimizer=adamw(lr=0.01)", "accumulate=2", "clip_norm=1", "choose=best", "epochs=2"),
    "gradual": (BODY, SGD, "weights=runs/old", "train=gradual", "epochs=3"),
    "head-then-all": (BODY, SGD, "weights=runs/old", "train=head-then-all", "epochs=2"),
    "stages": (
        BODY, "optimizer=adamw(lr=0.01)", "weights=runs/old", "train=best(head, last(1), all)",
        "head=logistic(strengths=[0.1])", "augment=none", "val=0.3", "epochs=1",
    ),
    "continued": (BODY, SGD, "weights=runs/old", "layer_decay=0.7", "epochs=2"),
}  # fmt: skip

STUDY = """repeats = 2

[recipe]
data = {data!r}
epochs = 1
precision = "fp32"
threads = 1

[factors]
"optimizer.lr" = [0.01, 0.1]
"""
LAB = """title = {{en = "One", ru = "Один"}}
aim = {{en = "two", ru = "два"}}

[[steps]]
do = "train '{data}' --model linear --epochs 1 --threads 1 --precision fp32 --name first"

[[steps]]
do = "evaluate first --split val"
"""


def failed(error: Exception) -> int:
    """What the command would say of an error of ours."""
    print(f"linnaeus: {error}", file=sys.stderr)
    return int(getattr(error, "exit_status", 1))


def command(*words: str) -> int:
    from linnaeus.cli.app import run

    return run(words)


def begun(name: str, data: str, *changes: str) -> int:
    """Train."""
    import linnaeus
    from linnaeus.errors import LinnaeusError

    try:
        linnaeus.train(data, name=name, runs="runs", report=False, progress=False, **given(*FAST, *changes))
    except LinnaeusError as error:
        return failed(error)
    return 0


def trained(name: str, data: str, *changes: str) -> int:
    """Resume, and where no run is there yet, train."""
    import linnaeus
    from linnaeus.errors import LinnaeusError
    from linnaeus.record import folder

    if not folder.is_run(Path("runs") / name):
        return begun(name, data, *changes)
    try:
        linnaeus.resume(name, runs="runs", report=False, progress=False)
    except LinnaeusError as error:
        return failed(error)
    return 0


def repeated() -> int:
    """Three seeds."""
    import linnaeus
    from linnaeus.errors import LinnaeusError

    try:
        changes = given(*FAST, MLP, SGD, "epochs=1")
        linnaeus.train(arrays(), name="out", runs="runs", report=False, progress=False, repeats=2, **changes)
    except LinnaeusError as error:
        return failed(error)
    return 0


def extended() -> int:
    """Two classes more."""
    import linnaeus
    from linnaeus.errors import LinnaeusError
    from linnaeus.record import folder

    try:
        if folder.is_run(Path("runs/out")):
            linnaeus.resume("out", runs="runs", report=False, progress=False)
        else:
            changes = given(*FAST, "epochs=2", "augment=none")
            linnaeus.extend("old", data="folder('photos')", name="out", runs="runs", progress=False, **changes)
    except LinnaeusError as error:
        return failed(error)
    return 0


def together() -> int:
    """Two ranks of one training, as torchrun starts them; where one of them ends badly it stops the other one, and so does this."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    os.environ |= {
        "TORCHELASTIC_RUN_ID": "any", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2",
    }  # fmt: skip
    ranks = set()
    for rank in ("0", "1"):
        if not (pid := os.fork()):
            os.environ |= {"RANK": rank, "LOCAL_RANK": rank}
            status = begun("out", arrays(), *TRAININGS["sgd-mixup-ema"])  # under torchrun the same command resumes, too
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(status)
        ranks.add(pid)
    worst = 0
    while ranks:
        pid, ended = os.wait()
        ranks.discard(pid)
        status = os.waitstatus_to_exitcode(ended)
        if status and not worst:
            worst = status
            for other in ranks:
                os.kill(other, signal.SIGTERM)
    if worst < 0:
        os.kill(os.getpid(), -worst)
    return worst


def arrays() -> str:
    return f"arrays({str(next(Path('data').glob('*.npz')))!r})"


def others() -> str:
    return f"arrays({str(next(Path('others').glob('*.npz')).absolute())!r})"


def prepare() -> int:
    """What all jobs find: images as an archive and as a folder, a trained network, a finished run with its page, a fix list."""
    from PIL import Image

    Path("data").mkdir()
    Path("others").mkdir()
    images = archive(Path("data"))
    archive(Path("others"), size=10)
    drawn = np.random.default_rng(0)
    for place in range(24):
        file = Path("photos") / "uvw"[place % 3] / f"{place}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(drawn.integers(0, 256, (14, 14, 3), dtype=np.uint8)).save(file)
    Path("fixes.csv").write_text("path,action,label\nu/0.png,relabel,v\nv/1.png,drop,\n")
    data = f"arrays({str(images.absolute())!r})"
    Path("study.toml").write_text(STUDY.format(data=data))
    Path("lab").mkdir()
    Path("lab/lab.toml").write_text(LAB.format(data=Path("photos").absolute()))
    quick = ("--epochs", "1", "--threads", "1", "--precision", "fp32", "--runs", "runs")
    statuses = [
        trained("old", data, BODY, SGD, "epochs=1"),
        command("train", data, "--model", "linear", *quick, "--name", "mine"),
        command("inspect", "mine", "--runs", "runs"),
    ]
    return max(statuses)


JOBS: dict[str, Callable[[], int]] = {
    "prepare": prepare,
    **{name: (lambda changes=changes: trained("out", arrays(), *changes)) for name, changes in TRAININGS.items()},  # type: ignore[misc]
    "repeats": repeated,
    "extend": extended,
    "together": together,
    "streamed": lambda: trained("out", "folder('photos')", MLP, SGD, "loading=streamed", "workers=1", "epochs=2", "batch_size=8"),
    "decoded": lambda: trained("out", "folder('photos')", "model=linear", SGD, "epochs=1"),
    "train with a page": lambda: trained_with_a_page(),
    "evaluate": lambda: command("evaluate", "mine", "--split", "val", "--tta", "shift", "--runs", "runs"),
    "evaluate others": lambda: command("evaluate", "mine", "--data", others(), "--runs", "runs"),
    "inspect": lambda: command("inspect", "mine", "--split", "train", "--fixes", "own.csv", "--runs", "runs"),
    "report": lambda: command("report", "mine", "--runs", "runs", "--out", "page.html"),
    "report in Word": lambda: command("report", "mine", "--runs", "runs", "--out", "page.docx"),
    "fix": lambda: 0 if Path("fixed").exists() else command("fix", "photos", "fixes.csv", "--to", "fixed"),
    "features": lambda: command("features", "photos", "--weights", "runs/old", "--out", "seen.npz", "--runs", "runs"),
    "predict": lambda: command("predict", "mine", "photos", "--out", "said.csv", "--runs", "runs"),
    "export": lambda: command("export", "old", "model.onnx", "--runs", "runs"),
    "hub": lambda: 0 if Path("hub").exists() else command("export", "old", "hub", "--runs", "runs"),
    "study": lambda: command("study", "study.toml", "--jobs", "1", "--runs", "runs", "--name", "out"),
    "lab": lambda: command("lab", "lab", "--runs", "runs/lab"),
    "audit": lambda: command("audit", "photos"),
    "careless": lambda: careless(),
}  # fmt: skip


def careless() -> int:
    """Written in place, and taken for whole where it is there: what the campaign must find."""
    if not Path("careless.txt").exists():
        Path("careless.txt").write_text("whole\n" * 1000)
    return 0


def trained_with_a_page() -> int:
    """The command itself, page included."""
    if Path("runs/out/recipe.toml").is_file():
        return command("resume", "out", "--runs", "runs")
    quick = ("--epochs", "1", "--threads", "1", "--precision", "fp32", "--runs", "runs", "--set", "save_every=0.000001")
    return command("train", arrays(), "--model", "linear", *quick, "--name", "out")


def run(job: str) -> int:
    """Do a job by its name."""
    return JOBS[job]()
