"""Rows that are appended: whatever happens to their file, what is read is a beginning of what was written."""

import errno
import os
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from linnaeus.data.row_log import RowLog
from linnaeus.errors import RunError

ROWS = np.arange(60, dtype=np.float32).reshape(20, 3)


def written(path: Path) -> list[int]:
    """Lengths of the file after each of four blocks."""
    ends = []
    with RowLog(path) as log:
        for start in range(0, 20, 5):
            log.append(ROWS[start : start + 5])
            ends.append(path.stat().st_size)
    return ends


def held(log: RowLog) -> np.ndarray:
    return np.array([np.empty(3), *log.rows()], np.float32)[1:]


def found(path: Path) -> np.ndarray:
    with RowLog(path) as log:
        return held(log)


@pytest.mark.parametrize("lost", [1, 30, 90, 200])
def test_a_cut_file_gives_its_whole_blocks_and_goes_on(lost: int, tmp_path: Path) -> None:
    path = tmp_path / "log"
    ends = written(path)
    path.write_bytes(path.read_bytes()[:-lost])
    whole = sum(end <= ends[-1] - lost for end in ends)
    rows = found(path)
    assert np.array_equal(rows, ROWS[: 5 * whole]) and whole < 4
    with RowLog(path) as log:
        log.append(ROWS[len(log) :])
    assert np.array_equal(found(path), ROWS)


def test_a_changed_byte_ends_what_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    ends = written(path)
    content = bytearray(path.read_bytes())
    content[ends[1] + 40] ^= 1
    path.write_bytes(content)
    assert np.array_equal(found(path), ROWS[:10])


def test_rows_that_two_processes_wrote_count_once(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with RowLog(path) as one, RowLog(path) as other:
        for log in (one, other, one, other):
            log.append(ROWS[len(log) : len(log) + 10])
    assert np.array_equal(found(path), ROWS)


def test_without_a_place_to_write_the_rows_are_held_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with RowLog(tmp_path / "file" / "log") as log:
        log.append(ROWS[:5])
        log.append(ROWS[5:])
        assert np.array_equal(held(log), ROWS)


def test_a_disk_that_fills_up_costs_the_file_and_no_rows(tmp_path: Path) -> None:
    def full(content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with RowLog(tmp_path / "log") as log:
        log.append(ROWS[:5])
        log._file = Mock(wraps=log._file, write=full)
        log.append(ROWS[5:])
        log.append(ROWS[:3])
        assert np.array_equal(held(log), np.concatenate([ROWS, ROWS[:3]]))
    assert np.array_equal(found(tmp_path / "log"), ROWS[:5])


def test_a_file_that_another_process_empties_is_told(tmp_path: Path) -> None:
    with RowLog(tmp_path / "log") as log:
        log.append(ROWS)
        with RowLog(tmp_path / "log") as other:
            other.clear()
        with pytest.raises(RunError, match="another process"):
            held(log)
