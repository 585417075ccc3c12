"""Compare the strict run with plain scripts: `python -m tools.benchmark_strict_run`.

All notebooks that are named (or all there are) are executed by one `pytest --nbval` and, by turns,
as scripts of the same cells, each in a bare Python process. Both import TensorFlow, which is most
of either. Prints the ratio of the two times for each round, and their median; then the seconds of
a strict run of each notebook by itself, and the largest process's memory.
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


def strict_run_of(*notebooks: Path) -> list[str]:
    """Return the command that executes and compares notebooks."""
    return [sys.executable, "-m", "pytest", "-q", "--nbval", *map(str, notebooks)]


def seconds_of(command: list[str], directory: Path) -> float:
    """Run `command` in `directory` and return how long it took; fail if it fails."""
    start = time.perf_counter()
    subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print the ratios, the seconds and the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "notebooks", nargs="*", type=Path, default=sorted(NOTEBOOKS.glob("*.ipynb"))
    )
    options = parser.parse_args()
    notebooks = [notebook.resolve() for notebook in options.notebooks]
    with tempfile.TemporaryDirectory() as directory:
        scripts = [Path(directory, f"{notebook.stem}.py") for notebook in notebooks]
        for notebook, script in zip(notebooks, scripts, strict=True):
            script.write_text(as_script(notebook), encoding="utf-8")
        ratios = []
        for _ in range(options.rounds):
            strict = seconds_of(strict_run_of(*notebooks), NOTEBOOKS.parent)
            plain = sum(seconds_of([sys.executable, str(one)], Path(directory)) for one in scripts)
            ratios.append(strict / plain)
            print(f"strict / scripts {ratios[-1]:.2f}, strict {strict:.0f} s", flush=True)
    print(f"median of the ratios {statistics.median(ratios):.2f}")
    for notebook in notebooks:
        strict = seconds_of(strict_run_of(notebook), NOTEBOOKS.parent)
        print(f"{notebook.name:34} {strict:.0f} s", flush=True)
    # Windows has no such module.
    with contextlib.suppress(ImportError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        print(f"largest process: {peak:.2f} GB")


if __name__ == "__main__":
    main()
