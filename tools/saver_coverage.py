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

# For each file what is counted out, and why: in which function, and which line of it, with the
# block that it opens. A line that is not there is an error, so that a new TensorFlow is noticed.
COUNTED_OUT: dict[str, list[tuple[str, str, str]]] = {
    "training/saver.py": [
        (
            "_AddRestoreOps",
            "shape = array_ops.shape(v)",
            "reshape of a variable whose shape is unknown",
        ),
        (
            "_GroupByDevices",
            "if len(canonical_device) != 1:",
            "an object that lies on two devices; no variable does",
        ),
        (
            "build",
            "return self._build_internal(",
            "for authors of a builder; Saver does not call it",
        ),
        (
            "_build_internal",
            "if not context.executing_eagerly() and (not build_save or",
            "half a Saver in a graph; nothing public asks for one",
        ),
        (
            "_build_internal",
            "if isinstance(element, variables.PartitionedVariable):",
            "a partitioned variable put whole into a collection; TensorFlow puts in its pieces",
        ),
        (
            "recover_last_checkpoints",
            "except errors.NotFoundError:",
            "a file that another process deletes between two calls",
        ),
        ("_add_collection_def", "meta_graph.add_collection_def(", "private, and called by nobody"),
        (
            "saver_from_object_based_checkpoint",
            "if names_to_keys is None:",
            "not public; Saver.restore gives this argument",
        ),
    ],
    "checkpoint/checkpoint_management.py": [
        ("get_checkpoint_state", "if f:", "dead: the file is never opened under this name"),
        (
            "_delete_file_if_exists",
            "except errors.NotFoundError:",
            "a file that another process deletes between two calls",
        ),
    ],
    "training/checkpoint_utils.py": [
        (
            "init_from_checkpoint",
            "init_from_checkpoint_fn(None)",
            "inside a distribution strategy of TensorFlow 2",
        ),
    ],
    "training/basic_session_run_hooks.py": [
        (
            "_set_steps_per_run",
            "self._steps_per_run = steps_per_run",
            "for TPUEstimator, which is gone",
        ),
    ],
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


def lines_opened_by(source: str, function: str, line: str) -> set[int]:
    """Return the numbers of the lines of the block that begins with `line` in `function`.

    Of an `if` this is its body, without what comes after `else`; of any other statement, all of it.

    Raises:
        LookupError: no statement of such a function begins with this line.
    """
    numbers: set[int] = set()
    lines = [each.strip() for each in source.splitlines()]
    for outer in ast.walk(ast.parse(source)):
        if not (isinstance(outer, ast.FunctionDef) and outer.name == function):
            continue
        for node in ast.walk(outer):
            if isinstance(node, ast.stmt | ast.ExceptHandler) and lines[node.lineno - 1] == line:
                last = node.body[-1].end_lineno if isinstance(node, ast.If) else node.end_lineno
                numbers |= set(range(node.lineno, last + 1))
    if not numbers:
        raise LookupError(f"No statement of {function} begins with {line!r}: correct COUNTED_OUT.")
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


def report(result: coverage.Coverage, name: str, reasons: list[tuple[str, str, str]]) -> None:
    """Print what was reached of one file, what was not, and what is counted out."""
    source = (PACKAGE / name).read_text(encoding="utf-8")
    _, statements, _, missing, _ = map(_as_set, result.analysis2(str(PACKAGE / name)))
    if name.endswith("hooks.py"):
        classes = [each for each in ast.parse(source).body if isinstance(each, ast.ClassDef)]
        ours = [each for each in classes if each.name in HOOK_CLASSES]
        statements &= {n for each in ours for n in range(each.lineno, each.end_lineno + 1)}
    # What is counted out and reached all the same counts as reached.
    missing &= statements
    opened = [lines_opened_by(source, function, line) & missing for function, line, _ in reasons]
    out = set().union(*opened)
    unreached = missing - out
    print(
        f"\n{name}: {_share(unreached, statements - out)} reached, {len(out)} lines counted out; "
        f"{_share(missing, statements)} with them"
    )
    for (function, line, reason), numbers in zip(reasons, opened, strict=True):
        print(f"  counted out: {len(numbers)} lines of {function}, `{line}`: {reason}")
    lines = source.splitlines()
    for number in sorted(unreached):
        print(f"  not reached: {number:5} {lines[number - 1]}")


def _as_set(found: object) -> set:
    return set(found) if isinstance(found, list) else set()


def _share(unreached: set[int], lines: set[int]) -> str:
    return f"{1 - len(unreached) / len(lines):.0%} of {len(lines)} lines"


if __name__ == "__main__":
    main()
