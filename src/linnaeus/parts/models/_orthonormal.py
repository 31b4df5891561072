"""Filters that should be orthonormal, as in subspaces through which a network is narrowed."""

import torch
from torch import Tensor


def orthonormality(weight: Tensor) -> Tensor:
    """How far the rows of a matrix, or the filters of a 1 × 1 convolution, are from orthonormal: ‖W Wᵀ − I‖ (Frobenius)."""
    rows = weight.flatten(1)
    unit = torch.eye(len(rows), device=rows.device, dtype=rows.dtype)
    distance: Tensor = torch.linalg.norm(rows @ rows.T - unit)
    return distance
