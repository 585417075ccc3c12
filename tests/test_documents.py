"""README, CONTRIBUTING and the others: links, names, commands, and what they say of notebooks."""

import ast
import base64
import importlib.util
import itertools
import re
from pathlib import Path

import pytest

from tests.notebooks.layout import is_for_looking_up, minutes
from tests.notebooks.links import faults_of_links, markdown_file
from tests.notebooks.reading import PATHS, ROOT, Notebook, headings, opened, plain_text, walk
from tools.store_outputs import README_PICTURE, README_PICTURE_FROM

DOCUMENTS = [
    *("README.md", "CONTRIBUTING.md", "notebooks/questions.md"),
    *("helpers/digits/README.md", "helpers/inherited/README.md"),
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_and_headings(name: str) -> None:
    document = markdown_file(ROOT / name)
    faults = list(faults_of_links(document, ROOT / name))
    levels = [level for level, _ in headings(document)]
    if levels[:1] != [1] or levels.count(1) != 1:
        faults.append("must begin with its title, `# ...`, and have no other.")
    if any(after > before + 1 for before, after in itertools.pairwise(levels)):
        faults.append(f"jumps a level in its headings: {levels}.")
    assert not faults, "\n".join(f"{name} {fault}" for fault in faults)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_it_names_are_there(name: str) -> None:
    for token in walk(markdown_file(ROOT / name).tokens, "codespan"):
        path = token["raw"].split("::")[0]
        is_path = re.fullmatch(r"[\w.-]+/[\w./-]*|[\w-]+\.(?:py|md|toml|ya?ml|txt|npz|cff)", path)
        if is_path and "NN" not in path:
            places = [ROOT / path, (ROOT / name).parent / path]
            assert any(place.exists() for place in places), f"{name} names `{path}`: correct it."


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_it_names_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    launcher = (ROOT / "course.py").read_text(encoding="utf-8")
    for command, rest in re.findall(r"course\.py (\w+)(.*)", text):
        assert f"course.py {command}" in launcher, f"{name}: course.py has no command {command}."
        for path in re.findall(r"\b(?:notebooks|tests)/[\w./-]+", rest):
            there = "NN" in path or (ROOT / path).exists()
            assert there, f"{name} names {path} in a command: correct it."
    for module, rest in re.findall(r"python3? -m ([\w.]+)([^`\n]*)", text):
        spec = importlib.util.find_spec(module)
        assert spec, f"{name} names the module {module}, which is not there."
        if spec.submodule_search_locations:
            spec = importlib.util.find_spec(f"{module}.__main__")
        tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
        words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest):
            assert option in words, f"{name}: {module} has no option {option}."


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_readme_lists_the_notebook_with_its_minutes(path: Path) -> None:
    rows = [
        row
        for row in walk(markdown_file(ROOT / "README.md").tokens, "table_row")
        if any(token["attrs"]["url"] == f"notebooks/{path.name}" for token in walk([row], "link"))
    ]
    assert len(rows) == 1, f"README.md has {len(rows)} rows with a link to {path.name}, not one."
    if not is_for_looking_up(opened(path)):
        numbers = [re.findall(r"\d+", plain_text(cell)) for cell in rows[0]["children"][1:]]
        assert [str(minutes(opened(path)))] in numbers, (
            f"README.md gives other minutes for {path.name} than its first cell: {numbers}."
        )


def test_readme_shows_the_picture_that_its_notebook_draws() -> None:
    path, id = README_PICTURE_FROM
    [cell] = [cell for cell in Notebook(path).code_cells if cell.id == id]
    drawn = base64.b64decode(re.search(r"base64,([\w+/=]+)", cell.outputs[0].data["text/html"])[1])
    assert README_PICTURE.read_bytes() == drawn, "Store the notebook: `python3 course.py store`."
