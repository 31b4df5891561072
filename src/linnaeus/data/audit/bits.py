"""Samples of 16 bits that use only some of them, as microscopes and detectors write them: of 12 bits four are left when 8 are kept."""

import numpy as np

from linnaeus.data.dataset import Source
from linnaeus.data.images import decode
from linnaeus.record.facts import Finding

LOOKED_AT = 64  # files
FEW = 14  # bits; above, the images keep 64 grey levels and more


def findings(source: Source) -> list[Finding]:
    """Of the files that were looked at, spread over the data set."""
    files = [path for chunk in source.chunks if not isinstance(chunk.images, np.ndarray) for path in chunk.images]
    used = [bits for path in files[:: max(1, len(files) // LOOKED_AT)] if (bits := decode.bits(path)) is not None]
    if not used or max(used) > FEW:
        return []
    most = max(used)
    values = {"bits": most, "levels": 2 ** max(0, most - 8), "shift": max(0, most - 8)}
    return [Finding(kind="bits", severity="warning", count=len(used), values=values)]
