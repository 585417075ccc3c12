import subprocess
import sys
from pathlib import Path

from helpers.kit.workspace import enter_workspace, leave_workspace


def test_a_workspace_is_an_empty_directory_and_leaving_it_deletes_it():
    before = Path.cwd()
    enter_workspace()
    try:
        first = Path.cwd()
        assert first != before
        Path("model.ckpt").write_text("values")
        enter_workspace()
        second = Path.cwd()
        assert not first.exists()
        assert list(second.iterdir()) == []
    finally:
        leave_workspace()
    assert Path.cwd() == before
    assert not second.exists()
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
