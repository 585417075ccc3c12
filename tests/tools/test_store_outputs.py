import nbformat
import pytest

from tools.store_outputs import name_cells


def named(*cells: tuple[str, str]) -> list[str]:
    """Return the ids that cells of these ids and sources have after the naming."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) | {"id": id} for id, source in cells]
    notebook = nbformat.from_dict(notebook)
    name_cells(notebook)
    return [cell["id"] for cell in notebook.cells]


def test_ids_that_are_words_are_kept() -> None:
    cells = [("first-save", "saver.save()"), ("decade", "10"), ("step-40", "40")]
    assert named(*cells) == ["first-save", "decade", "step-40"]


@pytest.mark.parametrize("made_up", ["", "8f3c2a10", "deadbeef", "0b5d6c1e-77aa", "First_Save"])
def test_others_get_the_first_words_of_the_cell(made_up: str) -> None:
    source = "## Größe, *measured* 3 times by you"
    assert named((made_up, source)) == ["groe-measured-times-by"]


def test_each_id_is_there_once_and_stays() -> None:
    cells = [("", "x = 1"), ("x", "kept"), ("x", "a copy"), ("", "x = 2"), ("", "3"), ("", "4")]
    ids = named(*cells)
    assert ids == ["x-2", "x", "a-copy", "x-3", "code", "code-2"]
    assert named(*[(id, "changed") for id in ids]) == ids
