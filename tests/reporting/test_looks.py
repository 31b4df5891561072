"""What a notebook shows of whatever a verb returns: its content, as a fragment; names from users as text."""

import importlib

from linnaeus.record.comparison import Comparison, Repeats
from linnaeus.record.display import Shown
from linnaeus.record.scores import ClassScores, Score, SplitScores
from linnaeus.reporting.shown import LOOKS, shown
from tests.reporting import synthetic
from tests.reporting.render.test_notebook import read

EVIL = "<img src=x onerror=alert(1)>"
SCORE = Score(value=0.985, low=0.962, high=0.994, n=270)


def test_every_type_that_shows_itself_has_a_look():
    for place, _ in LOOKS.values():
        importlib.import_module(f"linnaeus.{place}")

    def kinds(base):
        return {kind for below in base.__subclasses__() for kind in (below, *kinds(below))}

    own = {kind for kind in kinds(Shown) if kind.__module__.startswith("linnaeus.")}
    bases = {kind.__name__ for kind in own if kinds(kind)}  # by name: a class with slots is made twice
    names = {kind.__name__ for kind in own}
    assert names - bases <= set(LOOKS)
    assert all(importlib.import_module(f"linnaeus.{place}").__dict__[name] for name, (place, _) in LOOKS.items())
    for _, look in LOOKS.values():
        module, function = look.split(".")
        assert callable(getattr(importlib.import_module(f"linnaeus.reporting.content.{module}"), function))
    assert shown(object()) is None


def test_a_run_shows_its_verdict_and_its_pictures(tmp_path):
    folder = synthetic.run(tmp_path)
    text = read(found := folder.record()._repr_html_())
    assert "digits-1" in text and "lenet" in text and "The model classifies" in text
    assert "<use " in found
    (folder.path / "pictures-mistakes-val.npz").write_bytes(b"damaged")
    for file in folder.path.glob("pictures-examples-*"):
        file.write_bytes(b"damaged")
    assert "digits-1" in read(folder.record()._repr_html_())  # a notebook's cell does not fail for that


def test_names_are_text():
    one = ClassScores(
        name=EVIL, precision=0.9, recall=SCORE, f1=0.9, support=27, predicted=26, correct=25, confused_with=EVIL
    )
    scores = SplitScores(split="val", metrics={"accuracy": SCORE}, classes=(one,))
    repeats = Repeats(runs=(EVIL, "b"), seeds=(0, 1), scores=(SCORE, SCORE), mean=0.985, std=0.0, low=0.98, high=0.99)
    comparison = Comparison(first=EVIL, second="two", split="val", n=270, score_first=SCORE, score_second=SCORE, p=1.0, p_holm=1.0,
                            difference=Score(value=0.0, low=-0.01, high=0.01, n=270), only_first=1, only_second=1)  # fmt: skip
    for found in (scores, repeats, comparison):
        whole = found._repr_html_()
        assert EVIL in read(whole) and EVIL not in whole
        assert "98.5\u00a0%" in whole
