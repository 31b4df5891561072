"""The stages of a fine-tuning: what was trained in each, whether it was better than what had been kept, and what it cost."""

from itertools import zip_longest

from markupsafe import Markup

from linnaeus.record.facts import Stage
from linnaeus.reporting.blocks import Block, Cell, Measured, Paragraph, Section
from linnaeus.reporting.content.layout import table, titled
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words


def section(run: Run, say: Words) -> Section | None:
    """None of a run that was not fine-tuned in stages."""
    record = run.record
    if not record.stages:
        return None
    blocks: list[Block] = [Paragraph(_how(record.stages[0], say))]
    if len(record.stages) > 1:
        pairs = zip_longest(record.stages, record.time.stages_s, fillvalue=0.0)
        rows = [_row(stage, float(seconds), say) for stage, seconds in pairs if isinstance(stage, Stage)]
        columns = ("stage", "accuracy", "gain", "p-brier", "time", "outcome")
        blocks.append(table(say, columns, rows, say("tuning-caption"), (1, 2, 3, 4)))
    return titled(say, "tuning", blocks)


def line(stage: Stage, seconds: float, say: Words) -> str:
    """What came of a stage, for a terminal."""
    told: list[Markup | str] = [trained(stage.train, say)]
    if stage.score is not None:
        told.append(say("tuning-validation", score=say.score(stage.score)))
    if stage.gain is not None:
        told.append(say("tuning-gain", points=say.points(stage.gain.value, sign=True), ends=say.ends(stage.gain),
                        p=say.p(stage.p if stage.p is not None else 1.0)))  # fmt: skip
    if not stage.fitted:
        told += [_outcome(stage, say), *([Markup.escape(say.seconds(seconds))] if stage.epochs else [])]
    return Markup(" · ").join(told).striptags()


def trained(train: str, say: Words) -> Markup | str:
    """What a stage trains, in words."""
    kind, _, rest = train.partition("(")
    return say(f"tuned-{kind}", n=int(rest.rstrip(")") or 0)) if rest else say(f"tuned-{kind}")


def _row(stage: Stage, seconds: float, say: Words) -> list[Cell]:
    return [
        trained(stage.train, say),
        Measured(score=stage.score, n=True) if stage.score is not None else "",
        f"{say.points(stage.gain.value, sign=True)} ({say.ends(stage.gain)})" if stage.gain is not None else "",
        say.p_alone(stage.p) if stage.p is not None else "",
        say.seconds(seconds) if seconds else "",
        _outcome(stage, say),
    ]


def _how(stage: Stage, say: Words) -> Markup:
    """How a head was fitted."""
    if not stage.fitted:
        return say("tuning-steps", n=stage.epochs)
    chosen = ", ".join(f"{say.of('option', name)} {say.figures(value)}" for name, value in stage.fitted.items())
    return say("tuning-fitted", chosen=chosen, by=say(f"tuning-by-{stage.chosen_by or 'default'}"))


def _outcome(stage: Stage, say: Words) -> Markup:
    if stage.left_out:
        return say(f"tuning-left-out-{stage.left_out}")
    return say("tuning-kept" if stage.kept else "tuning-dropped")
