"""How probabilities are read: a temperature that changes no answer, sets that are never empty, and what is unknown."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from linnaeus.classifier.confidence import Certainty, tempered
from linnaeus.record import codec

RAW_NK = np.array([[0.7, 0.2, 0.1], [0.4, 0.35, 0.25], [0.34, 0.33, 0.33]], np.float32)


@given(st.floats(0.05, 20))
def test_a_temperature_changes_no_answer_and_is_that_of_the_logits(temperature):
    logits_NK = torch.randn((20, 5), generator=torch.Generator().manual_seed(0)) * 2
    found_NK = tempered(logits_NK.softmax(1).numpy(), temperature)
    assert found_NK == pytest.approx((logits_NK / temperature).softmax(1).numpy(), abs=2e-5)
    assert (found_NK.argmax(1) == logits_NK.argmax(1).numpy()).all()
    assert found_NK.sum(1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("temperature", [0.3, 1.7, 8.0])
@pytest.mark.parametrize("gap", [5.0, 40.0, 90.0])
def test_what_is_sure_is_tempered_as_its_logits_are(temperature, gap):
    """Where probabilities were cut at 1e-12 before, the temperature gave classes far below more than is theirs."""
    logits_NK = torch.tensor([[0.0, -gap, -gap / 2], [gap, 0.0, 1.0]])
    wanted = (logits_NK.double() / temperature).softmax(1).numpy()
    assert tempered(logits_NK.softmax(1).numpy(), temperature) == pytest.approx(wanted, rel=2e-3, abs=1e-9)


def test_without_a_temperature_probabilities_are_the_very_same():
    assert Certainty().probabilities(RAW_NK) is RAW_NK


def test_a_probability_of_nought_is_no_trouble():
    assert np.isfinite(tempered(np.array([[1, 0, 0]], np.float32), 5.0)).all()


def test_sets_hold_what_is_probable_enough_and_always_the_likeliest():
    found = Certainty(set_from={0.9: 0.35}).sets(RAW_NK, 0.9)
    assert found.tolist() == [[True, False, False], [True, True, False], [True, False, False]]


def test_a_class_with_a_threshold_at_a_lower_level_alone_keeps_it_at_higher_ones():
    """Else the set of 95 % would lack a class that the set of 90 % holds."""
    one = Certainty(set_from={0.9: 0.35, 0.95: 0.3}, class_from={0.9: (0.3, 0.05, None), 0.95: (0.2, None, None)})
    narrow, wide = (one.sets(RAW_NK, level) for level in (0.9, 0.95))
    assert (wide >= narrow).all()
    assert (narrow[:, 1] == (RAW_NK[:, 1] >= 0.05)).all() and (wide[:, 1] == narrow[:, 1]).all()


def test_unknown_is_what_stays_below_the_threshold_after_the_temperature():
    assert Certainty(unknown_below=0.5).is_unknown(RAW_NK).tolist() == [False, True, True]
    assert Certainty(unknown_below=0.5, temperature=0.2).is_unknown(RAW_NK).tolist() == [False, False, True]
    assert not Certainty().is_unknown(RAW_NK).any()


@pytest.mark.parametrize(
    "one", [Certainty(), Certainty(temperature=1.4, unknown_below=0.6, set_from={0.95: 0.1, 0.8: 0.5})]
)
def test_it_goes_through_json(one):
    assert codec.from_plain(Certainty, json.loads(json.dumps(codec.to_plain(one)))) == one


def test_thresholds_are_of_as_many_classes_as_there_are() -> None:
    """A card or an exported file comes from anywhere."""
    one = Certainty(set_from={0.9: 0.35}, class_from={0.9: (0.3, None, 0.2)})
    assert one.of(3) is one and Certainty().of(7) == Certainty()
    for wrong in (one, Certainty(class_from={0.9: (0.3, 0.2, None, None)})):
        with pytest.raises(ValueError, match="not of 4 classes"):
            wrong.of(4)
