"""What a run was made from and how: its data, its network, its recipe, its machine, and how to do it again."""

from collections.abc import Sequence

from linnaeus.reporting.blocks import Section
from linnaeus.reporting.content import data, machine, network, recipe, repeat, samples
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words


def sections(run: Run, say: Words, earlier: Sequence[Run] = (), *, in_short: bool = False) -> list[Section]:
    """In the order of a report. Of what the runs `earlier` in it have too, only that it is the same.

    `in_short`: without pictures, without how to do it again, and with the machine of the first run alone.
    """
    first = earlier[0] if earlier else None
    is_known = run.record.data.fingerprint in {other.record.data.fingerprint for other in earlier}
    of_data = (
        [data.same(run, say)] if is_known else [data.section(run, say), None if in_short else samples.section(run, say)]
    )
    found = (
        *of_data,
        network.section(run, say, first),
        recipe.section(run, say, first),
        None if in_short and earlier else machine.section(run, say),
        None if in_short else repeat.section(run, say),
    )
    return [one for one in found if one is not None]
