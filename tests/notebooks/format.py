"""No empty pass: a notebook that nbval would wave through has something for it to compare."""

import re
import warnings
from collections.abc import Iterator

import nbformat

from tests.notebooks.reading import Notebook

LEAST_SHARE_WITH_OUTPUT = 0.8
MOST_IGNORED = 1 / 20
STORE = "python3 course.py store notebooks/{}"


def is_valid_nbformat_4_5(notebook: Notebook) -> Iterator[str]:
    """Hold the file against the format's own schema; a missing or doubled cell id counts too."""
    version = notebook.json.get("nbformat"), notebook.json.get("nbformat_minor")
    if version != (4, 5):
        yield (
            f"{notebook.name} is in notebook format {version[0]}.{version[1]}, not 4.5: save it "
            "in JupyterLab, which writes 4.5."
        )
    with warnings.catch_warnings():
        # nbformat only warns of ids, and repairs what it validates.
        warnings.simplefilter("error")
        try:
            nbformat.validate(nbformat.from_dict(notebook.json))
        except (nbformat.ValidationError, UserWarning, FutureWarning) as error:
            first_line = str(error).strip().splitlines()[0]
            yield f"{notebook.name} is not valid: {first_line} Save it in JupyterLab."


def cell_ids_are_words_of_their_own(notebook: Notebook) -> Iterator[str]:
    """Failures name a cell by its id, so it is there, unique, and a word rather than a number."""
    seen = set()
    for cell in notebook.cells:
        if cell.id in seen:
            yield f"{notebook.at(cell)} has the id of an earlier cell: give it one of its own."
        elif not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell.id) or re.fullmatch(
            r"[0-9a-f]{8}(-[0-9a-f-]+)?", cell.id
        ):
            yield (
                f"{notebook.at(cell)} needs an id that says what it is about, in lower-case words "
                "joined by dashes, such as `first-save`."
            )
        seen.add(cell.id)


def execution_counts_run_from_1(notebook: Notebook) -> Iterator[str]:
    """The outputs are those of one run from top to bottom; nbval compares no cell without a count.

    The counts that stand at the results are the cells' own.
    """
    for expected, cell in enumerate(notebook.code_cells, 1):
        counts = {cell.execution_count} | {
            output.execution_count
            for output in cell.outputs
            if output.output_type == "execute_result"
        }
        if counts != {expected}:
            yield (
                f"{notebook.at(cell)} was stored with execution count {cell.execution_count} where "
                f"a run from top to bottom gives {expected}: store it with "
                f"`{STORE.format(notebook.name)}`."
            )
            return


def most_code_cells_have_an_output(notebook: Notebook) -> Iterator[str]:
    """A cell that shows nothing proves nothing but that it does not raise."""
    silent = [cell for cell in notebook.code_cells if not cell.outputs]
    of = len(notebook.code_cells)
    if of == 0 or 1 - len(silent) / of < LEAST_SHARE_WITH_OUTPUT:
        names = ", ".join(f'{cell.number} "{cell.id}"' for cell in silent)
        yield (
            f"{notebook.name}: {of - len(silent)} of {of} code cells have a stored output, but at "
            f"least {LEAST_SHARE_WITH_OUTPUT:.0%} must have one. Let some of these show what they "
            f"made, or join them with the cell that does: {names}."
        )


def few_outputs_are_ignored_each_with_its_reason(notebook: Notebook) -> Iterator[str]:
    """An ignored output is one that cannot be the same twice; why not stands beside it."""
    ignored = [cell for cell in notebook.code_cells if "nbval-ignore-output" in cell.tags]
    for cell in ignored:
        if not str(cell.metadata.get("nbval-ignore-reason", "")).strip():
            yield (
                f"{notebook.at(cell)} has its output ignored and does not say why: put the reason "
                "into its metadata under `nbval-ignore-reason`."
            )
    if ignored and len(ignored) / len(notebook.code_cells) >= MOST_IGNORED:
        yield (
            f"{notebook.name} ignores the output of {len(ignored)} of {len(notebook.code_cells)} "
            f"code cells, first {notebook.at(ignored[0])}: print what is the same in every run, "
            "and take the tag away, until it is fewer than one in twenty."
        )


def nothing_is_skipped_or_hidden(notebook: Notebook) -> Iterator[str]:
    """No tag, comment or magic keeps a cell from being run and compared."""
    for cell in notebook.cells:
        known = {"raises-exception", "nbval-ignore-output"}
        for tag in cell.tags:
            if tag not in known:
                yield (
                    f"{notebook.at(cell)} has the tag `{tag}`: take it away. The tags this course "
                    f"uses are {' and '.join(f'`{known_tag}`' for known_tag in sorted(known))}."
                )
        if not cell.is_code:
            continue
        comment = re.search(r"#+\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)", cell.source)
        if comment:
            yield (
                f"{notebook.at(cell)} has the comment `{comment[0]}`, which changes what nbval "
                "compares: take it away, or use a tag."
            )
        magic = re.match(r"\s*%%(capture|script|bash|sh|cmd)\b", cell.source)
        if magic:
            yield (
                f"{notebook.at(cell)} begins with `{magic[0].strip()}`, which keeps its output "
                "from being compared, or does not run everywhere: write it in Python."
            )


def expected_errors_were_raised(notebook: Notebook) -> Iterator[str]:
    """A cell tagged `raises-exception` has a stored error, and no other cell has one."""
    for cell in notebook.code_cells:
        stored = any(output.output_type == "error" for output in cell.outputs)
        if "raises-exception" in cell.tags and not stored:
            yield (
                f"{notebook.at(cell)} is tagged `raises-exception` but raised nothing when it was "
                "stored: take the tag away, or make it raise."
            )
        elif stored and "raises-exception" not in cell.tags:
            yield (
                f"{notebook.at(cell)} was stored with an error that nobody expected: mend the "
                "cell, or tag it `raises-exception`."
            )


CHECKS = [
    is_valid_nbformat_4_5,
    cell_ids_are_words_of_their_own,
    execution_counts_run_from_1,
    most_code_cells_have_an_output,
    few_outputs_are_ignored_each_with_its_reason,
    nothing_is_skipped_or_hidden,
    expected_errors_were_raised,
]
