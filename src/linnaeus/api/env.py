"""linnaeus.env: the machine, and the versions that matter."""

from linnaeus.record.facts import Environment


def env() -> Environment:
    """The machine, and the versions that matter. `device` is the one that a training would take.

    >>> linnaeus.env().device

    Returns:
        Processor, memory and disk in GB, GPU, and the versions that matter.
    """
    from linnaeus import device

    found = device.pick_device("auto") if device.may_accelerate() else "cpu"
    return Environment(device=found, **device.describe())
