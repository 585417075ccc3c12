"""A trainer, or the end of the process, comes in between; tools/fuzz_checkpoints tries more."""

import random
import shutil
import sys

import pytest

from helpers.checkpoints.examine import examine_directory
from helpers.checkpoints.restore import NoIntactCheckpointError, restore_newest_intact
from tests.checkpoints.race import killed_copy, race, save_steps

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be replaced")


@pytest.mark.parametrize("seed", range(60))
def test_a_trainer_that_saves_meanwhile_leads_to_no_wrong_verdict(series, tmp_path, model, seed):
    assert race(series, tmp_path, random.Random(seed), model) is None


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_copy_looks_like_no_damage(series, tmp_path, seed):
    assert killed_copy(series, tmp_path, random.Random(seed)) is None


# After each step of a save: the values in the intact ones, and whether one file is left over.
NUMBERED = [({2, 3}, False), ({2, 3}, True), ({2, 3}, True), ({2, 3}, True), ({2, 3, 4}, False),
            ({2, 3, 4}, True), ({2, 3, 4}, False), ({2, 3, 4}, False), ({3, 4}, True),
            ({3, 4}, False), ({3, 4}, True), ({3, 4}, False)]  # fmt: skip
SAME_NAME = [({3}, False), ({3}, True), (set(), False), (set(), True), ({4}, False), ({4}, True),
             ({4}, False), ({4}, True), ({4}, False)]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "done"),
    [("numbered", n) for n in range(len(NUMBERED))]
    + [("same name", n) for n in range(len(SAME_NAME))],
)
def test_a_save_killed_after_any_step_is_understood(series, tmp_path, model, kind, done):
    run = tmp_path / "run"
    shutil.copytree(series / kind / "3", run)
    names = ("m-4", "m-2") if kind == "numbered" else ("m",)
    for step in save_steps(series / kind / "4", *names)[:done]:
        step(run)
    intact, left = (NUMBERED if kind == "numbered" else SAME_NAME)[done]
    report = examine_directory(run)
    assert {model.restored(one.prefix) for one in report.intact} == intact
    assert len(report.damaged) == (not intact)
    # Two while the index has a temporary name: values without .index are left over as well.
    assert len(report.leftovers) == left + (kind == "numbered" and done == 3)
    assert report.absent == ()
    model.fill(-1)
    if intact:
        restore_newest_intact(model.saver, model.session, run)
        assert model.value() == max(intact)
    else:
        with pytest.raises(NoIntactCheckpointError, match="m: 2 of 2 tensors read have other"):
            restore_newest_intact(model.saver, model.session, run)
        assert model.value() == -1


def test_a_save_cut_off_over_the_same_name_can_be_completed_as_the_note_says(
    series, tmp_path, model
):
    shutil.copytree(series / "same name" / "1", tmp_path / "run")
    for step in save_steps(series / "same name" / "2", "m")[:3]:
        step(tmp_path / "run")
    report = examine_directory(tmp_path / "run")
    [leftover] = report.leftovers
    assert report.checkpoints[0].verdict.notes == [
        "a save over this name was cut off between .data and .index; "
        f"{leftover.name} is the index of these bytes: renamed to m.index it makes the checkpoint "
        "whole"
    ]
    (tmp_path / "run" / leftover.name).replace(tmp_path / "run/m.index")
    assert len(examine_directory(tmp_path / "run").intact) == 1
    assert model.restored(tmp_path / "run/m") == 2
