"""Data sets. One file each, with

    build(folder, /, *, …options) -> dict

`folder` is the cache folder for downloads. What is returned holds

    "classes"   list of class names; labels index it
    "splits"    {"train": (images, labels), "test": (images, labels)} and "val" if the set brings one; or {"all": (images, labels)},
                where the splits are still to be drawn. images: uint8 array (N, H, W, C), or a list of absolute paths; labels: int64 (N,)
    "root"      for paths: the folder that names are relative to
    "mirror"    True if a mirrored image keeps its class, False if not, None if nobody knows

A ValueError becomes the user's message. Every data set also takes the options of `select`, and `folder=` in place of the cache folder.
"""
