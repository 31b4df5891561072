"""The store of a study: what it says where it is locked, damaged, or not there."""

import gc
import sqlite3
import sys
import warnings

import pytest

from linnaeus.errors import StudyError
from linnaeus.studies import opening, space, store
from linnaeus.studies.plan import from_table
from linnaeus.studies.store import Store, url_of

pytest.importorskip("optuna")
SPACE = space.parse({"optimizer.lr": [0.1, 0.2]}, ())


@pytest.fixture(autouse=True)
def _closed(monkeypatch):
    """From Python 3.13 on, a connection that nobody closes is a warning, and so an error of some later test."""
    opened, plain = [], Store.__init__

    def remembered(self, *given, **named):
        opened.append(self)
        plain(self, *given, **named)

    monkeypatch.setattr(Store, "__init__", remembered)
    yield
    for one in opened:
        one.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # what Optuna leaves open where its own constructor fails
        gc.collect()


def test_a_damaged_store_is_named(tmp_path):
    (tmp_path / store.FILE).write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    with pytest.raises(StudyError, match=r"study\.db is damaged.*move the file away"):
        Store(url_of(tmp_path), "s", SPACE)


def test_a_store_that_is_cut_off_is_damaged_too(tmp_path):
    Store(url_of(tmp_path), "s", SPACE).close()
    file = tmp_path / store.FILE
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    file.write_bytes(file.read_bytes()[:30_000])
    with pytest.raises(StudyError, match=r"study\.db is damaged"):
        Store(url_of(tmp_path), "s", SPACE)


def test_a_locked_store_is_named(tmp_path, monkeypatch):
    opened = Store(url_of(tmp_path), "s", SPACE)
    opened.add({"optimizer.lr": 0.1}, cell=0, seed=0, run="a")
    opened.close()
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    with sqlite3.connect(tmp_path / store.FILE, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StudyError, match=r"study\.db is locked: another program holds it"):
            Store(url_of(tmp_path), "s", SPACE).start(opened.trials()[0])
    other.close()
    assert Store(url_of(tmp_path), "s", SPACE).trials()[0].state == "waiting"


def test_a_database_that_cannot_be_reached_is_named_without_its_password():
    with pytest.raises(StudyError) as caught:
        Store("postgresql+pg8000://me:secret@127.0.0.1:1/x", "s", SPACE)
    assert "secret" not in str(caught.value)
    assert "cannot be reached" in str(caught.value) or "linnaeus[postgres]" in str(caught.value)


@pytest.mark.parametrize(
    ("scheme", "driver", "advice"),
    [
        ("postgresql+pg8000", "pg8000", ""),
        ("postgresql+psycopg2", "psycopg2", ", and begin its address with postgresql+pg8000://"),
    ],
)
def test_a_driver_that_is_not_installed_is_named_with_its_extra(scheme, driver, advice, monkeypatch):
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(StudyError) as caught:
        Store(f"{scheme}://me:secret@db.example/x", "s", SPACE)
    extra = 'pip install "linnaeus[postgres]"'
    assert str(caught.value) == (
        f"the store {scheme}://me@db.example/x needs {driver}, which is not installed: {extra}{advice}"
    )


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_study_of_another_program_is_left_alone(is_ours, tmp_path):
    import optuna

    made = optuna.create_study(storage=url_of(tmp_path), study_name="s" if not is_ours else "another")
    made.add_trial(optuna.trial.create_trial(value=0.5))
    plan = from_table({"factors": {"optimizer.lr": [0.1, 0.2]}})
    if is_ours:
        opening.opened(plan, tmp_path / "s", url_of(tmp_path), extend=False).close()
        opening.opened(plan, tmp_path / "s", url_of(tmp_path), extend=False).close()
        return
    for extend in (False, True):
        with pytest.raises(StudyError, match=r"study\.db holds a study 's' that is none of ours; take another --name"):
            opening.opened(plan, tmp_path / "s", url_of(tmp_path), extend)
    assert made.user_attrs == {}
    assert len(made.trials) == 1
