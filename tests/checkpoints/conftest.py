"""What the tests of checkpoints share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkpoints.race import save_series
from tests.checkpoints.small_model import SmallModel, small_model


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """Files that a test has damaged are new: nobody waits for a trainer to finish them."""
    monkeypatch.setattr("helpers.checkpoints.look.MOMENT", 0)


@pytest.fixture(scope="module")
def model() -> Iterator[SmallModel]:
    with small_model() as model:
        yield model


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """Three checkpoints by one Saver: m-0, m-10, m-20, whose values are their steps."""
    directory = tmp_path_factory.mktemp("saved")
    with small_model(save_relative_paths=True) as model:
        for step in (0, 10, 20):
            model.save(directory, step)
    return directory


@pytest.fixture
def run(saved, tmp_path) -> Path:
    """Return a copy of the three checkpoints, times included, that a test may damage."""
    return Path(shutil.copytree(saved, tmp_path / "run"))


@pytest.fixture(scope="session")
def series(tmp_path_factory) -> Path:
    """What a trainer has saved after each of seven saves, with numbers and over one name."""
    return save_series(tmp_path_factory.mktemp("series"))
