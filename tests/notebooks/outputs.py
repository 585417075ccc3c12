"""What a stored output may hold: nothing of the machine it was made on, nothing too wide."""

import base64
import getpass
import re
import socket
import struct
from collections.abc import Iterator, Mapping

from tests.notebooks.reading import Cell, Notebook, is_picture, texts_of

COLUMNS = 100
_STORE = "then store the notebook again"

# What gives away a machine or a moment, each with the name a failure calls it by.
TRACES = {
    "an absolute path": (
        r"(?<![\w.:/])/(?:tmp|home|root|usr|var|etc|opt|proc|mnt|srv|private|Users|Volumes)\b"
        r"|(?<![\w.:/])/[\w.-]+/[\w./-]+"
        r"|\b[A-Za-z]:\\+\w"
        r"|\bfile://"
    ),
    "the random name of a temporary directory": r"\bworkspace-\w{8}\b|\btmp[a-z0-9_]{8}\b"
    r"|\.tempstate\d{6,}|\.tmp[0-9a-f]{32}\b",
    "an address in memory": r"\b0x[0-9a-f]{8,}",
    "a time of the day": r"\b\d{1,2}:\d\d:\d\d\b|\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d",
    "a log line": r"^(?:WARNING|INFO|ERROR|FATAL|DEBUG):\S|^[IWEF]\d{4} |^[IWEF]0000 "
    r"|\.(?:cc|py):\d+\]|absl::InitializeLog",
    "a user at a host": r"\b[\w.-]+@(?!\d)[\w-]+\b",
}


def nothing_is_written_to_stderr(notebook: Notebook) -> Iterator[str]:
    """What goes to stderr is a warning or a log line; readers take it for a fault."""
    for cell in notebook.code_cells:
        for output in cell.outputs:
            if output.output_type == "stream" and output.name != "stdout":
                yield (
                    f"{notebook.at(cell)} writes to {output.name}: {_shortened(output.text)!r}. "
                    f"Mend what it warns of, or print it, {_STORE}."
                )


def outputs_name_no_machine_and_no_moment(notebook: Notebook) -> Iterator[str]:
    """No absolute path, user, host, time or log line: none is the same on the next machine."""
    own_words = set(re.findall(r"\w+", notebook.code + "\n".join(_prose(notebook))))
    for cell, text in _all_texts(notebook):
        for what, pattern in TRACES.items():
            if found := re.search(pattern, text, re.MULTILINE):
                yield (
                    f"{notebook.at(cell)} shows {what}, {_line_around(text, found)!r}: print a "
                    f"part that is the same everywhere, {_STORE}."
                )
        for what, name in (("user", getpass.getuser()), ("host", socket.gethostname())):
            # A short name, or one that the lesson itself uses, may stand there for another reason.
            is_telling = len(name) > 4 and name not in own_words
            if is_telling and re.search(rf"\b{re.escape(name)}\b", text):
                yield (
                    f"{notebook.at(cell)} shows the name of this machine's {what}, {name!r}: "
                    f"leave it out, {_STORE}."
                )


def output_lines_fit_in_100_columns(notebook: Notebook) -> Iterator[str]:
    """A wider line is cut off or broken on many screens. The text beside a picture may be long."""
    for cell in notebook.code_cells:
        for output in cell.outputs:
            if is_picture(output):
                continue
            for line in "\n".join(texts_of(output)).splitlines():
                if len(line) > COLUMNS:
                    yield (
                        f"{notebook.at(cell)} prints a line of {len(line)} columns, "
                        f"{_shortened(line)!r}: break it at {COLUMNS}, {_STORE}."
                    )


def tracebacks_are_one_line(notebook: Notebook) -> Iterator[str]:
    """`course.py store` leaves the error's class and message, which are all that is compared."""
    for cell in notebook.code_cells:
        for output in cell.outputs:
            if output.output_type == "error" and output.traceback != [
                f"{output.ename}: {output.evalue}"
            ]:
                yield (
                    f"{notebook.at(cell)} was stored with another traceback than its error's class "
                    f"and message: run `python3 course.py store notebooks/{notebook.name}`."
                )


def pictures_have_an_alternative_text(notebook: Notebook) -> Iterator[str]:
    """Each picture in an output says what it shows, in the words that are compared.

    nbval leaves an output's metadata out, so the text and the size that stand there are held
    against the text beside the picture and the picture itself.
    """
    for cell in notebook.code_cells:
        for output in filter(is_picture, cell.outputs):
            of_picture = output.get("metadata", {}).get("image/png", {})
            alt, text = of_picture.get("alt", ""), output.data.get("text/plain", "")
            if not alt.strip():
                yield (
                    f"{notebook.at(cell)} shows a picture without an alternative text: draw it "
                    "with `helpers.figures.drawing.show(figure, alt=...)`."
                )
            elif alt != text:
                yield (
                    f"{notebook.at(cell)} has an alternative text that differs from the text "
                    f"beside its picture: {_STORE.removeprefix('then ')}."
                )
            elif not _is_shown_as_drawn(output.data["image/png"], of_picture):
                yield (
                    f"{notebook.at(cell)} shows its picture in another size than it was drawn in: "
                    f"{_STORE.removeprefix('then ')}."
                )


CHECKS = [
    nothing_is_written_to_stderr,
    outputs_name_no_machine_and_no_moment,
    output_lines_fit_in_100_columns,
    tracebacks_are_one_line,
    pictures_have_an_alternative_text,
]


def _all_texts(notebook: Notebook) -> Iterator[tuple[Cell, str]]:
    for cell in notebook.code_cells:
        for output in cell.outputs:
            for text in texts_of(output):
                yield cell, text


def _prose(notebook: Notebook) -> Iterator[str]:
    return (cell.source for cell in notebook.text_cells)


def _is_shown_as_drawn(png: str, metadata: Mapping) -> bool:
    # Width and height stand in the header of every PNG file; helpers.figures.drawing draws
    # 144 dots for the 96 that a screen shows in an inch, and rounds.
    drawn = struct.unpack(">II", base64.b64decode(png)[16:24])
    shown = metadata.get("width", 0), metadata.get("height", 0)
    return all(abs(dots * 96 / 144 - size) <= 1 for dots, size in zip(drawn, shown, strict=True))


def _line_around(text: str, found: re.Match) -> str:
    return _shortened(text[text.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0])


def _shortened(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 60 else text[:57] + "..."
