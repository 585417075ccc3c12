"""A stub, a solution, a file or a process that is wrong is found in the kernel, and named."""

from pathlib import Path

import nbformat

from tests.rehearsal.strict_run import copy_of_course, strict_run

STUB = """
from helpers.exercises.verdict import not_yet, right, UNANSWERED


def check(answer):
    if answer is ...:
        return {unanswered}
    return right("yes.") if answer == 7850 else not_yet("count again.")


answer = ...

check(answer)
"""
LEAVES = "from pathlib import Path\n\nPath('unwanted.txt').touch()"
STARTS = """
import subprocess, sys

subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'])"""


def test_what_is_wrong_with_an_exercise_or_left_behind_is_named(tmp_path: Path) -> None:
    course = copy_of_course(tmp_path / "course")
    wrong = [
        ("right('all.')", "answer = 7850"),
        ("UNANSWERED", "answer = 7849"),
        ("UNANSWERED", "answer = 1 / 0"),
    ]
    for name, begins, exercises in [
        ("97-leaves-a-file", LEAVES, [("UNANSWERED", "answer = 7850")]),
        ("98-leaves-a-process", STARTS, wrong),
    ]:
        notebook = nbformat.v4.new_notebook()
        notebook.cells.append(nbformat.v4.new_code_cell(begins, id="begins"))
        for number, (unanswered, solution) in enumerate(exercises, 1):
            stub, fold = STUB.format(unanswered=unanswered), f"```python\n{solution}\n```"
            notebook.cells.append(nbformat.v4.new_code_cell(stub, id=f"exercise-{number}"))
            notebook.cells.append(nbformat.v4.new_markdown_cell(fold, id=f"solution-{number}"))
        # Cells without an execution count are run and not compared.
        nbformat.write(notebook, course / "notebooks" / f"{name}.ipynb")

    said = strict_run(course, ["97-leaves-a-file.ipynb", "98-leaves-a-process.ipynb"])

    expected = {
        "97-leaves-a-file.ipynb leaves nothing behind": 'ipynb, cell 1 "begins" leaves ',
        "98-leaves-a-process.ipynb leaves nothing behind": "leaves a process running",
        "98-leaves-a-process.ipynb exercise-1": "the stub as it stands is called right",
        "98-leaves-a-process.ipynb exercise-2": "its own solution is called wrong",
        "98-leaves-a-process.ipynb exercise-3": "its own solution raises ZeroDivisionError",
    }
    assert said.keys() == expected.keys()
    for at, part in expected.items():
        assert part in said[at]
