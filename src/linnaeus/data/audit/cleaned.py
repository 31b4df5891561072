"""What cleanvision says of a folder's images besides our own findings, where that package is installed (extra `clean`)."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from linnaeus.events import Watcher, note
from linnaeus.record.facts import Finding

# Its other issues (dark, bright, blurred, odd shapes, grey, copies) are found by us, over the splits and with the labels.
ISSUES = ("low_information", "odd_size")


def findings(paths: Sequence[tuple[str, Path]], tell: Watcher) -> list[Finding]:
    """Of (name, file) pairs, a finding of each issue; nothing where cleanvision is not installed, or fails."""
    if not paths or find_spec("cleanvision") is None:
        return []
    from cleanvision import Imagelab

    named = {str(path.absolute()): name for name, path in paths}
    try:
        lab = Imagelab(filepaths=list(named))
        lab.find_issues({issue: {} for issue in ISSUES}, n_jobs=1, verbose=False)
    except Exception as error:  # a package beside ours must not end the audit
        tell(note("cleanvision", reason=f"{type(error).__name__}: {error}"))
        return []
    found = []
    for issue in ISSUES:
        files = tuple(sorted(named[path] for path in lab.issues.index[lab.issues[f"is_{issue}_issue"]]))
        if files:
            found.append(Finding(kind=issue, severity="note", count=len(files), files=files))
    return found
