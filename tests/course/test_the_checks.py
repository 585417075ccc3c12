"""No check passes emptily: each finds the fault that is planted for it, and names its cell."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.course import (
    exercises,
    links,
    prose,
    stored_format,
    stored_outputs,
    structure,
)
from tests.course.notebook import Notebook
from tests.course.sound_course import Change, prints, raises, text, write_course
from tests.course.test_notebooks import CHECKS


class Planted(NamedTuple):
    """One fault: who must find it, what is changed in the sound notebook, what must be said."""

    check: Callable
    change: Change
    said: str


def _edit(cell: str, old: str, new: str) -> Change:
    def change(cells: dict[str, dict]) -> None:
        assert old in cells[cell]["source"]
        cells[cell]["source"] = cells[cell]["source"].replace(old, new)

    return change


def _append(cell: str, more: str) -> Change:
    def change(cells: dict[str, dict]) -> None:
        cells[cell]["source"] += more

    return change


def _output(cell: str, *outputs: dict) -> Change:
    def change(cells: dict[str, dict]) -> None:
        cells[cell]["outputs"] = list(outputs)

    return change


def _set(cell: str, key: str, value: object) -> Change:
    def change(cells: dict[str, dict]) -> None:
        cells[cell][key] = value

    return change


def _tag(cell: str, *tags: str) -> Change:
    def change(cells: dict[str, dict]) -> None:
        cells[cell]["metadata"]["tags"] = list(tags)

    return change


def _without(*names: str) -> Change:
    def change(cells: dict[str, dict]) -> None:
        for name in names:
            del cells[name]

    return change


def _without_outputs(cells: dict[str, dict]) -> None:
    for cell in cells.values():
        if cell["id"].startswith("more-"):
            cell["outputs"] = []


def _insert_after(cell: str, new: dict) -> Change:
    def change(cells: dict[str, dict]) -> None:
        order = list(cells.values())
        order.insert(list(cells).index(cell) + 1, new)
        cells.clear()
        cells.update({each["id"]: each for each in order})

    return change


def _image_metadata(**changed: object) -> Change:
    def change(cells: dict[str, dict]) -> None:
        cells["draw"]["outputs"][0]["metadata"]["image/png"].update(changed)

    return change


def _traceback(cells: dict[str, dict]) -> None:
    cells["closed"]["outputs"][0]["traceback"] = ["in line 1", "RuntimeError: Attempted"]


FAULTS = [
    # The format.
    Planted(
        stored_format.is_valid_nbformat_4_5, _set("saved", "execution_count", "3"), "is not valid"
    ),
    Planted(stored_format.is_valid_nbformat_4_5, _set("saved", "id", ""), "is not valid"),
    Planted(stored_format.is_valid_nbformat_4_5, _set("saved", "id", "setup"), "is not valid"),
    Planted(
        stored_format.cell_ids_are_words_of_their_own,
        _set("saved", "id", "setup"),
        'cell 5 "setup" has the id of an earlier cell',
    ),
    Planted(
        stored_format.cell_ids_are_words_of_their_own,
        _set("saved", "id", "1f2e3d4c"),
        'cell 5 "1f2e3d4c" needs an id that says what it is about',
    ),
    Planted(
        stored_format.execution_counts_run_from_1,
        _set("files", "execution_count", 7),
        'cell 6 "files" was stored with execution count 7 where a run from top to bottom gives 3',
    ),
    Planted(
        stored_format.execution_counts_run_from_1,
        _set("files", "execution_count", None),
        'cell 6 "files"',
    ),
    Planted(
        stored_format.most_code_cells_have_an_output,
        _without_outputs,
        "9 of 27 code cells have a stored output",
    ),
    Planted(
        stored_format.few_outputs_are_ignored_each_with_its_reason,
        _set("clock", "metadata", {"tags": ["nbval-ignore-output"]}),
        'cell 10 "clock" has its output ignored and does not say why',
    ),
    Planted(
        stored_format.few_outputs_are_ignored_each_with_its_reason,
        _tag("files", "nbval-ignore-output"),
        "ignores the output of 2 of 27",
    ),
    Planted(
        stored_format.nothing_is_skipped_or_hidden,
        _tag("files", "nbval-skip"),
        'cell 6 "files" has the tag `nbval-skip`',
    ),
    Planted(
        stored_format.nothing_is_skipped_or_hidden,
        _append("files", "\n# NBVAL_IGNORE_OUTPUT"),
        'cell 6 "files" has the comment `# NBVAL_IGNORE_OUTPUT`',
    ),
    Planted(
        stored_format.nothing_is_skipped_or_hidden,
        _set("files", "source", "%%capture\nlist_files()"),
        'cell 6 "files" begins with `%%capture`',
    ),
    Planted(
        stored_format.expected_errors_were_raised,
        _output("closed", prints("no error\n")),
        'cell 9 "closed" is tagged `raises-exception` but raised nothing',
    ),
    Planted(
        stored_format.expected_errors_were_raised,
        _output("files", raises("NameError", "name 'list_files' is not defined")),
        'cell 6 "files" was stored with an error that nobody expected',
    ),
    # The outputs.
    Planted(
        stored_outputs.nothing_is_written_to_stderr,
        _output("files", prints("deprecated\n", "stderr")),
        'cell 6 "files" writes to stderr',
    ),
    *(
        Planted(
            stored_outputs.outputs_name_no_machine_and_no_moment,
            _output("files", prints(f"saved {trace} here\n")),
            f'cell 6 "files" shows {what}',
        )
        for what, trace in [
            ("an absolute path", "/tmp/model.ckpt-40"),
            ("an absolute path", "/data/run-7/model.ckpt-40"),
            ("an absolute path", r"C:\Users\me\model.ckpt-40"),
            ("an absolute path", "file:///x/model.ckpt-40"),
            ("the random name of a temporary directory", "workspace-x2jd81ma"),
            ("the random name of a temporary directory", "model.index.tempstate9170053"),
            ("an address in memory", "<Saver object at 0x7f65ad9c5940>"),
            ("a time of the day", "at 12:31:07"),
            ("a time of the day", "on 2026-03-01 12:31"),
            ("a user at a host", "me@laptop"),
        ]
    ),
    Planted(
        stored_outputs.outputs_name_no_machine_and_no_moment,
        _output("files", prints("INFO:tensorflow:Restoring parameters from model.ckpt-40\n")),
        'cell 6 "files" shows a log line',
    ),
    Planted(
        stored_outputs.outputs_name_no_machine_and_no_moment,
        _output("files", prints("I0000 00:00:17 1234 gpu_device.cc:2020] no devices\n")),
        'cell 6 "files" shows a log line',
    ),
    Planted(
        stored_outputs.output_lines_fit_in_100_columns,
        _output("files", prints("x" * 101 + "\n")),
        'cell 6 "files" prints a line of 101 columns',
    ),
    Planted(stored_outputs.tracebacks_are_one_line, _traceback, 'cell 9 "closed"'),
    Planted(
        stored_outputs.pictures_have_an_alternative_text,
        _image_metadata(alt=" "),
        'cell 7 "draw" shows a picture without an alternative text',
    ),
    Planted(
        stored_outputs.pictures_have_an_alternative_text,
        _image_metadata(alt="Nine digits."),
        'cell 7 "draw" has an alternative text that differs',
    ),
    Planted(
        stored_outputs.pictures_have_an_alternative_text,
        _image_metadata(width=90),
        'cell 7 "draw" shows its picture in another size',
    ),
    # The prose.
    *(
        Planted(check, _edit(cell, old, new), f"{at} {said}")
        for check, cell, at, old, new, said in [
            (prose.numbers_are_shown, "saved-text", 'cell 4 "saved-text"', *change)
            for change in [
                ("0.8225", "0.8252", "says 0.8252"),
                ("0.8225", "0.822", "says 0.822"),
                ("60%", "65%", "says 65%"),
                ("60%", "0%", "says 0%"),
                # 10,000 and 2.21 stand in another section.
                ("0.8225", "2.21", "says 2.21"),
                ("0.8225", "10,000", "says 10,000"),
            ]
        ]
        + [
            (prose.numbers_are_shown, "setup-text", 'cell 2 "setup-text"', *change)
            for change in [
                ("2.21", "2.20", "says 2.20"),
                ("10,000", "1,000", "says 1,000"),
                ("10,000", "100,000", "says 100,000"),
                ("10,000 images", "28 images", "says 28"),
                ("10,000 images", "8 images", "says 8"),
                ("10,000 images", "the 28th image", "says 28th"),
                ("section 1.2", "section 1.3", "says 1.3"),
            ]
        ]
    ),
    *(
        Planted(
            prose.number_words_are_shown,
            _edit("saved-text", "fifty", word),
            f"cell 4 \"saved-text\" says '{word}'",
        )
        for word in ("sixty", "seven", "three", "fifty-one", "thousand")
    ),
    *(
        Planted(
            prose.checkpoints_and_files_are_shown,
            _edit("saved-text", old, new),
            f'cell 4 "saved-text" names `{new}`',
        )
        for old, new in [
            ("model.ckpt-40", "model.ckpt-50"),
            ("model.ckpt-40", "model.ckpt-4"),
            ("model.ckpt-40", "fina-model.ckpt-40"),
            ("model.ckpt-40.meta", "model.ckpt-40.index"),
            ("model.ckpt-40.meta", "graph.pbtxt.json"),
        ]
    ),
    Planted(
        prose.names_in_backticks_are_used,
        _edit("saved-text", "saver.save", "saver.safe"),
        'cell 4 "saved-text" has `saver.safe` in its text',
    ),
    Planted(
        prose.code_in_the_text_is_a_solution,
        _append("saved-text", "\n```python\nsaver.save()\n```\n"),
        'cell 4 "saved-text" has a block of code',
    ),
    Planted(
        prose.errors_are_raised_on_purpose,
        _edit("closed-text", "RuntimeError", "tf.errors.NotFoundError"),
        'cell 8 "closed-text" speaks of NotFoundError',
    ),
    Planted(
        prose.messages_are_raised_on_purpose,
        _edit("closing", "Attempted to use a closed", "Tried a closed"),
        'cell 36 "closing" explains the message `Tried a closed Session`',
    ),
    Planted(
        prose.messages_are_raised_on_purpose,
        _append("closing", "\n| you see | cure |\n|---|---|\n| `Disk is full` | make room |\n"),
        'cell 36 "closing" explains the message `Disk is full`',
    ),
    # The structure.
    Planted(
        structure.headings_go_down_one_level_at_a_time,
        _edit("saved-text", "## 1.2", "#### 1.2"),
        'cell 4 "saved-text" jumps from a heading of level 2 to one of level 4',
    ),
    Planted(
        structure.headings_go_down_one_level_at_a_time,
        _edit("saved-text", "## 1.2", "# 1.2"),
        'cell 4 "saved-text" has a second title',
    ),
    Planted(
        structure.headings_go_down_one_level_at_a_time,
        _edit("title", "# 1 · First", "# First"),
        'cell 1 "title" must begin the notebook with its title',
    ),
    Planted(
        structure.sections_are_numbered_in_order,
        _edit("saved-text", "## 1.2", "## 1.3"),
        "cell 4 \"saved-text\" has the section '1.3 Save', which must begin with 1.2",
    ),
    Planted(
        structure.references_lead_to_a_section,
        _edit("setup-text", "section 1.2", "section 1.7"),
        'cell 2 "setup-text" refers to section 1.7',
    ),
    *(
        Planted(
            structure.opens_with_what_you_will_be_able_to_do,
            _edit("title", old, new),
            f'cell 1 "title" must {said}',
        )
        for old, new, said in [
            ("**You need**", "You need", "have `**You need**`"),
            ("**Time**: about 30 minutes", "**Time**: an hour", "tell the time"),
            ("1. train;\n2. save.", "to train and save.", "list what"),
        ]
    ),
    Planted(
        structure.closes_with_the_same_list_and_what_may_go_wrong,
        _edit("closing", "2. **Save.** Yes.\n", ""),
        'cell 36 "closing" lists 1 things',
    ),
    Planted(
        structure.closes_with_the_same_list_and_what_may_go_wrong,
        _edit("closing", "## If it goes wrong", "## Good luck"),
        "must end with the sections",
    ),
    Planted(
        structure.asks_before_it_shows,
        _edit("setup-text", "**Predict.** ", ""),
        "never lets the reader predict",
    ),
    Planted(
        structure.asks_before_it_shows,
        _insert_after("setup-text", text("answer", "It gets most of them right.\n")),
        'cell 2 "setup-text" asks the reader to predict',
    ),
    Planted(
        structure.code_cells_are_short,
        _set("files", "source", "list_files()\n" * 31),
        'cell 6 "files" has 31 lines',
    ),
    Planted(
        structure.pictures_are_drawn_by_helpers_or_asserted,
        _edit("draw", "show(digits_figure(images, titles)", "show(my_figure(images)"),
        'cell 7 "draw" draws its picture itself',
    ),
    # The links.
    *(
        Planted(links.links_lead_somewhere, _append("saved-text", f"\n[it]({url})\n"), said)
        for url, said in [
            ("03-third.ipynb", 'cell 4 "saved-text" has a link to `03-third.ipynb`'),
            ("../helpers/gone.py", "there is no file ../helpers/gone.py"),
            ("02-second.ipynb#2.9-Gone", "02-second.ipynb has no heading #2.9-Gone"),
            ("#1.2-save", "has no heading #1.2-save"),
            ("http:///x", "is no address"),
        ]
    ),
    Planted(
        links.links_say_where_they_lead,
        _append("saved-text", "\nLook [here](02-second.ipynb).\n"),
        "cell 4 \"saved-text\" has a link that reads 'here'",
    ),
    Planted(
        links.section_numbers_lead_to_their_section,
        _append("saved-text", "\nSee [1.3](#1.2-Save).\n"),
        'cell 4 "saved-text" has a link that reads 1.3 and leads to `#1.2-Save`',
    ),
    Planted(
        links.images_in_the_text_have_an_alternative_text,
        _append("saved-text", "\n![](picture.svg)\n"),
        'cell 4 "saved-text" shows `picture.svg` without an alternative text',
    ),
    Planted(
        links.images_in_the_text_have_an_alternative_text,
        _append("saved-text", '\n<img src="picture.svg" alt="">\n'),
        'cell 4 "saved-text" shows `<img src="picture.svg" alt="">`',
    ),
    Planted(
        links.first_and_last_cell_lead_to_the_neighbours,
        _edit("closing", "[Next: 2 · Second →](02-second.ipynb)", ""),
        'cell 36 "closing" must have the link `[Next: 2 · Second →](02-second.ipynb)`',
    ),
    Planted(
        links.first_and_last_cell_lead_to_the_neighbours,
        _edit("title", "2 · Second", "2 · Two"),
        'cell 1 "title" has the link `[Next: 2 · Two →](02-second.ipynb)`',
    ),
    # The exercises.
    Planted(
        exercises.there_are_three_exercises,
        _without("exercise-3", "solution-3"),
        "has no exercise 3",
    ),
    Planted(
        exercises.there_are_three_exercises,
        _without("solution-2"),
        'cell 32 "exercise-2" has no solution',
    ),
    Planted(
        exercises.there_are_three_exercises,
        _edit("exercise-2", "= ...", "= 7840"),
        'cell 32 "exercise-2" must have a `...`',
    ),
    Planted(
        exercises.there_are_three_exercises,
        _edit("exercise-2", "\n\ncheck_answer(answer_2)", ""),
        'cell 32 "exercise-2" must end with a call',
    ),
    Planted(
        exercises.there_are_three_exercises,
        _edit("solution-2", "answer_2 =", "answer ="),
        'cell "solution-2" does not define answer_2',
    ),
    Planted(
        exercises.solutions_are_in_folds,
        _edit("solution-2", "<details><summary>Solution</summary>", "Solution"),
        'cell 33 "solution-2" must be a fold',
    ),
]


def _name(planted: Planted) -> str:
    return f"{planted.check.__name__}-{planted.said}"


def test_in_a_sound_notebook_no_check_finds_a_fault(tmp_path: Path) -> None:
    first = write_course(tmp_path)
    for path in (first, first.with_name("02-second.ipynb")):
        for check in CHECKS:
            assert list(check(Notebook(path))) == [], check.__name__


@pytest.mark.parametrize("planted", FAULTS, ids=_name)
def test_it_finds(planted: Planted, tmp_path: Path) -> None:
    path = write_course(tmp_path, planted.change)
    faults = "\n".join(planted.check(Notebook(path)))
    assert planted.said in faults
    assert path.name in faults


@pytest.mark.parametrize(
    ("link", "faults"), [("02-second.ipynb#2.2-Save", 0), ("02-second.ipynb", 1)]
)
def test_what_a_linked_section_shows_may_be_stated(link: str, faults: int, tmp_path: Path) -> None:
    stated = f"\nElsewhere it was 0.4321: [there]({link}).\n"
    path = write_course(tmp_path, _append("saved-text", stated))
    assert len(list(prose.numbers_are_shown(Notebook(path)))) == 1
    second = path.with_name("02-second.ipynb")
    shown = second.read_text(encoding="utf-8").replace("accuracy 0.8225", "accuracy 0.4321")
    second.write_text(shown, encoding="utf-8")
    assert len(list(prose.numbers_are_shown(Notebook(path)))) == faults


def test_it_finds_that_there_are_no_wrong_answers(tmp_path: Path) -> None:
    path = write_course(tmp_path, first="99-new.ipynb")
    [*faults] = exercises.every_exercise_has_wrong_answers(Notebook(path))
    assert len(faults) == 3
    assert "add plausible ones to tests/course/wrong_answers/notebook_99.py" in faults[0]


def test_it_finds_a_file_that_is_no_notebook(tmp_path: Path) -> None:
    path = write_course(tmp_path)
    path.write_text(path.read_text(encoding="utf-8")[:-100], encoding="utf-8")
    with pytest.raises(ValueError, match=r"01-first\.ipynb cannot be read as a notebook"):
        Notebook(path)


def test_every_check_has_a_fault_planted_for_it() -> None:
    planted = {fault.check for fault in FAULTS} | {exercises.every_exercise_has_wrong_answers}
    assert planted == set(CHECKS)
