"""Prose agrees with outputs: what the text states, a cell nearby shows.

The rule, as authors read it: every number from three on, every decimal number and percentage,
every checkpoint, file and error class that the text names, stands in a code cell or an output of
the same section, or of one that the same paragraph, or row of a table, names or has a link to. So
do number words, as digits or as a word. The opening may speak of the whole notebook, and so may the
exercises. A name in `backticks` is used or shown anywhere in the notebook. Free are one and two,
section and exercise numbers, and the minutes a notebook takes. Code in a solution's fold is no
prose: it is executed.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from tests.course.notebook import (
    ROOT,
    Cell,
    Notebook,
    Section,
    blocks,
    headings,
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
    r"\b(?:notebook|exercise)s? \d(?:(?:,| and| or| to) \d)*\b|\d · ", re.IGNORECASE
)
FREE_BELOW = 3

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS = (
    {word: number for number, word in enumerate([*_UNITS, "ten", "eleven", "twelve", *_TEENS], 1)}
    | {word: 10 * number for number, word in enumerate(_TENS, 2)}
    | {
        f"{tens}-{unit}": 10 * number + more
        for number, tens in enumerate(_TENS, 2)
        for more, unit in enumerate(_UNITS, 1)
    }
    | {"hundred": 100, "thousand": 1000, "million": 1_000_000}
)
_NUMBER_WORD = re.compile(
    rf"\b({'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})\b", re.IGNORECASE
)

# What a text may name in backticks although no cell can show it: what is typed in a terminal, and
# what happens to a reader who did not start the course's environment.
TYPED_ELSEWHERE = re.compile(r"(?:python3?|conda|jupyter|pytest|git|ls|rm|cp)(?: .*)?")
OUTSIDE_THE_COURSE = {"No module named 'helpers'", "No module named 'tensorflow'"}


def numbers_are_shown(notebook: Notebook) -> Iterator[str]:
    """Every number in the text occurs in a code cell or an output; see the rule above."""
    for cell, _, text, witnesses in _prose(notebook):
        shown = _shown(notebook, cell, witnesses)
        for match in _NUMBER.finditer(_NOTEBOOKS.sub(" ", _without_names(text))):
            number = match["number"]
            if number.isdecimal() and int(number) < FREE_BELOW and not match["percent"]:
                continue
            if _is_section(number, text, notebook, witnesses):
                continue
            if not _is_shown(shown, number, bool(match["percent"])):
                said = match[0].strip()
                yield (
                    f"{notebook.at(cell)} says {said}, which no code cell and no output of "
                    "this section shows: correct it, let a cell print it, or name the section."
                )


def number_words_are_shown(notebook: Notebook) -> Iterator[str]:
    """`six` in the text is `6`, or `six`, in a code cell or an output."""
    for cell, _, text, witnesses in _prose(notebook):
        shown = _shown(notebook, cell, witnesses)
        for match in _NUMBER_WORD.finditer(text):
            word = match[1].lower()
            value = NUMBER_WORDS[word]
            if value >= FREE_BELOW and not _is_shown(shown, str(value), False):
                yield (
                    f"{notebook.at(cell)} says {match[1]!r}, but neither it nor {value} stands in "
                    "a code cell or an output of this section: correct it, let a cell print it, or "
                    "name the section."
                )


def checkpoints_and_files_are_shown(notebook: Notebook) -> Iterator[str]:
    """Every checkpoint and file that the text names is in a code cell, an output or the course."""
    for cell, _, text, witnesses in _prose(notebook):
        shown = _shown(notebook, cell, witnesses)
        names = {match[0].rstrip(".").lstrip("/") for match in _CHECKPOINT.finditer(text)}
        rest = _CHECKPOINT.sub(" ", text)
        names |= {match[0] for match in _FILE.finditer(rest)}
        for name in sorted(names):
            if not _name_stands_in(shown, name) and not _is_in_the_course(notebook, name):
                yield (
                    f"{notebook.at(cell)} names `{name}`, which no code cell and no output of "
                    "this section shows: correct the name, let a cell show it, or name the section."
                )


def names_in_backticks_are_used(notebook: Notebook) -> Iterator[str]:
    """Every word of a piece of code in the text is one that this notebook's cells use or show."""
    for cell, block, _, witnesses in _prose(notebook):
        shown = " ".join(_shown(notebook, cell, [*notebook.sections, *witnesses]).split())
        words = set(re.findall(r"\w+", shown))
        messages = [message for message, _ in _messages(cell)]
        for token in walk([block], "codespan"):
            code = token["raw"]
            if code in messages or TYPED_ELSEWHERE.fullmatch(code) or _stands_in(shown, code):
                continue
            if _is_in_the_course(notebook, code):
                continue
            without_names = _FILE.sub(" ", _CHECKPOINT.sub(" ", code))
            unknown = [
                word for word in re.findall(r"[^\W\d]\w*", without_names) if word not in words
            ]
            if unknown:
                yield (
                    f"{notebook.at(cell)} has `{code}` in its text, but {unknown[0]!r} stands in "
                    "no code cell and no output of this notebook: correct it, or let a cell use it."
                )


def code_in_the_text_is_a_solution(notebook: Notebook) -> Iterator[str]:
    """A block of code in the text is run by nobody, but for a solution, which the checks try."""
    for cell in notebook.text_cells:
        if not cell.id.startswith("solution") and any(walk(cell.tokens, "block_code")):
            yield f"{notebook.at(cell)} has a block of code in its text: make it a code cell."


def errors_are_raised_on_purpose(notebook: Notebook) -> Iterator[str]:
    """Every class of error that the text names was raised by a cell and stands in an output."""
    for cell, _, text, witnesses in _prose(notebook):
        outputs = _outputs(witnesses)
        for name in sorted(set(_ERROR_CLASS.findall(text))):
            if not re.search(rf"\b{name}\b", outputs):
                yield (
                    f"{notebook.at(cell)} speaks of {name}, which no output of this section "
                    "shows: raise it in a cell, under `with expected_error(...)`, name the "
                    "section that does, or leave it out."
                )


def messages_are_raised_on_purpose(notebook: Notebook) -> Iterator[str]:
    """Every message that "If it goes wrong" explains stands in an output."""
    for cell in notebook.text_cells:
        for message, entry in _messages(cell):
            outputs = " ".join(_outputs(_witnesses(notebook, None, cell, entry)).split())
            if message not in OUTSIDE_THE_COURSE and not _stands_in(outputs, message):
                yield (
                    f"{notebook.at(cell)} explains the message `{message}`, which no output of "
                    "a section that it names shows: name the section that does, raise it in a "
                    "cell, or leave the entry out."
                )


CHECKS = [
    numbers_are_shown,
    number_words_are_shown,
    checkpoints_and_files_are_shown,
    names_in_backticks_are_used,
    code_in_the_text_is_a_solution,
    errors_are_raised_on_purpose,
    messages_are_raised_on_purpose,
]


def _prose(notebook: Notebook) -> Iterator[tuple[Cell, dict, str, list[Section]]]:
    # Each block, its text, and the sections that may show what it says.
    for section in notebook.sections:
        for cell, token in section.texts:
            for block, text in blocks([token]):
                # An opening may put its paragraphs on lines of one block.
                witnesses = _witnesses(notebook, section, cell, block)
                yield cell, block, _TIME.sub("", text), witnesses


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


def _witnesses(
    notebook: Notebook, section: Section | None, cell: Cell, block: dict
) -> list[Section]:
    # The block's own section, and those that it names or leads to.
    if section is notebook.sections[0] or _is_exercise(cell):
        witnesses = list(notebook.sections)
    else:
        named = re.findall(r"\b\d\.\d+\b", plain_text(block))
        witnesses = [one for one in notebook.sections if one is section or one.number in named]
    for link in walk([block], "link"):
        path, _, anchor = unquote(link["attrs"]["url"]).partition("#")
        target = notebook.path.parent / path if path else notebook.path
        number = re.match(r"\d+\.\d+(?=-)", anchor)
        if number and target.suffix == ".ipynb" and target.is_file():
            witnesses += [one for one in Notebook(target).sections if one.number == number[0]]
    return witnesses


def _is_exercise(cell: Cell) -> bool:
    return cell.id.startswith(("exercise", "solution"))


def _outputs(sections: list[Section]) -> str:
    return "\n".join(cell.output_text for section in sections for cell in section.code_cells)


def _shown(notebook: Notebook, cell: Cell, witnesses: list[Section]) -> str:
    shown = [one.shown for one in witnesses]
    if _is_exercise(cell):
        shown += [
            block["raw"]
            for solution in notebook.text_cells
            if solution.id.startswith("solution")
            for block in walk(solution.tokens, "block_code")
        ]
        checkers = ROOT / "helpers" / "exercises" / f"notebook_{notebook.number}.py"
        if checkers.is_file():
            shown.append(checkers.read_text(encoding="utf-8"))
    return "\n".join(shown)


def _without_names(text: str) -> str:
    return _FILE.sub(" ", _CHECKPOINT.sub(" ", text))


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
    words = [word for word, value in NUMBER_WORDS.items() if str(value) == plain and not percent]
    return any(re.search(rf"\b{word}\b", shown, re.IGNORECASE) for word in words)


def _stands_in(shown: str, code: str) -> bool:
    # Three dots stand for anything. An output breaks long messages into lines; `shown` does not.
    pattern = re.escape(code).replace(re.escape("..."), ".*?")
    return bool(re.search(rf"(?<!\w){pattern}(?!\w)", shown))


def _name_stands_in(shown: str, name: str) -> bool:
    # model.ckpt-4 is not shown by model.ckpt-40, nor model.ckpt by fina-model.ckpt.
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", shown))


def _is_in_the_course(notebook: Notebook, name: str) -> bool:
    if not re.fullmatch(r"[\w./-]+", name) or "." not in name:
        return False
    return any((place / name).is_file() for place in (ROOT, notebook.path.parent))


def _is_section(number: str, text: str, notebook: Notebook, witnesses: list[Section]) -> bool:
    if number in {one.number for one in [*notebook.sections, *witnesses]}:
        return True
    in_another = re.search(rf"\bsections? (?:[\d. ]+(?:,|and|or|to) ?)*{re.escape(number)}\b", text)
    return bool(in_another) and any(
        number == section.number
        for path in notebook.siblings
        for section in Notebook(path).sections
    )
