"""How exercises are tried, and that what is wrong with one, or left behind, is found and said."""

from pathlib import Path

import nbformat
import pytest

from tests.course.exercises import gives_away, verdict_of, with_answer
from tests.course.strict_run import copy_of_course, strict_run

STUB = """
from helpers.exercises.verdict import not_yet, right, UNANSWERED


def check(answer):
    {checker}


answer = ...

check(answer)
"""
CHECKER = """if answer is ...:
        return UNANSWERED
    if answer == 7840:
        return not_yet("those are the weights alone.")
    return right("yes.") if answer == 7850 else not_yet("count again.")"""


@pytest.mark.parametrize(
    ("stub", "answer", "expected"),
    [
        ("x = ...\n\ncheck(x)", "x = 1", "x = 1\n\ncheck(x)"),
        ("import a\n\nx = ...\ncheck(x)", "x = 1", "import a\n\nx = 1\ncheck(x)"),
        (
            "def f(a):\n    return ...\n\n\ncheck(f)",
            "def f(a):\n    return a",
            "def f(a):\n    return a\n\n\ncheck(f)",
        ),
        ("x = ...\ny = ...\ncheck(x, y)", "x = 1\ny = 2", "x = 1\ny = 2\ncheck(x, y)"),
    ],
)
def test_an_answer_takes_the_place_of_the_dots(stub: str, answer: str, expected: str) -> None:
    assert with_answer(stub, answer) == expected


def test_the_verdict_is_what_the_last_expression_returns() -> None:
    namespace = {"check": lambda answer: answer + 1}
    exec(verdict_of("x = 1\ncheck(x)"), namespace)
    assert namespace["verdict"] == 2


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("it is 7850.", 7850),
        ("it is 7,850.", 7850),
        ("multiply: 0.05", 0.05),
        ("try model.ckpt-40", "model.ckpt-40"),
        ("they are 'a', 'b'", ["a", "b"]),
        ("first a, then b", ["a", "b"]),
    ],
)
def test_a_message_that_states_the_answer_gives_it_away(message: str, value: object) -> None:
    assert gives_away(message, value)


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("not 78501, and see section 1.7850", 7850),
        ("it is not 0.051", 0.05),
        ("not model.ckpt-400", "model.ckpt-40"),
        ("a is one of them", ["a", "b"]),
        ("True or not", True),
        ("None of these", None),
    ],
)
def test_another_message_does_not(message: str, value: object) -> None:
    assert not gives_away(message, value)


# For each exercise of a notebook: its checker, its solution, and what must be said of it.
PLANTED = {
    1: (CHECKER, "answer = 7850", None),
    2: (CHECKER, "answer = 7849", "its own solution is called wrong"),
    3: (
        CHECKER.replace("count again", "it is 7,850"),
        "answer = 7850",
        "which gives the answer 7850 away",
    ),
}
WRONG_ANSWERS = """
from tests.course.wrong_answers import WrongAnswer

WRONG_ANSWERS = {
    number: [
        WrongAnswer("answer = 784 * 10", "the weights alone"),
        WrongAnswer("answer = 4", "count again" if number < 3 else "it is"),
    ]
    for number in (1, 2, 3)
}
"""


def test_faults_of_exercises_and_a_file_left_behind_are_found(tmp_path: Path) -> None:
    writes = "from pathlib import Path\nPath('unwanted.txt').touch()"
    said = _said_of(tmp_path, writes, WRONG_ANSWERS, PLANTED)
    assert "98-planted.ipynb, exercise-1" not in said
    for number in (2, 3):
        at, fault = f"98-planted.ipynb, exercise-{number}", PLANTED[number][2]
        assert fault in said[at]
        assert f'"exercise-{number}"' in said[at]
    left = said["98-planted.ipynb, leaves nothing behind"]
    assert "unwanted.txt" in left
    assert '98-planted.ipynb, cell 1 "begins"' in left


def test_faults_of_checkers_and_a_process_left_behind_are_found(tmp_path: Path) -> None:
    starts = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'])"
    )
    too_kind = CHECKER.replace("== 7840", "== 4").replace('not_yet("those', 'right("those')
    wrong_words = CHECKER.replace("the weights alone", "too few")
    raising = CHECKER.replace('not_yet("count again.")', "1 / 0")
    said = _said_of(
        tmp_path,
        starts,
        WRONG_ANSWERS.replace("number < 3", "True"),
        {
            1: (too_kind, "answer = 7850", ""),
            2: (wrong_words, "answer = 7850", ""),
            3: (raising, "answer = 7850", ""),
        },
    )
    assert "the wrong answer `answer = 4` is called right" in said["98-planted.ipynb, exercise-1"]
    assert "is told 'those are too few.', where" in said["98-planted.ipynb, exercise-2"]
    assert "makes the checker raise ZeroDivisionError" in said["98-planted.ipynb, exercise-3"]
    assert "leaves a process running" in said["98-planted.ipynb, leaves nothing behind"]


def _said_of(tmp_path: Path, begins: str, wrong_answers: str, exercises: dict) -> dict[str, str]:
    course = copy_of_course(tmp_path / "course")
    notebook = nbformat.v4.new_notebook()
    notebook.cells.append(nbformat.v4.new_code_cell(begins, id="begins"))
    for number, (checker, solution, _) in exercises.items():
        stub = STUB.format(checker=checker)
        fold = f"```python\n{solution}\n```"
        notebook.cells.append(nbformat.v4.new_code_cell(stub, id=f"exercise-{number}"))
        notebook.cells.append(nbformat.v4.new_markdown_cell(fold, id=f"solution-{number}"))
    # Cells without an execution count are run and not compared: here the exercises are the point.
    nbformat.write(notebook, course / "notebooks" / "98-planted.ipynb")
    table = course / "tests" / "course" / "wrong_answers" / "notebook_98.py"
    table.write_text(wrong_answers, encoding="utf-8")
    run = strict_run(course, ["98-planted.ipynb"], "-p", "tests.course.in_the_kernel")
    assert not run.broken, run.broken
    return {red.at: red.why for red in run.red}
