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
import collections
import functools
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.notebooks.reading import PATHS, Cell, Notebook
from tests.rehearsal import breakages
from tests.rehearsal.breakages import LISTEN, NOTHING, TABLE, Breakage
from tests.rehearsal.off import names_in
from tests.rehearsal.stage import OUTPUT, Act, Claim, Request, import_tensorflow, perform

# So many performances in which names of cells are put off: before the table is used, and after it;
# so many names of a cell in one of them, and in all.
FIRST_TURNS, LAST_TURNS, AT_ONCE, MOST_NAMES = 2, 4, 3, 10
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
    """What is known of one notebook so far."""

    def __init__(self, path: Path, verbose: bool) -> None:
        self.notebook, self.verbose = Notebook(path), verbose
        # For each breakage, the cells in which it makes a difference.
        self.mattering: dict[str, set[str]] = collections.defaultdict(set)
        self.claiming = [cell for cell in self.notebook.code_cells if claims(cell)]
        # The claims that nothing has made fail.
        self.unproven = {claim for cell in self.claiming for claim in claims(cell)}
        # What is wrong, a sentence each, with the cure.
        self.faults: list[str] = []
        # For each cell's id, the names that may still be put off.
        self.names = {one.id: names_in(one.source)[:MOST_NAMES] for one in self.claiming}
        # For each cell's id, the seconds after which it is interrupted where something is broken.
        self.limits: dict[str, float] = {}

    def rehearse(self, lessons: bool) -> "Rehearsal":
        """Perform the notebook with one thing broken after the other."""
        self._listen()
        if self.faults:
            self.claiming, self.unproven = [], set()  # nothing is known of them
            return self
        # What makes most claims fail comes first.
        for breakage in [None] * FIRST_TURNS + TABLE + [None] * LAST_TURNS:
            left = {cell for cell, _ in self.unproven}
            if not left:
                break
            if not breakage:
                self._put_off(left)
                continue
            matters = self.mattering[breakage.name]
            if matters and (breakage.anywhere or left & matters):
                self._perform(breakage.name, self.unproven)
        for breakage in TABLE if lessons else ():
            if self._places(breakage) and self.notebook.number not in breakage.not_in:
                self._judge(self._perform(breakage.name), breakage)
        return self

    def _put_off(self, left: set[str]) -> None:
        # What shows nothing may define a function, which keeps what was off in its one play.
        off = {
            cell.id: self.names[cell.id][: AT_ONCE if cell.outputs else 1]
            for cell in self.claiming
            if cell.id in left
        }
        last = {act.cell: act for act in self._perform(NOTHING, self.unproven, off)}
        for cell in off.keys() & last:
            # Where the first has spoilt the cell for the next, these come soon again; others, late.
            tried = 1 if last[cell].lost else len(off[cell])
            self.names[cell] = self.names[cell][tried:] + self.names[cell][:tried]

    def _listen(self) -> None:
        # Nothing is broken, and all cells are run twice.
        acts = perform(Request(self.notebook, LISTEN))
        cells = self.notebook.code_cells
        for number, (cell, act) in enumerate(zip(cells * 2, acts, strict=False)):
            self.limits[cell.id] = 5 + 3 * act.seconds
            if act.red:
                again = "" if number < len(cells) else "run a second time in the same kernel, "
                self.faults.append(f"{again}{self.notebook.at(cell)} is red: {act.red}")
            for name in act.mattering if "nbval-ignore-output" not in cell.tags else ():
                self.mattering[name].add(cell.id)
        if len(acts) < 2 * len(cells):
            at = self.notebook.at(cells[len(acts) % len(cells)])
            self.faults.append(f"{at} does not end, or ends Python.")

    def _perform(
        self, breakage: str, watched: Iterable[Claim] = (), off: Mapping | None = None
    ) -> list[Act]:
        acts = perform(Request(self.notebook, breakage, frozenset(watched), off or {}, self.limits))
        self.unproven -= {claim for act in acts for claim in act.failed}
        if self.verbose:
            red = ", ".join(dict.fromkeys(act.cell for act in acts if act.red)) or "nothing"
            left = ", ".join(sorted({cell for cell, _ in self.unproven})) or "nothing"
            seconds = sum(act.seconds for act in acts)
            what = f"{self.notebook.name}, {breakage}, {seconds:.1f} s"
            print(f"{what}: {red} is red; {left} is left", flush=True)
        return acts

    def _places(self, breakage: Breakage) -> dict[str, set[str]]:
        # The cells of each section in which it matters, or of the whole notebook.
        notebook = self.notebook
        places = {
            f"the section {one.title!r}": {cell.id for cell in one.code_cells}
            for one in notebook.sections
        }
        if breakage.anywhere:
            places = {"the notebook": {cell.id for cell in notebook.code_cells}}
        mattering = self.mattering[breakage.name]
        return {name: cells for name, cells in places.items() if cells & mattering}

    def _judge(self, acts: list[Act], breakage: Breakage) -> None:
        # Whether a cell of each place has noticed; after the lessons, one of any place; and what is
        # made in the set-up is shown later.
        red = {act.cell for act in acts if act.red}
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
        able = len(self.claiming) - len({cell for cell, _ in self.unproven})
        lines = [f"{self.notebook.name}: {able} of {len(self.claiming)} cells that claim can fail"]
        for cell in self.claiming:
            for _, line in sorted(claim for claim in self.unproven if claim[0] == cell.id):
                claim = cell.source.splitlines()[line - 1].strip() if line else "what it shows"
                lines.append(
                    f"  {self.notebook.at(cell)} cannot fail: whatever is broken, `{claim}` stays."
                )
        return "\n".join([*lines, *(f"  {fault}" for fault in self.faults)])


def stop(*_: object) -> None:
    """End this process and those that it has forked, which do the same."""
    for child in multiprocessing.active_children():
        child.terminate()
    os._exit(1)


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
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    began = time.monotonic()
    rehearsals = [Rehearsal(path.resolve(), arguments.verbose) for path in arguments.notebooks]
    breakages.install()
    if any("tensorflow" in one.notebook.code for one in rehearsals):
        import_tensorflow()
    fork, at_once = multiprocessing.get_context("fork"), len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(at_once, mp_context=fork) as pool:
        rehearse = functools.partial(Rehearsal.rehearse, lessons=arguments.lessons)
        # The later notebooks take longer, so they begin.
        done = [*pool.map(rehearse, reversed(rehearsals))][::-1]
    for rehearsal in done:
        print(rehearsal.report())
    of = sum(len(one.claiming) for one in done)
    able = of - sum(len({cell for cell, _ in one.unproven}) for one in done)
    share = f"{able} of {of} cells that claim can fail ({able / max(of, 1):.1%})"
    print(f"All: {share}; {time.monotonic() - began:.0f} s")
    return int(any(one.faults or one.unproven for one in done))


if __name__ == "__main__":
    sys.exit(main())
