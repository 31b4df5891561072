"""The contract of heads, which are fitted to features and learn in one stroke."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linnaeus.recipe.spec import Spec
from linnaeus.testing.mathematics import CLASSES, assert_near, built, through_a_file


def check_head(part: str | Spec) -> None:
    """A head learns classes that a plane parts, with validation images and without, two classes too; it never answers a class
    that no image shows, answers a class that counts more no less often, fits alike twice, and goes through a file. Its
    answers are finite and an image's depend on no other.

    >>> from linnaeus.testing import check_head
    >>> check_head("ridge")

    Args:
        part: as a recipe names it: "mine.py:NAME(option=value)".

    Raises:
        AssertionError: the promise that was broken.
    """
    for classes in (2, 5):
        features_ND, labels_N = _clouds(classes, 60)
        val = _clouds(classes, 20, seed=1)
        for known in (val, None):
            head, chosen = _fitted(part, features_ND, labels_N, CLASSES, known)
            logits_NK = _answers(head, val[0])
            assert logits_NK.shape == (len(val[0]), CLASSES), f"logits must be N × K, not {tuple(logits_NK.shape)}"
            right = float((logits_NK.argmax(1).numpy() == val[1]).mean())
            assert right >= 0.95, (
                f"of {classes} classes that a plane parts {100 * right:.0f} % are classified correctly"
            )
            assert all(isinstance(value, int | float) for value in chosen.values()), "`chosen` must hold numbers"
            far_NK = _answers(head, 100 * val[0])
            assert (logits_NK.isfinite() & far_NK.isfinite()).all(), "an answer is not finite"
            assert int(far_NK.argmax(1).max()) < classes, "a class is answered that no image shows"
            loss = float(nn.functional.cross_entropy(logits_NK, torch.from_numpy(val[1])))
            assert loss < 0.5, f"its softmax is no probability: log loss {loss:.2g} on what it classifies correctly"
            _check_head_saves(part, head, val[0])
            again, _ = _fitted(part, features_ND, labels_N, CLASSES, known)
            assert torch.equal(_answers(again, val[0]), logits_NK), "the same features give another head"
    weightless = not any(True for _ in head.parameters())
    assert weightless == getattr(built("heads", part), "of_images", False), (
        "`of_images` must be True where a fitted head has no weights, and only there"
    )
    features_ND, labels_N = _clouds(2, 60, apart=0.5)
    seen_ND = _clouds(2, 100, seed=2, apart=0.5)[0]
    counts = [
        int((_answers(_fitted(part, features_ND, labels_N, 2, None, share)[0], seen_ND).argmax(1) == 1).sum())
        for share in (0.02, 0.5, 0.98)
    ]
    assert counts == sorted(counts), f"a class is answered less often as its images count more: {counts}"


def _clouds(classes: int, each: int, *, seed: int = 0, apart: float = 3.0) -> tuple[Any, Any]:
    """(features_ND, labels_N) of classes that lie around points of a common sphere, off the origin and on unequal scales."""
    draws = np.random.default_rng(seed)
    labels_N = np.arange(classes * each) % classes
    features_ND = draws.normal(size=(len(labels_N), 8)) + apart * np.eye(8)[labels_N] * 3
    return (features_ND * np.linspace(0.5, 2, 8) + 1).astype(np.float32), labels_N


def _fitted(
    part: str | Spec, features_ND: Any, labels_N: Any, classes: int, val: Any, share: float = 0.5
) -> tuple[nn.Module, dict[str, float]]:
    """The head, and what it chose; `share` is how much of the images' weight class 1 has where there are two."""
    head = built("heads", part)
    weights_N = np.where(labels_N == 1, 2 * share, 2 - 2 * share) if classes == 2 else np.ones(len(labels_N))
    return head.fit(features_ND, labels_N, weights_N, classes, val), head.chosen


@torch.no_grad()
def _answers(head: nn.Module, features_ND: Any) -> Tensor:
    logits_NK: Tensor = head.eval()(torch.from_numpy(features_ND))
    return logits_NK


def _check_head_saves(part: str | Spec, head: nn.Module, features_ND: Any) -> None:
    state = through_a_file(head.state_dict())
    empty: nn.Module = built("heads", part).empty(state)
    empty.load_state_dict(state)
    whole_NK = _answers(head, features_ND)
    assert torch.equal(_answers(empty, features_ND), whole_NK), "a head answers differently after it was saved"
    assert_near(_answers(head, features_ND[:1]), whole_NK[:1], 1e-4, "an image's answer depends on its neighbours")
    assert all(value.is_contiguous() for value in state.values()), "an entry of the state is not contiguous in memory"
