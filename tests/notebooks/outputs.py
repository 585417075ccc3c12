"""What a stored output may hold: nothing of the machine it was made on, nothing too wide."""

import getpass
import html
import re
import socket
from collections.abc import Iterator

from tests.notebooks.reading import Fault, Notebook, texts_of

COLUMNS = 100

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


def nothing_is_written_to_stderr(notebook: Notebook) -> Iterator[Fault]:
    """What goes to stderr is a warning or a log line; readers take it for a fault."""
    for cell in notebook.code_cells:
        for output in cell.outputs:
            if output.output_type == "stream" and output.name != "stdout":
                yield cell, f"writes to {output.name}: mend what it warns of. {output.text[:60]!r}"


def outputs_name_no_machine_and_no_moment(notebook: Notebook) -> Iterator[Fault]:
    """No absolute path, user, host, time or log line: none is the same on the next machine."""
    own_words = set(re.findall(r"\w+", "\n".join(cell.source for cell in notebook.cells)))
    traces = dict(TRACES)
    for what, name in (("user", getpass.getuser()), ("host", socket.gethostname())):
        # A short name, or one that the lesson itself uses, may stand there for another reason.
        if len(name) > 4 and name not in own_words:
            traces[f"the name of this machine's {what}"] = rf"\b{re.escape(name)}\b"
    for cell in notebook.code_cells:
        for what, pattern in traces.items():
            if found := re.search(pattern, cell.output_text, re.MULTILINE):
                yield cell, f"shows {what}, {found[0]!r}: print what is the same everywhere."


def output_lines_fit_in_100_columns(notebook: Notebook) -> Iterator[Fault]:
    """A wider line is cut off or broken on many screens. The text beside a picture may be long."""
    for cell in notebook.code_cells:
        for output in cell.outputs:
            for line in "" if is_picture(output) else "\n".join(texts_of(output)).splitlines():
                if len(line) > COLUMNS:
                    yield cell, f"prints a line of {len(line)} columns: break it at {COLUMNS}."


def tracebacks_are_one_line(notebook: Notebook) -> Iterator[Fault]:
    """`course.py store` leaves the error's class and message, which are all that is compared."""
    for cell in notebook.code_cells:
        for one in cell.outputs:
            if one.output_type == "error" and one.traceback != [f"{one.ename}: {one.evalue}"]:
                yield cell, "has a whole traceback: store it with `python3 course.py store`."


def pictures_have_an_alternative_text(notebook: Notebook) -> Iterator[Fault]:
    """Each picture says what it shows, in the words beside it, which nbval compares."""
    for cell in notebook.code_cells:
        for output in filter(is_picture, cell.outputs):
            alt = re.match(r'<img alt="([^"]+)"', output.data.get("text/html", ""))
            if not alt or html.unescape(alt[1]) != output.data.get("text/plain", ""):
                yield (
                    cell,
                    "shows a picture without an alternative text, or with another than stands "
                    "beside it: draw it with `helpers.figures.drawing.show(figure, alt=...)`.",
                )


def is_picture(output: dict) -> bool:
    """Tell whether an output shows a picture."""
    data = output.get("data", {})
    return "<img" in data.get("text/html", "") or any(kind.startswith("image/") for kind in data)


CHECKS = [
    nothing_is_written_to_stderr,
    outputs_name_no_machine_and_no_moment,
    output_lines_fit_in_100_columns,
    tracebacks_are_one_line,
    pictures_have_an_alternative_text,
]
