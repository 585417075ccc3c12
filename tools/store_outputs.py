"""Execute notebooks and store their outputs: `python3 course.py store [NOTEBOOK ...]`.

A notebook whose cell fails is left as it was. Executing again changes no byte. A cell without an id
of words gets one.
"""

import argparse
import base64
import re
import sys
import unicodedata
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"

# The output that settles a prediction stays folded until the reader runs the cell or opens it.
FOLDED = "hide-output"

# The README's picture is the one that this cell of this notebook draws.
README_PICTURE = NOTEBOOKS.parent / ".github" / "learning.png"
README_PICTURE_FROM = NOTEBOOKS / "04-restoring.ipynb", "draw-added"


def execute(notebook: nbformat.NotebookNode, directory: Path) -> nbformat.NotebookNode:
    """Run every cell in a fresh kernel that works in `directory`; return the notebook.

    Raises:
        CellExecutionError: a cell raised that is not tagged `raises-exception`.
    """
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(directory)}},
        record_timing=False,
        coalesce_streams=True,
        # No warning that the kernel talks over TCP, which it does with this machine alone.
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    return client.execute()


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Take out what differs between machines and editors, and keep what the course needs."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    asked = False  # whether the cell before lets the reader predict
    for cell in notebook.cells:
        tags = {*cell.metadata.get("tags", [])} - {FOLDED}
        kept = {}
        if asked and cell.cell_type == "code":
            tags.add(FOLDED)  # for the book
            kept["jupyter"] = {"outputs_hidden": True}  # for JupyterLab
        kept["tags"] = sorted(tags)
        asked = "> **Predict.**" in cell.source
        # Why a cell's output is not compared stands beside the tag that says so.
        kept["nbval-ignore-reason"] = cell.metadata.get("nbval-ignore-reason")
        cell.metadata = nbformat.from_dict({key: value for key, value in kept.items() if value})
        for output in cell.get("outputs", []):
            # A traceback shows line numbers and paths of this machine; the exception's name and
            # message are stored beside it.
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]


def name_cells(notebook: nbformat.NotebookNode) -> None:
    """Give an id of words to each cell that has none, or one that an editor made up.

    The words are the first ones of the cell, so they say what it is about; ids that are words
    already are kept, for failures and links name cells by them.
    """
    words = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
    made_up = r"[0-9a-f]{8}(-[0-9a-f-]+)?"
    taken: set[str] = set()
    unnamed = []
    for cell in notebook.cells:
        given = cell.get("id", "")
        if given in taken or not re.fullmatch(words, given) or re.fullmatch(made_up, given):
            unnamed.append(cell)
        else:
            taken.add(given)
    for cell in unnamed:
        plain = unicodedata.normalize("NFKD", cell.source).encode("ascii", "ignore").decode()
        first = re.findall(r"[a-z][a-z0-9]*", plain.lower())[:4] or [cell.cell_type]
        name = "-".join(first)[:60]
        number = 2
        while name in taken or re.fullmatch(made_up, name):
            name = "-".join([*first, str(number)])[-60:].lstrip("-0123456789")
            number += 1
        cell["id"] = name
        taken.add(name)


def store(path: Path) -> None:
    """Execute the notebook at `path` and write it back with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)
    tidy(notebook)
    name_cells(notebook)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook) + "\n"
    # Written beside it and renamed, so that a notebook is never half there.
    half = path.with_suffix(".ipynb.part")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.replace(path)


def readme_picture() -> bytes:
    """Return the README's picture as its notebook has it stored."""
    path, cell_id = README_PICTURE_FROM
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell["id"] == cell_id]
    (output,) = cell.outputs
    return base64.b64decode(re.search(r"base64,([\w+/=]+)", output.data["text/html"])[1])


def main() -> int:
    """Store the notebooks named on the command line, or all of them; 1 if a cell failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "notebooks", nargs="*", type=Path, default=sorted(NOTEBOOKS.glob("*.ipynb"))
    )
    for path in parser.parse_args().notebooks:
        try:
            store(path)
        except CellExecutionError as error:
            print(f"{path.name} is left as it was, since a cell failed:\n{error}")
            return 1
        print(f"stored {path.name}")
    README_PICTURE.write_bytes(readme_picture())
    return 0


if __name__ == "__main__":
    sys.exit(main())
