"""The index of error messages and the notebooks agree: what is raised is listed, and the reverse.

The index is the first table below the heading `Index`, in whichever notebook has one. A row holds
the words of a message, with `...` for what differs each time; the classes it comes with; and links
to the sections that raise it. Words that begin any message come with no class.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from book.notebooks import printed_errors
from tests.notebooks.reading import Cell, Fault, Notebook, headings, opened, walk

# What the reader's own code may raise: a notebook raises it in its place, and it has no cure.
STAGED = {"ZeroDivisionError"}


def messages_are_in_the_index(notebook: Notebook) -> Iterator[Fault]:
    """Every error that a cell raises has a row with its class and its words."""
    index = _index(notebook.path.parent)
    for cell in notebook.code_cells if index else ():
        for kind, line in _raised(cell):
            said = f"{kind}: {line}"
            listed = any(kind in row.classes and row.matches(said) for row in index.rows)
            if line and not listed and kind not in STAGED:
                yield (
                    cell,
                    f"raises `{said[:100]}`, which is not in the index: write a row with "
                    f"its words and its class into cell {index.cell.number} of "
                    f"{index.notebook.name}, or correct the row that it had.",
                )


def rows_of_the_index_lead_to_their_messages(notebook: Notebook) -> Iterator[Fault]:
    """Each row leads to sections with a cell that raises the message, with one of its classes."""
    index = _index(notebook.path.parent)
    if not index or index.notebook.name != notebook.name:
        return
    for row in index.rows:
        if not row.urls:
            yield index.cell, f"lists `{row.words}` without a link: add one to its section."
        shown: list[str] = []
        for url in row.urls:
            outputs = [" ".join(cell.output_text.split()) for cell in _cells_at(notebook, url)]
            found = [one for one in outputs if row.matches(one)]
            if not found:
                yield (
                    index.cell,
                    f"leads from `{row.words}` to {unquote(url)}, where no cell shows these words: "
                    "correct the words or the link.",
                )
            shown += found
        for kind in row.classes:
            if shown and not any(re.search(rf"\b{kind}\b", one) for one in shown):
                yield (
                    index.cell,
                    f"lists `{row.words}` as {kind}, which no cell that it leads to raises: "
                    "correct the class or the link.",
                )


def rows_of_the_index_are_sorted(notebook: Notebook) -> Iterator[Fault]:
    """A reader finds the row by its first letters, whatever quotes or dots come before them."""
    index = _index(notebook.path.parent)
    if not index or index.notebook.name != notebook.name:
        return
    for before, after in itertools.pairwise(index.rows):
        if before.sorted_by >= after.sorted_by:
            yield index.cell, f"lists `{after.words}` after `{before.words}`: sort the rows."


@dataclass(frozen=True)
class _Row:
    words: str
    classes: list[str]
    urls: list[str]

    def matches(self, shown: str) -> bool:
        pattern = re.escape(self.words).replace(re.escape("..."), ".*?")
        return bool(re.search(pattern, shown))

    @property
    def sorted_by(self) -> str:
        return re.sub(r"[^a-z0-9 ]", "", self.words.lower()).strip()


@dataclass(frozen=True)
class _Index:
    notebook: Notebook
    cell: Cell
    rows: list[_Row]


def _index(directory: Path) -> _Index | None:
    for path in sorted(directory.glob("*.ipynb")):
        notebook = opened(path)
        for cell in notebook.text_cells:
            if "Index" in [text for _, text in headings(cell)]:
                table = next(walk(cell.tokens, "table"), {})
                return _Index(notebook, cell, [*map(_row, walk([table], "table_row"))])
    return None


def _row(token: dict) -> _Row:
    words, classes, where = token["children"]
    return _Row(
        "".join(code["raw"] for code in walk([words], "codespan")),
        [code["raw"] for code in walk([classes], "codespan")],
        [link["attrs"]["url"] for link in walk([where], "link")],
    )


def _raised(cell: Cell) -> Iterator[tuple[str, str]]:
    for output in cell.outputs:
        if output.output_type == "error":
            yield output.ename, " ".join(output.evalue.split())
        elif output.output_type == "stream":
            yield from printed_errors(output.text)


def _cells_at(notebook: Notebook, url: str) -> Iterator[Cell]:
    # The code cells below a heading, as far as the next one of its level or above.
    path, _, anchor = unquote(url).partition("#")
    target = opened(notebook.path.parent / path) if path else notebook
    inside = 0
    for cell in target.cells:
        if cell.is_code and inside:
            yield cell
        for level, text in headings(cell):
            if text.replace(" ", "-") == anchor:
                inside = level
            elif level <= inside:
                inside = 0
