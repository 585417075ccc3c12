"""How a notebook is laid out: what every one opens and closes with, and what is easy to read."""

import ast
import re
from collections.abc import Iterator

from tests.notebooks.reading import Cell, Fault, Notebook, blocks, headings, plain_text, walk

# Aim at 25: what is longer is not read.
MOST_LINES = 30
OPENING = ("When you are through, you can", "You need", "Time")
CLOSING = ["Exercises", "What you can do now", "If it goes wrong"]
# From this one on, notebooks are there to look things up: nobody reads them from top to bottom.
FIRST_TO_LOOK_UP = "12"


def headings_go_down_one_level_at_a_time(notebook: Notebook) -> Iterator[Fault]:
    """One title, at the top, numbered as the file is; below it no level is jumped."""
    before = 0
    for cell in notebook.text_cells:
        for level, text in headings(cell):
            title = f"{int(notebook.number)} · "
            if before == 0 and (level != 1 or not text.startswith(title)):
                yield cell, f"must begin the notebook with its title, `# {title}...`, not {text!r}."
            elif before and (level == 1 or level > before + 1):
                yield cell, f"goes from level {before} to {level} in {text!r}: make it `##`."
            before = level


def opens_with_what_you_will_be_able_to_do(notebook: Notebook) -> Iterator[Fault]:
    """The first cell says what the reader will be able to do and needs, and the time it takes."""
    first = notebook.cells[0]
    if is_for_looking_up(notebook):
        return
    bold = [plain_text(token).rstrip(":,") for token in walk(first.tokens, "strong")]
    for part in OPENING:
        if part not in bold:
            yield first, f"must have `**{part}**` in it."
    if minutes(notebook) != (needed := minutes_needed(notebook)):
        yield first, f"must tell the time: `**Time**: about {needed} minutes.`"
    if not _goals(first):
        yield first, "must list what the reader will be able to do, as 1., 2., ..."


def closes_with_the_same_list_and_what_may_go_wrong(notebook: Notebook) -> Iterator[Fault]:
    """The end mirrors the beginning: as many things that you can do now as were promised."""
    if is_for_looking_up(notebook):
        return
    last = notebook.cells[-1]
    if [section.title for section in notebook.sections][-len(CLOSING) :] != CLOSING:
        yield last, f"must end the notebook with the sections {CLOSING}."
    promised, answered = len(_goals(notebook.cells[0])), len(_goals(last))
    if answered != promised:
        yield last, f"lists {answered} things, but the first cell promises {promised}."


def asks_before_it_shows(notebook: Notebook) -> Iterator[Fault]:
    """The reader is asked to predict at least once; the next cell settles it, folded until then."""
    asked = False
    for cell, after in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if any(text.startswith("Predict.") for _, text in blocks(cell.tokens)):
            asked = True
            if not (after and after.is_code):
                yield cell, "asks the reader to predict: the next cell must settle it."
            elif "hide-output" not in after.tags:
                yield after, "shows what the reader is to predict: store the notebook, to fold it."
    if not asked and not is_for_looking_up(notebook):
        yield None, "never lets the reader predict: put `> **Predict.** ...?` before a code cell."


def code_cells_are_short(notebook: Notebook) -> Iterator[Fault]:
    """A long code cell is not read: aim at 25 lines."""
    for cell in notebook.code_cells:
        lines = len(cell.source.splitlines())
        if lines > MOST_LINES:
            yield cell, f"has {lines} lines of code: split it, or move a part into `helpers/`."


def pictures_are_drawn_by_helpers_or_asserted(notebook: Notebook) -> Iterator[Fault]:
    """What a picture shows comes from a tested helper, or the cell asserts it.

    Where pictures are not compared (on other platforms), nothing else would tell.
    """
    from_helpers = set()
    for cell in notebook.code_cells:
        nodes = list(ast.walk(parsed(cell.source)))
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
                from_helpers |= {name.asname or name.name for name in node.names}
        shows = [one for one in nodes if isinstance(one, ast.Call) and called(one) == "show"]
        for figure in (one.args[0] for one in shows if one.args):
            drawn = isinstance(figure, ast.Call) and called(figure) in from_helpers
            if not drawn and not any(isinstance(node, ast.Assert) for node in nodes):
                yield cell, "draws its picture itself: let a function of `helpers/`, or assert it."


def is_for_looking_up(notebook: Notebook) -> bool:
    """Tell whether it belongs to part III, which has no aims, no exercises and no minutes."""
    return notebook.number >= FIRST_TO_LOOK_UP and not minutes(notebook)


def minutes(notebook: Notebook) -> int | None:
    """Return the minutes that the notebook says it takes."""
    texts = " ".join(text for _, text in blocks(notebook.cells[0].tokens))
    found = re.search(r"Time: (?:about )?(\d+) minutes", texts)
    return int(found[1]) if found else None


def minutes_needed(notebook: Notebook) -> int:
    """Return how long a learner takes: 100 words or 12 lines a minute, 6 minutes an exercise.

    Three notebooks of 2,100 to 3,700 words took readers 70, 90 and 100 minutes; so counted, they
    take 70, 75 and 95. Rounded to five minutes.
    """
    words = sum(
        len(text.split()) for cell in notebook.text_cells for _, text in blocks(cell.tokens)
    )
    lines = len(notebook.code.splitlines())
    exercises = sum(cell.id.startswith("exercise-") for cell in notebook.code_cells)
    return 5 * round((words / 100 + lines / 12 + 6 * exercises) / 5)


def parsed(source: str) -> ast.Module:
    """Parse a cell; lines for IPython alone (`%`, `!`) are no Python."""
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE))


def called(call: ast.Call) -> str:
    """Return the last part of the name of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _goals(cell: Cell) -> list[dict]:
    lists = [token for token in walk(cell.tokens, "list") if token["attrs"].get("ordered")]
    return list(walk(lists[0]["children"], "list_item")) if lists else []
