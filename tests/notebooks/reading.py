"""A notebook as the checks read it: from its JSON, so that no library repairs it on the way."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import mistune
import nbformat

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))

_parse = mistune.create_markdown(renderer="ast", plugins=["table"])


class Cell:
    """One cell: its source, its outputs, and its Markdown as a tree of tokens."""

    def __init__(self, content: Mapping, number: int) -> None:
        self.number = number  # counted from 1, code and text alike
        self.id: str = content.get("id", "")
        self.is_code: bool = content["cell_type"] == "code"
        self.source: str = _joined(content["source"])
        self.metadata: Mapping = content.get("metadata", {})
        self.tags: list[str] = self.metadata.get("tags", [])
        self.execution_count: int | None = content.get("execution_count")
        self.outputs: list[nbformat.NotebookNode] = [
            nbformat.from_dict(_with_joined_lines(output)) for output in content.get("outputs", [])
        ]

    @cached_property
    def tokens(self) -> list[dict]:
        """The Markdown of a text cell, parsed; of a code cell, nothing."""
        return [] if self.is_code else _parse(self.source)

    @cached_property
    def output_text(self) -> str:
        """Everything in the outputs that a reader or a screen reader reads, line after line."""
        return "\n".join(text for output in self.outputs for text in texts_of(output))


@dataclass(frozen=True)
class Section:
    """What stands under one heading of the second level, as far as the next one.

    Attributes:
        title: of the first section, an empty text.
        texts: the pieces of its text, in order: a token of Markdown, and the cell it is in.
        code_cells: the cells that are executed.
    """

    title: str
    texts: list[tuple[Cell, dict]] = field(default_factory=list)
    code_cells: list[Cell] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """What a link to it has after the `#`: JupyterLab puts a dash for every space."""
        return self.title.replace(" ", "-")

    @cached_property
    def shown(self) -> str:
        """The source and the output of its code cells."""
        return "\n".join(f"{cell.source}\n{cell.output_text}" for cell in self.code_cells)


class Notebook:
    """The cells of one notebook file.

    Raises:
        ValueError: the file is no JSON, or no notebook.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self.number = path.name[:2]
        try:
            self.json = json.loads(path.read_text(encoding="utf-8"))
            self.cells = [Cell(cell, number) for number, cell in enumerate(self.json["cells"], 1)]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{self.name} cannot be read as a notebook ({error!r}): get the last good one back "
                "from git, or save it again in JupyterLab."
            ) from error
        self.code_cells = [cell for cell in self.cells if cell.is_code]
        self.text_cells = [cell for cell in self.cells if not cell.is_code]
        self.code = "\n".join(cell.source for cell in self.code_cells)

    @cached_property
    def sections(self) -> list[Section]:
        """Its sections; what stands above all headings of the second level is the first."""
        sections = [Section("")]
        for cell in self.cells:
            if cell.is_code:
                sections[-1].code_cells.append(cell)
            for token in cell.tokens:
                if token["type"] == "heading" and token["attrs"]["level"] == 2:
                    sections.append(Section(plain_text(token)))
                sections[-1].texts.append((cell, token))
        return sections

    def at(self, cell: Cell | None) -> str:
        """Name a cell for a reader of a failure; None names the notebook."""
        return f'{self.name}, cell {cell.number} "{cell.id}"' if cell else self.name


# What a check yields: the cell, and what is wrong with it and how to cure it, after its name.
Fault = tuple[Cell | None, str]


@functools.cache
def opened(path: Path) -> Notebook:
    """Return the notebook at `path`, read once."""
    return Notebook(path)


def texts_of(output: nbformat.NotebookNode) -> Iterator[str]:
    """Yield the texts of one output: of a stream, an error, or the text forms of a result."""
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield f"{output.ename}: {output.evalue}"
        yield from output.traceback
    else:
        yield output.data.get("text/plain", "")


def headings(cell: Cell) -> Iterator[tuple[int, str]]:
    """Yield the level and the text of each heading in a text cell."""
    for token in cell.tokens:
        if token["type"] == "heading":
            yield token["attrs"]["level"], plain_text(token)


def walk(tokens: list[dict], *kinds: str) -> Iterator[dict]:
    """Yield every token of these kinds, at any depth."""
    for token in tokens:
        if token["type"] in kinds:
            yield token
        yield from walk(token.get("children", []), *kinds)


def plain_text(token: dict) -> str:
    """Return what a reader reads of a token: no markup, no link targets, no blocks of code."""
    if token["type"] in ("block_code", "block_html", "inline_html"):
        return ""
    if token["type"] in ("softbreak", "linebreak"):
        return " "
    if "raw" in token:
        return token["raw"]
    return "".join(plain_text(child) for child in token.get("children", []))


def blocks(tokens: list[dict]) -> Iterator[tuple[dict, str]]:
    """Yield each heading, paragraph, entry of a list or row of a table, and its prose."""
    for token in walk(tokens, "heading", "paragraph", "block_text", "table_head", "table_row"):
        between = " | " if token["type"].startswith("table") else ""
        yield token, between.join(map(plain_text, token["children"]))


def _with_joined_lines(output: Mapping) -> dict:
    joined = dict(output)
    if "text" in output:
        joined["text"] = _joined(output["text"])
    if "data" in output:
        joined["data"] = {kind: _joined(content) for kind, content in output["data"].items()}
    return joined


def _joined(text: str | list[str]) -> str:
    # The notebook format allows a list of lines wherever it allows a text.
    return "".join(text) if isinstance(text, list) else text
