"""Perform notebooks with one thing broken at a time, and see that their cells notice.

A claim of a code cell is one of its asserts, or what it shows. Of each claim it is found out
whether anything that was broken made it fail; then nothing more is broken for its sake. A cell that
shows nothing and asserts nothing claims nothing.

    python -m tests.rehearsal                              all notebooks, 1 if one has a fault
    python -m tests.rehearsal -v notebooks/04-restoring.ipynb
    python -m tests.rehearsal --lessons                    for about an hour: whatever is broken of
                                                           what a section teaches, it must notice
"""

import argparse
import ast
import os
import signal
import sys
import time
from pathlib import Path

from tests.notebooks.reading import PATHS, Cell, Notebook
from tests.rehearsal import breakages
from tests.rehearsal.breakages import LISTEN, NOTHING, TABLE, Breakage
from tests.rehearsal.stage import (
    OUTPUT,
    Claim,
    Performance,
    Rehearsing,
    Request,
    import_tensorflow,
    perform,
)

# The names of a cell that are put off, by performance; then it is given up.
TURNS = (range(0, 3), range(3, 6), range(6, 10))
# The notebooks after this one use in passing what those up to it teach.
LAST_LESSON = "07"


def claims(cell: Cell) -> set[Claim]:
    """Return the lines of a cell's asserts, and `OUTPUT` if what it shows is compared.

    An error that a cell raises on purpose is not among them: it is raised, or the cell is red.
    """
    nodes = ast.walk(ast.parse(cell.source))
    asserts = [node.lineno for node in nodes if isinstance(node, ast.Assert)]
    compared = cell.outputs and not {"nbval-ignore-output", "raises-exception"} & set(cell.tags)
    return {(cell.id, claim) for claim in [*asserts, *([OUTPUT] if compared else [])]}


class Rehearsal:
    """What is known of one notebook so far.

    Attributes:
        notebook: the notebook.
        mattering: for each breakage, the cells in which it makes a difference.
        claiming: the cells that claim something.
        unproven: the claims that nothing has made fail.
        faults: what is wrong, a sentence each, with the cure.
        seconds: what it took.
    """

    def __init__(self, notebook: Notebook, lessons: bool, verbose: bool) -> None:
        self.notebook, self.lessons, self.verbose = notebook, lessons, verbose
        self.mattering: dict[str, set[str]] = {}
        self.claiming = [cell for cell in notebook.code_cells if claims(cell)]
        self.unproven = {claim for cell in self.claiming for claim in claims(cell)}
        self.faults: list[str] = []
        self.seconds = 0.0

    def rehearse(self) -> Rehearsing:
        """Ask for one performance after the other, and note what came of them."""
        sound = yield Request(self.notebook, LISTEN, times=2)
        self._listened(sound)
        if self.faults:
            return
        patience = 60 + 2 * sound.seconds
        for turn in TURNS:
            if self.unproven:
                yield from self._watch(NOTHING, turn, patience)
        for breakage in TABLE:
            places = self._places(breakage).values()
            if any(cell in place for cell, _ in self.unproven for place in places):
                yield from self._watch(breakage.name, range(0), patience)
        for breakage in TABLE if self.lessons else ():
            if self._places(breakage) and self.notebook.number not in breakage.not_in:
                done = yield Request(self.notebook, breakage.name, patience=patience)
                self._performed(done)
                self._judge(done, breakage)

    def _watch(self, breakage: str, off: range, patience: float) -> Rehearsing:
        watched = frozenset(self.unproven)
        done = yield Request(self.notebook, breakage, watched, off, patience=patience)
        self._performed(done)

    def _listened(self, done: Performance) -> None:
        # Nothing was broken, and all cells were run twice.
        self.seconds += done.seconds
        cells = self.notebook.code_cells
        for number, (cell, act) in enumerate(zip(cells * 2, done.acts, strict=False)):
            if act.red:
                again = "" if number < len(cells) else "run a second time in the same kernel, "
                self.faults.append(f"{again}{self.notebook.at(cell)} is red: {act.red}")
            for name in act.mattering if "nbval-ignore-output" not in cell.tags else ():
                self.mattering.setdefault(name, set()).add(cell.id)
        if len(done.acts) < 2 * len(cells):
            at = self.notebook.at(cells[len(done.acts) % len(cells)])
            self.faults.append(f"{at} does not end, or ends Python.")

    def _performed(self, done: Performance) -> None:
        self.seconds += done.seconds
        self.unproven -= {claim for act in done.acts for claim in act.failed}
        if self.verbose:
            what = f"{done.request.breakage} {[*done.request.off] or ''}"
            red = ", ".join(dict.fromkeys(act.cell for act in done.acts if act.red)) or "nothing"
            left = ", ".join({cell for cell, _ in self.unproven}) or "nothing"
            print(f"{self.notebook.name}, {what}: {red} is red. {done.seconds:.1f} s", flush=True)
            print(f"    {left} is left.", flush=True)

    def _places(self, breakage: Breakage) -> dict[str, set[str]]:
        # The cells of each section in which it matters, or of the whole notebook.
        notebook = self.notebook
        places = {
            f"the section {one.title!r}": {cell.id for cell in one.code_cells}
            for one in notebook.sections
        }
        if breakage.anywhere:
            places = {"the notebook": {cell.id for cell in notebook.code_cells}}
        mattering = self.mattering.get(breakage.name, set())
        return {name: cells for name, cells in places.items() if cells & mattering}

    def _judge(self, done: Performance, breakage: Breakage) -> None:
        # Whether a cell of each place has noticed; after the lessons, one of any place; and what is
        # made in the set-up is shown later.
        red = {act.cell for act in done.acts if act.red}
        places = self._places(breakage)
        if self.notebook.number > LAST_LESSON and any(red & place for place in places.values()):
            return
        for name, place in places.items():
            if not red & place and not (red and "Set up" in name):
                matters = place & self.mattering[breakage.name]
                cell = next(one for one in self.notebook.code_cells if one.id in matters)
                self.faults.append(
                    f"{self.notebook.at(cell)} stays green, and {name} with it, when "
                    f"{breakage.name}: let a cell show or assert what this changes."
                )

    def report(self) -> str:
        """Say what was found out."""
        cannot = {cell for cell, _ in self.unproven}
        lines = [
            f"{self.notebook.name}: {len(self.claiming) - len(cannot)} of {len(self.claiming)} "
            f"cells that claim something can fail; {self.seconds:.0f} s"
        ]
        for cell in self.claiming:
            for _, line in sorted(claim for claim in self.unproven if claim[0] == cell.id):
                claim = cell.source.splitlines()[line - 1].strip() if line else "what it shows"
                lines.append(
                    f"  {self.notebook.at(cell)} cannot fail: whatever is broken, `{claim}` stays."
                )
        return "\n".join([*lines, *(f"  {fault}" for fault in self.faults)])


def main() -> int:
    """Show what was found out of the notebooks that are named, or of all; 1 if one has a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("notebooks", nargs="*", type=Path, default=PATHS)
    parser.add_argument("-v", "--verbose", action="store_true", help="tell which cells turn red")
    parser.add_argument("--lessons", action="store_true", help="break the whole table")
    arguments = parser.parse_args()
    if not hasattr(os, "fork"):
        print("The rehearsal forks Python, which this system cannot: run it on Linux.")
        return 1
    # So that what runs is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    rehearsals = [
        Rehearsal(Notebook(path.resolve()), arguments.lessons, arguments.verbose)
        for path in arguments.notebooks
    ]
    breakages.install()
    if any("tensorflow" in one.notebook.code for one in rehearsals):
        import_tensorflow()
    # The later notebooks take longer, so they begin.
    perform((one.rehearse() for one in reversed(rehearsals)), len(os.sched_getaffinity(0)))
    for rehearsal in rehearsals:
        print(rehearsal.report(), flush=True)
    of = sum(len(one.claiming) for one in rehearsals)
    able = of - sum(len({cell for cell, _ in one.unproven}) for one in rehearsals)
    share = f"{able} of {of} cells that claim something can fail ({able / max(of, 1):.1%})"
    print(f"All: {share}; {time.monotonic() - began:.0f} s")
    return int(any(one.faults or one.unproven for one in rehearsals))


if __name__ == "__main__":
    sys.exit(main())
