"""linnaeus reference."""

import json

from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from tests.reporting import synthetic

CARD = """
title = "Digits of my own"
paper = "me, 2026"
metric = "error"
split = "SPLIT"
tolerance = 0.5
[facts]
data = "digits"
epochs = 40
[[rows]]
name = "lenet"
model = "lenet(activation='tanh')"
error = ERROR
[[rows]]
name = "relu"
model = "lenet(activation='relu')"
error = 3
"""


def card(folder, error="6.0", split="val"):
    file = folder / "mine.toml"
    file.write_text(CARD.replace("ERROR", error).replace("SPLIT", split))
    return str(file)


def test_cards_are_listed_and_shown(linnaeus):
    out = linnaeus("reference").out
    assert "shah2016" in out and "lab-residual" in out
    shown = linnaeus("reference", "shah2016").out
    assert "elu-110" in shown and "94.38 %" in shown and "1604.04112" in shown
    assert [one["name"] for one in json.loads(linnaeus("reference", "--json").out)] == [
        "akamaster",
        "he2015",
        "lab-residual",
        "pytorch-cifar-models",
        "shah2016",
    ]


def test_a_run_and_a_card_of_ones_own(linnaeus, tmp_path):
    synthetic.run(tmp_path, name="one")
    done = linnaeus("reference", "one", card(tmp_path), "--runs", str(tmp_path))
    assert (done.status, done.err) == (0, "")
    told = " ".join(done.out.split())
    assert "This run: 94.8 % (91.5–96.9, n 270). The result is reproduced" in told
    assert (
        "not held against the run: image size, training images held out, number of weights, weights, batch size" in told
    )
    short = linnaeus("reference", "one", card(tmp_path, error="0"), "--runs", str(tmp_path), "--json")
    kept = RunFolder(tmp_path / "one").record().references
    assert {name: json.loads(json.dumps(codec.to_plain(one))) for name, one in kept.items()} == {
        "mine": json.loads(short.out)
    }
    assert kept["mine"].row == "lenet"


def test_what_differs_is_a_table(linnaeus, tmp_path):
    synthetic.run(tmp_path, name="one")
    out = linnaeus("reference", "one", card(tmp_path), "--row", "relu", "--runs", str(tmp_path)).out
    assert "The two are not comparable." in out and "Differences from relu of mine" in out
    assert "activation  relu       tanh" in out


def test_a_sealed_split_is_not_opened(linnaeus, tmp_path):
    folder = synthetic.run(tmp_path, name="one")
    out = linnaeus("reference", "one", card(tmp_path, split="test"), "--runs", str(tmp_path)).out
    assert "sealed, and this does not open it" in out
    assert "next        linnaeus evaluate one --split test" in out
    assert folder.record().test_openings == 0
    assert "test" not in folder.record().scores


def test_bad_input(linnaeus, tmp_path):
    synthetic.run(tmp_path, name="one")
    synthetic.run(tmp_path, name="two", status="running")
    before = (tmp_path / "one" / "record.json").read_bytes()
    for words, status, message in [
        (("one", "shah"), 2, "did you mean shah2016"),
        (("one", "shah2016", "--row", "relu-33"), 2, "did you mean relu-32"),
        (("none", "shah2016"), 1, "there is no run"),
        (("two", "shah2016"), 1, "linnaeus resume two"),
        (("one", str(tmp_path / "none.toml")), 2, "cannot read the card"),
    ]:
        done = linnaeus("reference", *words, "--runs", str(tmp_path))
        assert (done.status, done.out) == (status, "")
        assert message in done.err
    assert (tmp_path / "one" / "record.json").read_bytes() == before


def test_the_weights_of_a_cards_networks_are_counted_here(linnaeus, tmp_path):
    text = CARD.replace("ERROR", "6.0").replace("SPLIT", "test").replace("tanh", "relu").replace('data = "digits"', "")
    text = text.replace('name = "relu"', 'name = "hundred"\ndata = "cifar100"\nparameters = 1000')
    text = text.replace('name = "lenet"', 'name = "ten"\ndata = "cifar10"')
    file = tmp_path / "mine.toml"
    file.write_text(text.replace("lenet(activation='relu')", "linear"))
    plain = linnaeus("reference", str(file))
    counted = linnaeus("reference", str(file), "--weights")
    assert (counted.status, counted.err) == (0, "")
    table, ends = plain.out.split("\nnext ")
    assert counted.out.startswith(table) and counted.out.endswith(ends)
    _, head, ten, hundred = counted.out.removeprefix(table).split("\nnext ")[0].strip().splitlines()
    assert head == "row      weights published  weights here"
    pixels = 3 * 32 * 32
    assert ten.split() == ["ten", f"{10 * pixels + 10:,}"]  # nothing was published
    assert hundred.split() == ["hundred", "1,000", f"{100 * pixels + 100:,}"]


def test_the_weights_of_a_network_that_is_none_are_one_message(linnaeus, tmp_path):
    file = tmp_path / "mine.toml"
    text = CARD.replace("ERROR", "6.0").replace("SPLIT", "test")
    file.write_text(text.replace("lenet(activation='tanh')", "lenett"))
    done = linnaeus("reference", str(file), "--weights")
    assert done.status == 2
    assert (done.err.count("\n"), "did you mean lenet" in done.err) == (1, True)
