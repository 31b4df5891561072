"""What a look at the data finds that costs a training no more than a few seconds, as its record keeps it."""

import hashlib
from dataclasses import replace

import numpy as np

from linnaeus._version import __version__
from linnaeus.data import cache
from linnaeus.data.audit import duplicates, mirrored, of_counts, of_pixels, stem
from linnaeus.data.dataset import Splits
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import codec
from linnaeus.record.facts import LISTED, Finding, in_order
from linnaeus.record.record import FORMAT


def at_training(splits: Splits, recipe: Recipe) -> tuple[Finding, ...]:
    """Findings for the record. Near copies are among them where `describe` or drop_leaks has looked for them before.

    A streamed folder is not decoded for this: of its pixels nothing is said. What pixels and network tell is kept, since the
    trials of a study and the heads of a backbone ask the same again and again.
    """
    seen = cache.remembered("findings", _key(splits, recipe), lambda: codec.to_plain(_looked_at(splits, recipe)))
    return in_order([*map(_listed, of_counts.findings(splits)), *(codec.from_plain(Finding, one) for one in seen)])


def _key(splits: Splits, recipe: Recipe) -> str:
    """Of all that `_looked_at` sees, images, names, how they are made small, known near copies, network, and of how it is kept."""
    names = [name for dataset in splits.present().values() for name in ("", *dataset.names)]
    known = sorted(path.name for path in (cache.cache_folder() / duplicates.KIND).glob("*.json"))
    resident = isinstance(splits.train.store, np.ndarray)
    rule = [
        recipe.image_size,
        recipe.channels,
        recipe.resize,
        str(recipe.augment),
        recipe.group,
        splits.mirror,
        resident,
    ]
    told = repr([FORMAT, __version__, str(recipe.model), splits.fingerprint, rule, names, known])
    return hashlib.blake2b(told.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _looked_at(splits: Splits, recipe: Recipe) -> list[Finding]:
    found = stem.of_recipe(recipe, len(splits.classes))
    if isinstance(splits.train.store, np.ndarray):
        found += of_pixels.findings(splits, recipe, None)
    else:
        found += mirrored.findings(splits, recipe, None, splits.train.labels_N)
    return list(map(_listed, found))


def _listed(finding: Finding) -> Finding:
    """As a record keeps it: without most of the names."""
    return replace(finding, files=finding.files[:LISTED], pairs=finding.pairs[:LISTED])
