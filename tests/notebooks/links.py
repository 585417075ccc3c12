"""Links resolve, and the way from one notebook to the next is there."""

import difflib
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.notebooks.reading import Cell, Notebook, headings, plain_text, walk


def links_lead_somewhere(notebook: Notebook) -> Iterator[str]:
    """Every link to a file, a notebook or a heading leads to one. The web is not asked."""
    for cell in notebook.text_cells:
        for token in [*walk(cell.tokens, "link"), *walk(cell.tokens, "image")]:
            fault = fault_of_link(token["attrs"]["url"], notebook.path)
            if fault:
                yield f"{notebook.at(cell)} has a link to {fault}"


def links_say_where_they_lead(notebook: Notebook) -> Iterator[str]:
    """A link reads as what it leads to, also for those who hear a list of the links alone."""
    for cell in notebook.text_cells:
        for token in walk(cell.tokens, "link"):
            text = plain_text(token).strip()
            if text.lower().rstrip(".") in ("", "here", "this", "link", "this link", "click here"):
                yield (
                    f"{notebook.at(cell)} has a link that reads {text!r}: make it the name of what "
                    "it leads to."
                )


def images_in_the_text_have_an_alternative_text(notebook: Notebook) -> Iterator[str]:
    """An image in the Markdown says what it shows."""
    for cell in notebook.text_cells:
        for token in walk(cell.tokens, "image"):
            if not plain_text(token).strip():
                yield (
                    f"{notebook.at(cell)} shows `{token['attrs']['url']}` without an alternative "
                    "text: write `![what it shows](...)`."
                )
        for image in html_images_without_alternative_text(cell):
            yield (
                f"{notebook.at(cell)} shows `{image}` without an alternative text: write "
                '`alt="what it shows"` into it.'
            )


def first_and_last_cell_lead_to_the_neighbours(notebook: Notebook) -> Iterator[str]:
    """The notebook before and the one after are linked, by their titles, at both ends."""
    order = notebook.siblings
    place = order.index(notebook.path)
    neighbours = {}
    if place > 0:
        neighbours["before"] = ("← ", order[place - 1], "")
    if place + 1 < len(order):
        neighbours["after"] = ("Next: ", order[place + 1], " →")
    for cell in (notebook.cells[0], notebook.cells[-1]):
        links = {
            (plain_text(token), token["attrs"]["url"])
            for token in walk(cell.tokens, "link")
            if re.match(r"←|Next", plain_text(token))
        }
        expected = {
            (f"{start}{_title(path)}{end}", path.name) for start, path, end in neighbours.values()
        }
        for text, target in sorted(expected - links):
            yield f"{notebook.at(cell)} must have the link `[{text}]({target})`."
        for text, target in sorted(links - expected):
            yield (
                f"{notebook.at(cell)} has the link `[{text}]({target})`, but that is not the "
                "notebook before or after, or not its title: take it away."
            )


CHECKS = [
    links_lead_somewhere,
    links_say_where_they_lead,
    images_in_the_text_have_an_alternative_text,
    first_and_last_cell_lead_to_the_neighbours,
]


def fault_of_link(url: str, source: Path) -> str | None:
    """Return what is wrong with a link that stands in the file `source`, and the cure, or None.

    A link into the web is not followed: the course is checked without a network.
    """
    if re.match(r"https?://[\w-]+(\.[\w-]+)+([/?#]|$)", url) or url.startswith("mailto:"):
        return None
    if "://" in url:
        return f"`{url}`, which is no address: correct it."
    target, _, anchor = unquote(url).partition("#")
    path = source if not target else source.parent / target
    if not path.exists():
        return f"`{url}`, but there is no file {target}: correct it."
    if anchor and anchor not in anchors(path):
        near = difflib.get_close_matches(anchor, anchors(path), n=1, cutoff=0)
        return f"`{url}`, but {path.name} has no heading #{anchor}: is it #{'#'.join(near)}?"
    return None


@functools.cache
def anchors(path: Path) -> list[str]:
    """Return the anchors of a file's headings: a notebook's as JupyterLab makes them.

    JupyterLab puts a dash for every space. In a Markdown file, GitHub also takes capitals and
    punctuation away.
    """
    if path.suffix == ".ipynb":
        cells = Notebook(path).text_cells
        return [text.replace(" ", "-") for cell in cells for _, text in headings(cell)]
    if path.suffix == ".md":
        texts = [text for _, text in headings(markdown_file(path))]
        return [re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts]
    return []


def html_images_without_alternative_text(cell: Cell) -> Iterator[str]:
    """Yield every `<img>` of a text that does not say what it shows."""
    for kind in ("block_html", "inline_html"):
        for token in walk(cell.tokens, kind):
            for image in re.findall(r"<img\b[^>]*>", token["raw"]):
                if not re.search(r"""\balt=(["'])\s*[^\s"']""", image):
                    yield image


def markdown_file(path: Path) -> Cell:
    """Read a Markdown file as if it were one text cell."""
    return Cell({"cell_type": "markdown", "source": path.read_text(encoding="utf-8")}, 1)


def _title(path: Path) -> str:
    return next((text for cell in Notebook(path).text_cells for _, text in headings(cell)), "")
