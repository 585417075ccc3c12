"""It holds anywhere: the strict run passes where everything is different at once.

Which of the conditions turned it red, `python -m tests.course.conditions` tells.
"""

import sys

import pytest

from tests.course.conditions import Condition, run_under, together
from tests.course.full import full
from tests.course.notebook import PATHS


@full
@pytest.mark.skipif(sys.platform != "linux", reason="cuts the network as Linux does")
@pytest.mark.parametrize("condition", together(), ids=lambda condition: condition.name)
def test_all_notebooks_are_green_under(condition: Condition) -> None:
    run = run_under(condition, [path.name for path in PATHS])
    assert not run.broken, run.broken
    assert not run.red, f"{run.red[0]} is red: {run.red[0].why}"
    assert run.passed
