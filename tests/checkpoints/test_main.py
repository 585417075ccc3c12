"""helpers/checkpoints/__main__.py: what the command prints, and its exit status."""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from helpers.checkpoints.__main__ import Progress, main
from helpers.checkpoints.describe import describe_checkpoint
from helpers.checkpoints.examine import examine_directory
from tests.checkpoints.damage import flip, ordinary_user
from tests.checkpoints.small_model import DATA, snapshot


def test_json_tells_everything(run, capsys):
    flip(run / f"m-10{DATA}", 0)
    (run / "m-30.meta").write_bytes(b"123")
    assert main([str(run), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    checkpoints = report.pop("checkpoints")
    state = {
        name: {"written": name, "name": name, "place": "here"} for name in ("m-0", "m-10", "m-20")
    }
    assert report == {
        "directory": str(run),
        "healthy": False,
        "state_files": [
            {
                "name": "checkpoint",
                "fault": None,
                "latest": state["m-20"],
                "entries": list(state.values()),
            }
        ],
        "absent": [],
        "leftovers": [{"name": "m-30.meta", "bytes": 3, "cause": "a graph without values"}],
    }
    assert [one["intact"] for one in checkpoints] == [True, False, True]
    [note] = checkpoints[1].pop("notes")
    assert note.startswith(".data was written after .index")
    assert checkpoints[1] == {
        "name": "m-10",
        "prefix": str(run / "m-10"),
        "intact": False,
        "orphaned": False,
        "listed_by": ["checkpoint"],
        "files": [f"m-10{DATA}", "m-10.index", "m-10.meta"],
        "bytes": sum(path.stat().st_size for path in run.glob("m-10.*")),
        "format": "V2",
        "tensors": 2,
        "problems": [
            "1 of 2 tensors read has other bytes than were saved (the checksum does not match): "
            "bias"
        ],
    }


def test_a_description_is_printed_as_text_or_json_and_nothing_is_changed(run, capsys):
    before = snapshot(run)
    description = describe_checkpoint(run / "m-20")
    assert main(["describe", str(run / "m-20")]) == 0
    assert capsys.readouterr().out == f"{description}\n"
    assert main(["describe", "--json", str(run / "m-20")]) == 0
    assert capsys.readouterr().out == json.dumps(description.as_dict(), indent=2) + "\n"
    assert snapshot(run) == before
    flip(run / f"m-20{DATA}", 50)
    assert main(["describe", str(run / "m-20")]) == 1
    assert "DAMAGED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "usage: python -m helpers.checkpoints [-h]"),
        (["nowhere"], "error: nowhere is not a directory"),
        (["--unknown", "."], "unrecognized arguments: --unknown"),
        (["describe"], "usage: python -m helpers.checkpoints describe [-h]"),
        (["describe", "nowhere/m"], "error: There is no checkpoint nowhere/m"),
    ],
)
def test_wrong_arguments_are_status_2(arguments, told, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("closed", ["run", "."])
def test_a_directory_without_permission_is_refused(capsys, closed):
    # Not below pytest's own directory, which an ordinary user cannot reach.
    with tempfile.TemporaryDirectory() as place:
        run = Path(place, "run")
        run.mkdir()
        Path(place).chmod(0o755)
        Path(place, closed).chmod(0)
        with ordinary_user(), pytest.raises(SystemExit) as stopped:
            main([str(run)])
        Path(place, closed).chmod(0o755)
    assert stopped.value.code == 2
    assert f"error: {run} cannot be read: Permission denied" in capsys.readouterr().err


def test_help_tells_the_status_without_waiting_for_tensorflow():
    program = "import sys\nfrom helpers.checkpoints.__main__ import main\ntry: main({})\n"
    program += "finally: print('tensorflow' in sys.modules)"
    for arguments in (["--help"], ["describe", "--help"]):
        command = [sys.executable, "-c", program.format(arguments)]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "\n\nexit status:\n  0  every " in shown
        assert "--json" in shown
        assert shown.endswith("False\n")


def test_the_command_runs_by_itself_and_prints_nothing_but_the_report(run):
    flip(run / f"m-10{DATA}", 0)
    command = [sys.executable, "-m", "helpers.checkpoints", str(run), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == json.loads(json.dumps(examine_directory(run).as_dict()))


def test_what_the_terminal_cannot_show_is_escaped_and_a_reader_may_go_away(run, monkeypatch):
    (run / "m-20.meta").rename(run / "ü.meta")
    shown = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr("sys.stdout", shown)
    assert main([str(run)]) == 0
    assert rb"  \xfc.meta  " in shown.buffer.getvalue()
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as nobody:
        monkeypatch.setattr("sys.stdout", nobody)
        assert main([str(run)]) == 0


def test_a_terminal_is_told_what_takes_longer_than_a_second(monkeypatch):
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    terminal, end = pty.openpty()
    monkeypatch.setattr("sys.stderr", os.fdopen(end, "w"))
    with Progress() as progress:
        time.sleep(1.3)
        progress.tell("reading " + "m" * 100)
        time.sleep(1)
    with Progress() as progress:
        progress.tell("in no time")
    os.write(end, b"the end")
    shown = b""
    while not shown.endswith(b"the end"):
        shown += os.read(terminal, 1000)
    assert shown == (b"\r\x1b[Kloading TensorFlow\r\x1b[Kreading " + b"m" * 71 + b"\r\x1b[Kthe end")
