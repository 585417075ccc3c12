"""Make the inherited checkpoints anew: `python -m tools.inherited.make WORKPLACE`.

Installs six old TensorFlows into WORKPLACE (some 5 GB; delete it afterwards), runs the programs
beside this file with each, and puts the final checkpoints and what was printed into
`helpers/inherited/`. It needs Python 3.6, 3.7, 3.8 and 3.10 on Linux x86-64, from pyenv or on the
PATH, and takes some ten minutes. No seed is set: each making gives other numbers, and the outputs
of notebook 10 must be stored again.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np

from helpers.digits.mnist import DATA_FILE, load_mnist
from helpers.inherited import FINAL, HARD_CASE, INHERITED, RECORD

PROGRAMS = Path(__file__).parent
# Each TensorFlow's Python, and the pins without which today's packages break it.
VERSIONS = {
    "1.4.0": ("3.6", []),
    "1.8.0": ("3.6", []),
    "1.12.3": ("3.6", []),
    "1.15.5": ("3.7", ["protobuf<3.21", "numpy<1.19"]),
    "2.4.4": ("3.8", ["protobuf<3.21"]),
    "2.15.1": ("3.10", []),
}
HARD_CASE_VERSION = "1.8.0"
MANY_RUNS = 30
MANY_RUNS_VERSION = "1.15.5"


def main() -> None:
    """Install, run, and collect."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workplace", type=Path, help="where the old TensorFlows are installed")
    workplace = parser.parse_args().workplace.absolute()
    workplace.mkdir(parents=True, exist_ok=True)
    pythons = {version: install(version, workplace) for version in VERSIONS}

    record = {"lesson": {}, "hard_case": {}, "who_reads_whom": {}, "many_runs": {}}
    written = {}
    for version, python in pythons.items():
        place = fresh_place(workplace / f"lesson-{version}")
        if version.startswith("1"):
            record["lesson"][version] = figures(run(place, python, "lesson_1.py"))
        else:
            run(place, python, "lesson_2.py", "disable_v2_behavior")
            written[f"{version} v2 off"] = keep(place, workplace / f"written-{version}-v2-off")
            record["lesson"][version] = figures(
                run(place, python, "lesson_2.py", "disable_eager_execution")
            )
        collect(place, version, FINAL)
        written[version] = INHERITED / version
        print(version, record["lesson"][version], flush=True)

    version = HARD_CASE_VERSION
    place = fresh_place(workplace / "hard-case")
    record["hard_case"] = figures(run(place, pythons[version], "hard_case_1.py"))
    collect(place, "hard-case", HARD_CASE)
    print("hard case", record["hard_case"], flush=True)

    # Today's TensorFlow writes as well, and reads.
    today = run(workplace, sys.executable, "-c", "import tensorflow; print(tensorflow.__version__)")
    for switch in ("disable_eager_execution", "disable_v2_behavior"):
        place = fresh_place(workplace / switch)
        run(place, sys.executable, "lesson_2.py", switch)
        name = today if switch == "disable_eager_execution" else f"{today} v2 off"
        written[name] = keep(place, workplace / f"written-{name.replace(' ', '-')}")
    # The same values once more, in a graph that is not for training.
    run(place, sys.executable, "forward_2.py", "disable_v2_behavior")
    name = f"{today} v2 off, no training"
    written[name] = keep(place, workplace / "written-forward")
    place = fresh_place(workplace / "read")
    for name, files in written.items():
        shutil.copytree(files, place / name)
    for version, python in [*pythons.items(), (today, sys.executable)]:
        answers = json.loads(run(place, python, "read.py", *written).splitlines()[-1])
        record["who_reads_whom"][version] = answers
        print(version, "reads", answers, flush=True)

    record["many_runs"] = {"version": MANY_RUNS_VERSION, "runs": []}
    for _ in range(MANY_RUNS):
        place = fresh_place(workplace / "many-runs")
        printed = figures(run(place, pythons[MANY_RUNS_VERSION], "lesson_1.py"))
        one = {"final": printed["final"], "never": never_answered(place / FINAL)}
        record["many_runs"]["runs"].append(one)
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


def install(version: str, workplace: Path) -> str:
    """Return a Python with this TensorFlow, installed unless it is there."""
    place = workplace / version
    python = str(place / "bin/python")
    if not Path(python).exists():
        of_python, pins = VERSIONS[version]
        subprocess.run([old_python(of_python), "-m", "venv", place], check=True)
        pip = [python, "-m", "pip", "install", "--quiet"]
        # A pip as old as these Pythons takes packages that are too new for them.
        subprocess.run([*pip, "--upgrade", "pip<22"], check=True)
        subprocess.run([*pip, f"tensorflow=={version}", *pins], check=True)
    return python


def old_python(version: str) -> str:
    """Return the path of a Python of this version.

    Raises:
        SystemExit: there is none.
    """
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    found = [*root.glob(f"versions/{version}.*/bin/python"), shutil.which(f"python{version}")]
    if found[0] is None:
        sys.exit(f"There is no Python {version}: install it with `pyenv install {version}`.")
    return str(found[0])


def fresh_place(place: Path) -> Path:
    """Return an empty directory with the digits in it, in both forms."""
    shutil.rmtree(place, ignore_errors=True)
    (place / "MNIST_data").mkdir(parents=True)
    shutil.copy(DATA_FILE, place)
    mnist = load_mnist()
    for name, images, labels in (
        ("train", mnist.train_images, mnist.train_labels),
        ("t10k", mnist.test_images, mnist.test_labels),
    ):
        # The format is described at http://yann.lecun.com/exdb/mnist/, section "File formats".
        images = np.rint(images * 255).astype(np.uint8).tobytes()
        digits = labels.argmax(axis=1).astype(np.uint8).tobytes()
        head = struct.pack(">4i", 2051, len(labels), 28, 28)
        _write(place / f"MNIST_data/{name}-images-idx3-ubyte.gz", head + images)
        head = struct.pack(">2i", 2049, len(labels))
        _write(place / f"MNIST_data/{name}-labels-idx1-ubyte.gz", head + digits)
    return place


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content, compresslevel=1))


def run(place: Path, python: str, program: str, *arguments: str) -> str:
    """Run a program of this directory in `place`; return what it printed.

    Raises:
        SystemExit: it failed; the end of its standard error is shown.
    """
    path = str(PROGRAMS / program) if program.endswith(".py") else program
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore", "CUDA_VISIBLE_DEVICES": ""}
    # Importing TensorFlow 2, as this process does, leaves a variable behind that 1.15 obeys.
    inherited = {name: value for name, value in os.environ.items() if name != "TF2_BEHAVIOR"}
    done = subprocess.run(
        [python, path, *arguments],
        cwd=place,
        env={**inherited, **quiet},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{python} {program} failed:\n{done.stderr[-3000:]}")
    return done.stdout.strip()


def figures(printed: str) -> dict[str, str]:
    """Return what a program printed as `name: value`, as text, the digits untouched."""
    return dict(re.findall(r"^([\w. ]+): (.*)$", printed, re.MULTILINE))


def collect(place: Path, name: str, checkpoint: str) -> None:
    """Copy a checkpoint's three files into the repository."""
    target = INHERITED / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in place.glob(f"{checkpoint}.*"):
        shutil.copy(path, target)


def keep(place: Path, target: Path) -> Path:
    """Copy the final checkpoint away from where the next run writes; return the directory."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for path in place.glob(f"{FINAL}.*"):
        shutil.copy(path, target)
    return target


def never_answered(prefix: Path) -> list[int]:
    """Return the digits that the lesson's model with these values answers on no test image."""
    import tensorflow as tf

    weights, bias = (tf.train.load_variable(str(prefix), name) for name in ("weights", "bias"))
    answers = np.maximum(load_mnist().test_images @ weights + bias, 0).argmax(axis=1)
    return sorted(set(range(10)) - set(answers.tolist()))


if __name__ == "__main__":
    main()
