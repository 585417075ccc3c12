"""No empty pass: what nbval would wave through has something for it to compare."""

import re
import warnings
from collections.abc import Iterator

import nbformat

from tests.notebooks.reading import Fault, Notebook

MOST_IGNORED = 1 / 20
TAGS = ("nbval-ignore-output", "raises-exception", "setup", "hide-output")
# Another comment or magic keeps a cell from being run, or its output from being compared.
HIDES = re.compile(
    r"#+\s*(?:NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)|^\s*%%(?:capture|script|sh)\b"
)


def is_valid_nbformat_4_5(notebook: Notebook) -> Iterator[Fault]:
    """Hold the file against the format's own schema; a missing or doubled cell id counts too."""
    version = notebook.json.get("nbformat"), notebook.json.get("nbformat_minor")
    if version != (4, 5):
        yield None, f"is in notebook format {version}, not 4.5: save it in JupyterLab."
    with warnings.catch_warnings():
        # nbformat only warns of ids, and repairs what it validates.
        warnings.simplefilter("error")
        try:
            nbformat.validate(nbformat.from_dict(notebook.json))
        except (nbformat.ValidationError, UserWarning, FutureWarning) as error:
            yield None, f"is not valid: {str(error).strip().splitlines()[0]} Store it again."


def cell_ids_are_words(notebook: Notebook) -> Iterator[Fault]:
    """Failures name a cell by its id, so it is a word rather than a number."""
    for cell in notebook.cells:
        words = re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell.id)
        if not words or re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]+)?", cell.id):
            yield cell, "needs an id that says what it is about, such as `first-save`."


def execution_counts_run_from_1(notebook: Notebook) -> Iterator[Fault]:
    """The outputs are those of one run from top to bottom; nbval compares no cell without a count.

    The counts that stand at the results are the cells' own.
    """
    for expected, cell in enumerate(notebook.code_cells, 1):
        results = [one for one in cell.outputs if one.output_type == "execute_result"]
        if {cell.execution_count, *(one.execution_count for one in results)} != {expected}:
            yield (
                cell,
                f"was stored with execution count {cell.execution_count} where a run from top to "
                f"bottom gives {expected}: run `python3 course.py store`.",
            )
            return


def few_outputs_are_ignored_each_with_its_reason(notebook: Notebook) -> Iterator[Fault]:
    """An ignored output is one that cannot be the same twice; why not stands beside it."""
    ignored = [cell for cell in notebook.code_cells if "nbval-ignore-output" in cell.tags]
    for cell in ignored:
        if not str(cell.metadata.get("nbval-ignore-reason", "")).strip():
            yield (
                cell,
                "must say in its metadata, as `nbval-ignore-reason`, why it is not compared.",
            )
    if ignored and len(ignored) / len(notebook.code_cells) >= MOST_IGNORED:
        yield (
            ignored[0],
            f"is one of {len(ignored)} of {len(notebook.code_cells)} code cells whose output is "
            "ignored: print what is the same in every run, until fewer than one in twenty are.",
        )


def nothing_is_skipped_or_hidden(notebook: Notebook) -> Iterator[Fault]:
    """No tag, comment or magic keeps a cell from being run and compared."""
    for cell in notebook.cells:
        for tag in cell.tags:
            if tag not in TAGS:
                yield cell, f"has the tag `{tag}`: take it away. Known are {', '.join(TAGS)}."
        if cell.is_code and (found := HIDES.search(cell.source)):
            yield cell, f"has `{found[0].strip()}`, which hides it from the checks: take it away."


def expected_errors_were_raised(notebook: Notebook) -> Iterator[Fault]:
    """A cell tagged `raises-exception` has a stored error, and no other cell has one."""
    for cell in notebook.code_cells:
        stored = any(output.output_type == "error" for output in cell.outputs)
        if "raises-exception" in cell.tags and not stored:
            yield cell, "is tagged `raises-exception` but raised nothing: take the tag away."
        elif stored and "raises-exception" not in cell.tags:
            yield cell, "was stored with an error: mend it, or tag it `raises-exception`."


CHECKS = [
    is_valid_nbformat_4_5,
    cell_ids_are_words,
    execution_counts_run_from_1,
    few_outputs_are_ignored_each_with_its_reason,
    nothing_is_skipped_or_hidden,
    expected_errors_were_raised,
]
