"""The mistakes that the classifier was most confident of."""

from linnaeus.reporting import kept
from linnaeus.reporting.blocks import Block, Gallery, Heading, Paragraph, Section
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

MOST = 24  # of a split; the others are behind the cells of the confusion matrix


def section(run: Run, say: Words) -> Section | None:
    """None where no pictures of mistakes were kept, though there are some."""
    blocks: list[Block] = []
    for key in run.splits():
        shown = kept.mistakes(run, key)[:MOST]
        if shown:
            classes, name = run.classes(key), split_title(key, say)
            gallery = Gallery(
                framed=[kept.framed(one, classes, say) for one in shown],
                side=kept.side([one.pixels for one in shown]),
                caption=say("mistakes-caption", split=name, n=len(shown)),
            )
            blocks += [Heading(name), gallery]
        elif run.record.scores[key].metrics["accuracy"].value == 1:
            blocks += [Heading(split_title(key, say)), Paragraph(say("mistakes-none"))]
    if not blocks:
        return None
    return Section(key="mistakes", title=say("mistakes"), note=say("mistakes-note"), blocks=blocks)
