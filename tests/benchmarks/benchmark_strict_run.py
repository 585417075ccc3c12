"""Compare the strict run with plain scripts: `python -m tests.benchmarks.benchmark_strict_run`.

Each notebook is executed by `pytest --nbval` and, by turns, as a script of the same cells in a
bare Python process. Both import TensorFlow, which is most of either. Prints, for each notebook and
for all that are named (or all there are), the ratio of the two times, and the seconds of the
strict run; last, the largest process's memory.
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# A cell that must raise is allowed to, and a bare last expression is displayed by nobody.
_ALLOWED_TO_RAISE = "import contextlib\nwith contextlib.suppress(Exception):\n"


def as_script(notebook: Path) -> str:
    """Return the notebook's code cells as one program."""
    parts = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        source = cell.source
        if "raises-exception" in cell.metadata.get("tags", []):
            lines = [f"    {line}" for line in source.splitlines()]
            source = _ALLOWED_TO_RAISE + "\n".join(lines)
        parts.append(source)
    return "\n\n".join(parts) + "\n"


def seconds_of(command: list[str], directory: Path) -> float:
    """Run `command` in `directory` and return how long it took; fail if it fails."""
    start = time.perf_counter()
    subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "notebooks", nargs="*", type=Path, default=sorted(NOTEBOOKS.glob("*.ipynb"))
    )
    options = parser.parse_args()
    strict_sum = script_sum = 0.0
    with tempfile.TemporaryDirectory() as directory:
        for notebook in map(Path.resolve, options.notebooks):
            script = Path(directory, notebook.stem + ".py")
            script.write_text(as_script(notebook), encoding="utf-8")
            strict, plain = [], []
            for _ in range(options.rounds):
                command = [sys.executable, "-m", "pytest", "-q", "--nbval", str(notebook)]
                strict.append(seconds_of(command, NOTEBOOKS.parent))
                plain.append(seconds_of([sys.executable, str(script)], Path(directory)))
            _show(notebook.name, statistics.median(strict), statistics.median(plain))
            strict_sum += statistics.median(strict)
            script_sum += statistics.median(plain)
    _show("together", strict_sum, script_sum)
    # Windows has no such module.
    with contextlib.suppress(ImportError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        print(f"largest process: {peak:.2f} GB")


def _show(name: str, strict: float, script: float) -> None:
    print(f"{name:34} strict / script {strict / script:.2f}, strict {strict:.0f} s", flush=True)


if __name__ == "__main__":
    main()
