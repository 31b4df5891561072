"""Facts made up for tests: as small as they can be."""

from linnaeus.record.facts import DataFacts, Environment, EpochRow, ModelFacts

ENVIRONMENT = Environment(
    device="cpu", precision="fp32", threads=2, cpu="a processor", cores=2, system="Linux", python="3.12", torch="2.15",
    linnaeus="0.1.0",
)  # fmt: skip
MODEL = ModelFacts(parameters=1000, trainable=1000, macs=5000, layers=())


def data(classes=("cat", "dog"), *, val=10, **changes):
    """1200 training and 10 test images of 32 pixels."""
    fields = {
        "source": "pets",
        "fingerprint": "0123",
        "classes": tuple(classes),
        "counts": {"train": 1200, **({"val": val} if val else {}), "test": 10},
        "per_class": {},
        "image_size": 32,
        "channels": 3,
        "loading": "resident",
    }
    return DataFacts(**fields | changes)


def row(epoch=1, **changes):
    """An epoch of one step."""
    fields = {"epoch": epoch, "step": epoch, "lr": 0.1, "loss": 0.5, "loss_q1": 0.4, "loss_q3": 0.6}
    fields |= {"accuracy": 0.8, "accuracy_q1": 0.7, "accuracy_q3": 0.9}
    return EpochRow(**fields | changes)
