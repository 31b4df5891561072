"""linnaeus env"""

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, Lang
from linnaeus.record import codec


def env(lang: Lang = "en", as_json: AsJson = False) -> None:
    """Describe this machine and the relevant versions.

    Include it in a bug report.
    """
    from linnaeus.api import env as verb
    from linnaeus.reporting.blocks import Facts
    from linnaeus.reporting.content import machine
    from linnaeus.reporting.words import words

    found = verb.env()
    if as_json:
        screen.print_json(codec.to_plain(found))
        return
    screen.show([Facts(list(machine.facts(found, words(lang))))], lang)
    screen.suggest("linnaeus train digits", language=lang)
