"""What the book knows of the notebooks: parts, titles, minutes, sections, and what they show."""

import ast
import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from book.slug import jupyterlab_slug

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
PARTS = {1: "The lesson", 5: "In practice", 12: "To look things up"}  # from notebook ... on

_CLASS = r"[A-Z]\w*(?:Error|Exception|Interrupt)"
# As `dissected_error` prints an error; then, as `expected_error` does, or a cell that does so too.
_PRINTED_ERROR = re.compile(
    rf"^({_CLASS})\n(?:  begins: .*\n(?: {{10}}.*\n)*)?  truth: +(.*(?:\n {{10}}.*)*)"
    rf"|^({_CLASS})(?:: *| (?=at ))(.*(?:\n {{4}}.*)*)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Section:
    """A heading of a notebook, and the code cells below it, as the notebook's file has them."""

    page: str
    heading: str
    cells: list[dict]

    @property
    def slug(self) -> str:
        """Return the anchor that links to the section have."""
        return jupyterlab_slug(self.heading.replace("`", ""))

    @property
    def link(self) -> str:
        """Return a Markdown link to the section, with the notebook's number."""
        return f"[{int(self.page[:2])} · {self.heading}](<{self.page}.ipynb#{self.slug}>)"

    def errors(self) -> Iterator[tuple[str, str]]:
        """Yield class and message of each error that the section's outputs show."""
        for output in (output for cell in self.cells for output in cell["outputs"]):
            if output["output_type"] == "error":
                yield output["ename"], output["evalue"]
            yield from printed_errors("".join(output.get("text", [])))

    def calls(self) -> Iterator[tuple[str, str | None]]:
        """Yield the TensorFlow functions that are called: name, and an argument's name or None."""
        for cell in self.cells:
            # Lines for IPython alone, such as %%writefile, are no Python.
            source = re.sub(r"^[ \t]*[%!].*$", "", "".join(cell["source"]), flags=re.MULTILINE)
            for call in ast.walk(ast.parse(source)):
                name = _tensorflow_name(call.func) if isinstance(call, ast.Call) else None
                if name:
                    yield name, None
                    yield from ((name, one.arg) for one in call.keywords if one.arg)


@dataclass(frozen=True)
class Notebook:
    """A notebook's file."""

    path: Path

    @functools.cached_property
    def cells(self) -> list[dict]:
        """Return the cells as the file has them."""
        return json.loads(self.path.read_text("utf-8"))["cells"]

    @property
    def title(self) -> str:
        """Return the first heading, which has the notebook's number."""
        return self.cells[0]["source"][0].removeprefix("# ").strip()

    @property
    def minutes(self) -> int:
        """Return the time that the first cell gives, or 0 where it gives none."""
        found = re.search(r"^\*\*Time\*\*: about (\d+)", "".join(self.cells[0]["source"]), re.M)
        return int(found[1]) if found else 0

    @property
    def part(self) -> int:
        """Return the part that the notebook belongs to: a key of `PARTS`."""
        return max(first for first in PARTS if first <= int(self.path.name[:2]))

    @property
    def text(self) -> str:
        """Return all text cells, one below the other."""
        texts = [cell["source"] for cell in self.cells if cell["cell_type"] == "markdown"]
        return "\n\n".join("".join(lines) for lines in texts)

    @functools.cached_property
    def sections(self) -> list[Section]:
        """Return the sections in their order."""
        found: list[Section] = []
        for cell in self.cells:
            if cell["cell_type"] == "code":
                found[-1].cells.append(cell)
            else:
                text = re.sub(r"^```.*?^```", "", "".join(cell["source"]), flags=re.M | re.S)
                headings = re.findall(r"^#+ (.+)", text, re.M)
                found += [Section(self.path.stem, heading, []) for heading in headings]
        return found


def notebooks() -> list[Notebook]:
    """Return all notebooks in their order."""
    return [Notebook(path) for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))]


def printed_errors(text: str) -> Iterator[tuple[str, str]]:
    """Yield class and message, on one line, of each error that an output tells of."""
    for match in _PRINTED_ERROR.finditer(text):
        kind, message = match.groups()[:2] if match[1] else match.groups()[2:]
        yield kind, " ".join(message.split())


def table_rows(markdown: str, headers: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows of the tables whose first column has one of the headers: cell, links."""
    inside = False
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if inside and cells and not set(cells[0]) <= set("-: "):
            yield cells[0], re.findall(r"\]\(([^)\s]+)\)", cells[-1])
        inside = bool(cells) and (inside or cells[0] in headers)


def _tensorflow_name(function: ast.expr) -> str | None:
    """Return the name of a function of `tf`, or of a Saver's method as `Saver.save`."""
    name = ast.unparse(function)
    if re.fullmatch(r"tf(\.\w+)+", name):
        return name if "__" not in name else None
    receiver, _, method = name.rpartition(".")
    is_saver = re.search(r"(saver|\bSaver\(.*\))$", receiver, re.S)
    return f"Saver.{method}" if is_saver else None
