"""The one list of pins, and that every way to the environment goes by it."""

import itertools
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
DIRECT = [Requirement(line) for line in PROJECT["dependencies"]]
GROUPS = {
    "book": "book/requirements.txt",
    "browser": "tests/browser/requirements.txt",
}  # what only some need, and its lock
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

# Where the course runs, as the markers of a requirement name it.
SYSTEMS = [
    {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix"},
    {"sys_platform": "linux", "platform_machine": "aarch64", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix"},
    {"sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt"},
]
PYTHONS = ["3.11", "3.12", "3.13"]
PLACES = [
    {**system, "python_version": python, "python_full_version": python + ".9"}
    for system, python in itertools.product(SYSTEMS, PYTHONS)
]


def locked(name: str = "requirements.txt") -> list[Requirement]:
    """Return the lines of a lock; each must be a requirement."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def holding(requirements: list[Requirement], place: dict[str, str]) -> dict[str, Requirement]:
    """Return the requirements that hold in a place, by name; no name may come twice."""
    environment = {**default_environment(), **place}
    found: dict[str, Requirement] = {}
    for requirement in requirements:
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} is there twice for {place}"
            found[name] = requirement
    return found


def pinned(requirement: Requirement) -> Version:
    """Return the one version that a requirement admits."""
    (specifier,) = requirement.specifier
    assert specifier.operator == "==", requirement
    assert "*" not in specifier.version, requirement
    return Version(specifier.version)


def place_name(place: dict[str, str]) -> str:
    return "-".join([place["sys_platform"], place["platform_machine"], place["python_version"]])


@pytest.mark.parametrize("place", PLACES, ids=place_name)
def test_the_lock_has_the_pins_of_the_project(place: dict[str, str]) -> None:
    lock = holding(locked(), place)
    direct = holding(DIRECT, place)
    assert {name: pinned(requirement) for name, requirement in direct.items()} == {
        name: pinned(lock[name]) for name in direct
    }


@pytest.mark.parametrize("place", PLACES, ids=place_name)
def test_each_place_gets_one_tensorflow(place: dict[str, str]) -> None:
    (name,) = [name for name in holding(locked(), place) if name.startswith("tensorflow")]
    on_linux_x86 = (place["sys_platform"], place["platform_machine"]) == ("linux", "x86_64")
    assert name == ("tensorflow-cpu" if on_linux_x86 else "tensorflow")


@pytest.mark.parametrize("place", PLACES, ids=place_name)
@pytest.mark.parametrize("group", GROUPS)
def test_the_lock_of_a_group_has_its_pins_and_those_of_the_course(
    group: str, place: dict[str, str]
) -> None:
    """So that it adds to the environment, and changes nothing that is there."""
    lock, common = holding(locked(GROUPS[group]), place), holding(locked(), place)
    direct = [Requirement(line) for line in PYPROJECT["dependency-groups"][group]]
    for name, requirement in {**common, **holding(direct, place)}.items():
        assert name not in lock or pinned(lock[name]) == pinned(requirement)
    assert set(holding(direct, place)) <= set(lock)


@pytest.mark.parametrize("name", ["requirements.txt", *GROUPS.values()])
def test_everything_in_the_lock_is_pinned(name: str) -> None:
    assert locked(name)
    for requirement in locked(name):
        assert pinned(requirement)
        assert requirement.url is None


@pytest.mark.parametrize(
    "name", ["requirements.txt", "pyproject.toml", "environment.yml", *GROUPS.values()]
)
def test_no_registry_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_the_lock_is_installed_as_it_was_compiled() -> None:
    """The whole of what is installed is what the lock says, for those packages that it names."""
    from importlib.metadata import version

    lock = holding(locked(), {})
    assert {name: version(name) for name in lock} == {
        name: str(pinned(requirement)) for name, requirement in lock.items()
    }


def test_elsewhere_it_is_the_same_pythons_and_files() -> None:
    files = ROOT.glob(".github/workflows/*.yml")
    workflows = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]
    jobs = [job for workflow in workflows for job in workflow["jobs"].values()]
    matrices = [job["strategy"]["matrix"] for job in jobs if "strategy" in job]
    assert [matrix["python"] for matrix in matrices] == [PYTHONS]
    commands = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert {".ci/run", "python course.py test", "python course.py book --no-open"} <= {*commands}
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert container["image"].rpartition(":")[2] in PYTHONS
    assert (ROOT / container["postAttachCommand"].split()[1]).exists()


def test_conda_takes_python_and_pip_from_one_channel() -> None:
    assert set(CONDA) == {"name", "channels", "dependencies"}
    assert CONDA["channels"] == ["conda-forge"]
    *from_channel, by_pip = CONDA["dependencies"]
    assert [spec.split()[0] for spec in from_channel] == ["python", "pip"]
    assert by_pip == {"pip": ["-r requirements.txt", "-e ."]}


def test_conda_and_the_project_admit_the_same_pythons() -> None:
    (python,) = [spec.removeprefix("python ") for spec in CONDA["dependencies"] if "python" in spec]
    of_conda, of_project = SpecifierSet(python), SpecifierSet(PROJECT["requires-python"])
    for minor, patch in itertools.product(range(8, 17), (0, 9)):
        version = Version(f"3.{minor}.{patch}")
        expected = f"3.{minor}" in PYTHONS
        assert (version in of_conda) is (version in of_project) is expected, version


def test_every_direct_package_has_its_reason() -> None:
    """In pyproject.toml and environment.yml a comment stands above each entry, or each group."""
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    entries = [number for number, line in enumerate(lines) if re.match(r" +- ", line)]
    assert len(entries) == 6
    for number in entries:
        assert lines[number - 1].lstrip().startswith("#"), lines[number]
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    entries = [number for number, line in enumerate(lines) if re.match(r' +"[a-z-]+==', line)]
    assert len(entries) == len(DIRECT) + sum(map(len, PYPROJECT["dependency-groups"].values()))
    for number in entries:
        above = lines[number - 1].lstrip()
        assert above.startswith("#") or above.startswith('"tensorflow-cpu'), lines[number]
