"""Checks the answers to the exercises of notebook 08."""

from collections.abc import Callable
from pathlib import PurePosixPath
from reprlib import repr as short

from helpers.exercises.verdict import (
    MUST_RETURN,
    Verdict,
    function,
    judge_number,
    not_yet,
    number,
    right,
    takes,
    text,
)
from helpers.rules.save_interval import best_interval


@takes(number)
def check_steps_lost(answer: int) -> Verdict:
    """Exercise 1: saved at 40, chief killed at 47, the other worker at 61 when a new one starts."""
    slips = {
        7: "those are the chief's own. What becomes of the other worker's steps?",
        14: "those are the steps after the kill. Where does the new chief begin?",
        0: "the servers do hold step 61, but a new chief restores. From which step?",
    }
    why = "the new chief restores step 40 for everyone, whoever took the steps since."
    ask = "How far were the servers, and where does the chief begin?"
    return judge_number(answer, 61 - 40, why, slips, ask)


@takes(function)
def check_prefix_of(answer: Callable[[int, str], str]) -> Verdict:
    """Exercise 2: the chief's prefix in the real directory, all others elsewhere and apart."""
    prefixes = [text(answer(worker, "run"), MUST_RETURN) for worker in range(4)]
    directories = [PurePosixPath(prefix).parent for prefix in prefixes]
    if PurePosixPath(prefixes[0]) != PurePosixPath("run/ckpt"):
        return not_yet(f"the chief must write run/ckpt, but its prefix is {short(prefixes[0])}.")
    if "run" in map(str, directories[1:]):
        return not_yet("one of the others writes into run, where only the chief may.")
    if len(set(directories)) < 4:
        return not_yet("two of the workers write into one directory, and one state file.")
    if text(answer(0, "elsewhere"), MUST_RETURN) != "elsewhere/ckpt":
        return not_yet("the directory is an argument; it is not always run.")
    if text(answer(1, "elsewhere"), MUST_RETURN) == prefixes[1]:
        return not_yet("two runs with different directories share one place for the others.")
    return right("the chief into the real directory, the others beside it, each alone.")


@takes(function)
def check_minutes_between_saves(answer: Callable[[int, float, float], float]) -> Verdict:
    """Exercise 3: Young's interval in minutes for N machines, from one machine's failures."""
    machines, cost, days = 50, 2.0, 400.0
    minutes = days * 24 * 60
    slips = {
        best_interval(cost, minutes): "this is the interval for one machine. How often does any "
        "of them fail?",
        best_interval(cost, minutes * machines): "more machines fail more often, not less.",
        best_interval(cost, days / machines): "the cost is in minutes and the days are days. "
        "Bring them to one unit.",
        best_interval(cost, minutes) / machines: "divide the time between failures by the "
        "machines, under the root.",
    }
    why = "many machines fail often, and the interval shrinks with the root."
    ask = (
        f"That is what your function returns for {machines} machines, {cost:g} minutes a save and "
        f"{days:g} days."
    )
    given = number(answer(machines, cost, days), MUST_RETURN)
    return judge_number(given, best_interval(cost, minutes / machines), why, slips, ask)
