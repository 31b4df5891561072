"""linnaeus env"""

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson
from linnaeus.record import codec


def env(as_json: AsJson = False) -> None:
    """Describe the machine and the versions that matter.

    Send it along with a report of a fault.
    """
    from linnaeus.api import env as verb

    found = verb.env()
    if as_json:
        screen.print_json(codec.to_plain(found))
    else:
        for key, value in codec.to_plain(found).items():
            screen.say(key.replace("_gb", ", GB").replace("_", " "), "none" if value is None else str(value))
        screen.suggest("linnaeus train digits")
