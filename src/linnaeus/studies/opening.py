"""Whose the trials of a store are: those of this study file, or of another study of that name, which are left alone."""

from pathlib import Path

from linnaeus.errors import StudyError
from linnaeus.studies.plan import Plan
from linnaeus.studies.store import Store, url_of


def is_of(plan: Plan, store: Store) -> bool:
    """Whether the store holds trials of this very study."""
    return store.notes().get("fingerprint") == plan.fingerprint


def opened(plan: Plan, folder: Path, url: str | None, extend: bool) -> Store:
    """The store, sure to be that of this study file; `extend`: the trials of another one are put aside, and its runs kept.

    Raises:
        StudyError: it cannot be used, or holds another study.
    """
    store = Store(url or url_of(folder), folder.name, plan.space)
    try:
        _take(plan, store, folder, extend)
    except StudyError:
        store.close()
        raise
    store.note("fingerprint", plan.fingerprint)
    return store


def _take(plan: Plan, store: Store, folder: Path, extend: bool) -> None:
    notes = store.notes()
    found = notes.get("fingerprint")
    if found is None and store.is_begun():
        raise StudyError(
            f"the store {store.shown} holds a study {folder.name!r} that is none of ours; take another --name"
        )
    if found in (None, plan.fingerprint):
        return
    if not extend:
        raise StudyError(
            f"{folder} holds a study of other factors, or of another recipe; give this one a name of its own with "
            "--name NAME, or go on with the new file by --extend: finished runs of equal recipes are kept"
        )
    store.put_aside(f"{folder.name} until {len(store.trials())} trials, {found}")
    store.note("settled", notes.get("settled"))
