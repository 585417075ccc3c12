"""It holds anywhere: run the strict run of all notebooks under conditions that readers meet.

    python -m tests.course.conditions                 each condition by itself, as a table
    python -m tests.course.conditions --together      in as few runs as they allow
    python -m tests.course.conditions "60 columns"    the one that is named

The table goes into `CONTRIBUTING.md`. It takes Linux, for the network to be cut.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.course.notebook import PATHS
from tests.course.strict_run import StrictRun, copy_of_course, strict_run

# Runs what follows in a network that has nothing, not even this machine itself.
_WITHOUT_NETWORK = """
import os, socket, sys
for address in ("1.1.1.1", 443), ("127.0.0.1", 9):
    with socket.socket() as outside:
        outside.settimeout(5)
        try:
            outside.connect(address)
        except ConnectionRefusedError:
            sys.exit("the network is not cut: this machine answers")
        except OSError:
            continue
    sys.exit("the network is not cut")
os.execvp(sys.argv[1], sys.argv[1:])
"""


# Makes the directory named first read-only, for root too, and then runs what follows in it.
_READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" || exit 1
touch unwanted 2>/dev/null && { echo "the checkout is not read-only"; exit 1; }
shift
exec "$@"
"""


# What has a network or mounts of its own belongs to the superuser of a namespace; an ordinary user
# becomes that for a moment, and then himself again, whom permissions stop.
_ORDINARY = hasattr(os, "geteuid") and os.geteuid() != 0
_AS_SUPERUSER = ["--map-root-user"] if _ORDINARY else []
_HIMSELF_AGAIN = ["unshare", f"--map-user={os.geteuid()}"] if _ORDINARY else []


def _with_its_own(what: str, *command: str) -> list[str]:
    return ["unshare", what, *_AS_SUPERUSER, *command, *_HIMSELF_AGAIN]


def _nothing(course: Path) -> None:
    pass


@dataclass(frozen=True)
class Condition:
    """Something that is different where somebody runs the course.

    Attributes:
        name: what the table calls it.
        environment: variables that are set.
        command: what goes before Python on the command line; `{course}` is the course's directory.
        directory: the name of the directory that the course and the temporary files are in.
        prepare: what is done to the copy of the course before the run.
        missing: why it cannot be tried here, or an empty text.
    """

    name: str
    environment: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = ()
    directory: str = "course"
    prepare: Callable[[Path], None] = _nothing
    missing: Callable[[], str] = str


def _no_namespaces() -> str:
    try:
        command = _with_its_own("--net", *_with_its_own("--mount", "true"))
        allowed = subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        allowed = False
    return "" if allowed else "`unshare` is not there or not allowed"


def _no_locale() -> str:
    return "" if shutil.which("localedef") else "there is no `localedef`"


def _make_locale(course: Path) -> None:
    # Few machines have a Turkish locale; LOCPATH leads to one that is made here.
    target = course.parent / "locale"
    target.mkdir()
    command = ["localedef", "--inputfile=tr_TR", "--charmap=ISO-8859-9", str(target / "tr_TR")]
    made = subprocess.run(command, capture_output=True, text=True)
    if not (target / "tr_TR" / "LC_CTYPE").is_file():
        raise RuntimeError(f"localedef made no Turkish locale: {made.stderr}")


CONDITIONS = [
    Condition("nothing special"),
    Condition(
        "network cut",
        command=_with_its_own("--net", sys.executable, "-c", _WITHOUT_NETWORK),
        missing=_no_namespaces,
    ),
    Condition(
        "read-only checkout",
        command=_with_its_own("--mount", "sh", "-c", _READ_ONLY, "sh", "{course}"),
        missing=_no_namespaces,
    ),
    Condition("path with spaces and non-ASCII letters", directory="Mein Kürs für 学习 Ελλάδα"),
    Condition(
        "Turkish locale, Latin-5",
        {"LC_ALL": "tr_TR", "LANG": "tr_TR", "LANGUAGE": "tr", "PYTHONUTF8": "0"},
        prepare=_make_locale,
        missing=_no_locale,
    ),
    Condition("plain C locale", {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
    Condition("time zone of Kathmandu", {"TZ": "Asia/Kathmandu"}),
    Condition("60 columns", {"COLUMNS": "60", "LINES": "20"}),
    Condition("oneDNN off", {"TF_ENABLE_ONEDNN_OPTS": "0"}),
    Condition(
        "one thread",
        {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"},
    ),
]


def together() -> list[Condition]:
    """Return the conditions, those made one that go together.

    TensorFlow takes every path for UTF-8. Where the locale says something else, an absolute path
    with letters outside ASCII is none that it finds: each of the two locales has a run of its own.
    """
    possible = [one for one in CONDITIONS if not one.missing()]
    locales = [one for one in possible if "LC_ALL" in one.environment]
    rest = [one for one in possible if one not in locales]

    def prepare(course: Path) -> None:
        for one in rest:
            one.prepare(course)

    rest_as_one = Condition(
        "all but the locales",
        environment={key: value for one in rest for key, value in one.environment.items()},
        command=[word for one in rest for word in one.command],
        directory=max((one.directory for one in rest), key=len),
        prepare=prepare,
    )
    return [rest_as_one, *locales]


def run_under(condition: Condition, notebooks: Sequence[str]) -> StrictRun:
    """Run the notebooks strictly under a condition, in a fresh home directory."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        place = Path(directory) / condition.directory
        course = copy_of_course(place / "checkout")
        (place / "home").mkdir()
        (place / "temporary").mkdir()
        condition.prepare(course)
        return strict_run(
            course,
            notebooks,
            *("-n", "2", "--dist", "loadfile"),
            environment={
                "HOME": str(place / "home"),
                "TMPDIR": str(place / "temporary"),
                "LOCPATH": str(place / "locale"),
                **condition.environment,
            },
            command=[word.replace("{course}", str(course)) for word in condition.command],
        )


def main() -> int:
    """Print a table of what became of each condition; 1 if the run was red under any."""
    parser = argparse.ArgumentParser(prog="python -m tests.course.conditions", description=__doc__)
    parser.add_argument("names", nargs="*", help="conditions; all of them, if none is named")
    parser.add_argument("--together", action="store_true", help="in as few runs as they allow")
    parser.add_argument("--notebooks", nargs="*", default=[path.name for path in PATHS])
    options = parser.parse_args()
    known = [one.name for one in CONDITIONS]
    if unknown := set(options.names) - set(known):
        parser.error(f"there is no condition {unknown.pop()!r}; the conditions are {known}")
    chosen = [one for one in CONDITIONS if not options.names or one.name in options.names]
    red = False
    print("| condition | what happened | seconds |\n|---|---|---|", flush=True)
    for condition in together() if options.together else chosen:
        if why := condition.missing():
            print(f"| {condition.name} | not tried: {why} | |", flush=True)
            continue
        run = run_under(condition, options.notebooks)
        outcome = f"all {run.passed} cells green"
        if run.broken or run.red:
            red = True
            first = run.broken or f"{run.red[0]}: {run.red[0].why}"
            outcome = f"{len(run.red)} cells red; {first}"
        print(f"| {condition.name} | {outcome} | {run.seconds:.0f} |", flush=True)
    return int(red)


if __name__ == "__main__":
    sys.exit(main())
