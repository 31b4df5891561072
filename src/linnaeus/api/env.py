"""linnaeus.env: the machine, and the versions that matter."""

from linnaeus.record.facts import Environment


def env() -> Environment:
    """The machine, and the versions of what matters."""
    from linnaeus import device

    return Environment(device=device.pick_device("auto"), **device.describe())
