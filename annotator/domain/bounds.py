"""Checking a value against its annotation, bounds included: Annotated[int, Bounds(1)]."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin


@dataclass(frozen=True, slots=True)
class Bounds:
    """least <= value <= most; with `above`, least < value."""

    least: float
    most: float = float("inf")
    above: bool = False

    def problem(self, value: float) -> str | None:
        """What is wrong with the value, or None."""
        if value < self.least or (self.above and value == self.least):
            return f"is {value}; it must be {'above' if self.above else 'at least'} {self.least:.10g}"
        return f"is {value}; it must be at most {self.most:.10g}" if not value <= self.most else None


def problem_of(value: Any, hint: Any) -> str | None:
    """What is wrong with a value of this annotation, or None.

    Annotations: bool, int, float (whole numbers fit), str (not empty), a class, Literal, X | None,
    dict[str, X] and tuple[X, ...] (neither empty), and Annotated[X, Bounds(...)] of these.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType or NoneType in arguments:
        return None if value is None else problem_of(value, arguments[0])
    if origin is Annotated:
        bounds: Bounds = arguments[1]
        return problem_of(value, arguments[0]) or bounds.problem(value)
    if origin is Literal:
        return None if value in arguments else f"is {value!r}; it must be one of {', '.join(arguments)}"
    if origin is dict:
        return _problem_inside(value, dict, value.items() if isinstance(value, dict) else (), arguments[1])
    if origin is tuple:
        return _problem_inside(
            value, tuple, enumerate(value) if isinstance(value, tuple) else (), arguments[0]
        )
    allowed = (int, float) if hint is float else hint
    if not isinstance(value, allowed) or (isinstance(value, bool) and hint is not bool):
        return f"is {value!r}; it must be {_NAMES.get(hint, hint.__name__)}"
    return "is empty" if value == "" else None


_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


def _problem_inside(value: Any, kind: type, items: Iterable[tuple[Any, Any]], hint: Any) -> str | None:
    if not isinstance(value, kind) or not value:
        return f"is {value!r}; it must be a {'mapping' if kind is dict else 'list'} that is not empty"
    problems = ((key, problem_of(item, hint)) for key, item in items)
    return next((f"at {key!r} {problem}" for key, problem in problems if problem), None)
