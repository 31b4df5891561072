"""Every way Linnaeus can fail; docs/errors.md has a section for each, by its name.

LinnaeusError            something went wrong; the message says what, where and what to do      exit status 1
├── UsageError           the wish itself is wrong                                               exit status 2
│   ├── NotationError        a part or pipeline that cannot be parsed
│   ├── UnknownName          no such part, option or field; near names are suggested
│   └── RecipeError          a recipe whose values are malformed or contradict each other
├── DataError            a data set that is missing, empty, contradictory or damaged
│   └── ImageError           one image that cannot be decoded, with the reason
├── RunError             a run's folder that is missing, locked, unfinished, damaged or not writable
├── StudyError           a study whose store is locked, damaged or of another study, or whose workers keep dying
├── ClusterError         a Ray cluster that is not there or is gone, or Ray itself is missing
├── TrainingError        training cannot go on: a loss that is not finite, a device out of memory
└── Interrupted          stopped on request; the run can be resumed                             exit status 130 or 143
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class LinnaeusError(Exception):
    """Base of all errors that Linnaeus raises on purpose; `str()` of it is fit for a user's eyes.

    >>> try:
    ...     linnaeus.train("digitz")
    ... except linnaeus.LinnaeusError as error:
    ...     print(error)
    there is no data set or folder 'digitz'; did you mean digits?
    """

    exit_status = 1


class UsageError(LinnaeusError):
    """The wish itself is wrong: arguments that contradict each other, an extra that is not installed, code that nobody named."""

    exit_status = 2


class NotationError(UsageError):
    """A part, or several of them joined, that cannot be parsed."""


class UnknownName(UsageError):
    """A name that nothing answers to. `UnknownName("model", "resnett", ["resnet"])` suggests what is spelled nearly so, or `near`."""

    def __init__(self, kind: str, name: str, known: Iterable[str], near: Sequence[str] = ()) -> None:
        known = sorted(known)
        near = list(near) or get_close_matches(name, known, n=3, cutoff=0.5)
        if near:
            advice = f"did you mean {' or '.join(near)}?"
        elif known:
            advice = f"known: {', '.join(known)}"
        else:
            advice = "there are none"
        super().__init__(f"there is no {kind} {name!r}; {advice}")
        self.kind, self.name, self.near = kind, name, near


class RecipeError(UsageError):
    """A recipe whose values are malformed or contradict each other."""


class DataError(LinnaeusError):
    """Data that are missing, empty, contradictory or damaged."""


class ImageError(DataError):
    """One image that cannot be decoded; `reason` is a short text without the path."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RunError(LinnaeusError):
    """A run's folder that is missing, locked, unfinished, damaged or not writable."""


class StudyError(LinnaeusError):
    """A study whose store is locked, damaged or of another study, or whose workers keep dying."""


class ClusterError(LinnaeusError):
    """A Ray cluster that is not there or is gone, or Ray itself is missing."""


class TrainingError(LinnaeusError):
    """Training cannot go on: a loss that is not finite, a device out of memory."""


class Interrupted(LinnaeusError):
    """Raised after SIGINT or SIGTERM once everything is saved."""

    def __init__(self, message: str, signal_number: int) -> None:
        super().__init__(message)
        self.exit_status = 128 + signal_number
