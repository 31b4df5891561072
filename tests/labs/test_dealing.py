"""Variants for a class: evenly, the same for who was there before, by the record-book number, from the lists that people have."""

from collections import Counter

import pytest

from linnaeus.errors import DataError
from linnaeus.labs.dealing import dealt

TEN = range(10)


def deal(folder, text, numbers=TEN, lab="lenet", encoding="utf-8"):
    file = folder / "students.csv"
    file.write_bytes(text.encode(encoding))
    return dealt(file, numbers, lab)


@pytest.mark.parametrize("students", [7, 25, 30])
def test_variants_come_equally_often_and_stay_when_students_are_added(tmp_path, students):
    names = [f"student {place}" for place in range(students)]
    found = deal(tmp_path, "\n".join(names))
    counts = Counter(one.variant for one in found.rows)
    assert max(counts.values()) - min(counts.get(number, 0) for number in TEN) <= 1
    more = deal(tmp_path, "\n".join([*names, "new"]))
    assert more.rows[:-1] == found.rows
    assert deal(tmp_path, "\n".join(names), lab="signs").rows != found.rows
    assert not found.by_book


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_list_as_a_department_has_it(tmp_path, encoding):
    text = (
        "№;ФИО;Группа\n1;Иванова Анна;ИУ5-21М\n2;Петров  Пётр;ИУ5-22М\n3;иванова анна;ИУ5-21М\n4;Иванова Анна;ИУ5-22М\n"
    )
    found = deal(tmp_path, text, encoding=encoding)
    assert [(one.student, one.group) for one in found.rows] == [
        ("Иванова Анна", "ИУ5-21М"), ("Петров Пётр", "ИУ5-22М"), ("Иванова Анна", "ИУ5-22М"),
    ]  # fmt: skip
    assert found.twice == (("Иванова Анна", (2, 4)),), (
        "who stands twice counts once, a namesake of another group is another one"
    )
    parts = deal(tmp_path, "Имя;Фамилия;Отчество\nАнна;Иванова;Петровна\n")
    assert parts.rows[0].student == "Иванова Анна Петровна"


def test_the_last_digit_of_the_record_book(tmp_path):
    found = deal(tmp_path, "ФИО;Номер зачётной книжки\nИванова;20-0417\nПетров;20-0420\n")
    assert (found.by_book, [one.variant for one in found.rows]) == (True, [7, 0])
    fewer = deal(tmp_path, "name,student id\nAnn,17\nBob,23\n", numbers=[0, 1, 2, 3, 4])
    assert [one.variant for one in fewer.rows] == [2, 3]
    with pytest.raises(DataError, match="line 3: the record-book number '' ends in no digit"):
        deal(tmp_path, "name,student id\nAnn,17\nBob,\n")


def test_a_list_that_is_no_text(tmp_path):
    file = tmp_path / "students.csv"
    file.write_bytes("name,group\nAnn,1\n".encode("utf-16-le"))
    assert dealt(file, TEN, "lenet").rows[0].student == "Ann"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x98")
    with pytest.raises(DataError, match="is not text in UTF-8, UTF-16 or Windows-1251"):
        dealt(file, TEN, "lenet")


def test_a_list_of_nobody(tmp_path):
    for text in ("", "name\n"):
        with pytest.raises(DataError, match="names no student"):
            deal(tmp_path, text)
