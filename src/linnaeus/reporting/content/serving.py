"""Where a service listens, for a terminal, and how it is asked."""

from linnaeus.reporting.blocks import Block, Facts
from linnaeus.reporting.words import Words


def begun(link: str, token: str, model: str, say: Words) -> list[Block]:
    """The link to open, and the same question as one asks it from a shell and by the inference protocol."""
    address = link.partition("#")[0]
    key = f"-H 'Authorization: Bearer {token}' " if token else ""
    return [
        Facts(
            [
                (say("serving-page"), say("serving-page-text", link=link)),
                (say("serving-ask"), say("serving-ask-text", token=key, address=f"{address}predict")),
                (say("serving-protocol"), say("serving-protocol-text", address=f"{address}v2/models/{model}/infer")),
                (say("serving-stop"), say("serving-stop-text")),
            ]
        )
    ]
