"""How people call the splits of a data set, in folders and in tables."""

import re

SPLITS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
# What looks like a split without being called one: it is asked about, never read as one.
_ALMOST = SPLITS | {
    **dict.fromkeys(("trn", "learn", "learning"), "train"),
    **dict.fromkeys(("dev", "devel", "development", "vld"), "val"),
    **dict.fromkeys(("eval", "evaluation", "holdout", "heldout", "tst"), "test"),
    **dict.fromkeys(("fold", "folds", "cv", "split"), "fold"),
    **dict.fromkeys(("pred", "predict", "prediction", "unlabeled", "unlabelled"), "unlabelled"),
}
_FILL = {"set", "data", "dataset", "images", "image", "imgs", "img", "folder", "seg"}


def looks_like(name: str) -> tuple[str, tuple[str, ...]] | None:
    """train, val, test, fold or unlabelled, where a word of the name says so, and its other words; else None.

    `training_set`, `seg_train`, `Train1`, `testset` look like splits, and so does `mine-train` beside `mine-test`.
    """
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    words = [re.sub(r"(?<=.)(set|data)$", "", word) for word in words]
    meant = [word for word in words if word in _ALMOST]
    if len(meant) != 1:
        return None
    return _ALMOST[meant[0]], tuple(word for word in words if word not in (*meant, *_FILL) and len(word) > 1)
