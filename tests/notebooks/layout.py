"""How a notebook is laid out: what every one opens and closes with, and what is easy to read."""

import ast
import re
from collections.abc import Iterator

from tests.notebooks.reading import Cell, Notebook, headings, paragraphs, plain_text, walk

# Aim at 25: what is longer is not read.
MOST_LINES = 30
OPENING = ("When you are through, you can", "You need", "Time")
CLOSING = ("Exercises", "What you can do now", "If it goes wrong")
# From this one on, notebooks are there to look things up: nobody reads them from top to bottom.
FIRST_TO_LOOK_UP = "12"


def headings_go_down_one_level_at_a_time(notebook: Notebook) -> Iterator[str]:
    """One title, at the top, numbered as the file is; below it no level is jumped."""
    before = 0
    for cell in notebook.text_cells:
        for level, text in headings(cell):
            if before == 0 and (level != 1 or not text.startswith(f"{int(notebook.number)} · ")):
                yield (
                    f"{notebook.at(cell)} must begin the notebook with its title, "
                    f"`# {int(notebook.number)} · ...`, not with {text!r}."
                )
            elif before and level == 1:
                yield f"{notebook.at(cell)} has a second title, {text!r}: make it a section, `##`."
            elif level > before + 1:
                yield (
                    f"{notebook.at(cell)} jumps from a heading of level {before} to one of level "
                    f"{level}, {text!r}: use level {before + 1}."
                )
            before = level


def opens_with_what_you_will_be_able_to_do(notebook: Notebook) -> Iterator[str]:
    """The first cell says what the reader will be able to do and needs, and the time it takes."""
    if is_for_looking_up(notebook):
        return
    first = notebook.cells[0]
    bold = [plain_text(token).rstrip(":,") for token in walk(first.tokens, "strong")]
    for part in OPENING:
        if part not in bold:
            yield f"{notebook.at(first)} must have `**{part}**` in it."
    if not minutes(notebook):
        yield f"{notebook.at(first)} must tell the time, as `**Time**: about 30 minutes.`"
    if not _goals(first):
        yield f"{notebook.at(first)} must list what the reader will be able to do, as 1., 2., ..."


def closes_with_the_same_list_and_what_may_go_wrong(notebook: Notebook) -> Iterator[str]:
    """The end mirrors the beginning: as many things that you can do now as were promised."""
    if is_for_looking_up(notebook):
        return
    found = [each for cell in notebook.text_cells for each in headings(cell)]
    sections = [text for level, text in found if level == 2]
    if sections[-len(CLOSING) :] != list(CLOSING):
        yield (
            f"{notebook.name} must end with the sections {', '.join(map(repr, CLOSING))}, in this "
            f"order, not with {sections[-len(CLOSING) :]}."
        )
        return
    promised, last = len(_goals(notebook.cells[0])), notebook.cells[-1]
    answered = len(_goals(last))
    if answered != promised:
        yield (
            f"{notebook.at(last)} lists {answered} things that you can do now, but "
            f"{notebook.at(notebook.cells[0])} promises {promised}: make one mirror the other."
        )


def asks_before_it_shows(notebook: Notebook) -> Iterator[str]:
    """The reader is asked to predict at least once, and a code cell comes next to settle it."""
    if is_for_looking_up(notebook):
        return
    asked = [
        index
        for index, cell in enumerate(notebook.cells)
        if any(text.startswith("Predict.") for text in paragraphs(cell))
    ]
    if not asked:
        yield (
            f"{notebook.name} never lets the reader predict: put `> **Predict.** ...?` before a "
            "cell that settles it."
        )
    for index in asked:
        cell = notebook.cells[index]
        if not any(after.is_code for after in notebook.cells[index + 1 : index + 2]):
            yield f"{notebook.at(cell)} asks the reader to predict: the next cell must settle it."


def code_cells_are_short(notebook: Notebook) -> Iterator[str]:
    """A long code cell is not read: aim at 25 lines."""
    for cell in notebook.code_cells:
        lines = len(cell.source.splitlines())
        if lines > MOST_LINES:
            yield (
                f"{notebook.at(cell)} has {lines} lines of code: split it, or move a part into "
                f"`helpers/`, until it has 25 or so."
            )


def pictures_are_drawn_by_helpers_or_asserted(notebook: Notebook) -> Iterator[str]:
    """What a picture shows comes from a tested helper, or the cell asserts it.

    Where pictures are not compared (on other platforms), nothing else would tell.
    """
    from_helpers = {
        name.asname or name.name
        for node in ast.walk(_parsed(notebook.code))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers.")
        for name in node.names
    }
    for cell in notebook.code_cells:
        tree = _parsed(cell.source)
        if any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
            continue
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and _called(node) == "show" and node.args):
                continue
            figure = node.args[0]
            if not (isinstance(figure, ast.Call) and _called(figure) in from_helpers):
                yield (
                    f"{notebook.at(cell)} draws its picture itself: let a function of `helpers/` "
                    "draw it, with a test, or assert in the cell what the picture shows."
                )


CHECKS = [
    headings_go_down_one_level_at_a_time,
    opens_with_what_you_will_be_able_to_do,
    closes_with_the_same_list_and_what_may_go_wrong,
    asks_before_it_shows,
    code_cells_are_short,
    pictures_are_drawn_by_helpers_or_asserted,
]


def is_for_looking_up(notebook: Notebook) -> bool:
    """Tell whether it belongs to part III, which has no aims, no exercises and no minutes."""
    return notebook.number >= FIRST_TO_LOOK_UP and not minutes(notebook)


def minutes(notebook: Notebook) -> int | None:
    """Return the minutes that the notebook says it takes."""
    for text in paragraphs(notebook.cells[0]):
        if found := re.search(r"Time: (?:about )?(\d+) minutes", text):
            return int(found[1])
    return None


def _goals(cell: Cell) -> list[dict]:
    lists = [token for token in walk(cell.tokens, "list") if token["attrs"].get("ordered")]
    return list(walk(lists[0]["children"], "list_item")) if lists else []


def _called(call: ast.Call) -> str | None:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None


def _parsed(source: str) -> ast.Module:
    # Lines for IPython alone (`%`, `!`) are no Python.
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE))
