"""One way through: what is asked twice is looked up once; and the package stands by itself."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from helpers.checkpoints import files, look, prefix, saver_match, state_file
from helpers.checkpoints.compare import compare_checkpoints
from helpers.checkpoints.examine import examine_directory
from helpers.checkpoints.restore import restore_checked, restore_newest_intact
from tests.checkpoints.small_model import small_model

ROOMS = {
    "directory listed": (files, "found_files"),
    "listed for a look": (look, "found_files"),
    "index read": (prefix, "read_index"),
    "name made readable": (prefix, "readable_prefix"),
    "state file read": (state_file, "_read"),
    "graph walked": (saver_match, "wanted_tensors"),
}


@pytest.fixture
def entered(monkeypatch) -> Counter:
    """Count how often each room is entered."""
    counts = Counter()
    for room, (module, name) in ROOMS.items():
        right = getattr(module, name)

        def counting(*arguments, right=right, room=room):
            counts[room] += 1
            return right(*arguments)

        monkeypatch.setattr(module, name, counting)
    return counts


@pytest.mark.parametrize("sharded", [False, True])
def test_restore_checked_enters_each_room_once(tmp_path, entered, sharded):
    with small_model(sharded=sharded) as model:
        place = model.save(tmp_path, 1)
        entered.clear()
        restore_checked(model.saver, model.session, place)
    one = ("directory listed", "index read", "name made readable", "graph walked")
    assert entered == dict.fromkeys(one, 1)


def test_what_reads_several_looks_once_and_reads_each_once(saved, model, entered):
    look = {"listed for a look": 1, "state file read": 1}
    assert len(examine_directory(saved).intact) == 3
    assert entered == {**look, "index read": 3, "name made readable": 3}
    entered.clear()
    restore_newest_intact(model.saver, model.session, saved)
    assert entered == {**look, "index read": 1, "name made readable": 1, "graph walked": 1}
    entered.clear()
    compare_checkpoints(saved / "m-0", saved / "m-10")
    assert entered == {"directory listed": 2, "index read": 2, "name made readable": 2}


OTHER_PROJECT = """
import sys
import tensorflow.compat.v1 as tf
from elsewhere.ckpt.restore import restore_checked
with tf.Graph().as_default(), tf.Session() as session:
    bias = tf.get_variable("bias", [3])
    restore_checked(tf.train.Saver(), session, sys.argv[1])
    print(session.run(bias).tolist())
print([name for name in sys.modules if name.startswith("helpers")])
"""


def test_the_package_works_in_another_project_under_another_name(saved, tmp_path):
    shutil.copytree(Path(files.__file__).parent, tmp_path / "elsewhere/ckpt")
    environment = {"PATH": "", "TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONPATH": ""}

    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, *arguments, str(saved)]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    examined = run("-m", "elsewhere.ckpt")
    assert "3 checkpoints, all intact" in re.sub(r"\s+", " ", examined.stdout)
    assert examined.stderr == ""
    assert "usage: python -m elsewhere.ckpt [-h]" in run("-m", "elsewhere.ckpt", "-h").stdout
    restored = run("-c", OTHER_PROJECT.replace("argv[1]", 'argv[1] + "/m-10"'))
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout == "[10.0, 10.0, 10.0]\n[]\n"
