"""A run beside published numbers, published tables, ways to carry a network over, repeats under several seeds."""

from dataclasses import replace

import pytest

from linnaeus.record.comparison import Comparison, Repeats, Transfers, Way
from linnaeus.record.reference import Difference, Reference
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Figure, Table
from linnaeus.reporting.content import comparison, references
from linnaeus.reporting.figures.style import PRINT
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from linnaeus.stats import published
from tests.reporting import said, synthetic

EN = words("en")
SCORE = Score(value=0.926, low=0.921, high=0.931, n=10_000)
ONE = Reference(
    card="shah2016", title="Residual networks", paper="Shah et al. 2016", arxiv="1604.04112", row="relu-32", run="mine",
    verdict="reproduced", split="test", published=0.9249, tolerance=0.003, found=SCORE, differences=(), unknown=(),
)  # fmt: skip


def told(one, say=EN):
    return " ".join(map(said.plain, references.sentences(one, say)))


def test_each_verdict_in_words():
    assert told(ONE) == (
        "Residual networks (Shah et al. 2016, arXiv:1604.04112), relu-32: accuracy 92.49 % (test). "
        "This run: 92.6 % (92.1–93.1, n 10,000). The result is reproduced: it lies within the interval and the tolerance of the card."
    )
    assert "exceeded" in told(replace(ONE, published=0.9))
    short = replace(ONE, published=0.95, verdict="not_reproduced")
    assert "falls short by 2.4 points (95 % interval +1.9 … +2.9)" in told(short)
    sealed = told(replace(ONE, verdict="sealed", found=None))
    assert "the test split of this run is sealed, and this does not open it" in sealed and "This run" not in sealed
    assert "was not scored on that split (test)" in told(replace(ONE, verdict="unscored", found=None))


def test_differences_and_what_the_card_does_not_tell(tmp_path):
    differs = replace(ONE, verdict="not_comparable", unknown=("batch_size", "optimizer.lr"),
                      differences=(Difference(fact="depth", published="56", run="32"),))  # fmt: skip
    section = references.section(read(synthetic.run(tmp_path, references={"shah2016": differs})), EN)
    text = said.of(section, EN)
    assert "The two are not comparable." in text and "Differences from relu-32 of shah2016" in text
    assert said.rows(said.find(section, Table), EN) == [["depth", "56", "32"]]
    assert "not held against the run: batch size, learning rate." in text
    assert references.section(read(synthetic.run(tmp_path, name="none")), EN) is None


def test_the_published_tables():
    cards = [published.read(name) for name in published.names()]
    rows = said.rows(said.find(references.cards(cards, EN), Table), EN)
    assert [row[0] for row in rows] == published.names()
    for card in cards:
        section = references.card(replace(card, counted={row.name: 1234 for row in card.rows}), EN)
        table, weights = (said.rows(said.find(section, Table, place), EN) for place in (0, 1))
        assert [row[0] for row in table] == [row.name for row in card.rows]
        assert said.plain(table[0][-2]) == f"{100 * card.rows[0].accuracy:.2f} %"
        assert weights[0][2] == "1,234"
        assert card.title in said.of(section, EN)
        with pytest.raises(IndexError):
            said.find(references.card(card, EN), Table, 1)


PAIR = Comparison(
    first="x-scratch", second="x-all", split="val", n=500, score_first=replace(SCORE, value=0.6, n=500),
    score_second=replace(SCORE, n=500), difference=Score(value=0.3, low=0.2, high=0.4, n=500), only_first=1, only_second=160,
    p=1e-9, p_holm=1e-9,
)  # fmt: skip
WAYS = Transfers(
    data="folder('/home/ann/photos')", weights="efficientnet-lite0",
    ways=(Way(way="scratch", share=0.05, images=20, run="x-scratch", score=PAIR.score_first, train_s=5.0),
          Way(way="all", share=0.05, images=20, run="x-all", score=PAIR.score_second, train_s=7.0)),
    comparisons=((0.05, PAIR),),
)  # fmt: skip


def test_ways_to_carry_a_network_over():
    section = comparison.transfers(WAYS, EN)
    rows = said.rows(said.find(section, Table), EN)
    assert rows[1] == ["5.0 %", "20", "all", "92.6 % (92.1–93.1, n 500)", "7.00 s", "x-all"]
    text = said.of(section, EN)
    assert "With 5.0 % of the images: x-all is better than x-scratch by 30.0 percentage points" in text
    assert "Data folder('photos'), weights efficientnet-lite0." in text
    figure = said.find(section, Figure)
    assert "all, 5.0 %: 92.6 % (92.1–93.1, n 500)" in said.plain(figure.alt) and figure.draw(PRINT).axes


SEEDS = Repeats(
    runs=("x-seed0", "x-seed1"), seeds=(0, 1), scores=(SCORE, SCORE), mean=0.926, std=0.0021, low=0.9, high=0.95
)


def test_repeats_and_what_they_say_together():
    section = comparison.repeats(SEEDS, EN)
    assert said.rows(said.find(section, Table), EN)[1] == ["x-seed1", "1", "92.6 % (92.1–93.1, n 10,000)"]
    told = said.of(section, EN)
    assert (
        "Mean over 2 seeds: 92.6 % (90.0–95.0), 95 % interval, Student’s over seeds and no narrower than that of the"
        in told
    )
    assert "10,000 validation images, which all share; standard deviation 0.21 points." in told
    two = said.of(comparison.repeats(replace(SEEDS, over="images"), EN), EN)
    assert "of the 10,000 validation images alone: two seeds do not tell how far others would be" in two


@pytest.mark.parametrize("language", languages())
def test_every_language_says_it(language):
    say = words(language)
    for section in (comparison.transfers(WAYS, say), comparison.repeats(SEEDS, say)):
        assert "{" not in said.of(section, say)
    for verdict in ("reproduced", "not_reproduced", "not_comparable", "sealed", "unscored"):
        assert "{" not in told(replace(ONE, verdict=verdict), say)
