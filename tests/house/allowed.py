"""Where the house does not yet obey its rules, or obeys one better by an exception: how often at most, and why.

The lists shrink: an entry that is no longer needed fails the test, so does one more violation than it says.
"""

from collections.abc import Mapping

REBUILT = "is being rebuilt"  # on content and renderers, on typed records, or as one file a verb
PIECES = "pieces of error messages, which are put together before they are raised"
REASONS = "reasons that stand in an error or in a list of what could not be done"

Allowed = Mapping[str, tuple[int, str]]  # by what a violation names: violations at most, and why

TORCH: Allowed = {
    "data/audit/contact_sheet.py": (1, "shows augmented images, and augmentations are torch's"),
    "data/audit/stem.py": (2, "looks at the layers of a network, without its numbers"),
}
LONG_FUNCTIONS: Allowed = {}
BUSY_FILES: Allowed = {}
NAMES_TWICE: Allowed = {
    "plan.py": (1, "of a lab and of a study: the two rooms whose works begin with a plan in a file"),
}
SENTENCES: Allowed = {
    "cli/app.py": (26, "the help: its first steps, and a line a verb"),
    "data/audit/fixes.py": (3, PIECES),
    "data/class_names.py": (2, PIECES),
    "data/images/formats.py": (1, REASONS),
    "data/images/pixels.py": (2, REASONS),
    "data/objects.py": (1, PIECES),
    "delivery/predictor.py": (1, PIECES),
    "delivery/hub_folder.py": (1, "a program that is written into the folder"),
    "delivery/on_cluster.py": (1, PIECES),
    "delivery/shards.py": (5, REASONS),
    "evaluation/inspection/fix_list.py": (1, REASONS),
    "evaluation/other_data.py": (3, PIECES),
    "evaluation/own_images.py": (1, PIECES),
    "files.py": (3, PIECES),
    "finetuning/weights/source.py": (1, PIECES),
    "finetuning/weights/start.py": (5, PIECES),
    "finetuning/weights/untrusted.py": (10, PIECES),
    "recipe/annotations.py": (4, PIECES),
    "recipe/recipe.py": (2, PIECES),
    "recipe/typed.py": (1, PIECES),
    "record/folder.py": (1, PIECES),
    "stats/published.py": (1, PIECES),
    "studies/results.py": (3, "comments in the recipe that a study recommends"),
    "studies/space.py": (6, PIECES),
    "studies/store.py": (6, PIECES),
    "studies/workers/cluster.py": (1, PIECES),
    "studies/workers/errand.py": (2, REASONS),
    "studies/workers/joining.py": (1, PIECES),
    "studies/workers/local.py": (4, REASONS),
    "training/check.py": (1, PIECES),
}
SCORES: Allowed = {}
