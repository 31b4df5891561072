"""What a notebook shows of answers: names as text, and what could not be read with its reason."""

import re

from linnaeus.delivery.predictor import Predicted, Prediction


def test_answers_show_their_classes_and_what_was_not_read():
    evil = "<script>.png"
    answers = Predicted(
        predictions=(Prediction(name=evil, labels=("cat", "dog"), probabilities=(0.75, 0.25)),),
        unread=(("b.png", "damaged"),),
    )
    found = answers._repr_html_()
    assert "&lt;script&gt;.png" in found
    assert "<script>" not in found
    assert re.search(r"<bdi>cat</bdi></td><td[^>]*><bdi>75.0\u00a0%</bdi>", found)
    assert "damaged" in found
