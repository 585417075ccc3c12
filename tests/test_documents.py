"""README, CONTRIBUTING and the helpers: links, spelling, and what they say of the notebooks."""

import itertools
import re

import pytest

from tests.notebooks.layout import is_for_looking_up, minutes
from tests.notebooks.links import (
    fault_of_link,
    html_images_without_alternative_text,
    markdown_file,
)
from tests.notebooks.reading import (
    PATHS,
    ROOT,
    Notebook,
    headings,
    plain_text,
    walk,
)

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "helpers/digits/README.md"]
README = ROOT / "README.md"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_resolve(name: str) -> None:
    document = markdown_file(ROOT / name)
    urls = [
        token["attrs"]["url"] for kind in ("link", "image") for token in walk(document.tokens, kind)
    ]
    faults = [fault for url in urls if (fault := fault_of_link(url, ROOT / name))]
    assert not faults, "\n".join(f"{name} has a link to {fault}" for fault in faults)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_it_names_are_there(name: str) -> None:
    document = markdown_file(ROOT / name)
    for token in walk(document.tokens, "codespan"):
        path = token["raw"].split("::")[0]
        is_path = re.fullmatch(r"[\w.-]+/[\w./-]*|[\w-]+\.(?:py|md|toml|ya?ml|txt|npz|cff)", path)
        if is_path and "NN" not in path:
            places = [ROOT / path, (ROOT / name).parent / path]
            assert any(place.exists() for place in places), (
                f"{name} names `{path}`, which is not there: correct the name."
            )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pictures_have_an_alternative_text(name: str) -> None:
    document = markdown_file(ROOT / name)
    for token in walk(document.tokens, "image"):
        assert plain_text(token).strip(), (
            f"{name} shows {token['attrs']['url']} without an alternative text: write "
            "`![what it shows](...)`."
        )
    for image in html_images_without_alternative_text(document):
        pytest.fail(f'{name} shows {image} without an alternative text: write `alt="..."` into it.')


@pytest.mark.parametrize("name", DOCUMENTS)
def test_headings_go_down_one_level_at_a_time(name: str) -> None:
    levels = [level for level, _ in headings(markdown_file(ROOT / name))]
    assert levels[:1] == [1], f"{name} must begin with its title, `# ...`."
    assert levels.count(1) == 1, f"{name} has {levels.count(1)} titles: make the others `##`."
    for before, after in itertools.pairwise(levels):
        assert after <= before + 1, (
            f"{name} jumps from a heading of level {before} to one of level {after}."
        )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_it_names_are_there(name: str) -> None:
    commands = re.findall(r"course\.py (\w+)", (ROOT / name).read_text(encoding="utf-8"))
    help_text = (ROOT / "course.py").read_text(encoding="utf-8")
    known = re.findall(r"^  python3 course\.py (\w+)", help_text, re.MULTILINE)
    unknown = sorted(set(commands) - set(known))
    assert not unknown, (
        f"{name} names `python3 course.py {unknown[0]}`, but the commands are {', '.join(known)}."
    )


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_readme_lists_the_notebook_with_its_minutes(path) -> None:
    notebook = Notebook(path)
    rows = [
        row
        for row in walk(markdown_file(README).tokens, "table_row")
        if any(token["attrs"]["url"] == f"notebooks/{path.name}" for token in walk([row], "link"))
    ]
    assert len(rows) == 1, (
        f"README.md must have one row in its table with a link to notebooks/{path.name}, not "
        f"{len(rows)}."
    )
    if is_for_looking_up(notebook):
        return
    cells = [plain_text(cell) for cell in rows[0]["children"]]
    numbers = [re.findall(r"\d+", cell) for cell in cells[1:]]
    assert [str(minutes(notebook))] in numbers, (
        f"README.md gives other minutes for {path.name} than the {minutes(notebook)} that "
        f"{notebook.at(notebook.cells[0])} gives: {cells}."
    )
