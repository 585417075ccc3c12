"""Perform notebooks with one thing broken at a time, and see that their cells notice.

A claim of a code cell is one of its asserts, or what it shows. Of each claim it is found out
whether anything that was broken made it fail; a cell that shows nothing and asserts nothing claims
nothing. And each thing that is broken must turn a cell red in every section where it matters.

    python -m tests.rehearsal                              all notebooks, 1 if one has a fault
    python -m tests.rehearsal -v notebooks/04-restoring.ipynb
"""

import argparse
import ast
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tests.notebooks.reading import PATHS, Cell, Notebook
from tests.rehearsal import breakages
from tests.rehearsal.breakages import LISTEN, NOTHING, TABLE, Breakage
from tests.rehearsal.off import names_in
from tests.rehearsal.stage import OUTPUT, Performance, Request, import_tensorflow, performances

# So many names of a cell are put off, one after the other, before it is given up.
MOST_NAMES = 10
# The notebooks after this one use in passing what those up to it teach.
LAST_LESSON = "07"
# Put on a cell that claims nothing although it shows something.
SETUP = "setup"


def claims(cell: Cell) -> set[int]:
    """Return the lines of a cell's asserts, and `OUTPUT` if what it shows is compared.

    An error that a cell raises on purpose is not among them: it is raised, or the cell is red.
    """
    if SETUP in cell.tags:
        return set()
    tree = ast.parse(cell.source)
    asserts = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)}
    compared = cell.outputs and not {"nbval-ignore-output", "raises-exception"} & set(cell.tags)
    return asserts | ({OUTPUT} if compared else set())


class Rehearsal:
    """What is known of one notebook so far.

    Attributes:
        notebook: the notebook.
        mattering: for each breakage, the cells in which it makes a difference.
        unproven: the claims that nothing has made fail.
        faults: what is wrong, a sentence each, with the cure.
        seconds: of a processor, what it took.
        sound: whether all is green with nothing broken.
        patience: seconds after which a performance is not waited for.
    """

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.order = [cell.id for cell in notebook.code_cells]
        self.mattering: dict[str, set[str]] = {}
        self.claiming = [cell for cell in notebook.code_cells if claims(cell)]
        self.claims = frozenset((one.id, claim) for one in self.claiming for claim in claims(one))
        self.unproven = set(self.claims)
        self.faults: list[str] = []
        self.seconds = 0.0
        self.patience = 0.0
        self.sound = True

    def listened(self, performance: Performance) -> None:
        """Note what matters where, when nothing was broken and all cells were run twice."""
        self.seconds += performance.seconds
        self.patience = 60 + 5 * performance.seconds
        cells = self.notebook.code_cells
        for number, (cell, act) in enumerate(zip(cells * 2, performance.acts, strict=False)):
            if act.red and number < len(cells):
                self.sound = False
            if act.red:
                again = "" if number < len(cells) else "run a second time in the same kernel, "
                self.faults.append(f"{again}{self.notebook.at(cell)} is red: {act.red}")
            for name in act.mattering if "nbval-ignore-output" not in cell.tags else ():
                self.mattering.setdefault(name, set()).add(cell.id)
        if len(performance.acts) < 2 * len(cells):
            self.sound = self.sound and len(performance.acts) >= len(cells)
            at = self.notebook.at(cells[len(performance.acts) % len(cells)])
            self.faults.append(f"{at} does not end, or ends Python.")

    def performed(self, performance: Performance) -> None:
        """Note which claims failed."""
        self.seconds += performance.seconds
        self.unproven -= {claim for act in performance.acts for claim in act.failed}

    def broken(self, performance: Performance, broken: Iterable[Breakage]) -> None:
        """Note which claims failed, and whether all that must notice did."""
        self.performed(performance)
        red = {act.cell for act in performance.acts if act.red}
        for breakage in broken:
            for name, place in self.places(breakage).items():
                if not red & place:
                    matters = min(place & self.mattering[breakage.name], key=self.order.index)
                    cell = self.notebook.code_cells[self.order.index(matters)]
                    self.faults.append(
                        f"{self.notebook.at(cell)} stays green, and {name} with it, when "
                        f"{breakage.name}: let a cell show or assert what this changes."
                    )

    def places(self, breakage: Breakage) -> dict[str, frozenset[str]]:
        """Return the cells of which one must notice, for each place in which it matters."""
        if self.notebook.number in breakage.not_in:
            return {}
        if breakage.anywhere or self.notebook.number > LAST_LESSON:
            places = {"the notebook": frozenset(self.order)}
        else:
            places = {
                f"the section {section.title!r}": frozenset(one.id for one in section.code_cells)
                for section in self.notebook.sections
            }
            for name in [name for name in places if "Set up" in name]:
                # What is made there is shown later.
                places[name] = frozenset(self.order)
        mattering = self.mattering.get(breakage.name, set())
        return {name: cells for name, cells in places.items() if cells & mattering}

    def off(self, number: int) -> dict[str, str]:
        """Return, for each cell with a claim that has not failed yet, the name in its turn."""
        unproven = {cell for cell, _ in self.unproven}
        names = {one.id: names_in(one.source) for one in self.claiming if one.id in unproven}
        return {cell: found[number] for cell, found in names.items() if number < len(found)}

    def report(self) -> str:
        """Say what was found out."""
        able = len(self.claiming) - len({cell for cell, _ in self.unproven})
        lines = [
            f"{self.notebook.name}: {able} of {len(self.claiming)} cells that claim something can "
            f"fail; {self.seconds:.0f} s of a processor"
        ]
        for cell in self.claiming:
            for line in sorted(claim for id, claim in self.unproven if id == cell.id):
                claim = cell.source.splitlines()[line - 1].strip() if line else "what it shows"
                lines.append(
                    f"  {self.notebook.at(cell)} cannot fail: whatever is broken, `{claim}` stays."
                )
        return "\n".join([*lines, *(f"  {fault}" for fault in self.faults)])


def rehearse(paths: Iterable[Path], at_once: int, verbose: bool) -> list[Rehearsal]:
    """Rehearse notebooks, and return what is known of each then."""
    rehearsals = {path: Rehearsal(Notebook(path)) for path in paths}
    breakages.install()
    if any("tensorflow" in one.notebook.code for one in rehearsals.values()):
        import_tensorflow()

    def performed(requests: list[Request]) -> Iterable[tuple[Rehearsal, Performance]]:
        for one in performances(requests, at_once):
            if verbose:
                what = one.request.off or ", ".join(one.request.breakages)
                red = ", ".join(act.cell for act in one.acts if act.red) or "nothing"
                print(
                    f"{one.request.notebook.name}, {what}: {red} is red, {one.seconds:.1f} s",
                    flush=True,
                )
            yield rehearsals[one.request.notebook.path], one

    listening = [Request(one.notebook, [LISTEN], times=2) for one in rehearsals.values()]
    for rehearsal, performance in performed(listening):
        rehearsal.listened(performance)
    sound, requests = [one for one in rehearsals.values() if one.sound], []

    together = [one for one in TABLE if one.only_shown]
    for broken in [*([one] for one in TABLE if not one.only_shown), together]:
        for one in sound:
            if places := [place for each in broken for place in one.places(each).values()]:
                names = [breakage.name for breakage in broken]
                requests.append(Request(one.notebook, names, places=places, patience=one.patience))
    by_name = {breakage.name: breakage for breakage in TABLE}
    for rehearsal, performance in performed(requests):
        rehearsal.broken(performance, [by_name[name] for name in performance.request.breakages])

    # For the claims that nothing of this has made fail, one name of each cell after the other.
    for number in range(MOST_NAMES):
        off = [
            Request(
                one.notebook,
                [NOTHING],
                off=cells,
                proven=one.claims - one.unproven,
                places=[frozenset([cell]) for cell in cells],
                patience=one.patience,
            )
            for one in sound
            if (cells := one.off(number))
        ]
        if not off:
            break
        for rehearsal, performance in performed(off):
            rehearsal.performed(performance)

    # And for what is left, to the end of the notebook what was broken as far as the first red cell.
    again = [
        Request(one.notebook, [breakage.name], patience=one.patience)
        for one in sound
        for breakage in TABLE
        if one.unproven and breakage.anywhere and breakage.name in one.mattering
    ]
    for rehearsal, performance in performed(again):
        rehearsal.performed(performance)
    return list(rehearsals.values())


def main() -> int:
    """Show what was found out of the notebooks that are named, or of all; 1 if one has a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("notebooks", nargs="*", type=Path, default=PATHS)
    parser.add_argument("-v", "--verbose", action="store_true", help="tell which cells turn red")
    arguments = parser.parse_args()
    if not hasattr(os, "fork"):
        print("The rehearsal forks Python, which this system cannot: run it on Linux.")
        return 1
    # So that what runs is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    paths = [path.resolve() for path in arguments.notebooks]
    rehearsals = rehearse(paths, len(os.sched_getaffinity(0)), arguments.verbose)
    for rehearsal in rehearsals:
        print(rehearsal.report(), flush=True)
    of = sum(len(one.claiming) for one in rehearsals)
    able = of - sum(len({cell for cell, _ in one.unproven}) for one in rehearsals)
    share = f"{able} of {of} cells that claim something can fail ({able / max(of, 1):.1%})"
    print(f"All: {share}; {time.monotonic() - began:.0f} s")
    return int(any(one.faults or one.unproven for one in rehearsals))


if __name__ == "__main__":
    sys.exit(main())
