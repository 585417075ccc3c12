"""Checkpoints that old versions of TensorFlow wrote, and what was recorded with them.

How they were made: `helpers/inherited/README.md`.
"""

import json
from pathlib import Path
from typing import Any

INHERITED = Path(__file__).parent
RECORD = INHERITED / "record.json"
# The checkpoint's name in each directory that is named after a version, and in `hard-case`.
FINAL = "final-model.ckpt-49"
HARD_CASE = "network.ckpt-100"


def read_record() -> dict[str, Any]:
    """Return what the old versions printed and read, as `tools/inherited/make.py` recorded it.

    Keys: "lesson", for each version the lines that the lesson's program printed, as text;
    "hard_case", the same for `hard-case/`; "who_reads_whom", for each reader and writer, whether
    "values" and "graph" could be read, True or the first line of the error; "many_runs", the
    "version" and the final accuracies of its "runs", with the digits each model never answers.
    """
    return json.loads(RECORD.read_text())
