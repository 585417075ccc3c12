"""What a cell claims can fail: no assert that always holds, no result that is written by hand.

These are the kinds that can be seen in the source. Whether any other claim can fail is found out
by `python -m tests.rehearsal`.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.notebooks.layout import called, parsed
from tests.notebooks.reading import Cell, Fault, Notebook

# What is asked of a value by calling it, and is always true where the call is forgotten.
_OWNERS = (str, bytes, list, dict, set, Path, np.ndarray, re.Match, np)
_METHODS = {name for one in _OWNERS for name in dir(one) if callable(getattr(one, name))}
_ALWAYS_TRUE = (
    *(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp),
    *(ast.GeneratorExp, ast.Lambda, ast.JoinedStr, ast.Constant),
)
_BROAD = {"Exception", "BaseException"}
_CATCHES = ("suppress", "expected_error", "dissected_error")
_TELLS_SAMENESS = {"array_equal", "allclose", "isclose", "array_equiv", "compare_checkpoints"}
_HOLDS = (ast.Eq, ast.LtE, ast.GtE, ast.Is, ast.In)


def asserts_are_of_what_may_be_false(notebook: Notebook) -> Iterator[Fault]:
    """No assert of a method that is not called, of a pair, a text, or of literals alone."""
    functions = {one.name for _, tree in _trees(notebook) for one in _all(tree, ast.FunctionDef)}
    for cell, tree in _trees(notebook):
        for node in _all(tree, ast.Assert):
            said = f"asserts `{_short(node.test)}`"
            for part in _parts(node.test):
                name = getattr(part, "attr", getattr(part, "id", ""))
                if isinstance(part, ast.Attribute | ast.Name) and name in _METHODS | functions:
                    yield cell, f"{said}, but `{name}` is not called: add `()`."
                elif isinstance(part, _ALWAYS_TRUE):
                    yield cell, f"{said}, which is true whatever it holds."
            if not _all(node.test, ast.Name):
                yield cell, f"{said}, in which nothing is computed by the lesson."


def no_value_is_compared_with_itself(notebook: Notebook) -> Iterator[Fault]:
    """The two sides of a comparison are not the same words, nor loaded by the same words."""
    for cell, tree in _trees(notebook):
        loaded = _loaded_twice(tree)
        for node in _all(tree, ast.Compare, ast.Call):
            if isinstance(node, ast.Compare):
                same, sides = isinstance(node.ops[0], _HOLDS), [node.left, node.comparators[0]]
            else:
                same, sides = called(node) in _TELLS_SAMENESS, node.args[:2]
            words = [loaded.get(text, text) for text in map(ast.unparse, sides)]
            if same and len(words) == 2 and words[0] == words[1]:
                yield cell, f"compares a value with itself, `{_short(node)}`: name the other one."


def no_except_swallows_an_assert(notebook: Notebook) -> Iterator[Fault]:
    """A cell catches the errors that it expects, and so never its own `AssertionError`."""
    for cell, tree in _trees(notebook):
        caught = [
            (block, one.type or ast.Name("BaseException"))
            for block in _all(tree, ast.Try)
            for one in block.handlers
            if not _all(one, ast.Raise)
        ]
        caught += [
            (block, one.context_expr)
            for block in _all(tree, ast.With)
            for one in block.items
            if isinstance(one.context_expr, ast.Call) and called(one.context_expr) in _CATCHES
        ]
        for block, kinds in caught:
            names = {one.id for one in _all(kinds, ast.Name)}
            # TensorFlow raises an AssertionError too, which may be expected where nothing asserts.
            asserts = any(_all(statement, ast.Assert) for statement in block.body)
            if names & _BROAD or (asserts and "AssertionError" in names):
                yield cell, f"catches {_short(kinds)}, and so its own asserts: name what to expect."


def results_are_computed(notebook: Notebook) -> Iterator[Fault]:
    """No number, `True` or `False` is printed that was written by hand."""
    for cell, tree in _trees(notebook):
        prints = [call for call in _all(tree, ast.Call) if called(call) == "print" and call.args]
        last = [one.value for one in tree.body[-1:] if isinstance(one, ast.Expr)]
        for node in [*last, *(one for call in prints for one in call.args)]:
            for one in [node, *(field.value for field in _all(node, ast.FormattedValue))]:
                if isinstance(one, ast.Constant) and not isinstance(one.value, str):
                    yield cell, f"shows {one.value!r}, written by hand: let it be computed."
        for call in prints:
            constant = all(isinstance(one, ast.Constant) for one in call.args)
            if constant and re.search(r"\d|True|False", ast.unparse(call.args)):
                yield cell, f"prints `{_short(call)}`, written by hand: let it be computed."


def _trees(notebook: Notebook) -> Iterator[tuple[Cell, ast.Module]]:
    # Each cell and each program in it that is handed to another Python as a text.
    for cell in notebook.code_cells:
        if cell.id.startswith("exercise-"):
            continue
        tree = parsed(cell.source)
        yield cell, tree
        for node in _all(tree, ast.Constant):
            if isinstance(node.value, str) and "\n" in node.value:
                try:
                    yield cell, ast.parse(node.value)
                except SyntaxError:
                    continue


def _all(tree: ast.AST, *kinds: type) -> list:
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    # The expressions whose truth decides: through `and`, `or`, `not`, `all(... for ...)`.
    match test:
        case ast.BoolOp():
            for value in test.values:
                yield from _parts(value)
        case ast.UnaryOp(op=ast.Not()):
            yield from _parts(test.operand)
        case ast.Call(args=[ast.GeneratorExp() | ast.ListComp() as each]):
            if called(test) in ("all", "any"):
                yield from _parts(each.elt)
        case _:
            yield test


def _loaded_twice(tree: ast.Module) -> dict[str, str]:
    # Names that statements next to each other are given, and the words they are given by.
    given = {}
    for block in ast.walk(tree):
        body = getattr(block, "body", None)
        for one, other in itertools.pairwise(body if isinstance(body, list) else []):
            if isinstance(one, ast.Assign) and isinstance(other, ast.Assign):
                words = ast.unparse(one.value)
                if words == ast.unparse(other.value) and _all(one.value, ast.Call):
                    given |= {ast.unparse(each.targets[0]): words for each in (one, other)}
    return given


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else text[:57] + "..."
