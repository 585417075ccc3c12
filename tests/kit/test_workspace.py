import subprocess
import sys
from pathlib import Path

import pytest

from helpers.kit.workspace import enter_workspace, leave_workspace


@pytest.fixture(autouse=True)
def leave():
    yield
    leave_workspace()


def test_a_workspace_is_an_empty_temporary_directory():
    before = Path.cwd()
    enter_workspace()
    assert Path.cwd() != before
    assert list(Path.cwd().iterdir()) == []


def test_entering_again_deletes_the_first():
    enter_workspace()
    first = Path.cwd()
    Path("model.ckpt").write_text("values")
    enter_workspace()
    assert not first.exists()
    assert list(Path.cwd().iterdir()) == []


def test_leaving_goes_back_and_deletes():
    before = Path.cwd()
    enter_workspace()
    workspace = Path.cwd()
    leave_workspace()
    assert Path.cwd() == before
    assert not workspace.exists()


def test_leaving_without_one_does_nothing():
    before = Path.cwd()
    leave_workspace()
    assert Path.cwd() == before


def test_it_is_gone_when_python_ends():
    program = (
        "from pathlib import Path\n"
        "from helpers.kit.workspace import enter_workspace\n"
        "enter_workspace()\n"
        "Path('model.ckpt').write_text('values')\n"
        "print(Path.cwd())\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stderr == ""
    workspace = Path(result.stdout.strip())
    assert workspace.name.startswith("workspace-")
    assert not workspace.exists()
