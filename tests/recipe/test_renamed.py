"""Names of earlier versions: refused with the name of today where they are typed, read where a run kept them."""

import pytest

from linnaeus.errors import RecipeError
from linnaeus.recipe import read, renamed
from linnaeus.recipe.recipe import TYPES


def test_names_of_today_are_fields() -> None:
    assert set(renamed.FIELDS.values()) <= set(TYPES)
    assert not set(renamed.FIELDS) & set(TYPES)


@pytest.mark.parametrize("old", renamed.FIELDS)
def test_an_old_field_is_refused_with_its_name_of_today(old: str, tmp_path) -> None:
    with pytest.raises(RecipeError, match=f"{old} is called {renamed.FIELDS[old]} today"):
        read.override({}, [f"{old}=0.5"])
    (tmp_path / "recipe.toml").write_text(f"epochs = 1\n{old} = 0.5\n")
    with pytest.raises(RecipeError, match=rf"line 2: {old} is called {renamed.FIELDS[old]} today"):
        read.read(tmp_path / "recipe.toml")
    assert read.read(tmp_path / "recipe.toml", kept=True) == {"decoder": 1, "epochs": 1, renamed.FIELDS[old]: 0.5}


def test_an_old_option_is_refused_within_a_pipeline_and_read_where_it_was_kept(tmp_path) -> None:
    with pytest.raises(RecipeError, match=r"write flip \| noise\(std=4\)"):
        read.override({}, ["augment=flip | noise(deviation=4)"])
    (tmp_path / "recipe.toml").write_text('augment = "flip | noise(deviation=4)"\n')
    assert str(read.read(tmp_path / "recipe.toml", kept=True)["augment"]) == "flip | noise(std=4)"


def test_what_has_no_old_name_stays_letter_for_letter() -> None:
    plain = {"augment": "flip|crop( pad=4 )", "epochs": 3}
    assert renamed.today(plain) == plain
