"""The run that is killed: a module of its own, so that its process loads no test runner."""

import linnaeus
from linnaeus.errors import RunError
from tests.settings import given
from tests.training.small import FIXED

CHANGES = [
    *FIXED,
    "epochs=8",
    "save_every=0.000001",
    "ema=0.9",
    "augment=crop | flip",
    "model=mlp(hidden=[256], dropout=0.2)",
]

PRELOADED = ["linnaeus.training.session", "sklearn.metrics", "scipy.stats", "torch._dynamo"]


def train_or_resume(data: str, runs: str, name: str) -> None:
    """What a person does after a crash: resume, and where the crash left no run yet, train again."""
    try:
        linnaeus.resume(name, runs=runs, report=False)
    except RunError:
        linnaeus.train(data, name=name, runs=runs, **given(*CHANGES), report=False)
