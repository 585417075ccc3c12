"""Checks the answers to the exercises of notebook 08."""

from collections.abc import Callable
from pathlib import PurePosixPath

import numpy as np

from helpers.exercises.verdict import UNANSWERED, Verdict, not_yet, right
from helpers.rules.save_interval import best_interval


def check_steps_lost(answer: int) -> Verdict:
    """Exercise 1: saved at 40, chief killed at 47, the other worker at 61 when a new one starts."""
    if answer is ...:
        return UNANSWERED
    if not _is_number(answer):
        return not_yet(f"a number of steps is expected, not {_kind(answer)}.")
    if answer == 21:
        return right("the new chief restores step 40 for everyone, whoever took the steps since.")
    if answer == 7:
        return not_yet("those are the chief's own. What becomes of the other worker's steps?")
    if answer == 14:
        return not_yet("those are the steps after the kill. Where does the new chief begin?")
    if answer == 0:
        return not_yet("the servers do hold step 61, but a new chief restores. From which step?")
    return not_yet(f"{answer} is not it. How far were the servers, and where does the chief begin?")


def check_prefix_of(answer: Callable[[int, str], str]) -> Verdict:
    """Exercise 2: the chief's prefix in the real directory, all others elsewhere and apart."""
    prefixes = []
    for worker in range(4):
        prefix, fault = _called(answer, worker, "run")
        if fault:
            return fault
        if not isinstance(prefix, str):
            return not_yet(f"a prefix is a string, not {_kind(prefix)}.")
        prefixes.append(prefix)
    directories = [PurePosixPath(prefix).parent for prefix in prefixes]
    if PurePosixPath(prefixes[0]) != PurePosixPath("run/ckpt"):
        return not_yet(f"the chief must write run/ckpt, but its prefix is {prefixes[0]!r}.")
    if "run" in map(str, directories[1:]):
        return not_yet("one of the others writes into run, where only the chief may.")
    if len(set(directories)) < 4:
        return not_yet("two of the workers write into one directory, and one state file.")
    other, fault = _called(answer, 0, "elsewhere")
    if fault or other != "elsewhere/ckpt":
        return fault or not_yet("the directory is an argument; it is not always run.")
    if len({_called(answer, 1, directory)[0] for directory in ("run", "elsewhere")}) < 2:
        return not_yet("two runs with different directories share one place for the others.")
    return right("the chief into the real directory, the others beside it, each alone.")


def check_minutes_between_saves(answer: Callable[[int, float, float], float]) -> Verdict:
    """Exercise 3: Young's interval in minutes for N machines, from one machine's failures."""
    machines, cost, days = 50, 2.0, 400.0
    minutes, fault = _called(answer, machines, cost, days)
    if fault:
        return fault
    if not _is_number(minutes):
        return not_yet(f"a number of minutes is expected, not {_kind(minutes)}.")
    expected = best_interval(cost, days * 24 * 60 / machines)
    if np.isclose(minutes, expected):
        return right("many machines fail often, and the interval shrinks with the root.")
    if np.isclose(minutes, best_interval(cost, days * 24 * 60)):
        return not_yet("this is the interval for one machine. How often does any of them fail?")
    if np.isclose(minutes, best_interval(cost, days * 24 * 60 * machines)):
        return not_yet("more machines fail more often, not less.")
    if np.isclose(minutes, best_interval(cost, days / machines)):
        return not_yet("the cost is in minutes and the days are days. Bring them to one unit.")
    if np.isclose(minutes, best_interval(cost, days * 24 * 60) / machines):
        return not_yet("divide the time between failures by the machines, under the root.")
    return not_yet(
        f"for {machines} machines, {cost:g} minutes a save and {days:g} days it returns "
        f"{minutes:.4g}. Not quite."
    )


def _called(answer: object, *arguments: object) -> tuple[object, Verdict | None]:
    # What a reader's function returns, or the verdict if it cannot be said.
    if not callable(answer):
        return None, not_yet(f"a function is expected, not {_kind(answer)}.")
    try:
        result = answer(*arguments)
    except Exception as error:
        given = ", ".join(map(repr, arguments))
        return None, not_yet(f"called with {given}, it raises {type(error).__name__}: {error}")
    return result, UNANSWERED if result is ... else None


def _is_number(answer: object) -> bool:
    return isinstance(answer, int | float | np.number) and not isinstance(answer, bool)


def _kind(answer: object) -> str:
    return "None" if answer is None else f"a {type(answer).__name__}"
