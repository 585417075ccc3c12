"""What runs only in the full set, which CI runs: what takes minutes."""

import os

import pytest

full = pytest.mark.skipif("COURSE_FULL" not in os.environ, reason="takes minutes: COURSE_FULL=1")
