"""What the book has beside the notebooks: where to begin, and what to look up or search for."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from book.notebooks import NOTEBOOKS, PARTS, Section, notebooks, table_rows

HERE = Path(__file__).parent
ROOT = HERE.parent
# What stands above the first column of the tables that lead to sections.
_LOOKED_UP = {"question", "the message says", "what you see", "You see"}
_SHOWN = 8  # where more sections call a function, the first of each notebook is shown


def landing_page() -> str:
    """Return what the course is, its picture, and its parts with what one can do after each."""
    readme, all_notebooks = (ROOT / "README.md").read_text("utf-8"), notebooks()
    able = dict(re.findall(r"^\| \[.*\]\(notebooks/(.+?)\) \| (.+?) \|", readme, re.M))
    parts = []
    for number, (first, title) in enumerate(PARTS.items(), 1):
        inside = [notebook for notebook in all_notebooks if notebook.part == first]
        minutes = sum(notebook.minutes for notebook in inside)
        heading = f"Part {'I' * number} · {title}"
        parts += [
            f"## {heading}",
            f"About {minutes / 60:.2g} hours." if minutes else "No order, no minutes: come and go.",
            "| notebook | you will be able to | minutes |\n|---|---|--:|\n"
            + "\n".join(
                f"| [{one.title}]({one.path.name}) | {able[one.path.name]} | {one.minutes or ''} |"
                for one in inside
            ),
            f"```{{toctree}}\n:caption: {heading}\n:hidden:\n\n"
            + "\n".join(one.path.stem for one in inside)
            + "\n```",
        ]
    [picture] = re.findall(r"^!\[.*", readme, re.M)
    landing = (HERE / "landing.md").read_text("utf-8")
    for word, text in [
        ("PICTURE", picture.replace(".github/", "../.github/")),
        ("FIRST", all_notebooks[0].path.name),
        ("PARTS", "\n\n".join(parts)),
    ]:
        landing = landing.replace(word, text)
    return landing


def errors() -> dict[tuple[str, str], list[Section]]:
    """Return, for class and message of every error shown, the sections that show it."""
    shown = defaultdict(list)
    for section in _sections():
        for error in dict.fromkeys(section.errors()):
            shown[error].append(section)
    return shown


def functions() -> dict[str, list[Section]]:
    """Return, for every function and `function(argument)`, sections that call it."""
    called = defaultdict(list)
    for section in _sections():
        for name, argument in dict.fromkeys(section.calls()):
            called[f"{name}({argument})" if argument else name].append(section)
    for name, sections in called.items():
        if len(sections) > _SHOWN:
            first = {section.page: section for section in reversed(sections)}
            called[name] = sorted(first.values(), key=lambda section: section.page)
    return called


def page_by_message() -> str:
    """Return the index by message: a table for each class of errors."""
    by_kind = defaultdict(list)
    for (kind, message), sections in errors().items():
        by_kind[kind].append((_code(message), sections))
    text = (
        "# By message\n\nEvery error that the notebooks raise, in the words that you see, and "
        "where. Names of files and variables are the course's."
    )
    for kind in sorted(by_kind):
        text += f"\n\n## {kind}\n\n{_table('message', sorted(by_kind[kind], key=str))}"
    return text


def page_by_function() -> str:
    """Return the index by function and argument."""
    rows = [(f"`{name}`", sections) for name, sections in sorted(functions().items())]
    return (
        "# By function and argument\n\nWhich sections call what: `tf` is `tensorflow.compat.v1`, "
        "and an argument stands in brackets. Where many sections call a function, this is the "
        f"first one of each notebook.\n\n{_table('function', rows)}"
    )


def search_entries() -> dict[str, list[tuple[str, str, str]]]:
    """Return what the search is to find in each page: a text, the section's slug, and its kind.

    The kind is "main" for a heading, and for the first section to which one of the tables leads.
    """
    entries = defaultdict(set)
    for section in _sections():
        entries[section.page].add((section.heading.replace("`", ""), section.slug, "main"))
    for (kind, message), sections in errors().items():
        for section in sections:
            entries[section.page].add((f"{kind}: {message}", section.slug, ""))
    for name, sections in functions().items():
        for section in sections:
            entries[section.page].add((name, section.slug, ""))
    for text, places in looked_up():
        for number, (page, slug) in enumerate(places):
            entries[page].add((text, slug, "" if number else "main"))
    return {page: sorted(found) for page, found in entries.items()}


def looked_up() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the rows of the course's own tables: a message or question, and pages and slugs."""
    texts = {notebook.path.stem: notebook.text for notebook in notebooks()}
    texts["questions"] = (NOTEBOOKS / "questions.md").read_text("utf-8")
    for page, text in texts.items():
        for cell, links in table_rows(text, _LOOKED_UP):
            places = [unquote(link).partition("#")[::2] for link in links]
            yield (
                cell.replace("`", ""),
                [(target.removesuffix(".ipynb") or page, slug) for target, slug in places],
            )


def _sections() -> list[Section]:
    return [section for notebook in notebooks() for section in notebook.sections]


def _table(first: str, rows: list[tuple[str, list[Section]]]) -> str:
    lines = [f"| {cell} | {', '.join(one.link for one in found)} |" for cell, found in rows]
    return "\n".join([f"| {first} | shown in |", "|---|---|", *lines])


def _code(text: str) -> str:
    marks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{marks}{space}{text}{space}{marks}".replace("|", r"\|")
