"""The mistakes that the classifier was most confident of."""

from linnaeus.reporting import kept
from linnaeus.reporting.blocks import Block, Gallery, Heading, Paragraph, Section
from linnaeus.reporting.content import grade
from linnaeus.reporting.content.layout import titled
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

MOST = 24  # of a split; the others are behind the cells of the confusion matrix


def section(run: Run, say: Words) -> Section | None:
    """None where no pictures of mistakes were kept, though there are some; none of a split on which the run is no better than guessing."""
    blocks: list[Block] = []
    for key in run.splits():
        if grade.in_vain(run, key):
            continue  # what a guess is confident of tells nothing
        shown, name = kept.mistakes(run, key)[:MOST], split_title(key, say)
        if shown:
            framed = [kept.framed(one, run.classes(key), say) for one in shown]
            caption = say("mistakes-caption", split=name, n=len(shown))
            blocks += [Heading(name), Gallery(framed=framed, side=kept.SIDE, caption=caption)]
        elif run.record.scores[key].metrics["accuracy"].value == 1:
            blocks += [Heading(name), Paragraph(say("mistakes-none"))]
    return titled(say, "mistakes", blocks) if blocks else None
