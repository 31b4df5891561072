"""linnaeus env"""

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, Lang


def env(lang: Lang = "en", as_json: AsJson = False) -> None:
    """Describe this machine and the relevant versions.

    Include it in a bug report.
    """
    from linnaeus.api import env as verb

    found = verb.env()
    if screen.tell(found, as_json, lang):
        screen.suggest("linnaeus train digits", language=lang)
