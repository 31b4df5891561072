"""A linear head (softmax regression), trained by the recipe's own loss, optimizer and schedule: the usual one.

Of no paper.
"""


def build() -> None:
    """Nothing to be fitted beside the training."""
