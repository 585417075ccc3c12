"""What all tests share: the questions that notebooks are asked after their last cell."""

import pytest

from tests.course import in_the_kernel


def pytest_configure(config: pytest.Config) -> None:
    """Ask them wherever these tests are run together with the notebooks."""
    config.pluginmanager.register(in_the_kernel, "in_the_kernel")
