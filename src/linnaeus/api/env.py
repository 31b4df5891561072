"""linnaeus.env: the machine, and the versions that matter."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass


def env() -> dict[str, Any]:
    """The machine, and the versions of what matters."""
    from linnaeus import device

    return {"device": device.pick_device("auto"), **device.describe()}
