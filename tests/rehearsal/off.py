"""What any function or attribute gives, a little off: to see which claims of a cell can fail.

In one cell at a time, whatever has one name (`len`, `load_variable`, `st_size`) gives another value
than it should. The same question gets the same wrong answer, so that a value that is compared with
itself, or with what is loaded from the same file again, still agrees: such a claim cannot fail.
"""

import ast
import builtins
import re
import types
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import numpy as np

# What shows a value, and what catches an error on purpose.
_SHOW = {"print", "show", "display"}
_CATCH = {"expected_error", "dissected_error"}

_CALLED, _READ = "__off_called__", "__off_read__"


class Off(ast.NodeTransformer):
    """Puts off, in one cell, what every call and attribute of one name gives.

    A block in which an error is expected raises none.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit what is in a node, and then the node."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # The method of a call is no attribute of its own.
            node.func.value = self.visit(node.func.value)
            function, node.func = node.func, ast.Constant(None)
            super().generic_visit(node)
            node.func = function
        else:
            super().generic_visit(node)
        new = node
        if isinstance(node, ast.With) and self.name in _CATCH:
            if self.name in {_name(one.context_expr) for one in node.items}:
                node.body = [ast.Pass()]
        elif (
            self.name in _CATCH
            or not isinstance(node, ast.Call | ast.Attribute)
            or _name(node) != self.name
        ):
            pass
        elif isinstance(node, ast.Call):
            arguments = [node.func, *node.args]
            new = ast.Call(ast.Name(_CALLED, ast.Load()), arguments, node.keywords)
        elif isinstance(node.ctx, ast.Load):
            arguments = [node.value, ast.Constant(node.attr)]
            new = ast.Call(ast.Name(_READ, ast.Load()), arguments, [])
        return ast.fix_missing_locations(ast.copy_location(new, node))


def names_in(source: str) -> list[str]:
    """Return what may be put off in a cell: first what stands in its claims, last things first."""
    tree = ast.parse(source)
    in_claims = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _name(node) in _SHOW)
    ]
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        in_claims.append(tree.body[-1])
    found = [name for node in [*in_claims, tree] for name in reversed(list(_names(node)))]
    return list(dict.fromkeys(found))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Attribute) and _name(node) not in _SHOW:
            yield _name(node)


def _name(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return getattr(function, "attr", getattr(function, "id", ""))


def _called(function: Any, *arguments: Any, **named: Any) -> Any:
    owner = getattr(function, "__self__", None)
    value = function(*arguments, **named)
    return another(
        value,
        _question(
            function.__name__ if hasattr(function, "__name__") else "", owner, arguments, named
        ),
    )


def _read(owner: Any, name: str) -> Any:
    return another(getattr(owner, name), _question(name, owner))


def _question(*parts: Any) -> int:
    # Where an object lies in memory is no part of the question.
    return zlib.crc32(re.sub(r"0x[0-9a-f]+", "", repr(parts)).encode()) % 97 + 1


def another(value: Any, question: int) -> Any:
    """Return a value of the same kind as `value`, another one for (nearly) every question."""
    match value:
        case None:
            return f"off by {question}"
        case bool() | np.bool_():
            return not value
        case int() | np.integer():
            return value + question
        case float() | np.floating():
            return value + type(value)(0.01 * question) * (1 + abs(value))
        case str():
            return f"{value.swapcase()}~{question}"
        case bytes():
            return bytes(byte ^ question for byte in value) or bytes([question])
        case PurePath():
            return value.with_name(f"{value.name}~{question}") if value.name else value / "off"
        case np.ndarray():
            if value.dtype.kind not in "biuf":
                return value
            return ~value if value.dtype.kind == "b" else (value + question).astype(value.dtype)
        case list() | tuple() | set():
            items = list(value)
            if hasattr(value, "_replace"):
                return value
            if items and isinstance(items[-1], str | int | float | tuple):
                return type(value)([*items, another(items[-1], question)])
            return type(value)(items[:-1] or [f"off by {question}"])
        case dict():
            return {key: another(one, question) for key, one in value.items()} or {question: None}
        case types.GeneratorType() | map() | filter():
            return iter(another(list(value), question))
    return value


setattr(builtins, _CALLED, _called)
setattr(builtins, _READ, _read)
