"""A trainer, or the end of the process, comes in between; tools/fuzz_checkpoints tries more."""

import random
import sys

import pytest

from tests.checkpoints.race import killed_copy, race, save_series

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be replaced")


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    return save_series(tmp_path_factory.mktemp("series"))


@pytest.mark.parametrize("seed", range(60))
def test_a_trainer_that_saves_meanwhile_leads_to_no_wrong_verdict(series, tmp_path, model, seed):
    assert race(series, tmp_path, random.Random(seed), model) is None


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_copy_looks_like_no_damage(series, tmp_path, seed):
    assert killed_copy(series, tmp_path, random.Random(seed)) is None
