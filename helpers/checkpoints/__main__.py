"""Examine a directory of checkpoints: `python -m helpers.checkpoints DIRECTORY`.

Or describe one of them, see `describe.py`: `python -m helpers.checkpoints describe PREFIX`.

Tells of every checkpoint whether it is intact and, if not, what is wrong with it; which ones the
state file lists; what a crash left behind. Reads only, changes nothing.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# TensorFlow is imported where it is used: `--help` and a wrong argument must not wait for it.

COMMAND = f"python -m {__spec__.parent}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["describe"]:
        return describe(arguments[1:])
    return examine(arguments)


def examine(arguments: Sequence[str]) -> int:
    """Examine a directory and print the report; return the exit status."""
    parser = _parser(
        COMMAND,
        """\
Tell which checkpoints in a directory are intact, and what is wrong with the others.
Every tensor's checksum is compared. Nothing is changed.""",
        """\
exit status:
  0  every checkpoint is intact (also if there is none)
  1  a checkpoint is damaged, or listed by a state file and gone, or a state file is unreadable
  2  wrong arguments, or no such directory""",
    )
    parser.add_argument("directory", metavar="DIRECTORY", help="where the checkpoints are")
    parser.add_argument(
        "--state-file",
        metavar="NAME",
        default="checkpoint",
        help="the state file's name, if not \"checkpoint\" (Saver.save's latest_filename)",
    )
    options = parser.parse_args(arguments)
    try:
        if not Path(options.directory).is_dir():
            parser.error(f"{options.directory} is not a directory")
        with Progress() as progress:
            with _native_lines_held_back():
                from .examine import examine_directory
            report = examine_directory(options.directory, options.state_file, progress.tell)
    except OSError as error:
        parser.error(f"{options.directory} cannot be read: {error.strerror}")
    _print(report, options.json)
    return 0 if report.healthy else 1


def describe(arguments: Sequence[str]) -> int:
    """Describe one checkpoint and print the description; return the exit status."""
    parser = _parser(
        f"{COMMAND} describe",
        """\
Tell what a checkpoint holds, what goes into its graph and what comes out, and what
will stop an import. Nothing is imported and nothing changed.""",
        """\
exit status:
  0  every value can be restored
  1  the checkpoint is damaged; what can be read of it is described
  2  wrong arguments, or no such checkpoint""",
    )
    parser.add_argument("prefix", metavar="PREFIX", help="what saver.save returned, with its step")
    options = parser.parse_args(arguments)
    with Progress() as progress:
        with _native_lines_held_back():
            from .describe import UnreadableCheckpointError, describe_checkpoint
        progress.tell(f"reading {options.prefix}")
        try:
            description = describe_checkpoint(options.prefix)
        except (UnreadableCheckpointError, OSError) as error:
            parser.error(str(error))
    _print(description, options.json)
    return 1 if description.problems else 0


def _parser(command: str, description: str, exit_status: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=command,
        description=description,
        epilog=exit_status,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    return parser


class Progress:
    """Tell a terminal what is being done once that takes longer than a second, and wipe it out.

    Attributes:
        doing: what is being done, in words.
    """

    def __init__(self) -> None:
        self.doing = "loading TensorFlow"
        self._end = threading.Event()

    def tell(self, doing: str) -> None:
        """Note what is being done from now on."""
        self.doing = doing

    def __enter__(self) -> "Progress":
        self._shown = threading.Thread(target=self._show, daemon=True)
        if sys.stderr.isatty():
            # A descriptor of its own, which nobody turns aside.
            self._terminal = os.dup(sys.stderr.fileno())
            self._shown.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        if self._shown.is_alive():
            self._shown.join()
            os.close(self._terminal)

    def _show(self) -> None:
        told = False
        while not self._end.wait(1):
            os.write(self._terminal, f"\r\033[K{self.doing[:79]}".encode(errors="replace"))
            told = True
        if told:
            os.write(self._terminal, b"\r\033[K")


@contextmanager
def _native_lines_held_back() -> Iterator[None]:
    # TensorFlow's start-up lines, which must not mix with the report; no variable silences them.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _print(found: Any, as_json: bool) -> None:
    text = json.dumps(found.as_dict(), indent=2) if as_json else str(found)
    # A file's name may hold what the terminal cannot show.
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except BrokenPipeError:
        # Its reader has seen enough, as `| head` has. What is left goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
