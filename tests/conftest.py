"""What all tests share: the questions that notebooks are asked after their last cell."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Ask them wherever these tests are run together with the notebooks."""
    config.pluginmanager.import_plugin("tests.exercises.in_the_kernel")
