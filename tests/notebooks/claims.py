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

from tests.notebooks.reading import Notebook

# What is asked of a value by calling it, and is always true where the call is forgotten.
_METHODS = {
    name
    for owner in (str, bytes, list, dict, set, Path, np.ndarray, re.Match, np)
    for name in dir(owner)
    if callable(getattr(owner, name))
}
_ALWAYS_TRUE = (
    *(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp),
    *(ast.GeneratorExp, ast.Lambda, ast.JoinedStr, ast.Constant),
)
_BROAD = {"Exception", "BaseException", "AssertionError"}
_TELLS_SAMENESS = {"array_equal", "allclose", "isclose", "array_equiv", "compare_checkpoints"}
_HOLDS = (ast.Eq, ast.LtE, ast.GtE, ast.Is, ast.In)


def asserts_are_of_what_may_be_false(notebook: Notebook) -> Iterator[str]:
    """No assert of a method that is not called, of a pair, a text, or of literals alone."""
    for at, tree in _parsed_cells(notebook):
        for node in _all(tree, ast.Assert):
            for part in _parts(node.test):
                called = getattr(part, "attr", getattr(part, "id", ""))
                if isinstance(part, ast.Attribute | ast.Name) and (
                    called in _METHODS or called in _functions(notebook)
                ):
                    yield f"{at} asserts `{_short(node)}`, but `{called}` is not called: add `()`."
                elif isinstance(part, _ALWAYS_TRUE):
                    yield f"{at} asserts `{_short(node)}`, which is true whatever it holds."
            if not any(isinstance(one, ast.Name) for one in ast.walk(node.test)):
                yield f"{at} asserts `{_short(node)}`, in which nothing is computed by the lesson."


def no_value_is_compared_with_itself(notebook: Notebook) -> Iterator[str]:
    """The two sides of a comparison are not the same words, nor loaded by the same words."""
    for at, tree in _parsed_cells(notebook):
        loaded = _loaded_twice(tree)
        for node in _all(tree, ast.Compare, ast.Call):
            if isinstance(node, ast.Compare):
                same = isinstance(node.ops[0], _HOLDS)
                sides = [node.left, node.comparators[0]]
            else:
                same, sides = _called(node) in _TELLS_SAMENESS, node.args[:2]
            words = [loaded.get(text, text) for text in map(ast.unparse, sides)]
            if same and len(words) == 2 and words[0] == words[1]:
                yield f"{at} compares a value with itself in `{_short(node)}`: name the other one."


def no_except_swallows_an_assert(notebook: Notebook) -> Iterator[str]:
    """A cell catches the errors that it expects, and so never its own `AssertionError`."""
    for at, tree in _parsed_cells(notebook):
        for node in _all(tree, ast.ExceptHandler, ast.withitem):
            if isinstance(node, ast.ExceptHandler):
                kinds = [node.type] if node.type else [ast.Name("BaseException")]
                if any(isinstance(one, ast.Raise) for one in ast.walk(node)):
                    continue
            elif isinstance(node.context_expr, ast.Call) and _called(node.context_expr) in (
                *("suppress", "expected_error", "dissected_error"),
            ):
                kinds = node.context_expr.args
            else:
                continue
            names = {
                one.id for kind in kinds for one in ast.walk(kind) if isinstance(one, ast.Name)
            }
            # Of the one that TensorFlow raises too, only a block with an assert of its own.
            guarded = any(
                isinstance(one, ast.Assert)
                for block in _all(tree, ast.With, ast.Try)
                if node in getattr(block, "items", getattr(block, "handlers", ()))
                for statement in block.body
                for one in ast.walk(statement)
            )
            asserts = guarded or (
                isinstance(node, ast.ExceptHandler) and names & _BROAD != {"AssertionError"}
            )
            if asserts and names & _BROAD:
                yield (
                    f"{at} catches {min(names & _BROAD)}, and with it what its own asserts raise: "
                    "name the class that is expected."
                )


def results_are_computed(notebook: Notebook) -> Iterator[str]:
    """No number, `True` or `False` is printed that was written by hand."""
    for at, tree in _parsed_cells(notebook):
        shown = [
            one for call in _all(tree, ast.Call) if _called(call) == "print" for one in call.args
        ]
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            shown.append(tree.body[-1].value)
        for node in shown:
            fields = [field.value for field in _all(node, ast.FormattedValue)]
            for one in [node, *fields]:
                if isinstance(one, ast.Constant) and not isinstance(one.value, str):
                    yield f"{at} shows {one.value!r}, written by hand: let it be computed."
        for call in _all(tree, ast.Call):
            if _called(call) == "print" and call.args and not _all(call, ast.FormattedValue):
                texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
                if len(texts) == len(call.args) and re.search(
                    r"\d|True|False", "".join(map(str, texts))
                ):
                    yield f"{at} prints `{_short(call)}`, written by hand: let it be computed."


CHECKS = [
    asserts_are_of_what_may_be_false,
    no_value_is_compared_with_itself,
    no_except_swallows_an_assert,
    results_are_computed,
]


def _parsed_cells(notebook: Notebook) -> Iterator[tuple[str, ast.Module]]:
    # Each cell and each program in it that is handed to another Python as a text.
    for cell in notebook.code_cells:
        if cell.id.startswith("exercise-"):
            continue
        tree = ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", cell.source, flags=re.MULTILINE))
        yield notebook.at(cell), tree
        for node in _all(tree, ast.Constant):
            if isinstance(node.value, str) and "\n" in node.value:
                try:
                    yield notebook.at(cell), ast.parse(node.value)
                except SyntaxError:
                    continue


def _all(tree: ast.AST, *kinds: type) -> list:
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    # The expressions whose truth decides: through `and`, `or`, `not`, `all(... for ...)`.
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _parts(value)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _parts(test.operand)
    elif isinstance(test, ast.Call) and _called(test) in ("all", "any") and test.args:
        if isinstance(test.args[0], ast.GeneratorExp | ast.ListComp):
            yield from _parts(test.args[0].elt)
    else:
        yield test


def _functions(notebook: Notebook) -> set[str]:
    return {
        node.name for _, tree in _parsed_cells(notebook) for node in _all(tree, ast.FunctionDef)
    }


def _loaded_twice(tree: ast.Module) -> dict[str, str]:
    # Names that statements next to each other are given, and the words they are given by.
    given = {}
    for block in ast.walk(tree):
        body = getattr(block, "body", None)
        statements = body if isinstance(body, list) else []
        for one, other in itertools.pairwise(statements):
            if isinstance(one, ast.Assign) and isinstance(other, ast.Assign):
                words = ast.unparse(one.value)
                if words == ast.unparse(other.value) and _all(one.value, ast.Call):
                    given |= {ast.unparse(each.targets[0]): words for each in (one, other)}
    return given


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else text[:57] + "..."
