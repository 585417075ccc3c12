#!/usr/bin/env python3
"""Make the course's environment and work in it. Python 3.11, 3.12 or 3.13 is all it needs.

  python3 course.py lab [ARGUMENT ...]     open the notebooks in JupyterLab
  python3 course.py test [ARGUMENT ...]    run every notebook and every test with pytest
  python3 course.py store [NOTEBOOK ...]   run notebooks and store their outputs in them

Further arguments go on to JupyterLab, pytest or the storing tool. The first call makes the
environment in .venv from requirements.txt and shows how; later calls use it as it is, until
requirements.txt or pyproject.toml changes.
"""

# Every Python from 2.7 on must be able to read this file, or it could not say which Python is
# needed. So there is no f-string, no annotation and no [*a, b] in here; types stand in comments.
# ruff: noqa: E402, RUF005, UP031

import os
import sys

PYTHONS = ((3, 11), (3, 12), (3, 13))


def python_problem(version, executable):
    # type: (tuple[int, ...], str) -> str | None
    """Say which Python is needed if this one is another, else return None."""
    if tuple(version[:2]) in PYTHONS:
        return None
    example = "py -3.13" if os.name == "nt" else "python3.13"
    return (
        "The course needs Python 3.11, 3.12 or 3.13, because TensorFlow 2.21 and the other "
        "packages exist for these alone, and this is Python %d.%d.%d (%s): install one of the "
        "three, from python.org or your system's packages, and call it by its name, for example: "
        "%s course.py lab" % (tuple(version[:3]) + (executable, example))
    )


if __name__ == "__main__" and python_problem(sys.version_info, sys.executable):
    # Before the imports: the oldest lack some of what follows.
    sys.exit("course.py: " + python_problem(sys.version_info, sys.executable))

import ast
import contextlib
import errno
import hashlib
import json
import platform
import re
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent
# A learner may have made .venv a link to a larger disk: then that place is used.
ENVIRONMENT = (CHECKOUT / ".venv").resolve()
# The last environment that worked, while a new one is being made.
FORMER = ENVIRONMENT.with_name(ENVIRONMENT.name + ".former")
# An environment on its way out: it takes this name at one stroke, then is deleted.
DISCARDED = ENVIRONMENT.with_name(ENVIRONMENT.name + ".discarded")
# What the tools remember between two calls. It is kept here and not in the learner's home, so
# that nobody's own start-up files, kernels or figure settings change an output of the course.
STATE = ENVIRONMENT / "state"
# In every environment that course.py makes: what a complete one was made from, else nothing.
MARK = "course.json"

# The wheels of tensorflow 2.21.0 are manylinux_2_27, macosx_12_0_arm64 and win_amd64.
PLATFORMS = {
    ("Linux", "x86_64"): (2, 27),
    ("Linux", "aarch64"): (2, 27),
    ("Darwin", "arm64"): (12, 0),
    ("Windows", "amd64"): (0, 0),
}
# Fetches and unpacks many packages at once, in half the time that pip takes.
UV = "uv==0.13.9"
# The packages of requirements.txt are 365 MB to fetch on macOS, 420 on Linux, 485 on Windows;
# unpacked and byte-compiled they take 1.9 GB.
TO_FETCH = "about 0.5 GB"
ON_DISK = 2200000000
# Unpacking the largest package takes this much at once.
NEARLY_FULL = 900000000


class SetUpError(Exception):
    """Says in one sentence what is wrong, what was expected and what helps."""


def main(arguments):
    # type: (list[str]) -> int
    """Carry out one command line and return its exit status."""
    if arguments[:1] in (["-h"], ["--help"]):
        sys.stdout.write(__doc__)
        return 0
    if not arguments or arguments[0] not in COMMANDS:
        sys.stderr.write(__doc__)
        return 2
    try:
        # An end by signal takes the same way out as Ctrl-C, so that no installer is left running.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        check_machine()
        make_ready()
        return COMMANDS[arguments[0]](from_checkout(arguments[1:], Path.cwd()))
    except SetUpError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def say(text):
    # type: (str) -> None
    """Write one line on stderr, which takes any path in any locale."""
    sys.stderr.write("course.py: " + text + "\n")
    sys.stderr.flush()


# -- the machine ---------------------------------------------------------------------------------


def check_machine():
    # type: () -> None
    """Raise SetUpError if the course cannot run on this computer."""
    problem = platform_problem(*this_platform())
    if not problem and sys.platform == "linux":
        problem = processor_problem(Path("/proc/cpuinfo"))
    if not problem and os.pathsep in str(CHECKOUT):
        problem = (
            'The name of the directory "%s" holds the character "%s", which stands between two '
            "paths wherever there are several: give it another name." % (CHECKOUT, os.pathsep)
        )
    if problem:
        raise SetUpError(problem)


def this_platform():
    # type: () -> tuple[str, str, tuple[int, ...], bool]
    """Return what platform_problem() judges."""
    system = platform.system()
    machine = platform.machine()
    release = (0, 0)
    if system == "Linux":
        try:
            release = numbers(os.confstr("CS_GNU_LIBC_VERSION"))
        except (ValueError, OSError):  # another C library has no such name
            release = ()
    elif system == "Darwin":
        release = numbers(platform.mac_ver()[0])
    elif system == "Windows":
        # What this Python was built for: one for x86-64 runs on Windows arm64 too.
        machine = sysconfig.get_platform().replace("win-", "")
    if sys.maxsize < 2**32:
        machine += ", 32 bits"
    usual = platform.python_implementation() == "CPython"
    usual = usual and not sysconfig.get_config_var("Py_GIL_DISABLED")
    return system, machine, release, usual


def numbers(text):
    # type: (str) -> tuple[int, ...]
    """Return the numbers of the first version in a text: "glibc 2.36" gives (2, 36)."""
    found = re.search(r"\d+(\.\d+)*", text or "")
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def platform_problem(system, machine, release, usual):
    # type: (str, str, tuple[int, ...], bool) -> str | None
    """Say which platforms TensorFlow has packages for if this is none of them, else None.

    release is the version of glibc on Linux (empty with another C library) and of macOS on
    macOS; usual is False for PyPy and for a Python without the global lock.
    """
    least = PLATFORMS.get((system, machine))
    if least is None or release < least:
        kind = "glibc" if system == "Linux" else system
        version = ".".join(str(part) for part in release) or "not there"
        return (
            "TensorFlow 2.21 has no package for this computer (%s on %s, %s %s): expected is Linux "
            "on x86-64 or arm64 with glibc 2.27 or newer, macOS 12 or newer on Apple silicon with "
            "the arm64 Python, or Windows with the x86-64 Python; use one of these, or read the "
            "notebooks without installing anything, as README.md says."
            % (system, machine, kind, version)
        )
    if not usual:
        return (
            "TensorFlow 2.21 has packages for the usual CPython alone, and this is another kind "
            "(%s, %s): install Python 3.13 from python.org and call the course with it."
            % (platform.python_implementation(), sys.executable)
        )
    return None


def processor_problem(cpuinfo):
    # type: (Path) -> str | None
    """Say so if the file cpuinfo tells of an x86-64 processor without AVX, else return None."""
    try:
        lines = cpuinfo.read_text(errors="replace").splitlines()
    except OSError:
        return None
    flags = [line.partition(":")[2].split() for line in lines if line.startswith("flags")]
    return no_avx() if flags and "avx" not in flags[0] else None


def no_avx():
    # type: () -> str
    """Return the sentence about a processor on which TensorFlow dies of "Illegal instruction"."""
    return (
        "The processor of this computer does not know the AVX instructions, which TensorFlow 2.21 "
        "needs: use another computer, or in a virtual machine pass the processor of the host "
        "through; the notebooks can be read without installing anything, as README.md says."
    )


# -- the environment -----------------------------------------------------------------------------


def make_ready():
    # type: () -> None
    """Have the environment ready: as it is, or made anew if anything about it is not right."""
    try:
        leftovers = FORMER.exists() or DISCARDED.exists()
        if flaw(ENVIRONMENT) is None and not (leftovers and os.access(CHECKOUT, os.W_OK)):
            return
        with one_call_at_a_time() as lock:
            clear_up()
            reason = flaw(ENVIRONMENT)
            if reason is not None:
                replace_environment(reason, lock)
    except OSError as error:
        raise SetUpError(meaning(error))  # noqa: B904 - "from" cannot be read by Python 2.7


def flaw(environment):
    # type: (Path) -> str | None
    """Say why the environment cannot be used as it is; None if it can."""
    made_from = read_mark(environment)
    if made_from is None:
        return "there is none yet"
    if not made_from:
        return "the last call was cut off before the environment was complete"
    for name, value in wanted().items():
        if made_from.get(name) != value:
            return CHANGES[name]
    if not python_of(environment).exists():
        return "its Python is gone"
    if set(made_from["packages"]) - set(installed(environment)):
        return "some of its packages are gone"
    return None


CHANGES = {
    "lock": "requirements.txt or pyproject.toml has changed",
    "python": "it was made for another version of Python",
    "machine": "it was made on another kind of computer",
    "checkout": "the course has moved",
}


def wanted():
    # type: () -> dict[str, str]
    """Return what an environment must have been made from in order to be used."""
    lock = hashlib.sha256(UV.encode())
    for name in ("requirements.txt", "pyproject.toml"):
        lock.update((CHECKOUT / name).read_bytes())
    return {
        "lock": lock.hexdigest(),
        "python": "%d.%d" % tuple(sys.version_info[:2]),
        "machine": sys.platform + " " + platform.machine(),
        "checkout": repr(os.fsencode(CHECKOUT)),  # the same in every locale
    }


def read_mark(environment):
    # type: (Path) -> dict | None
    """Return the mark of an environment: empty if that is incomplete, None if there is no mark.

    An empty directory counts as one that a call began, cut off before it could mark it.
    """
    try:
        return json.loads((environment / MARK).read_text(encoding="utf-8"))
    except ValueError:
        return {}
    except OSError:
        return {} if environment.is_dir() and not any(environment.iterdir()) else None


def write_mark(environment, content):
    # type: (Path, dict) -> None
    """Replace the mark at one stroke: whoever reads it sees the old one or the new one."""
    new = environment / (MARK + ".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(environment / MARK)


@contextlib.contextmanager
def one_call_at_a_time():
    # type: () -> Iterator[int]
    """Wait until no other call makes an environment, and keep the others waiting meanwhile.

    The lock is the operating system's, on this very file: it leaves nothing behind, and it is free
    again when its holder has ended, in whatever way. An installer that outlives its call (after
    kill -9) has inherited the lock, so the next call waits until nobody writes any more.
    """
    path = CHECKOUT / "course.py"
    # A lock on a network disk needs the right to write.
    with path.open("r+b" if os.access(path, os.W_OK) else "rb") as file:
        if not taken(file):
            say("Another call is making the environment; waiting until it has ended.")
            while not taken(file):
                time.sleep(0.2)
        yield file.fileno()


def taken(file):
    # type: (IO[bytes]) -> bool
    """Take the lock if it is free; where the disk knows no locks, act as if it were."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(2**30)  # far behind the text, so that Python can read that all the same
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def clear_up():
    # type: () -> None
    """Finish what a call that was cut off has left: delete, or put the former one back."""
    delete(DISCARDED)
    if FORMER.exists():
        if read_mark(ENVIRONMENT):
            discard(FORMER)
        else:
            put_former_back()


def put_former_back():
    # type: () -> None
    """Undo an attempt at a new environment, unless it is complete."""
    if read_mark(ENVIRONMENT) == {}:
        discard(ENVIRONMENT)
    if FORMER.exists() and not ENVIRONMENT.exists():
        FORMER.rename(ENVIRONMENT)


def discard(environment):
    # type: (Path) -> None
    """Delete an environment so that no half of it can ever be taken for a whole one."""
    delete(DISCARDED)
    environment.rename(DISCARDED)
    delete(DISCARDED)


def delete(directory):
    # type: (Path) -> None
    """Delete a directory, if it is there."""
    # TensorFlow's longest path has 165 characters. With this prefix every Windows takes paths of
    # more than 260.
    prefix = "\\\\?\\" if os.name == "nt" else ""
    if directory.exists():
        shutil.rmtree(prefix + str(directory))


def replace_environment(reason, lock):
    # type: (str, int) -> None
    """Make the environment; if that fails, the former one, if any, is back in its place."""
    made_from = read_mark(ENVIRONMENT)
    if made_from is None and ENVIRONMENT.exists():
        raise SetUpError(
            '"%s" is there, but course.py did not make it: rename or delete it, and call again.'
            % ENVIRONMENT
        )
    if made_from is not None:
        say("The environment is made anew: %s." % reason)
    if made_from and python_of(ENVIRONMENT).exists():
        ENVIRONMENT.rename(FORMER)
    elif made_from is not None:
        discard(ENVIRONMENT)
    try:
        build(lock)
    except BaseException:
        put_former_back()
        raise
    if FORMER.exists():
        discard(FORMER)


def build(lock):
    # type: (int) -> None
    """Build the environment in its place; only at the end it bears the mark of a complete one."""
    ENVIRONMENT.mkdir(parents=True, exist_ok=True)
    write_mark(ENVIRONMENT, {})
    (ENVIRONMENT / ".gitignore").write_text("*\n")
    if shutil.disk_usage(ENVIRONMENT).free < ON_DISK:
        raise SetUpError(disk_full(ENVIRONMENT))
    say(
        "Making the environment in %s, once: %s to download, 2 GB on disk."
        % (ENVIRONMENT, TO_FETCH)
    )
    make_venv(lock)
    install(lock)
    make_path_ascii()
    quieten_jupyterlab()
    say("Checking that TensorFlow starts.")
    problem = start_problem(python_of(ENVIRONMENT), lock)
    if problem:
        raise SetUpError(problem)
    if hasattr(os, "sync"):
        os.sync()  # or a power cut could leave the mark without what it stands for
    write_mark(ENVIRONMENT, dict(wanted(), packages=installed(ENVIRONMENT)))
    say("The environment is ready.")


def make_venv(lock):
    # type: (int) -> None
    """Make an environment with pip alone in it."""
    # By the Python beneath an environment that is active now: that may be the former one.
    python = getattr(sys, "_base_executable", None) or sys.executable
    done = run([python, "-m", "venv", ENVIRONMENT], lock, quiet=True)
    if done.returncode == 0:
        return
    check = "import venv, ensurepip; ensurepip.version()"
    if run([python, "-c", check], lock, quiet=True).returncode != 0:
        raise SetUpError(
            "This Python (%s) lacks its modules venv and ensurepip, which make environments: "
            "install them (on Debian and Ubuntu: sudo apt install python%d.%d-venv), and call "
            "again." % ((python,) + tuple(sys.version_info[:2]))
        )
    raise SetUpError(why_not("python -m venv could not make the environment", done))


def install(lock):
    # type: (int) -> None
    """Install the locked packages and the project, with uv or, where that fails, with pip."""
    python = python_of(ENVIRONMENT)
    pip = [python, "-m", "pip"]
    locked, project = ["-r", "requirements.txt"], ["--no-deps", "-e", "."]
    say("Fetching uv, the installer (18 MB).")
    # Without a network, pip's own five tries make the learner wait for the sentence below.
    tries = {"PIP_RETRIES": os.environ.get("PIP_RETRIES", "2")}
    fetch_uv = pip + ["install", "--quiet", "--only-binary", ":all:", UV]
    fetched = run(fetch_uv, lock, quiet=True, more=tries)
    if fetched.returncode == 0:
        say("Fetching and installing the packages.")
        settings = run(pip + ["config", "list"], lock, quiet=True).stdout
        more, options = uv_settings(settings, os.environ)
        uv = [python, "-m", "uv", "pip", "install", "--python", python] + options
        # Not compiled now, TensorFlow would take three times as long to import, in every kernel.
        done = run(uv + ["--compile-bytecode"] + locked, lock, more=more).returncode == 0
        if done and run(uv + project, lock, more=more).returncode == 0:
            return
        say("uv could not install the packages; trying with pip, which takes longer.")
    elif re.search("Retrying|Connection|Max retries", fetched.stderr):
        reason = re.search(r"\[(Errno|WinError|SSL)[^\"'()]*", fetched.stderr)
        raise SetUpError(
            "No package could be fetched, since the package index cannot be reached%s: connect to "
            "the network, or set pip up for yours (index-url, proxy, cert), and call again."
            % (" (%s)" % reason.group().strip() if reason else "")
        )
    else:
        say("There is no uv to be had here; installing with pip, which takes longer.")
    for packages in (locked, project):
        if run(pip + ["install"] + packages, lock).returncode != 0:
            raise SetUpError(no_packages())


def no_packages():
    # type: () -> str
    """Return the sentence about packages that pip, who told why, could not install."""
    for place in (ENVIRONMENT, Path(tempfile.gettempdir())):
        if shutil.disk_usage(place).free < NEARLY_FULL:
            return disk_full(place)
    return (
        "The packages could not be installed, for the reason that pip gives above: the course "
        "needs a package index (or a mirror of it, named in pip's settings) that has all of "
        "requirements.txt; mend that, and call again."
    )


def uv_settings(pip_settings, environment):
    # type: (str, Mapping[str, str]) -> tuple[dict[str, str], list[str]]
    """Return, as variables and as options, what says to uv what the learner has said to pip.

    A class room with a mirror has set up pip for it, and uv reads none of pip's settings. The text
    is that of "pip config list". A variable that is set already is left alone.
    """
    said = {}
    for section in ("global.", "install.", ":env:."):  # in pip's order: a later one prevails
        for line in pip_settings.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section):
                with contextlib.suppress(ValueError, SyntaxError):
                    said[key[len(section) :]] = ast.literal_eval(value)
    values = {"UV_PYTHON_DOWNLOADS": "never"}
    options = []
    for key, (separator, names) in UV_NAMES.items():
        value = said.get(key, "")
        if separator:
            value = separator.join(value.split())
        if value and not any(name in environment for name in names):
            values[names[0]] = value
    if "UV_INDEX" in values:
        # pip takes the best version from all indexes; uv would stop at the first that has any.
        values["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if said.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        options += ["--no-index"]
    return values, options


# What a setting of pip is called in uv, after what stands between several values if there can be
# several. Further names say the same; if one of them is set, none is added.
UV_NAMES = {
    "index-url": (None, ["UV_DEFAULT_INDEX", "UV_INDEX_URL"]),
    "extra-index-url": (" ", ["UV_INDEX", "UV_EXTRA_INDEX_URL"]),
    "find-links": (",", ["UV_FIND_LINKS"]),
    "trusted-host": (" ", ["UV_INSECURE_HOST"]),
    "cert": (None, ["SSL_CERT_FILE"]),
    "client-cert": (None, ["SSL_CLIENT_CERT"]),
    "proxy": (None, ["ALL_PROXY", "HTTPS_PROXY", "https_proxy", "all_proxy"]),
    "timeout": (None, ["UV_HTTP_TIMEOUT"]),
}


def make_path_ascii():
    # type: () -> None
    """Let the .pth file of the editable project name the checkout as a relative path.

    The installers write the full path in UTF-8, and Python before 3.13 reads it in the encoding of
    the locale. If the path has letters outside ASCII, "import helpers" then fails, or Python does
    not even start (Windows with some letters, LC_ALL=C with any).
    """
    packages = packages_of(ENVIRONMENT)
    for path in packages.glob("*.pth"):
        if not path.read_bytes().isascii():
            path.write_text(os.path.relpath(CHECKOUT, packages) + "\n", encoding="utf-8")


def quieten_jupyterlab():
    # type: () -> None
    """Switch JupyterLab's news and its search for updates off, in this environment alone."""
    directory = ENVIRONMENT / "share" / "jupyter" / "lab" / "settings"
    directory.mkdir(parents=True, exist_ok=True)
    settings = {"fetchNews": "false", "checkForUpdates": False}
    settings = {"@jupyterlab/apputils-extension:notification": settings}
    (directory / "overrides.json").write_text(json.dumps(settings, indent=1))


def start_problem(python, lock=None):
    # type: (Path, int | None) -> str | None
    """Say why TensorFlow cannot be imported; None if it can.

    matplotlib is imported too: it then makes its list of fonts, which takes seconds, and which it
    would tell of in the output of the first notebook.
    """
    done = run([python, "-c", "import tensorflow, matplotlib.pyplot"], lock, quiet=True)
    if done.returncode == 0:
        return None
    if done.returncode in (-4, 0xC000001D):  # SIGILL; on Windows STATUS_ILLEGAL_INSTRUCTION
        return no_avx()
    if "DLL load failed" in done.stderr:
        return (
            "TensorFlow is installed but cannot load its libraries (DLL load failed): install "
            "Microsoft's Visual C++ Redistributable for x64, and call again."
        )
    return why_not("TensorFlow is installed but cannot be imported", done)


def why_not(sentence, done):
    # type: (str, CompletedProcess[str]) -> str
    """Return the sentence with the line that the tool wrote about it."""
    text = done.stdout + done.stderr
    if "No space left" in text:
        return disk_full(ENVIRONMENT)
    # TensorFlow adds advice to its error, so the error is not always the last line.
    found = re.search(r"^\w*Error: .+", text, re.MULTILINE) or re.search(r"\S.*(?=\s*\Z)", text)
    told = found.group() if found else "exit status %d and no message" % done.returncode
    return "%s (%s): mend that, and call again." % (sentence, told)


def disk_full(place):
    # type: (Path) -> str
    """Return the sentence about a disk that has too little room."""
    return (
        'The disk of "%s" has %.1f GB free, and the environment needs %.1f GB: make room, or move '
        "the course to a larger disk, and call again."
        % (place, shutil.disk_usage(place).free / 1e9, ON_DISK / 1e9)
    )


def meaning(error):
    # type: (OSError) -> str
    """Say what an error of the file system means for the learner."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(CHECKOUT)
    if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "The environment could not be made (%s): mend that, and call again." % error
    if ENVIRONMENT.exists() and os.access(CHECKOUT, os.W_OK):
        return (
            'The environment in "%s" cannot be changed (%s): close what is using it (JupyterLab, '
            "an editor, a terminal in which it is active), and call again." % (ENVIRONMENT, error)
        )
    return (
        'There is no ready environment, and none can be made, since "%s" cannot be written to: '
        "copy the course into a directory of your own, and call it there." % CHECKOUT
    )


# -- running things ------------------------------------------------------------------------------


def python_of(environment):
    # type: (Path) -> Path
    """Return the path of an environment's Python."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def packages_of(environment):
    # type: (Path) -> Path
    """Return the directory of an environment's packages."""
    inner = "Lib" if os.name == "nt" else "lib/python%d.%d" % tuple(sys.version_info[:2])
    return environment / inner / "site-packages"


def installed(environment):
    # type: (Path) -> list[str]
    """Return the names of all that lies among an environment's packages."""
    packages = packages_of(environment)
    names = (path.name for path in packages.iterdir()) if packages.is_dir() else ()
    return sorted(name for name in names if name != "__pycache__")


def run(command, lock, quiet=False, more=None):
    # type: (list[str | Path], int | None, bool, dict[str, str] | None) -> CompletedProcess[str]
    """Run one step of the making; quiet keeps what it writes, as text, instead of showing it."""
    keywords = {"cwd": CHECKOUT, "env": variables(STATE), "stdin": subprocess.DEVNULL}
    keywords["env"].update(more or {})
    keywords["stdout"] = sys.stderr  # stdout is for the tool that the call is about
    if lock is not None and os.name != "nt":
        keywords["pass_fds"] = (lock,)
    if quiet:
        keywords.update(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        keywords.update(encoding="utf-8", errors="replace")
    return subprocess.run(command, **keywords)


def variables(state):
    # type: (Path) -> dict[str, str]
    """Return the variables that everything runs with: the course's own where they matter."""
    values = dict(os.environ)
    # Modules on the learner's own path could hide the locked ones.
    for name in ("PYTHONPATH", "PYTHONHOME", "MPLBACKEND", "UV_SYSTEM_PYTHON"):
        values.pop(name, None)
    values["PIP_USER"] = "0"  # a learner's "user = true" would fail in an environment
    values["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    values["VIRTUAL_ENV"] = str(ENVIRONMENT)
    values["PATH"] = str(python_of(ENVIRONMENT).parent) + os.pathsep + values.get("PATH", "")
    values["IPYTHONDIR"] = str(state / "ipython")
    values["JUPYTER_CONFIG_DIR"] = str(state / "jupyter-config")
    values["JUPYTER_DATA_DIR"] = str(state / "jupyter-data")
    values["KERAS_HOME"] = str(state / "keras")
    values["MPLCONFIGDIR"] = str(state / "matplotlib")
    return values


def work(arguments):
    # type: (list[str]) -> int
    """Run a tool of the environment in the checkout; its exit status is that of the call."""
    command = [str(python_of(ENVIRONMENT))] + arguments
    state, temporary = STATE, None
    if not os.access(ENVIRONMENT, os.W_OK):
        # A class may share one ready environment on a disk that is read-only.
        temporary = state = Path(tempfile.mkdtemp(prefix="course-"))
        if (STATE / "matplotlib").is_dir():
            shutil.copytree(STATE / "matplotlib", state / "matplotlib")  # the list of fonts
    os.chdir(CHECKOUT)
    if os.name != "nt" and temporary is None:
        # The tool takes this process over, and so gets every signal itself.
        os.execve(command[0], command, variables(state))
    try:
        with subprocess.Popen(command, env=variables(state)) as process:
            while True:
                # Ctrl-C reaches the tool too, and the tool knows better what to do about it.
                with contextlib.suppress(KeyboardInterrupt):
                    return process.wait()
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


# -- the commands --------------------------------------------------------------------------------


def lab(arguments):
    # type: (list[str]) -> int
    """Open JupyterLab on the notebooks; README.md and the helpers are in its list of files too."""
    default = ["--ServerApp.root_dir=" + str(CHECKOUT), "--LabApp.default_url=/lab/tree/notebooks"]
    # The course has no language server; the search for one runs npm, which writes into the home.
    default += ["--LanguageServerManager.autodetect=False"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        default += ["--allow-root"]  # in a container everyone is root
    return work(["-m", "jupyterlab"] + default + arguments)


def test(arguments):
    # type: (list[str]) -> int
    """Run pytest, on everything if no path is named."""
    # TensorFlow uses two cores by itself, and a kernel takes up to 1.5 GB.
    workers = max(2, min(4, (os.cpu_count() or 1) // 2))
    os.environ.setdefault("PYTEST_XDIST_AUTO_NUM_WORKERS", str(workers))
    return work(["-m", "pytest"] + pytest_arguments(arguments))


def pytest_arguments(arguments):
    # type: (list[str]) -> list[str]
    """Return what pytest is called with; the caller's own arguments come last, and so prevail."""
    # pytest itself knows best whether a path was named; if none was, it goes by testpaths.
    default = ["--nbval", "-o", "testpaths=notebooks tests"]
    # The cells of a notebook need one kernel, so each file stays with one worker.
    default += ["-n", "auto", "--dist", "loadfile"]
    if not os.access(CHECKOUT, os.W_OK):
        default += ["-p", "no:cacheprovider"]
    return default + arguments


def store(arguments):
    # type: (list[str]) -> int
    """Run notebooks and store their outputs in them."""
    return work(["-m", "tools.store_outputs"] + arguments)


def from_checkout(arguments, directory):
    # type: (list[str], Path) -> list[str]
    """Make the paths among the arguments, typed in directory, hold in the checkout too."""
    if directory.resolve() == CHECKOUT:
        return arguments
    found = []
    for argument in arguments:
        path, separator, test_name = argument.partition("::")
        typed = path and not path.startswith("-") and (directory / path).exists()
        found.append(str(directory / path) + separator + test_name if typed else argument)
    return found


COMMANDS = {"lab": lab, "test": test, "store": store}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
