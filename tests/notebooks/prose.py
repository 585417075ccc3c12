"""Prose agrees with outputs: what the text states, a cell nearby shows.

The rule, as authors read it: every whole number above ten, every decimal number and percentage,
every checkpoint, file and error class that the text names, stands in a code cell or an output of
the same section, or of one that the same paragraph, or row of a table, has a link to; words for
numbers likewise. So may the number of lines of an output be said. The opening may speak of the
whole notebook, and so may the exercises. A name in `backticks` is used or shown anywhere in the
notebook. Free are the numbers of notebooks and exercises, and the minutes a notebook takes. Code
in a solution's fold is no prose: it is executed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from tests.notebooks.reading import (
    ROOT,
    Cell,
    Fault,
    Notebook,
    Section,
    blocks,
    headings,
    opened,
    plain_text,
    walk,
)

_NUMBER = re.compile(
    r"(?<![\w.])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*)"
    r"(?:st|n[d]|rd|th)?(?P<percent>\s?%|\sper\s?cent)?(?!\w)"
)
_CHECKPOINT = re.compile(r"[\w*?/-][\w*?./-]*\.ckpt\*?(?:-\d+)?(?:\.[\w*-]+)*\*?")
_FILE = re.compile(
    r"[\w*/-][\w.*/-]*\."
    r"(?:py|ipynb|npz|npy|md|ya?ml|toml|cfg|txt|png|svg|csv|json|index|meta|data-\d{5}-of-\d{5})"
    r"(?![\w-])"
)
_ERROR_CLASS = re.compile(r"\b(?:[a-z]+\.)*([A-Z]\w*(?:Error|Exception|Interrupt|Warning))\b")
_TIME = re.compile(r"^Time: (?:about )?\d+ minutes")
_NOTEBOOKS = re.compile(
    r"\b(?:notebook|exercise)s? \d+(?:(?:,| and| or| to) \d+)*\b|\d+ · ", re.IGNORECASE
)
# Whole numbers up to here are free: a reader counts so far.
FREE = 10

# The words for more than ten.
_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["eleven", "twelve", *(f"{one}teen" for one in ("thir", "four", "fif", "six", "seven"))]
_TENS = [f"{one}ty" for one in ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")]
_WORDS = dict(zip([*_TEENS, "eighteen", "nineteen"], range(11, 20), strict=True))
_WORDS |= {word: 10 * tens for tens, word in enumerate(_TENS, 2)}
_WORDS |= {
    f"{tens}-{unit}": _WORDS[tens] + more for tens in _TENS for more, unit in enumerate(_UNITS, 1)
}
_WORDS |= {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_WORD = re.compile(rf"\b({'|'.join(sorted(_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)

# What no cell can show: what is typed in a terminal, and what happens outside the environment.
TYPED_ELSEWHERE = re.compile(r"(?:python3?|conda|jupyter|pytest|git|ls|rm|cp)(?: .*)?")
_NOT_SHOWN = "which no cell of this section shows: correct it, or link to the section that does."
_NOT_RAISED = "which no output of a section that it links to shows: link to one, or raise it."
OUTSIDE_THE_COURSE = {"No module named 'helpers'", "No module named 'tensorflow'"}


def numbers_are_shown(notebook: Notebook) -> Iterator[Fault]:
    """Every number in the text occurs in a code cell or an output; see the rule above."""
    for said in _prose(notebook):
        text = _FILE.sub(" ", _CHECKPOINT.sub(" ", said.text))
        numbers = [
            (match[0].strip(), match["number"], bool(match["percent"]))
            for match in _NUMBER.finditer(_NOTEBOOKS.sub(" ", text))
            if not match["number"].isdecimal() or match["percent"] or int(match["number"]) > FREE
        ]
        numbers += [
            (match[1], str(_WORDS[match[1].lower()]), False) for match in _WORD.finditer(said.text)
        ]
        for words, number, percent in numbers:
            if not _is_shown(said.shown, number, percent) and number not in _counts(said.witnesses):
                yield said.cell, f"says {words}, {_NOT_SHOWN}"


def checkpoints_and_files_are_shown(notebook: Notebook) -> Iterator[Fault]:
    """Every checkpoint and file that the text names is in a code cell, an output or the course."""
    for said in _prose(notebook):
        names = {match[0].rstrip(".").lstrip("/") for match in _CHECKPOINT.finditer(said.text)}
        names |= {match[0] for match in _FILE.finditer(_CHECKPOINT.sub(" ", said.text))}
        for name in sorted(names):
            # model.ckpt-4 is not shown by model.ckpt-40, nor model.ckpt by fina-model.ckpt.
            shown = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said.shown)
            if not shown and not _is_in_the_course(notebook, name):
                yield said.cell, f"names `{name}`, {_NOT_SHOWN}"


def names_in_backticks_are_used(notebook: Notebook) -> Iterator[Fault]:
    """Every word of a piece of code in the text is one that this notebook's cells use or show."""
    everywhere = " ".join(section.shown for section in notebook.sections)
    for said in _prose(notebook):
        shown = " ".join(f"{everywhere} {said.shown}".split())
        words = set(re.findall(r"\w+", shown))
        messages = [message for message, _ in _messages(said.cell)]
        for token in walk([said.block], "codespan"):
            code = token["raw"]
            if code in messages or TYPED_ELSEWHERE.fullmatch(code) or _stands_in(shown, code):
                continue
            named = re.findall(r"[^\W\d]\w*", _FILE.sub(" ", _CHECKPOINT.sub(" ", code)))
            unknown = [word for word in named if word not in words]
            if unknown and not _is_in_the_course(notebook, code):
                yield said.cell, f"has `{code}` in its text, but {unknown[0]!r} is in no cell."


def code_in_the_text_is_a_solution(notebook: Notebook) -> Iterator[Fault]:
    """A block of code in the text is run by nobody, but for a solution, which the checks try."""
    for cell in notebook.text_cells:
        if not cell.id.startswith("solution") and any(walk(cell.tokens, "block_code")):
            yield cell, "has a block of code in its text: make it a code cell."


def errors_are_raised_on_purpose(notebook: Notebook) -> Iterator[Fault]:
    """Every class of error, and every message to explain, was raised by a cell and is shown."""
    for said in _prose(notebook):
        outputs = _outputs(said.witnesses)
        for name in sorted(set(_ERROR_CLASS.findall(said.text))):
            if not re.search(rf"\b{name}\b", outputs):
                yield said.cell, f"speaks of {name}, {_NOT_RAISED}"
    for cell in notebook.text_cells:
        for message, entry in _messages(cell):
            outputs = " ".join(_outputs(_linked(notebook, entry)).split())
            if message not in OUTSIDE_THE_COURSE and not _stands_in(outputs, message):
                yield cell, f"explains the message `{message}`, {_NOT_RAISED}"


@dataclass(frozen=True)
class _Said:
    # A block of text, the sections that may show what it says, and all that they show.
    cell: Cell
    block: dict
    text: str
    witnesses: list[Section]
    shown: str


def _prose(notebook: Notebook) -> Iterator[_Said]:
    for section in notebook.sections:
        exercise = section.title == "Exercises"
        everywhere = exercise or section is notebook.sections[0]
        more = [_solutions(notebook)] if exercise else []
        for cell, token in section.texts:
            for block, text in blocks([token]):
                own = notebook.sections if everywhere else [section]
                witnesses = [*own, *_linked(notebook, block)]
                shown = [*(one.shown for one in witnesses), *more]
                # An opening may put its paragraphs on lines of one block.
                yield _Said(cell, block, _TIME.sub("", text), witnesses, "\n".join(shown))


def _messages(cell: Cell) -> Iterator[tuple[str, dict]]:
    # What an entry of a list begins with in bold, or the first column of a table holds, is a
    # message if it is nothing but a piece of code, or has a space in it.
    if "If it goes wrong" not in [text for _, text in headings(cell)]:
        return
    for item in walk(cell.tokens, "list_item"):
        for bold in walk(item["children"][:1], "strong"):
            if [part["type"] for part in bold["children"]] == ["codespan"]:
                yield plain_text(bold), item
    for row in walk(cell.tokens, "table_row"):
        for token in walk(row["children"][:1], "codespan"):
            if " " in token["raw"]:
                yield token["raw"], row


def _linked(notebook: Notebook, block: dict) -> list[Section]:
    # The sections that a block leads to, one by one or as `[this] to [that]`.
    linked, before = [], None
    for token in _flat(block):
        if token["type"] == "link":
            target, sections = _section_of_link(notebook, token["attrs"]["url"])
            if before in sections and target in sections:
                linked += sections[sections.index(before) : sections.index(target)]
            linked += [target] if target else []
            before = target
        elif token.get("raw", "").strip() != "to":
            before = None
    return linked


def _flat(block: dict) -> Iterator[dict]:
    # What stands side by side in a block: pieces of text, of code, and links.
    for token in block.get("children", []):
        if token["type"] == "link" or "raw" in token:
            yield token
        else:
            yield from _flat(token)


def _section_of_link(notebook: Notebook, url: str) -> tuple[Section | None, list[Section]]:
    path, _, anchor = unquote(url).partition("#")
    target = notebook.path.parent / path
    if path and target.suffix == ".ipynb" and target.is_file():
        notebook = opened(target)
    elif path:
        return None, []
    found = [one for one in notebook.sections if anchor and anchor in one.anchors]
    return (found[0] if found else None), notebook.sections


def _outputs(sections: list[Section]) -> str:
    return "\n".join(cell.output_text for section in sections for cell in section.code_cells)


def _counts(sections: list[Section]) -> set[str]:
    # The lines of an output, which a reader can count.
    cells = [cell for section in sections for cell in section.code_cells]
    return {str(len(cell.output_text.splitlines())) for cell in cells}


def _solutions(notebook: Notebook) -> str:
    # What an exercise may speak of besides: its solutions, and what its checker says.
    cells = [cell for cell in notebook.text_cells if cell.id.startswith("solution")]
    shown = [block["raw"] for cell in cells for block in walk(cell.tokens, "block_code")]
    checkers = ROOT / "helpers" / "exercises" / f"notebook_{notebook.number}.py"
    return "\n".join([*shown, checkers.read_text(encoding="utf-8") if checkers.is_file() else ""])


def _is_shown(shown: str, number: str, percent: bool) -> bool:
    # 10,000 and 10_000 are 10000. Of a decimal number, the cells may show more parts: 2.21 is
    # shown by the version 2.21.0. But 0.82 is not shown by 0.8225, nor 20 by 20.5.
    plain = number.replace(",", "")
    # 60 is not shown by 60%, nor 60% by 60.
    end = r"\s?%" if percent else r"(?!\d|\s?%)" if "." in plain else r"(?!\d|\.\d|\s?%)"
    pattern = rf"(?<![\w.]){re.escape(plain)}{end}"
    joined = re.sub(r"(?<=\d)[,_](?=\d{3}(?!\d))", "", shown)
    if re.search(pattern, shown) or re.search(pattern, joined):
        return True
    words = [word for word, value in _WORDS.items() if str(value) == plain and not percent]
    return any(re.search(rf"\b{word}\b", shown, re.IGNORECASE) for word in words)


def _stands_in(shown: str, code: str) -> bool:
    # Three dots stand for anything. An output breaks long messages into lines; `shown` does not.
    pattern = re.escape(code).replace(re.escape("..."), ".*?")
    return bool(re.search(rf"(?<!\w){pattern}(?!\w)", shown))


def _is_in_the_course(notebook: Notebook, name: str) -> bool:
    if not re.fullmatch(r"[\w./-]+", name) or "." not in name:
        return False
    places = (ROOT, notebook.path.parent, ROOT / "helpers" / "scripts")
    return any((place / name).is_file() for place in places)
