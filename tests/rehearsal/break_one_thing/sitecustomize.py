"""Python runs this file at its start wherever this directory is on PYTHONPATH."""

from tests.rehearsal import breakages

breakages.install()
