"""`Finding`: something to know of a data set before it is trained on, and the form in which JSON and records hold it.

`record.data["findings"]` is a list of

    {"kind": "leak", "severity": "warning", "what": "3 training images are …", "count": 3,
     "files": ["train/cat/1.png", …], "pairs": [["train/cat/1.png", "test/cat/9.png"], …],
     "values": {"exact": 1, "near": 2, …}, "advice": "leave the training copies out: --drop-leaks"}

`count` counts all; a record lists at most `KEPT` of `files` and of `pairs`, `linnaeus audit DATA --format json` all of them.
`what` and `advice` are English; `values` are the numbers and names in them, by kind:

    unreadable     files that are no image or a damaged one; `files` are "NAME: REASON"
    balance        largest, smallest (class names), most, least (their training images)
    no_validation
    small_split    split, n, low, high (Wilson's 95 % interval of an accuracy of 90 % on n images), points (half its width)
    duplicate      equal images within a split: `files` are the superfluous ones; exact, near, share (of all images)
    leak           images of one split that are in another too: `files` are those of the first; exact, near, split, other,
                   share (of the images of `other` that are concerned)
    dropped        training images that were left out by drop_leaks; `pairs` tell for which
    contradiction  equal images with several labels; exact, near, pairs of labels as [label, label, count]
    mirror         a mirror changes classes, or may do so; turned: [class, class it looks like, images, of] rows
    stem           first layers that are too coarse for images this small; side, left (side of what they leave), model
    constant, dark, bright, blurred    images on which little is to be seen
    odd_shape      images much longer than wide or the other way round, of which resize=crop shows only a part
    small_image    images that are enlarged to twice their size or more; side
    grey           grey images among colour ones
    low_information, odd_size    images that hold next to nothing, or are of a size far from the usual: what cleanvision adds

`record.data["dropped"]` are all [training image, its like in val or test] pairs of which drop_leaks left the first one out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

KEPT = 20  # files, and pairs, of a finding in a record

Severity = Literal["warning", "question", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What, how many, which files, what to do. A question is for the user to answer; a note asks for nothing."""

    kind: str
    severity: Severity
    what: str
    count: int
    advice: str
    files: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()  # of images that are alike
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_plain(self, most: int | None = None) -> dict[str, Any]:
        """Plain values, with at most so many files and pairs."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "what": self.what,
            "count": self.count,
            "files": list(self.files[:most]),
            "pairs": [list(pair) for pair in self.pairs[:most]],
            "values": dict(self.values),
            "advice": self.advice,
        }


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 image`, `1,234 images`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
