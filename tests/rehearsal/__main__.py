"""Perform notebooks with one thing broken at a time, and see that their cells notice.

A claim of a code cell is one of its asserts, or what it shows. Of each claim it is found out
whether anything that was broken made it fail; a cell that shows nothing and asserts nothing claims
nothing. And each thing that is broken must turn a cell red in every section where it matters.

    python -m tests.rehearsal                             all notebooks
    python -m tests.rehearsal notebooks/04-restoring.ipynb
"""

import argparse
import ast
import os
import platform
import runpy
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.notebooks.reading import PATHS, ROOT, Cell, Notebook
from tests.rehearsal import breakages
from tests.rehearsal.breakages import LISTEN, TABLE, Breakage
from tests.rehearsal.stage import (
    OUTPUT,
    Claim,
    Performance,
    Request,
    import_tensorflow,
    performances,
)

# Put on a cell that claims nothing although it shows something.
SETUP = "setup"


@dataclass
class Rehearsal:
    """What is known of one notebook so far.

    Attributes:
        notebook: the notebook.
        mattering: for each breakage, the cells in which it makes a difference.
        unproven: the claims that nothing has made fail.
        faults: what is wrong, a sentence each, with the cure.
        performances: how often it was performed with something broken.
        seconds: how long all of that took.
    """

    notebook: Notebook
    mattering: dict[str, set[str]] = field(default_factory=dict)
    unproven: set[Claim] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    performances: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.unproven = {
            (cell.id, claim) for cell in self.notebook.code_cells for claim in claims(cell)
        }

    def listened(self, performance: Performance) -> None:
        """Note what matters where, when nothing was broken and all cells were run twice."""
        self.seconds += performance.seconds
        cells = self.notebook.code_cells
        for number, (cell, act) in enumerate(zip(cells * 2, performance.acts, strict=False)):
            if act.red:
                again = "" if number < len(cells) else "run a second time in the same kernel, "
                self.faults.append(f"{again}{self.notebook.at(cell)} is red: {act.red}")
            for name in act.mattering:
                self.mattering.setdefault(name, set()).add(cell.id)
        if len(performance.acts) < 2 * len(cells) and not self.faults:
            at = self.notebook.at(cells[len(performance.acts) % len(cells)])
            self.faults.append(f"{at} never ended, or ended Python.")

    def broken(self, performance: Performance, breakage: Breakage) -> None:
        """Note which claims failed, and whether each section noticed."""
        self.performances += 1
        self.seconds += performance.seconds
        red = {act.cell for act in performance.acts if act.red}
        self.unproven -= {claim for act in performance.acts for claim in act.failed}
        for act in performance.acts:
            if "breakages.py" in act.red:
                self.faults.append(f"tests/rehearsal/breakages.py has a fault: {act.red}")
        if breakage.general or self.notebook.number in breakage.spared:
            return
        for section in self.notebook.sections:
            inside = {cell.id for cell in section.code_cells}
            matters = [
                cell
                for cell in section.code_cells
                if cell.id in self.mattering.get(breakage.name, ())
            ]
            if matters and not inside & red:
                self.faults.append(
                    f"{self.notebook.at(matters[0])} stays green, and the section "
                    f"{section.title!r} with it, when {breakage.name}: let a cell of it show or "
                    "assert what this changes."
                )

    @property
    def claiming(self) -> list[Cell]:
        """The cells that claim something."""
        return [cell for cell in self.notebook.code_cells if claims(cell)]

    def report(self) -> str:
        """Say what was found out."""
        cannot = {cell for cell, _ in self.unproven}
        able, of = sum(cell.id not in cannot for cell in self.claiming), len(self.claiming)
        lines = [
            f"{self.notebook.name}: {able} of {of} cells that claim something can fail "
            f"({able / of:.0%}); {self.performances} things broken, {self.seconds:.0f} s"
        ]
        for cell in self.notebook.code_cells:
            for _, line in sorted(claim for claim in self.unproven if claim[0] == cell.id):
                claim = "what it shows" if line == OUTPUT else cell.source.splitlines()[line - 1]
                lines.append(
                    f"  {self.notebook.at(cell)} cannot fail: {claim.strip()!r} stays as it is, "
                    "whatever is broken."
                )
        return "\n".join([*lines, *(f"  {fault}" for fault in self.faults)])


def claims(cell: Cell) -> set[int]:
    """Return the lines of a cell's asserts, and `OUTPUT` if what it shows is compared."""
    if SETUP in cell.tags:
        return set()
    lines = {
        node.lineno for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Assert)
    }
    if cell.outputs and "nbval-ignore-output" not in cell.tags:
        lines.add(OUTPUT)
    return lines


def rehearse(paths: Iterable[Path], at_once: int) -> Iterator[Rehearsal]:
    """Rehearse notebooks, and yield what is known of each as it is finished."""
    rehearsals = {path: Rehearsal(Notebook(path)) for path in paths}
    breakages.install()
    if any("tensorflow" in one.notebook.code for one in rehearsals.values()):
        import_tensorflow()
    listening = [Request(one.notebook, LISTEN, times=2) for one in rehearsals.values()]
    for performance in performances(listening, at_once):
        rehearsals[performance.notebook.path].listened(performance)
    by_name = {breakage.name: breakage for breakage in TABLE}
    for performance in performances(_requests(list(rehearsals.values())), at_once):
        rehearsal = rehearsals[performance.notebook.path]
        rehearsal.broken(performance, by_name[performance.breakage])
    yield from rehearsals.values()


def _requests(rehearsals: list[Rehearsal]) -> Iterator[Request]:
    # The general ones come last, and only for claims that no other has made fail.
    for general in (False, True):
        for rehearsal in rehearsals:
            if rehearsal.faults:
                continue
            for breakage in TABLE:
                if breakage.general is general and can_be_seen(breakage):
                    until = _last_to_watch(rehearsal, breakage)
                    if until:
                        yield Request(rehearsal.notebook, breakage.name, until)


def _last_to_watch(rehearsal: Rehearsal, breakage: Breakage) -> str | None:
    mattering = rehearsal.mattering.get(breakage.name, set())
    if not mattering:
        return None
    watched = {cell for cell, _ in rehearsal.unproven}
    if not breakage.general:
        for section in rehearsal.notebook.sections:
            inside = {cell.id for cell in section.code_cells}
            watched |= inside if inside & mattering else set()
    order = [cell.id for cell in rehearsal.notebook.code_cells]
    last = max((order.index(cell) for cell in watched), default=-1)
    return order[last] if last >= min(map(order.index, mattering)) else None


def can_be_seen(breakage: Breakage) -> bool:
    """Tell whether the breakage shows here: pictures are compared on one platform alone."""
    stored_on = runpy.run_path(str(ROOT / "conftest.py"))["_STORED_ON"]
    return not breakage.in_pictures or stored_on == (sys.platform, platform.machine())


def main() -> int:
    """Show what was found out of the notebooks that are named, or of all; 1 if one has a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal", description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, default=PATHS)
    paths = [path.resolve() for path in parser.parse_args().notebooks]
    if not hasattr(os, "fork"):
        print("The rehearsal forks Python, which this system cannot: run it on Linux.")
        return 1
    began = time.monotonic()
    found = list(rehearse(paths, at_once=len(os.sched_getaffinity(0))))
    for rehearsal in found:
        print(rehearsal.report(), flush=True)
    able = sum(len(one.claiming) - len({cell for cell, _ in one.unproven}) for one in found)
    of = sum(len(one.claiming) for one in found)
    print(f"All: {able} of {of} cells can fail ({able / of:.1%}), {time.monotonic() - began:.0f} s")
    return int(any(one.faults or one.unproven for one in found))


if __name__ == "__main__":
    sys.exit(main())
