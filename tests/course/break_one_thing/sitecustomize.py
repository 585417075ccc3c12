"""Python runs this file at its start wherever this directory is on PYTHONPATH."""

from tests.course import breakages

breakages.install()
