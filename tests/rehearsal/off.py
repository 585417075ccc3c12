"""What any function or attribute gives, a little off: to see which claims of a cell can fail.

In one cell at a time, whatever has one name (`len`, `load_variable`, `st_size`) gives another value
than it should. The same question gets the same wrong answer, so that a value that is compared with
itself, or with what is loaded from the same file again, still agrees: such a claim cannot fail.
"""

import ast
import contextlib
import dataclasses
import re
import types
import zlib
from collections.abc import Iterable, Iterator, MappingView, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np

# What shows a value, or only judges it: put off, it would make even `x == x` fail.
_LEFT = {"print", "show", "display", "all", "any", "array_equal", "allclose", "isclose", "bool"}
# What catches an error on purpose.
_CATCH = {"expected_error", "dissected_error"}

_IMPORT = "from tests.rehearsal.off import called as __called__, read as __read__\n"


def put_off(tree: ast.Module, name: str) -> ast.Module:
    """Return a cell in which what every call and attribute of one name gives is off.

    Instead, if the name is that of what expects an error, its block raises none.
    """
    tree = _Off(name).visit(tree)
    tree.body[:0] = ast.parse(_IMPORT).body
    return ast.fix_missing_locations(tree)


def names_in(source: str) -> list[str]:
    """Return what may be put off in a cell: first what stands in its claims, last things first."""
    tree = ast.parse(source)
    claims = [one for one in ast.walk(tree) if isinstance(one, ast.Assert) or _name(one) in _LEFT]
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        claims.append(tree.body[-1])
    return list(dict.fromkeys(name for node in [*claims, tree] for name in [*_names(node)][::-1]))


def binds(source: str) -> bool:
    """Return whether a cell gives anything a name, so that later cells may find it."""
    nodes = [*ast.walk(ast.parse(source))]
    inner = {node.target for node in nodes if isinstance(node, ast.comprehension)}
    stored = [node for node in nodes if isinstance(getattr(node, "ctx", None), ast.Store)]
    definitions = (ast.alias, ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, definitions) for node in nodes) or not inner.issuperset(stored)


class _Off(ast.NodeTransformer):
    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        self.generic_visit(node)
        if isinstance(function, ast.Attribute):
            node.func = function  # the method of a call is no attribute of its own
        if _name(node) != self.name or self.name in _CATCH:
            return node
        return ast.Call(ast.Name("__called__", ast.Load()), [node.func, *node.args], node.keywords)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr != self.name or not isinstance(node.ctx, ast.Load):
            return node
        return ast.Call(ast.Name("__read__", ast.Load()), [node.value, ast.Constant(node.attr)], [])

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if program := _program(node):
            return ast.Constant(ast.unparse(put_off(program, self.name)) + "\n")
        return node

    def visit_With(self, node: ast.With) -> ast.AST:
        self.generic_visit(node)
        if self.name in _CATCH & {_name(one.context_expr) for one in node.items}:
            node.body = [ast.Pass()]
        return node


def _program(node: ast.AST) -> ast.Module | None:
    # A program for another Python, which stands in a cell as a text.
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
        with contextlib.suppress(SyntaxError):
            program = ast.parse(node.value)
            return program if any(isinstance(one, ast.Call) for one in ast.walk(program)) else None
    return None


def _names(tree: ast.AST) -> Iterator[str]:
    # Of `tf.train.Saver(...)`, neither the module nor the class has another value to give.
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    modules = [getattr(call.func, "value", None) for call in calls]
    for node in ast.walk(tree):
        if program := _program(node):
            yield from _names(program)
        elif node not in modules and (name := _name(node)) not in {*_LEFT, ""}:
            yield from () if name[0].isupper() else (name,)


def _name(node: ast.AST) -> str:
    # Of a call, or of an attribute.
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", getattr(node.func, "id", ""))
    return node.attr if isinstance(node, ast.Attribute) else ""


def called(function: Any, *arguments: Any, **named: Any) -> Any:
    """Call a function, and return another value than it does."""
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    return another(function(*arguments, **named), _question(name, owner, arguments, named))


def read(owner: Any, name: str) -> Any:
    """Return another value than an attribute has."""
    return another(getattr(owner, name), _question(name, owner))


# The objects that were asked, by where they lie in memory.
_asked: dict[str, int] = {}


def _question(*parts: Any) -> int:
    # Which object is asked makes a difference (two graphs, two sessions), but which of two readers
    # of one file makes none; nor does it where a function lies.
    words = re.sub(
        r"(?<!Reader) object at (0x[0-9a-f]+)",
        lambda found: f" {_asked.setdefault(found[1], len(_asked))}",
        repr(parts),
    )
    return zlib.crc32(re.sub(r"0x[0-9a-f]+", "", words).encode()) % 997 + 1


def another(value: Any, question: int) -> Any:
    """Return a value of the same kind as `value`, another one for (nearly) every question.

    What is compared by size changes sides.
    """
    match value:
        case None:
            return f"off by {question}"
        case bool() | np.bool_():
            return not value
        case int() | np.integer():
            return value + question * (1 + abs(value) // 100)
        case float() | np.floating():
            return -value - type(value)(0.01 * question) * (1 + abs(value))
        case str():
            return f"{value.swapcase()}~{question}"
        case bytes():
            return bytes(byte ^ question % 255 + 1 for byte in value) or b"off"
        case PurePath():
            return value.with_name(f"{value.name}~{question}") if value.name else value / "off"
        case np.ndarray() if value.dtype.kind == "b":
            return ~value
        case np.ndarray() if value.dtype.kind in "iuf":
            return (-value - question).astype(value.dtype)
        case tuple() if hasattr(value, "_replace"):
            return value._replace(**{value._fields[0]: another(value[0], question)})
        case tuple() | set():
            return type(value)(_others(value, question))
        case dict() if type(value) is dict:
            return {key: another(one, question) for key, one in value.items()} or {question: None}
        case types.GeneratorType() | map() | filter():
            return iter(_others(value, question))
        case Sequence() | MappingView() if not isinstance(value, range):
            return _others(value, question)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = [one.name for one in dataclasses.fields(value) if one.init]
            changed = {name: another(getattr(value, name), question) for name in fields}
            return type(value)(**changed)
        case _ if hasattr(value, "savefig"):
            for axes in value.axes:
                axes.invert_yaxis()
        case _ if hasattr(value, "numpy"):
            return another(value.numpy(), question)
    return value


def _others(values: Iterable, question: int) -> list:
    items = list(values) or ["off"]
    changed = [another(one, question) for one in items]
    if all(one is other for one, other in zip(items, changed, strict=True)):
        del changed[question % len(items)]
    return changed
