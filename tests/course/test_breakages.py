"""The lessons bite: a notebook turns red when what it teaches is broken.

By default a few breakages are tried, each on one notebook; with COURSE_FULL=1 every notebook is
run with everything broken in turn that matters to it, which takes minutes.
"""

import re

import pytest

from tests.course.breakages import TABLE, source_of
from tests.course.breaking import broken_run, broken_runs, can_be_seen, listening_run
from tests.course.full import full
from tests.course.notebook import PATHS, ROOT, Notebook

# The breakages that are always tried, each on the shortest notebook that has this in its code.
QUICK = {
    "restore does nothing": ".restore(",
    "save writes nothing": ".save(",
    "max to keep is one more": "max_to_keep=1)",
}


@pytest.mark.parametrize("name", QUICK)
def test_a_notebook_turns_red_with(name: str) -> None:
    breakage = next(one for one in TABLE if one.name == name)
    using = [path for path in PATHS if QUICK[name] in Notebook(path).code]
    if not using:
        pytest.skip(f"no notebook has {QUICK[name]} in its code")
    shortest = min(using, key=lambda path: len(Notebook(path).code_cells))
    run = broken_run(shortest.name, breakage)
    assert not run.fault, run.fault
    assert run.run.red, f"{shortest.name}: {name!r} makes no difference to it. Correct QUICK."


@full
@pytest.mark.parametrize("name", [path.name for path in PATHS])
def test_every_breakage_turns_it_red(name: str) -> None:
    run = listening_run(name).run
    assert not run.broken, run.broken
    assert not run.red, f"{run.red[0]} is red with nothing broken: {run.red[0].why}"
    runs = []
    for broken in broken_runs(name):
        print(broken)
        runs.append(broken)
    assert runs, f"No breakage matters to {name}: add one to tests/course/breakages.py."
    faults = [broken.fault for broken in runs if broken.fault]
    assert not faults, "\n".join(faults)


@full
@pytest.mark.parametrize("name", [path.name for path in PATHS])
def test_it_leaves_nothing_behind(name: str) -> None:
    left = listening_run(name).left_behind
    assert not left, f"After {name} has run, {left[0]}: call `enter_workspace()` at its beginning."


@full
def test_every_breakage_matters_to_a_notebook() -> None:
    mattering = {name for path in PATHS for name in listening_run(path.name).mattering}
    idle = [one.name for one in TABLE if can_be_seen(one) and one.name not in mattering]
    assert not idle, f"No notebook would notice these, so take them out of breakages.py: {idle}"


@pytest.mark.parametrize("breakage", TABLE, ids=lambda breakage: breakage.name)
def test_what_is_to_be_broken_is_there(breakage) -> None:
    function = breakage.attribute.split(".")[-1]
    assert re.search(rf"^ *def {function}\(", source_of(breakage, ROOT), re.MULTILINE), (
        f"tests/course/breakages.py breaks {breakage.module}.{breakage.attribute}, which is gone: "
        "name the function that took its place."
    )


def test_no_notebook_is_spared_that_is_not_there() -> None:
    numbers = {path.name[:2] for path in PATHS}
    for breakage in TABLE:
        assert breakage.spared.keys() <= numbers, (
            f"tests/course/breakages.py spares {breakage.spared}, but the notebooks are {numbers}."
        )
