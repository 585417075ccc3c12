"""Which lines of TensorFlow's own saving code the notebooks' cells reach.

`python -m tools.saver_coverage [NOTEBOOK ...]`: what no cell reaches is what no reader can learn
here. Runs the notebooks (all of them, if none is named) under coverage.py, with the processes that
they start, and prints for each file the share of its lines that a cell reaches, and the others.
Lines that are not worth a reader's time are counted out, and printed with the reason.
"""

import argparse
import ast
import importlib.util
import os
import tempfile
from pathlib import Path

import coverage
import nbformat

from tools.store_outputs import NOTEBOOKS, execute

PACKAGE = Path(importlib.util.find_spec("tensorflow").origin).parent / "python"

# For each file what is counted out: a line as it stands there, with the block that it opens, and
# why. A line that is not there raises an error, so that a new TensorFlow is noticed.
COUNTED_OUT: dict[str, dict[str, str]] = {
    "training/saver.py": {},
    "checkpoint/checkpoint_management.py": {},
    "training/checkpoint_utils.py": {},
    "training/basic_session_run_hooks.py": {},
}
# Of this file, only these are about checkpoints.
HOOK_CLASSES = ("SecondOrStepTimer", "CheckpointSaverListener", "CheckpointSaverHook")


def measure(notebooks: list[Path], directory: Path) -> coverage.Coverage:
    """Run the notebooks and return what was reached; `directory` takes the data meanwhile."""
    settings = directory / "coveragerc"
    files = "\n".join(f"    {PACKAGE / name}" for name in COUNTED_OUT)
    settings.write_text(
        f"[run]\nparallel = true\nsigterm = true\ndata_file = {directory / 'data'}\n"
        f"include =\n{files}\n"
    )
    # Every Python that finds this file on its path runs it at its start.
    (directory / "sitecustomize.py").write_text("import coverage\ncoverage.process_startup()\n")
    os.environ["COVERAGE_PROCESS_START"] = str(settings)
    former = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(directory), *filter(None, [former])])
    for path in notebooks:
        execute(nbformat.read(path, as_version=4), path.parent)
    result = coverage.Coverage(config_file=settings)
    result.combine()
    return result


def lines_opened_by(source: str, line: str) -> set[int]:
    """Return the numbers of the lines of the block that begins with `line`, wherever it stands.

    Of an `if`, this is its body and not what comes after `else`; of any other statement, all of it.

    Raises:
        LookupError: no statement begins with this line.
    """
    numbers: set[int] = set()
    lines = [each.strip() for each in source.splitlines()]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt | ast.ExceptHandler) and lines[node.lineno - 1] == line:
            last = node.body[-1].end_lineno if isinstance(node, ast.If) else node.end_lineno
            numbers |= set(range(node.lineno, last + 1))
    if not numbers:
        raise LookupError(f"No statement begins with {line!r}: correct COUNTED_OUT.")
    return numbers


def main() -> None:
    """Measure the notebooks named on the command line, or all of them, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "notebooks", nargs="*", type=Path, default=sorted(NOTEBOOKS.glob("*.ipynb"))
    )
    notebooks = parser.parse_args().notebooks
    with tempfile.TemporaryDirectory() as directory:
        result = measure(notebooks, Path(directory))
        for name, reasons in COUNTED_OUT.items():
            report(result, name, reasons)


def report(result: coverage.Coverage, name: str, reasons: dict[str, str]) -> None:
    """Print what was reached of one file, what was not, and what is counted out."""
    source = (PACKAGE / name).read_text(encoding="utf-8")
    statements, missing = (set(result.analysis2(str(PACKAGE / name))[place]) for place in (1, 3))
    if name.endswith("hooks.py"):
        classes = [each for each in ast.parse(source).body if isinstance(each, ast.ClassDef)]
        ours = [each for each in classes if each.name in HOOK_CLASSES]
        statements &= {n for each in ours for n in range(each.lineno, each.end_lineno + 1)}
    opened = {line: lines_opened_by(source, line) & statements for line in reasons}
    out = set().union(*opened.values())
    counted, unreached = statements - out, (missing & statements) - out
    print(f"\n{name}: {1 - len(unreached) / len(counted):.0%} of {len(counted)} lines reached,")
    print(f"  {len(out)} counted out; with them {1 - len(missing & statements) / len(statements):.0%}")
    for line, numbers in opened.items():
        print(f"  counted out: {len(numbers):3} from `{line}`: {reasons[line]}")
    lines = source.splitlines()
    for number in sorted(unreached):
        print(f"  not reached: {number:5} {lines[number - 1]}")


if __name__ == "__main__":
    main()
