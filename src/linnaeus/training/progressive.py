"""Images that grow while a network is trained (as in Howard's fastai for DAWNBench 2018, and Composer's progressive resizing).

The first epochs see images of a share of the full side, the last fifth of the epochs sees all of it, and in between the side
grows in equal steps. Small images are cheap: half the side costs about a quarter. They are made on the device, by
an antialiased bilinear resize of the augmented and normalised batch. Validation always sees the full side; so do
the steps that a budget is sized by, which therefore buys fewer epochs than it could.
"""

from linnaeus.recipe.recipe import Recipe

STAGES = 5  # of equal length, the last one with the full side: few, since each is a new shape to compile for


def side(recipe: Recipe, epoch: int) -> int:
    """Pixels of a training image in an epoch, from 1: even numbers until the side is full; the last epoch always has it."""
    stage = (epoch - 1) * STAGES // recipe.epochs
    if not recipe.progressive or stage == STAGES - 1 or epoch == recipe.epochs:
        return recipe.image_size
    share = recipe.progressive + (1 - recipe.progressive) * stage / (STAGES - 1)
    return min(recipe.image_size, max(2, 2 * round(share * recipe.image_size / 2)))
