"""Links resolve, and the way from one notebook to the next is there."""

import difflib
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.notebooks.reading import Cell, Fault, Notebook, headings, opened, plain_text, walk


def links_lead_somewhere(notebook: Notebook) -> Iterator[Fault]:
    """Every link to a file, a notebook or a heading leads to one, and says where it leads."""
    for cell in notebook.text_cells:
        for fault in faults_of_links(cell, notebook.path):
            yield cell, fault


def first_and_last_cell_lead_to_the_neighbours(notebook: Notebook) -> Iterator[Fault]:
    """The notebook before and the one after are linked, by their titles, at both ends."""
    order = sorted(notebook.path.parent.glob("*.ipynb"))
    place = order.index(notebook.path)
    expected = {f"[← {_title(path)}]({path.name})" for path in order[:place][-1:]}
    expected |= {f"[Next: {_title(path)} →]({path.name})" for path in order[place + 1 :][:1]}
    for cell in (notebook.cells[0], notebook.cells[-1]):
        links = [(plain_text(one), one["attrs"]["url"]) for one in walk(cell.tokens, "link")]
        found = {f"[{text}]({url})" for text, url in links if re.match(r"←|Next", text)}
        for link in sorted(expected - found):
            yield cell, f"must have the link `{link}`."
        for link in sorted(found - expected):
            yield cell, f"has the link `{link}`, which is no neighbour or its old title."


def faults_of_links(text: Cell, source: Path) -> Iterator[str]:
    """Yield what is wrong with the links and images of a text, and the cure.

    Whoever hears a list of the links, or does not see an image, is told what it is.
    """
    for token in walk(text.tokens, "link", "image"):
        words, url = plain_text(token).strip(), token["attrs"]["url"]
        if words.lower().rstrip(".") in ("", "here", "this", "link", "this link", "click here"):
            yield f"has `{url}` behind {words!r}: write what it is."
        if fault := _fault_of(url, source):
            yield f"has a link to {fault}"
    for token in walk(text.tokens, "block_html", "inline_html"):
        for image in re.findall(r"<img\b[^>]*>", token["raw"]):
            if not re.search(r"""\balt=(["'])\s*[^\s"']""", image):
                yield f'shows `{image}`: write `alt="what it shows"` into it.'


def markdown_file(path: Path) -> Cell:
    """Read a Markdown file as if it were one text cell."""
    return Cell({"cell_type": "markdown", "source": path.read_text(encoding="utf-8")}, 1)


def _fault_of(url: str, source: Path) -> str | None:
    # A link into the web is not followed: the course is checked without a network.
    if re.match(r"https?://[\w-]+(\.[\w-]+)+([/?#]|$)", url) or url.startswith("mailto:"):
        return None
    target, _, anchor = unquote(url).partition("#")
    path = source.parent / target if target else source
    if "://" in url or not path.exists():
        return f"`{url}`, but there is no {target}: correct it."
    if anchor and anchor not in _anchors(path):
        near = "".join(difflib.get_close_matches(anchor, _anchors(path), n=1, cutoff=0))
        return f"`{url}`, but {path.name} has no heading #{anchor}: is it #{near}?"
    return None


@functools.cache
def _anchors(path: Path) -> list[str]:
    # JupyterLab puts a dash for every space. In a Markdown file, GitHub also takes capitals and
    # punctuation away.
    if path.suffix == ".ipynb":
        cells = opened(path).text_cells
        return [text.replace(" ", "-") for cell in cells for _, text in headings(cell)]
    if path.suffix == ".md":
        texts = [text for _, text in headings(markdown_file(path))]
        return [re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts]
    return []


def _title(path: Path) -> str:
    return next((text for cell in opened(path).text_cells for _, text in headings(cell)), "")
