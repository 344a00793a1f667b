"""Mutants of functions: one node of the source changed, compiled, and put in place of the living function's code."""

import ast
import gc
import importlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

Change = Callable[[ast.AST], ast.AST | None]
OPPOSITES = ((ast.Eq, ast.NotEq), (ast.Is, ast.IsNot), (ast.In, ast.NotIn), (ast.Lt, ast.GtE), (ast.Gt, ast.LtE))
SWAPPED = {one: other for pair in OPPOSITES for one, other in (pair, pair[::-1])}


def changes(node: ast.AST, role_sets: tuple[str, ...]) -> Iterator[tuple[str, Change]]:
    """(kind, what makes the change in place or gives what comes instead)."""
    if isinstance(node, ast.If | ast.IfExp):
        yield "condition negated", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))  # type: ignore[attr-defined]
        if isinstance(node, ast.If):
            yield "check dropped", lambda n: ast.Pass()
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPPED:
        yield "comparison turned", lambda n: setattr(n, "ops", [SWAPPED[type(n.ops[0])](), *n.ops[1:]])  # type: ignore[attr-defined]
    if isinstance(node, ast.BoolOp):
        for index in range(len(node.values)):
            yield "part of a condition dropped", lambda n, index=index: _without_value(n, index)
        yield "and for or", lambda n: setattr(n, "op", ast.Or() if isinstance(n.op, ast.And) else ast.And())  # type: ignore[attr-defined]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", lambda n: n.operand  # type: ignore[attr-defined]
    if isinstance(node, ast.Raise):
        yield "refusal dropped", lambda n: ast.Pass()
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "call dropped", lambda n: ast.Pass()
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "yes for no", lambda n: setattr(n, "value", not n.value)  # type: ignore[attr-defined]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        yield "either for both", lambda n: setattr(n, "op", ast.BitOr())  # type: ignore[attr-defined]
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in ("filter", "exclude"):
            for index in range(len(node.keywords)):
                yield "filter dropped", lambda n, index=index: n.keywords.pop(index) and None  # type: ignore[attr-defined]
    if isinstance(node, ast.Name) and node.id in role_sets:
        for other in role_sets:
            if other != node.id:
                yield "other roles", lambda n, other=other: setattr(n, "id", other)


def _without_value(node: Any, index: int) -> ast.AST:
    left = [value for number, value in enumerate(node.values) if number != index]
    return left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


@cache
def _living() -> dict[str, dict[tuple[str, int], FunctionType]]:
    """By file, name and first line, whatever wraps them."""
    found: dict[str, dict[tuple[str, int], FunctionType]] = defaultdict(dict)
    for each in gc.get_objects():
        if type(each) is FunctionType:  # not isinstance, which wakes lazy objects
            code = each.__code__
            found[code.co_filename][code.co_qualname, code.co_firstlineno] = each
    return found


class Mutants:
    """Of the functions of a module whose names pass; each is (kind, where, how to put it in)."""

    def __init__(self, module: str, wanted: Callable[[str], bool], role_sets: tuple[str, ...] = ()) -> None:
        self.module = importlib.import_module(module)
        self.path = Path(str(self.module.__file__))
        self.text = self.path.read_text()
        self.wanted, self.role_sets = wanted, role_sets
        self.living = _living()[str(self.path)]

    def __iter__(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        points = [
            (number, index, kind, getattr(node, "lineno", 0))
            for number, node in enumerate(self._nodes(ast.parse(self.text)))
            for index, (kind, _) in enumerate(changes(node, self.role_sets))
        ]
        for number, index, kind, line in points:
            where = f"{self.path.name}:{line}: {self.text.splitlines()[line - 1].strip()}"
            yield kind, where, lambda number=number, index=index: self._put(number, index)

    def _nodes(self, tree: ast.Module) -> list[ast.AST]:
        """Within the functions, in the order of the text; no decorator, default or annotation, which ran long ago."""
        found: list[ast.AST] = []

        def walk(node: ast.AST, inside: bool, prefix: str) -> None:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                name = f"{prefix}{node.name}"
                function = isinstance(node, ast.FunctionDef)
                for child in node.body:
                    walk(child, inside or (function and self.wanted(name)), f"{name}.")
                return
            if inside and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                found.append(node)
            for child in ast.iter_child_nodes(node):
                walk(child, inside, prefix)

        walk(tree, False, "")
        return found

    def _put(self, number: int, index: int) -> None:
        tree = ast.parse(self.text)
        target = self._nodes(tree)[number]
        _, change = list(changes(target, self.role_sets))[index]
        if (instead := change(target)) is not None:
            tree = _Replace(target, instead).visit(tree)
        ast.fix_missing_locations(tree)
        for code in _codes(compile(tree, str(self.path), "exec")):
            function = self.living.get((code.co_qualname, code.co_firstlineno))
            if function is not None and code.co_freevars == function.__code__.co_freevars:
                function.__code__ = code


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, instead: ast.AST) -> None:
        self.target, self.instead = target, ast.copy_location(instead, target)

    def visit(self, node: ast.AST) -> Any:
        return self.instead if node is self.target else super().visit(node)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)
