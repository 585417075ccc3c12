"""Perform notebooks with one thing broken at a time, and see that their cells notice.

A claim of a code cell is one of its asserts, or what it shows. Of each claim it is found out
whether anything that was broken made it fail; a cell that shows nothing and asserts nothing claims
nothing. And each thing that is broken must turn a cell red in every section where it matters.

    python -m tests.rehearsal                             all notebooks
    python -m tests.rehearsal notebooks/04-restoring.ipynb
"""

import argparse
import ast
import itertools
import logging
import os
import platform
import runpy
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.notebooks.reading import PATHS, ROOT, Cell, Notebook
from tests.rehearsal import breakages
from tests.rehearsal.breakages import LISTEN, NOTHING, TABLE, Breakage
from tests.rehearsal.off import names_in
from tests.rehearsal.stage import (
    OUTPUT,
    Claim,
    Performance,
    Request,
    import_tensorflow,
    performances,
)

LOG = logging.getLogger("rehearsal")

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
        mattering = self.mattering[breakage.name]
        if breakage.anywhere:
            places = {"the notebook": self.notebook.code_cells}
        else:
            places = {
                f"the section {one.title!r}": one.code_cells for one in self.notebook.sections
            }
        for place, cells in places.items():
            matters = [cell for cell in cells if cell.id in mattering]
            if matters and not red & {cell.id for cell in cells}:
                self.faults.append(
                    f"{self.notebook.at(matters[0])} stays green, and {place} with it, when "
                    f"{breakage.name}: let a cell show or assert what this changes."
                )

    def put_off(self, performance: Performance) -> None:
        """Note which claims failed when what a name gives was off."""
        self.performances += 1
        self.seconds += performance.seconds
        self.unproven -= {claim for act in performance.acts for claim in act.failed}

    def names_to_put_off(self, number: int) -> dict[str, str]:
        """Return, for each cell with a claim that has not failed yet, the name in its turn."""
        unproven = {cell for cell, _ in self.unproven}
        names = {
            cell.id: names_in(cell.source)[number : number + 1]
            for cell in self.notebook.code_cells
            if cell.id in unproven
        }
        return {cell: name for cell, [*found] in names.items() for name in found}

    def until(self, breakage: Breakage) -> str:
        """Return the last cell that may have to notice a breakage."""
        sections = [one for one in self.notebook.sections if one.code_cells]
        if not breakage.anywhere:
            mattering = self.mattering[breakage.name]
            sections = [one for one in sections if mattering & {cell.id for cell in one.code_cells}]
        return sections[-1].code_cells[-1].id

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
    """Return the lines of a cell's asserts, and `OUTPUT` if what it shows is compared.

    An error that a cell raises on purpose is not among them: it is raised, or the cell is red.
    """
    if SETUP in cell.tags:
        return set()
    lines = {
        node.lineno for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Assert)
    }
    if cell.outputs and not {"nbval-ignore-output", "raises-exception"} & set(cell.tags):
        lines.add(OUTPUT)
    return lines


def rehearse(paths: Iterable[Path], at_once: int) -> list[Rehearsal]:
    """Rehearse notebooks, and return what is known of each then."""
    rehearsals = [Rehearsal(Notebook(path)) for path in paths]
    breakages.install()
    if any("tensorflow" in one.notebook.code for one in rehearsals):
        import_tensorflow()

    listening = [Request(one.notebook, LISTEN, times=2) for one in rehearsals]
    for rehearsal, performance in _performed(rehearsals, listening, at_once):
        rehearsal.listened(performance)
    rehearsals_to_go = [one for one in rehearsals if not one.faults]

    by_name = {breakage.name: breakage for breakage in TABLE if can_be_seen(breakage)}
    broken = [
        Request(one.notebook, name, until=one.until(breakage))
        for one in rehearsals_to_go
        for name, breakage in by_name.items()
        if name in one.mattering and one.notebook.number not in breakage.spared
    ]
    for rehearsal, performance in _performed(rehearsals, broken, at_once):
        rehearsal.broken(performance, by_name[performance.request.breakage])

    # Of the claims that nothing of this has made fail, one name of each cell after the other.
    for number in itertools.count():
        off = [
            Request(one.notebook, NOTHING, names, until=list(names)[-1])
            for one in rehearsals_to_go
            if (names := one.names_to_put_off(number))
        ]
        if not off:
            break
        for rehearsal, performance in _performed(rehearsals, off, at_once):
            rehearsal.put_off(performance)
    return rehearsals


def _performed(
    rehearsals: list[Rehearsal], requests: list[Request], at_once: int
) -> Iterator[tuple[Rehearsal, Performance]]:
    by_path = {one.notebook.path: one for one in rehearsals}
    for performance in performances(requests, at_once):
        notebook, what = performance.request.notebook, performance.request.breakage
        red = [act.cell for act in performance.acts if act.red]
        off = f", {performance.request.off}" if performance.request.off else ""
        LOG.info("%s, %s%s: %.1f s, red: %s", notebook.name, what, off, performance.seconds, red)
        yield by_path[notebook.path], performance


def can_be_seen(breakage: Breakage) -> bool:
    """Tell whether the breakage shows here: pictures are compared on one platform alone."""
    stored_on = runpy.run_path(str(ROOT / "conftest.py"))["_STORED_ON"]
    return not breakage.in_pictures or stored_on == (sys.platform, platform.machine())


def main() -> int:
    """Show what was found out of the notebooks that are named, or of all; 1 if one has a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal", description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, default=PATHS)
    parser.add_argument("-v", "--verbose", action="store_true", help="tell which cells turn red")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(message)s", level=logging.INFO if arguments.verbose else None)
    # So that what runs is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    paths = [path.resolve() for path in arguments.notebooks]
    if not hasattr(os, "fork"):
        print("The rehearsal forks Python, which this system cannot: run it on Linux.")
        return 1
    began = time.monotonic()
    found = rehearse(paths, at_once=len(os.sched_getaffinity(0)))
    for rehearsal in found:
        print(rehearsal.report(), flush=True)
    able = sum(len(one.claiming) - len({cell for cell, _ in one.unproven}) for one in found)
    of = sum(len(one.claiming) for one in found)
    print(f"All: {able} of {of} cells can fail ({able / of:.1%}), {time.monotonic() - began:.0f} s")
    return int(any(one.faults or one.unproven for one in found))


if __name__ == "__main__":
    sys.exit(main())
