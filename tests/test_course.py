"""course.py, the real file, in small checkouts of its own.

Where an environment is made, a lock of three empty packages takes the place of the course's own,
which needs a minute and a network: they lie beside it as wheels, and pip is told of no index. The
path holds a space and letters outside ASCII.
"""

import ast
import errno
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

full = pytest.mark.skipif("COURSE_FULL" not in os.environ, reason="takes minutes: COURSE_FULL=1")

ROOT = Path(__file__).resolve().parents[1]

posix_only = pytest.mark.skipif(
    os.name == "nt", reason="Windows can neither interrupt nor kill a process group like this"
)


def load(directory: Path) -> ModuleType:
    """Import the course.py of a directory, whatever else is imported under that name."""
    specification = importlib.util.spec_from_file_location("course", directory / "course.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


course = load(ROOT)


# -- small checkouts -----------------------------------------------------------------------------

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "small"
version = "1.0"

[tool.pytest.ini_options]
testpaths = ["tests"]
"""

# Notes each build, and takes as long as there is a file called "hold".
BACKEND = """
import pathlib, time, zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    with open("builds.txt", "a") as file:
        file.write("one\\n")
    while pathlib.Path("hold").exists():
        time.sleep(0.05)
    name = "small-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as wheel:
        wheel.writestr("small.pth", str(pathlib.Path.cwd()) + "\\n")
        info = "small-1.0.dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""

# Tells how it was called; its last argument is its exit status.
STORE_OUTPUTS = """
import importlib.metadata, json, os, sys

versions = {name: importlib.metadata.version(name) for name in ("tensorflow", "matplotlib")}
print(json.dumps({
    "arguments": sys.argv[1:], "directory": os.getcwd(), "prefix": sys.prefix,
    "versions": versions, "home": {name: value for name, value in os.environ.items()
                                   if name.endswith(("CONFIG_DIR", "CONFIGDIR", "IPYTHONDIR"))},
}))
sys.exit(int(sys.argv[-1]) if sys.argv[1:] else 0)
"""


def add_wheel(directory: Path, name: str, version: str, modules: dict[str, str]) -> None:
    """Write a wheel of some modules, as an index would offer it."""
    directory.mkdir(exist_ok=True)
    with zipfile.ZipFile(directory / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for module, text in modules.items():
            wheel.writestr(module, text)
        info = f"{name}-{version}.dist-info/"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        wheel.writestr(info + "METADATA", metadata)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(info + "RECORD", "")


class Checkout:
    """A small checkout with the real course.py in it."""

    first_err: str  # what the first call wrote on stderr, once there was one

    def __init__(self, directory: Path) -> None:
        self.path = directory / "Kurs für Zoë"
        self.wheels = directory / "wheels"
        (self.path / "tests").mkdir(parents=True)
        (self.path / "notebooks").mkdir()
        shutil.copy(ROOT / "course.py", self.path)
        (self.path / "tests" / "__init__.py").write_text("")
        (self.path / "small.py").write_text("")
        (self.path / "tests" / "store_outputs.py").write_text(STORE_OUTPUTS)
        (self.path / "pyproject.toml").write_text(PYPROJECT)
        (self.path / "backend.py").write_text(BACKEND)
        self.lock("tensorflow==2.21.0", "matplotlib==3.0")
        for version in ("2.21.0", "2.22.0"):
            add_wheel(self.wheels, "tensorflow", version, {"tensorflow.py": ""})
        modules = {"matplotlib/__init__.py": "", "matplotlib/pyplot.py": ""}
        add_wheel(self.wheels, "matplotlib", "3.0", modules)

    @property
    def environment(self) -> Path:
        """Where its environment is, once it is made."""
        return self.path / ".venv"

    def lock(self, *packages: str) -> None:
        """Write requirements.txt."""
        (self.path / "requirements.txt").write_text("\n".join(packages) + "\n")

    def mark(self) -> dict:
        """Return the mark of the environment."""
        return json.loads((self.environment / "course.json").read_text())

    def builds(self) -> int:
        """Return how many times the project was installed."""
        notes = self.path / "builds.txt"
        return len(notes.read_text().splitlines()) if notes.exists() else 0

    def start(self, *arguments: str, wheels: Path | None = None) -> subprocess.Popen[str]:
        """Start course.py in a process group of its own."""
        own = ("PIP_", "UV_", "PYTEST_", "PYTHON", "VIRTUAL_ENV")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        variables["PIP_CONFIG_FILE"] = os.devnull
        variables["PIP_NO_INDEX"] = "1"
        variables["LC_ALL"] = "C"  # worse than any that a learner has
        variables["PIP_FIND_LINKS"] = (wheels or self.wheels).as_uri()
        return subprocess.Popen(
            [sys.executable, str(self.path / "course.py"), *arguments],
            cwd=self.path.parent,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            # What is started in the background may be deaf to Ctrl+C; a learner's call is not.
            preexec_fn=_listen_to_interrupts if os.name == "posix" else None,
        )

    def call(self, *arguments: str, wheels: Path | None = None) -> tuple[int, str, str]:
        """Run course.py and return its exit status and what it wrote, out and err."""
        process = self.start(*arguments, wheels=wheels)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err


def _listen_to_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, and fail if it never does."""
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a checkout whose environment is complete."""
    checkout = Checkout(tmp_path_factory.mktemp("ready"))
    status, _, checkout.first_err = checkout.call("store")
    assert status == 0, checkout.first_err
    return checkout


# -- the command line ----------------------------------------------------------------------------


def test_every_old_python_can_read_the_file() -> None:
    text = (ROOT / "course.py").read_text(encoding="ascii")
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.YieldFrom, ast.Match)
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, new), ast.dump(node)
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not node.args.kwonlyargs
            assert not node.args.posonlyargs
            assert not any(argument.annotation for argument in node.args.args)
        if isinstance(node, ast.Raise):
            assert node.cause is None
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            assert not any(isinstance(part, ast.Starred) for part in node.elts)
        if isinstance(node, ast.Dict):
            assert None not in node.keys
        if isinstance(node, ast.Call):
            assert not any(isinstance(argument, ast.Starred) for argument in node.args[:-1])


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13), (3, 14, 0), (4, 0, 0)])
def test_another_python_is_named_with_what_is_needed(version: tuple[int, ...]) -> None:
    problem = course.python_problem((*version, "final", 0), "/usr/bin/python3")
    assert "needs Python 3.11, 3.12 or 3.13" in problem
    assert "this is Python {}.{}.{} (/usr/bin/python3)".format(*version) in problem
    assert "for example: " in problem


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_the_three_pythons_are_taken(version: tuple[int, ...]) -> None:
    assert course.python_problem((*version, "final", 0), "python3") is None


@pytest.mark.parametrize("arguments", [[], ["play"], ["--port"]])
def test_a_wrong_command_shows_the_right_ones(checkout: Checkout, arguments: list[str]) -> None:
    status, out, err = checkout.call(*arguments)
    assert (status, out) == (2, "")
    for command in ("lab", "test", "store"):
        assert f"course.py {command} " in err
    assert not checkout.environment.exists()


def test_help_is_no_error(checkout: Checkout) -> None:
    status, out, err = checkout.call("--help")
    assert (status, err) == (0, "")
    assert "course.py lab [ARGUMENT ...]" in out


# -- the machine ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "machine", "release"),
    [
        ("Linux", "x86_64", (2, 27)),
        ("Linux", "aarch64", (2, 41)),
        ("Darwin", "arm64", (15, 1)),
        ("Windows", "amd64", (0, 0)),
    ],
)
def test_platforms_of_tensorflow(system: str, machine: str, release: tuple[int, ...]) -> None:
    assert course.platform_problem(system, machine, release, True) is None
    assert "usual CPython" in course.platform_problem(system, machine, release, False)


@pytest.mark.parametrize(
    ("system", "machine", "release", "said"),
    [
        ("Darwin", "x86_64", (15, 1), "Darwin on x86_64"),
        ("Darwin", "arm64", (11, 7), "Darwin 11.7"),
        ("Windows", "arm64", (0, 0), "Windows on arm64"),
        ("Windows", "win32, 32 bits", (0, 0), "32 bits"),
        ("Linux", "x86_64", (), "glibc not there"),
        ("Linux", "x86_64", (2, 17), "glibc 2.17"),
        ("Linux", "armv7l", (2, 36), "armv7l"),
        ("FreeBSD", "amd64", (0, 0), "FreeBSD on amd64"),
    ],
)
def test_other_platforms_are_told_so(
    system: str, machine: str, release: tuple[int, ...], said: str
) -> None:
    problem = course.platform_problem(system, machine, release, True)
    assert said in problem
    assert "expected is" in problem
    assert "README.md" in problem


def test_the_platform_of_this_run_is_one_of_them() -> None:
    assert course.platform_problem(*course.this_platform()) is None


def test_a_processor_without_avx_is_told_so(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    with_avx = "processor\t: 0\nmodel name\t: some\nflags\t\t: fpu sse2 avx avx2\nbugs\t\t: \n"
    cpuinfo.write_text(with_avx * 2)
    assert course.processor_problem(cpuinfo) is None
    cpuinfo.write_text(with_avx.replace(" avx avx2", " ssse3 avx512") * 2)
    assert "AVX" in course.processor_problem(cpuinfo)


def test_a_processor_that_is_not_known_is_let_pass(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    assert course.processor_problem(cpuinfo) is None
    cpuinfo.write_text("processor\t: 0\nFeatures\t: fp asimd\n")
    assert course.processor_problem(cpuinfo) is None


# -- TensorFlow after it is installed ------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("", None),
        ("raise ImportError('DLL load failed while importing x')", "Visual C++ Redistributable"),
        ("raise ImportError('libx.so: cannot open')", "(ImportError: libx.so: cannot open)"),
        ("raise ImportError('no libx.so\\n\\nAsk for help.')", "(ImportError: no libx.so)"),
        ("print('The end is near.'); exit(3)", "(The end is near.)"),
        ("exit(3)", "(exit status 3 and no message)"),
        pytest.param(
            "import os, signal; os.kill(os.getpid(), signal.SIGILL)", "AVX", marks=posix_only
        ),
    ],
)
def test_why_tensorflow_does_not_start(checkout: Checkout, module: str, said: str | None) -> None:
    (checkout.path / "tensorflow.py").write_text(module)  # where python -c looks first
    (checkout.path / "matplotlib").mkdir()
    (checkout.path / "matplotlib" / "pyplot.py").write_text("")
    problem = load(checkout.path).start_problem(sys.executable)
    assert (problem is None) if said is None else (said in problem)


# -- when an environment is used as it is --------------------------------------------------------


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """Return a directory that has all that makes an environment of this checkout complete."""
    python = course.python_of(tmp_path)
    python.parent.mkdir(parents=True)
    python.write_text("")
    for name in ("numpy", "numpy-2.4.6.dist-info", "__pycache__"):
        (course.packages_of(tmp_path) / name).mkdir(parents=True)
    course.write_mark(tmp_path, {**course.wanted(), "packages": course.installed(tmp_path)})
    return tmp_path


def test_a_complete_environment_has_no_flaw(complete: Path) -> None:
    assert course.flaw(complete) is None
    (course.packages_of(complete) / "__pycache__").rmdir()
    assert course.flaw(complete) is None


@pytest.mark.parametrize("name", ["lock", "python", "machine", "checkout"])
def test_an_environment_made_from_something_else_has_a_flaw(complete: Path, name: str) -> None:
    mark = course.read_mark(complete)
    course.write_mark(complete, {**mark, name: "another"})
    assert course.flaw(complete) == course.CHANGES[name]


def test_a_damaged_environment_has_a_flaw(complete: Path) -> None:
    (course.packages_of(complete) / "numpy").rmdir()
    assert "packages are gone" in course.flaw(complete)
    course.python_of(complete).unlink()
    assert "Python is gone" in course.flaw(complete)
    (complete / "course.json").write_text('{"lock": ')
    assert "cut off" in course.flaw(complete)
    (complete / "course.json").unlink()
    assert "none yet" in course.flaw(complete)


# -- making it -----------------------------------------------------------------------------------


def test_the_first_call_shows_what_it_does(ready: Checkout) -> None:
    err = ready.first_err
    assert f"Making the environment in {ready.environment}" in err
    assert "to download" in err
    assert "no uv to be had" in err  # the wheels have none, so pip does the work
    assert err.index("Making") < err.index("Successfully installed") < err.index("is ready")
    assert (ready.environment / ".gitignore").read_text() == "*\n"


def test_a_second_call_installs_nothing(ready: Checkout) -> None:
    before = ready.mark(), ready.builds()
    status, _, err = ready.call("store", wheels=ready.path / "nowhere")
    assert (status, err) == (0, "")
    assert (ready.mark(), ready.builds()) == before


def test_arguments_and_exit_status_are_passed_on(ready: Checkout) -> None:
    (ready.path.parent / "mine.ipynb").write_text("")
    status, out, _ = ready.call("store", "mine.ipynb", "no such", "--strict", "7")
    assert status == 7
    told = json.loads(out)
    assert told["arguments"] == [
        str(ready.path.parent / "mine.ipynb"),
        "no such",
        "--strict",
        "7",
    ]
    assert Path(told["directory"]) == ready.path
    assert Path(told["prefix"]) == ready.environment


def test_nothing_is_read_from_the_home_of_the_learner(ready: Checkout) -> None:
    told = json.loads(ready.call("store")[1])
    assert set(told["home"]) == {"IPYTHONDIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"}
    for directory in told["home"].values():
        assert Path(directory).is_relative_to(ready.environment)


def test_the_project_is_imported_from_anywhere_in_any_locale(ready: Checkout) -> None:
    done = subprocess.run(
        [
            str(course.python_of(ready.environment)),
            "-c",
            "import small; print(ascii(small.__file__))",
        ],
        cwd=ready.wheels,
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(ast.literal_eval(done.stdout)).samefile(ready.path / "small.py")


def test_jupyterlab_asks_and_tells_nothing(ready: Checkout) -> None:
    overrides = ready.environment / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    (settings,) = json.loads(overrides.read_text()).values()
    assert settings == {"fetchNews": "false", "checkForUpdates": False}


def test_without_an_index_the_former_environment_stays(ready: Checkout) -> None:
    lock = (ready.path / "requirements.txt").read_text()
    ready.lock("tensorflow==2.22.0", "matplotlib==3.0")
    try:
        status, out, err = ready.call("store", wheels=ready.path / "nowhere")
    finally:
        (ready.path / "requirements.txt").write_text(lock)
    assert (status, out) == (1, "")
    sentence = err.splitlines()[-1]
    assert sentence.startswith("course.py: The packages could not be installed")
    assert sentence.endswith("call again.")
    assert "Traceback" not in err
    assert [path.name for path in ready.path.glob(".venv*")] == [".venv"]
    status, out, err = ready.call("store", wheels=ready.path / "nowhere")
    assert (status, err) == (0, "")
    assert json.loads(out)["versions"]["tensorflow"] == "2.21.0"


def test_a_changed_lock_is_installed(ready: Checkout) -> None:
    ready.lock("tensorflow==2.22.0", "matplotlib==3.0")
    status, out, err = ready.call("store")
    assert status == 0, err
    assert "requirements.txt or pyproject.toml has changed" in err
    assert json.loads(out)["versions"]["tensorflow"] == "2.22.0"
    assert [path.name for path in ready.path.glob(".venv*")] == [".venv"]


def test_somebody_elses_environment_is_left_alone(checkout: Checkout) -> None:
    checkout.environment.mkdir()
    (checkout.environment / "mine.txt").write_text("precious")
    status, _, err = checkout.call("store")
    assert status == 1
    assert len(err.splitlines()) == 1
    assert "course.py did not make it" in err
    assert [path.name for path in checkout.environment.iterdir()] == ["mine.txt"]


@full
@posix_only
def test_after_a_killed_call_two_at_once_make_one_whole_environment(checkout: Checkout) -> None:
    hold = checkout.path / "hold"
    hold.touch()
    killed = checkout.start("store")
    wait_for(lambda: checkout.builds() == 1)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert checkout.mark() == {}
    # Its installer is still at work. The next calls wait for that to end; one makes all anew.
    calls = [checkout.start("store") for _ in range(2)]
    for call in calls:
        assert "waiting until it has ended" in call.stderr.readline()
        assert call.poll() is None
    hold.unlink()
    told = ""
    for call in calls:
        out, err = call.communicate(timeout=300)
        assert call.returncode == 0, err
        assert json.loads(out)["arguments"] == []
        told += err
    killed.communicate(timeout=300)
    assert told.count("the last call was cut off") == 1
    assert checkout.builds() == 2
    assert checkout.mark()["packages"]


@full
@posix_only
def test_an_interrupted_call_ends_quietly_and_leaves_nothing(checkout: Checkout) -> None:
    (checkout.path / "hold").touch()
    call = checkout.start("store")
    wait_for(lambda: checkout.builds() == 1)
    os.killpg(call.pid, signal.SIGINT)
    _, err = call.communicate(timeout=300)
    assert call.returncode == 130
    assert "Traceback" not in err
    assert not list(checkout.path.glob(".venv*"))


# -- left by a call that was cut off while it exchanged two environments ---------------------------


def test_the_former_environment_comes_back(checkout: Checkout) -> None:
    there = load(checkout.path)
    there.FORMER.mkdir()
    there.write_mark(there.FORMER, {"lock": "former"})
    there.ENVIRONMENT.mkdir()
    there.write_mark(there.ENVIRONMENT, {})
    there.DISCARDED.mkdir()
    there.clear_up()
    assert there.read_mark(there.ENVIRONMENT) == {"lock": "former"}
    assert [path.name for path in checkout.path.glob(".venv*")] == [".venv"]


def test_the_former_environment_goes_when_the_new_one_is_complete(checkout: Checkout) -> None:
    there = load(checkout.path)
    for environment, lock in ((there.FORMER, "former"), (there.ENVIRONMENT, "new")):
        environment.mkdir()
        there.write_mark(environment, {"lock": lock})
    there.clear_up()
    assert there.read_mark(there.ENVIRONMENT) == {"lock": "new"}
    assert [path.name for path in checkout.path.glob(".venv*")] == [".venv"]


# -- what an error of the file system means ------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EROFS, "copy the course into a directory of your own"),
        (errno.EACCES, "copy the course into a directory of your own"),
        (errno.EIO, "mend that, and call again"),
    ],
)
def test_each_error_has_its_cure(checkout: Checkout, number: int, said: str) -> None:
    assert said in load(checkout.path).meaning(OSError(number, os.strerror(number)))


def test_an_environment_in_use_has_another_cure(checkout: Checkout) -> None:
    checkout.environment.mkdir()
    assert "close what is using it" in load(checkout.path).meaning(OSError(errno.EACCES, "used"))


# -- pip's settings for uv -----------------------------------------------------------------------


def pip_config(tmp_path: Path, text: str, **variables: str) -> str:
    """Return what the real "pip config list" says of a file and of variables."""
    (tmp_path / "pip.conf").write_text(text)
    environment = {name: value for name, value in os.environ.items() if name[:4] != "PIP_"}
    environment |= {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf"), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(
        command, env=environment | variables, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_mirror_of_a_class_room_is_passed_on_to_uv(tmp_path: Path) -> None:
    text = """
[global]
index-url = http://mirror.invalid/simple
trusted-host = mirror.invalid
    other.invalid
find-links =
    /wheels/one
    /wheels/two
timeout = 60
[install]
extra-index-url = http://extra.invalid/simple
"""
    values, options = course.uv_settings(
        pip_config(tmp_path, text, PIP_CERT="/school.pem", PIP_TIMEOUT="90"), {}
    )
    assert values["UV_DEFAULT_INDEX"] == "http://mirror.invalid/simple"
    assert values["UV_INDEX"] == "http://extra.invalid/simple"
    assert values["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert values["UV_FIND_LINKS"] == "/wheels/one,/wheels/two"
    assert values["UV_INSECURE_HOST"] == "mirror.invalid other.invalid"
    assert values["SSL_CERT_FILE"] == "/school.pem"
    assert values["UV_HTTP_TIMEOUT"] == "90"
    assert values["UV_PYTHON_DOWNLOADS"] == "never"
    assert options == []


def test_no_index_is_passed_on_to_uv(tmp_path: Path) -> None:
    said = pip_config(tmp_path, "[global]\nno-index = true\n")
    assert course.uv_settings(said, {})[1] == ["--no-index"]
    said = pip_config(tmp_path, "[global]\nno-index = true\n", PIP_NO_INDEX="0")
    assert course.uv_settings(said, {})[1] == []


def test_what_the_learner_told_uv_prevails(tmp_path: Path) -> None:
    said = pip_config(tmp_path, "[global]\nindex-url = http://mirror.invalid/simple\n", PIP_CERT="")
    own = {"UV_INDEX_URL": "http://own.invalid/simple"}
    assert course.uv_settings(said, own) == ({"UV_PYTHON_DOWNLOADS": "never"}, [])
    assert course.uv_settings("", {}) == ({"UV_PYTHON_DOWNLOADS": "never"}, [])


# -- what pytest is called with ------------------------------------------------------------------


@pytest.fixture
def with_tests(checkout: Checkout) -> Checkout:
    """Return a checkout with one notebook of two cells and two tests."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell("number = 2", execution_count=1),
        nbformat.v4.new_code_cell(
            "number",
            execution_count=2,
            outputs=[
                nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=2)
            ],
        ),
    ]
    nbformat.write(notebook, checkout.path / "notebooks" / "one.ipynb")
    text = "def test_one():\n    assert True\n\ndef test_two():\n    assert True\n"
    (checkout.path / "tests" / "test_some.py").write_text(text)
    return checkout


def run_pytest(checkout: Checkout, *arguments: str) -> str:
    """Run the real pytest as course.py would with these arguments; return what it wrote."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    variables["PYTEST_XDIST_AUTO_NUM_WORKERS"] = "2"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *course.pytest_arguments([*arguments])],
        cwd=checkout.path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_notebooks_and_tests_are_run_by_two_workers(with_tests: Checkout) -> None:
    out = run_pytest(with_tests)
    assert "2 workers" in out
    assert "4 passed" in out


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ([], 4),
        (["notebooks/one.ipynb", "tests/test_some.py::test_two"], 3),
        (["-k", "tests"], 2),  # a directory of that name is no path here
    ],
)
def test_a_path_that_is_named_runs_instead_of_all(
    with_tests: Checkout, arguments: list[str], count: int
) -> None:
    out = run_pytest(with_tests, "--collect-only", "-q", *arguments)
    assert sum("::" in line for line in out.splitlines()) == count, out


def test_the_number_of_workers_can_be_chosen(with_tests: Checkout) -> None:
    out = run_pytest(with_tests, "-n", "0", "tests")
    assert "2 workers" not in out
    assert "2 passed" in out


@pytest.mark.parametrize("directory_is_there", [True, False])
def test_there_need_be_no_notebook(with_tests: Checkout, directory_is_there: bool) -> None:
    (with_tests.path / "notebooks" / "one.ipynb").unlink()
    if not directory_is_there:
        (with_tests.path / "notebooks").rmdir()
    out = run_pytest(with_tests, "--collect-only", "-q")
    assert [line.partition("::")[2] for line in out.split()[:2]] == ["test_one", "test_two"]


def test_paths_hold_from_the_directory_they_were_typed_in(tmp_path: Path) -> None:
    (tmp_path / "one.ipynb").touch()
    typed = ["one.ipynb", "one.ipynb::Cell 1", "-k", "two", "--port=1", "gone.ipynb"]
    there = str(tmp_path / "one.ipynb")
    assert course.from_checkout(typed, tmp_path) == [there, there + "::Cell 1", *typed[2:]]
    assert course.from_checkout(["tests"], course.CHECKOUT) == ["tests"]
