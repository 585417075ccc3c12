#!/usr/bin/env python3
"""Make the course's environment and work in it. Python 3.11, 3.12 or 3.13 is all it needs.

  python3 course.py lab [ARGUMENT ...]     open the notebooks in JupyterLab
  python3 course.py test [ARGUMENT ...]    run every notebook and every test with pytest
  python3 course.py store [NOTEBOOK ...]   run notebooks and store their outputs in them
  python3 course.py book [--no-open]       make the notebooks a site, and open it in the browser

Further arguments go on to JupyterLab, pytest or the storing tool. The first call makes the
environment in .venv from requirements.txt; later calls use it, until requirements.txt changes.
"""

import os  # Python 3.8 must be able to read all of this, to say which Python is needed
import re
import shutil
import signal
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, run

COMMANDS = {"lab": "jupyterlab", "test": "pytest", "store": "tools.store_outputs", "book": "book"}
CPU = Path("/proc/cpuinfo")  # Linux
UV = "uv==0.13.9"  # installs many packages at once, in a third of the time that pip takes
COURSE = Path(__file__).resolve().parent
LOCK = COURSE / "requirements.txt"
VENV = (COURSE / ".venv").resolve()  # .venv may be a link to a larger disk
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MARK = VENV / "made-from.txt"  # course.py's own sign; empty until the environment is complete


def main(arguments):
    """Carry out one command line and return its exit status."""
    check_computer()
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return arguments != ["--help"]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leaves no child behind either
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "MPLBACKEND"):
        os.environ.pop(name, None)
    try:
        if not (PYTHON.exists() and MARK.is_file() and MARK.read_text("utf-8") == made_from()):
            make_environment()
        if arguments[0] == "book":
            install(COURSE / "book" / "requirements.txt")  # uv sees at once what is there already
        return work(COMMANDS[arguments[0]], arguments[1:])
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        sys.exit(
            f"The environment cannot be made or used ({error}): close what is using .venv, or copy "
            "the course into a directory of your own on a disk with 2.5 GB free, and call again."
        )


def check_computer():
    """Stop if this Python or this processor cannot run TensorFlow 2.21."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(
            f"The course needs Python 3.11, 3.12 or 3.13, and {sys.executable} is Python "
            f"{sys.version.split()[0]}: install one of these (python.org has them) and call it by "
            "its name, as in: python3.13 course.py lab"
        )
    words = CPU.read_text(errors="replace").split() if CPU.exists() else []
    if "flags" in words and "avx" not in words:  # only x86-64 has flags
        sys.exit(
            "This computer's processor has no AVX instructions, which TensorFlow needs: use "
            "another computer, or let the virtual machine pass its host's processor through."
        )


def made_from():
    """Return what the mark of a complete environment says."""
    return f"# Python 3.{sys.version_info[1]}, {sys.platform}\n" + LOCK.read_text("utf-8")


def make_environment():
    """Make the environment from the lock, from the beginning, or stop and say what helps."""
    if VENV.exists() and any(VENV.iterdir()) and not MARK.exists():
        sys.exit(f'"{VENV}" was not made by course.py: rename it or delete it, and call again.')
    print("Making the environment in .venv, once: 0.5 GB to fetch, 2 GB on disk.", file=sys.stderr)
    VENV.mkdir(exist_ok=True)
    MARK.write_text("")
    for path in VENV.iterdir():  # half an environment, or one from another lock
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
    if shutil.disk_usage(VENV).free < 2.5e9:
        sys.exit(f'The disk of "{VENV}" has less than 2.5 GB free: make room, and call again.')
    install(LOCK)
    # Whatever starts this Python can import the helpers: a notebook, an editor, a shell.
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
    (site / "course.pth").write_text(os.path.relpath(COURSE, site), "utf-8")
    MARK.write_text(made_from(), "utf-8")


def install(lock):
    """Install a lock into the environment, new or not: by uv, or where that fails by pip."""
    uv, pip = shutil.which("uv"), find_spec("pip")
    if not find_spec("venv") or not (uv or pip or find_spec("ensurepip")):
        sys.exit(f"{sys.executable} lacks venv or ensurepip: install it (on Debian: python3-venv).")
    base = getattr(sys, "_base_executable", sys.executable)  # this one may lie in .venv itself
    if not PYTHON.exists():
        run([base, "-m", "venv", VENV, *(["--without-pip"] if uv or pip else [])], check=False)
    # What "pip --python" starts: this Python's pip, run by the one that it is to install into.
    runner = [Path(pip.origin).with_name("__pip-runner__.py")] if pip else ["-m", "pip"]
    pip = [PYTHON, *runner]
    os.environ.update(PIP_USER="0", PIP_RETRIES="2", PIP_DISABLE_PIP_VERSION_CHECK="1")
    if not uv and not shutil.which("uv", path=PYTHON.parent):
        print("Fetching uv, the installer.", file=sys.stderr)
        fetched = run([*pip, "install", "--quiet", UV], stderr=PIPE, text=True, check=False)
        if "Retrying" in fetched.stderr:
            sys.exit(
                "The package index cannot be reached: connect to the network, or name your mirror "
                "of it in pip's settings (pip config set global.index-url ...), and call again."
            )
    # uv reads none of pip's settings. Of a class room's it must know the mirror.
    settings = run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    mirror = re.findall(r"\.index-url='(.+)'", settings) or [os.environ.get("PIP_INDEX_URL")]
    if mirror[0]:
        os.environ.setdefault("UV_DEFAULT_INDEX", mirror[0])
    by_uv = [*([uv] if uv else [PYTHON, "-m", "uv"]), "pip", "install", "--python", PYTHON]
    if all(run([*one, "-r", lock], check=False).returncode for one in (by_uv, [*pip, "install"])):
        sys.exit(
            "The packages could not be installed, for the reason given above: the course needs a "
            f"network or a mirror with all of {lock.name}, 2.5 GB on the disk, and a computer "
            "that TensorFlow 2.21 has a package for (Linux, Windows on x86-64, macOS on arm64)."
        )


def work(module, arguments):
    """Run a module in the environment and in the course's directory; return its exit status."""
    # A file that was named from another directory must be found from this one.
    arguments = [str(Path(one).resolve()) if Path(one).is_file() else one for one in arguments]
    # Nobody's own start-up files, kernels and figure settings change what the course shows.
    state = VENV / "state" if os.access(VENV, os.W_OK) else Path.home() / ".checkpointing-course"
    for tool in ("IPYTHON", "JUPYTER_CONFIG_", "JUPYTER_DATA_", "MPLCONFIG"):
        os.environ[tool + "DIR"] = str(state / tool)
    os.environ["KERAS_HOME"] = str(state / "KERAS")
    os.environ["JUPYTER_CONFIG_PATH"] = str(COURSE / "lab")  # what JupyterLab starts with
    os.chdir(COURSE)
    command = [str(PYTHON), "-m", module, *arguments]
    if os.name == "nt":
        return run(command, check=False).returncode
    return os.execv(PYTHON, command)  # the tool takes this process over, and gets every signal


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
