"""Each command and each Python block of README and manual runs, and prints what stands there but for numbers, times and paths."""

import pytest

from manual import outputs

MINUTES = (
    "docs/delivery.md",
    "docs/photographs.md",
    "docs/ru/index.md",
    "docs/coming-from.md",
    "docs/studies.md",
)  # that take too long for every run


def cases():
    """A case a page, by its path."""
    for page in outputs.pages():
        name = page.relative_to(outputs.ROOT).as_posix()
        yield pytest.param(page, id=name, marks=[pytest.mark.slow] if name in MINUTES else [])


@pytest.mark.parametrize("page", list(cases()))
def test_a_page_prints_what_it_says(page, tmp_path):
    _, ran = outputs.run(page, tmp_path.resolve())
    assert ran
    assert [fault for fault in (one.fault() for one in ran) if fault] == []


def test_another_sentence_is_noticed_and_another_number_is_not():
    kept = "validation  98.8 % (96.6–99.6, n 252)\nreport      runs/digits-1/report.html\nnext        linnaeus inspect last\n"
    other = kept.replace("98.8", "97.0").replace("digits-1", "digits-2")
    assert outputs.Ran(command="", kept=kept, printed=other).fault() is None
    assert outputs.Ran(command="", kept=kept, printed=kept.replace("inspect last", "look at it")).fault() is not None
    assert (
        outputs.Ran(command="", kept=kept, printed=kept + "\nA whole new sentence stands here.\n").fault() is not None
    )
