"""What a notebook shows of answers: names as text, and what could not be read with its reason."""

import json
import re

from linnaeus.cli import screen
from linnaeus.delivery import answers
from linnaeus.delivery.answers import Predicted, Prediction, Unread
from linnaeus.record import codec


def test_answers_show_their_classes_and_what_was_not_read():
    evil = "<script>.png"
    answers = Predicted(
        predictions=(Prediction(name=evil, labels=("cat", "dog"), probabilities=(0.75, 0.25)),),
        unread=(Unread(name="b.png", error="damaged"),),
    )
    found = answers._repr_html_()
    assert "&lt;script&gt;.png" in found
    assert "<script>" not in found
    assert re.search(r"<bdi>cat</bdi></td><td[^>]*><bdi>75.0\u00a0%</bdi>", found)
    assert "damaged" in found


def test_json_is_the_record_as_the_codec_has_it():
    """Line ends of Unicode, signs of markup and nothing at all stay what they are; the runtime writes it without the codec."""
    one = Prediction(
        name="a\u2028\x85</b>ё\n", labels=("cat", "ёж"), probabilities=(0.1 + 0.2, 1e-9), unknown=False, set=()
    )
    whole = Predicted(predictions=(one, one), unread=(Unread(name="b\t", error="=x"),))
    for found in (whole, Predicted(predictions=(), unread=()), Predicted(predictions=(one,), unread=())):
        text = answers.as_json(found)
        assert text == screen.json_text(codec.to_plain(found)) + "\n"
        assert codec.from_plain(Predicted, json.loads(text)) == found
    odd = Predicted(predictions=(), unread=(Unread(name="\udcff.png", error="x"),))  # a name that is not UTF-8
    assert codec.from_plain(Predicted, json.loads(answers.as_json(odd))) == odd
    lines = [json.loads(line) for line in answers.as_json_lines(whole).splitlines()]
    assert lines == json.loads(json.dumps([*map(codec.to_plain, (*whole.predictions, *whole.unread))]))
