"""No check passes emptily: each finds the fault that is planted for it, and names its cell."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.notebooks import claims, exercise_cells, format, index, layout, links, outputs, prose
from tests.notebooks.reading import Notebook
from tests.notebooks.sound_notebooks import Change, prints, raises, text, write_notebooks
from tests.notebooks.test_stored import CHECKS, faults


def edit(cell: str, old: str, new: str) -> Change:
    def change(cells: dict[str, dict]) -> None:
        assert old in cells[cell]["source"]
        cells[cell]["source"] = cells[cell]["source"].replace(old, new)

    return change


def add(cell: str, more: str) -> Change:
    return lambda cells: cells[cell].update(source=f"{cells[cell]['source']}\n{more}\n")


def put(cell: str, **fields: object) -> Change:
    return lambda cells: cells[cell].update(fields)


def tag(cell: str, *names: str) -> Change:
    return put(cell, metadata={"tags": [*names]})


def show(*outputs: dict) -> Change:
    return put("files", outputs=[*outputs])


def code(source: str) -> Change:
    return add("files", source)


def result_of(cell: str, **changed: object) -> Change:
    return lambda cells: cells[cell]["outputs"][0].update(changed)


def html(shown: str) -> Change:
    return result_of("draw", data={"text/html": shown, "text/plain": "Ten digits."})


def text_before_the_answer(cells: dict[str, dict]) -> None:
    order = [*cells.values()]
    order.insert(2, text("answer", "It gets most of them right.\n"))
    cells.clear()
    cells.update({each["id"]: each for each in order})


TABLE = "\n| you see | cure |\n|---|---|\n| `Disk is full` | make room |"
# For each check: what is changed in the sound notebook, and what must be said.
FAULTS: dict[Callable, list[tuple[Change, str]]] = {
    format.is_valid_nbformat_4_5: [
        (put("saved", execution_count="3"), "is not valid"),
        (put("saved", id="setup"), "is not valid"),
    ],
    format.cell_ids_are_words: [
        (put("saved", id=id), f'5 "{id}" needs an id') for id in ("1f2e3d4c", "ab12cd34", "A_1")
    ],
    format.execution_counts_run_from_1: [
        (put("files", execution_count=7), '6 "files" was not stored as number 3'),
        (result_of("saved", execution_count=7), '5 "saved" was not stored as number 2'),
    ],
    format.few_outputs_are_ignored_each_with_its_reason: [
        (tag("clock", "nbval-ignore-output"), '10 "clock" must say in its metadata'),
        (tag("files", "nbval-ignore-output"), '6 "files" is one of 2 of 25'),
    ],
    format.nothing_is_skipped_or_hidden: [
        (tag("files", "nbval-skip"), '6 "files" has the tag'),
        (code("# NBVAL_IGNORE_OUTPUT"), '6 "files" has `# NBVAL_IGNORE_OUTPUT`'),
        (put("files", source="%%capture\nlist_files()"), '6 "files" has `%%capture`'),
    ],
    format.expected_errors_were_raised: [
        (put("closed", outputs=[]), "but raised nothing"),
        (show(raises("NameError", "no")), '6 "files" was stored with an error'),
    ],
    outputs.nothing_is_written_to_stderr: [
        (show(prints("deprecated\n", "stderr")), '6 "files" writes to stderr'),
    ],
    outputs.outputs_name_no_machine_and_no_moment: [
        (show(prints(f"{trace}\n")), f'6 "files" shows {what}')
        for what, trace in [
            ("an absolute path", "saved /data/run-7/model.ckpt-40"),
            ("an absolute path", r"saved C:\Users\me\model.ckpt-40"),
            ("the random name of a temporary directory", "in workspace-x2jd81ma"),
            ("the random name of a temporary directory", "model.index.tempstate9170053"),
            ("an address in memory", "<Saver object at 0x7f65ad9c5940>"),
            ("a time of the day", "at 12:31:07"),
            ("a user at a host", "me@laptop"),
            ("a log line", "INFO:tensorflow:Restoring parameters from model.ckpt-40"),
            ("a log line", "I0000 00:00:17 1234 gpu_device.cc:2020] no devices"),
        ]
    ],
    outputs.output_lines_fit_in_100_columns: [
        (show(prints("x" * 101)), '6 "files" prints a line of 101 columns'),
    ],
    outputs.tracebacks_are_one_line: [
        (result_of("closed", traceback=["line 1", "line 2"]), '9 "closed" has a whole traceback'),
    ],
    outputs.pictures_have_an_alternative_text: [
        (html('<img alt="">'), '7 "draw" shows a picture without'),
        (html('<img alt="Two.">'), '7 "draw" shows a picture without'),
    ],
    claims.asserts_are_of_what_may_be_false: [
        (code(line), f'6 "files" {said}')
        for line, said in [
            ("assert (one == other).all", "asserts `(one == other).all`, but `all` is not"),
            ("assert done and not path.exists", "asserts `done and (not path.exists)`, but"),
            ("assert all(x.any for x in one)", "asserts `all((x.any for x in one))`, but"),
            ('assert (one == other, "differs")', "asserts `(one == other, 'differs')`, whi"),
            ("assert (a == b for a in one)", "asserts `(a == b for a in one)`, which is tr"),
            ("assert 28 * 28 == 784", "asserts `28 * 28 == 784`, in which nothing is com"),
        ]
    ],
    claims.no_value_is_compared_with_itself: [
        (code(line), '6 "files" compares a value with itself')
        for line in [
            "assert (one == one).all()",
            "print(np.array_equal(a.b, a.b))",
            'assert load_variable("m", "w") == load_variable("m", "w")',
            'a = load_variable("m", "w")\nb = load_variable("m", "w")\nassert (a == b).all()',
            'second.run("""\nassert one <= one\n""")',
        ]
    ],
    claims.no_except_swallows_an_assert: [
        (code(lines), '6 "files" catches ')
        for lines in [
            "try:\n    assert one\nexcept Exception:\n    pass",
            "try:\n    assert one\nexcept AssertionError:\n    pass",
            "try:\n    check()\nexcept (Exception, KeyError) as error:\n    print(error)",
            "try:\n    check()\nexcept:\n    pass",
            "with expected_error(Exception):\n    assert one",
        ]
    ],
    claims.results_are_computed: [
        (code(line), f'6 "files" {said}')
        for line, said in [
            ('print("accuracy 0.8225")', "prints `print('accuracy 0.8225')`"),
            ('print("accuracy", 0.8225)', "shows 0.8225"),
            ('print(f"accuracy {0.8225:.4f} of {name}")', "shows 0.8225"),
            ('print("the same:", True)', "shows True"),
            ("0.8225", "shows 0.8225"),
        ]
    ],
    prose.numbers_are_shown: [
        (edit(cell, old, new), f'"{cell}" says {said}')
        for cell, old, new, said in [
            ("saved-text", "0.8225", "0.8252", "0.8252"),
            ("saved-text", "0.8225", "0.822", "0.822"),
            ("saved-text", "60%", "65%", "65%"),
            # 10,000 and 2.21 stand in another section.
            ("saved-text", "0.8225", "2.21", "2.21"),
            ("saved-text", "fifty", "sixty", "sixty"),
            ("saved-text", "fifty", "fifty-one", "fifty-one"),
            ("setup-text", "10,000", "1,000", "1,000"),
            ("setup-text", "10,000 images", "the 28th image", "28th"),
        ]
    ],
    prose.checkpoints_and_files_are_shown: [
        (edit("saved-text", old, new), f"names `{new}`")
        for old, new in [
            ("model.ckpt-40", "model.ckpt-4"),
            ("model.ckpt-40", "fina-model.ckpt-40"),
            ("model.ckpt-40.meta", "model.ckpt-40.index"),
            ("model.ckpt-40.meta", "graph.pbtxt.json"),
        ]
    ],
    prose.names_in_backticks_are_used: [
        (edit("saved-text", "saver.save", "saver.safe"), '4 "saved-text" has `saver.safe` in its'),
    ],
    prose.code_in_the_text_is_a_solution: [
        (add("saved-text", "\n```python\nsaver.save()\n```"), '4 "saved-text" has a block of code'),
    ],
    prose.errors_are_raised_on_purpose: [
        (edit("closed-text", "Runtime", "tf.errors.NotFound"), "speaks of NotFoundError"),
        (
            edit("closing", "Attempted to", "Tried to"),
            "explains the message `Tried to use a",
        ),
        (add("closing", TABLE), '32 "closing" explains the message `Disk is full`'),
    ],
    layout.headings_go_down_one_level_at_a_time: [
        (edit("saved-text", "## Save", "#### Save"), '4 "saved-text" goes from level 2 to 4'),
        (edit("title", "# 1 · First", "# First"), '1 "title" must begin the notebook with its'),
    ],
    layout.opens_with_what_you_will_be_able_to_do: [
        (edit("title", "**You", "*You"), "must have `**You need"),
        (edit("title", "10 minutes", "15 minutes"), "must tell the time"),
        (edit("title", "1. train;\n2. save.", ""), "must list"),
    ],
    layout.closes_with_the_same_list_and_what_may_go_wrong: [
        (edit("closing", "2. **Save.** Yes.\n", ""), '32 "closing" lists 1 things'),
        (edit("closing", "## If it goes wrong", "## Good luck"), "must end the notebook with"),
    ],
    layout.asks_before_it_shows: [
        (edit("setup-text", "**Predict.** ", ""), "never lets the reader"),
        (text_before_the_answer, '2 "setup-text" asks the reader'),
        (put("setup", metadata={}), '3 "setup" shows what the reader'),
    ],
    layout.code_cells_are_short: [(put("files", source="f()\n" * 31), '6 "files" has 31 lines')],
    layout.pictures_are_drawn_by_helpers_or_asserted: [
        (edit("draw", "show(digits_figure", "show(my_figure"), '7 "draw" draws its picture itself'),
    ],
    links.links_lead_somewhere: [
        *(
            (add("saved-text", f"\n[it]({url})"), said)
            for url, said in [
                ("03-third.ipynb", '4 "saved-text" has a link to `03-third.ipynb`'),
                ("02-second.ipynb#Saved", "02-second.ipynb has no heading #Saved: is it #Save?"),
                ("#save", "has no heading #save"),
                ("http:///x", "has a link to `http:///x`"),
            ]
        ),
        (add("closing", "[here](#Save)"), "has `#Save` behind 'here'"),
        (add("closing", "\n![](p.svg)"), "has `p.svg` behind ''"),
        (add("closing", '\n<img src="p" alt="">'), "shows `<img"),
    ],
    index.messages_are_in_the_index: [
        (edit("setup-text", "use ... Session", "open it"), '9 "closed" raises `RuntimeError: At'),
        (edit("setup-text", "RuntimeError", "ValueError"), '9 "closed" raises `RuntimeError: At'),
        (show(prints("KeyError: 'a'\n")), "6 \"files\" raises `KeyError: 'a'`"),
        (
            show(prints("OSError\n  begins: It\n          is\n  truth:  no file\n")),
            '6 "files" raises `OSError: no file`',
        ),
    ],
    index.rows_of_the_index_lead_to_their_messages: [
        (edit("setup-text", "(#Save)", "(#Set-up)"), "leads from `Attempted to use ... Session`"),
        (edit("setup-text", "use ... Session", "open it"), "leads from `Attempted to open it` to"),
        (edit("setup-text", "RuntimeError", "ValueError"), "Session` as ValueError, which no cell"),
        (edit("setup-text", "[it is closed](#Save)", "no"), "Session` without a link: add"),
    ],
    index.rows_of_the_index_are_sorted: [
        (
            edit("setup-text", "(#Save) |\n", "(#Save) |\n| `'Attempted` | `OSError` | no |\n"),
            "lists `'Attempted` after `Attempted to use ... Session`",
        ),
    ],
    links.first_and_last_cell_lead_to_the_neighbours: [
        (
            edit("closing", "[Next: 2 · Second →](02-second.ipynb)", ""),
            '32 "closing" must have the link `[Next: 2 · Second →](02-second.ipynb)`',
        ),
        (edit("title", "2 · Second", "2 · Two"), "has the link `[Next: 2 · Two →](02-second.ipy"),
    ],
    exercise_cells.exercises_are_complete: [
        (lambda cells: cells.pop("exercise-1"), "has no exercise"),
        (lambda cells: cells.pop("solution-1"), '30 "exercise-1" has no solution'),
        (edit("exercise-1", "= ...", "= 7840"), '30 "exercise-1" must have a `...`'),
        (edit("exercise-1", "\n\ncheck(answer)", ""), "must end with a call"),
        (edit("solution-1", "answer =", "other ="), "does not define what"),
        (edit("solution-1", "<details><summary>Solution</summary>", "S"), "must be a fold"),
    ],
}
ROWS = [(check, *row) for check, rows in FAULTS.items() for row in rows]


def test_in_a_sound_notebook_no_check_finds_a_fault(tmp_path: Path) -> None:
    first = write_notebooks(tmp_path)
    for path in (first, first.with_name("02-second.ipynb")):
        for check in CHECKS:
            assert not faults(check, Notebook(path)), check.__name__


@pytest.mark.parametrize(
    ("check", "change", "said"), ROWS, ids=[f"{one[0].__name__}-{one[2]}" for one in ROWS]
)
def test_it_finds(check: Callable, change: Change, said: str, tmp_path: Path) -> None:
    found = faults(check, Notebook(write_notebooks(tmp_path, change)))
    assert said in found
    assert found.startswith("01-first.ipynb")


def test_every_check_has_a_fault_planted_for_it() -> None:
    assert FAULTS.keys() == set(CHECKS)


@pytest.mark.parametrize(
    ("link", "count"),
    [
        ("[there](02-second.ipynb#Save)", 0),
        ("[setting up](02-second.ipynb#Set-up) to [the end](02-second.ipynb#Exercises)", 0),
        ("[there](02-second.ipynb)", 1),
        ("[there](02-second.ipynb#Set-up)", 1),
    ],
)
def test_what_a_linked_section_shows_may_be_stated(link: str, count: int, tmp_path: Path) -> None:
    path = write_notebooks(tmp_path, add("saved-text", f"\nElsewhere it was 0.4321: {link}."))
    second = path.with_name("02-second.ipynb")
    shown = second.read_text(encoding="utf-8").replace("meta, accuracy 0.8225", "meta, 0.4321")
    second.write_text(shown, encoding="utf-8")
    assert len(list(prose.numbers_are_shown(Notebook(path)))) == count


def test_counts_that_a_reader_sees_are_free(tmp_path: Path) -> None:
    def change(cells: dict[str, dict]) -> None:
        show(prints("model.ckpt-40.meta 0.8225\n" * 14))(cells)
        add("saved-text", "\nFourteen files, three of them new, 9 of them old.")(cells)

    assert not faults(prose.numbers_are_shown, Notebook(write_notebooks(tmp_path, change)))


def test_it_finds_a_file_that_is_no_notebook(tmp_path: Path) -> None:
    path = write_notebooks(tmp_path)
    path.write_text(path.read_text(encoding="utf-8")[:-100], encoding="utf-8")
    with pytest.raises(ValueError, match=r"01-first\.ipynb cannot be read as a notebook"):
        Notebook(path)
