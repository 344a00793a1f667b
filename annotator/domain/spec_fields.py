"""What a form of a job needs to know: of each field of its spec the type, the default, the choices and the meaning.

All of it is read from the spec's class. The console's form is made of this (`manage.py spec_fields`), so that it holds
no rule and no explanation of its own.
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from annotator.domain.specs import SPEC_KINDS

_ENTRY = re.compile(r"(\w+): (.+)")


def spec_fields() -> dict[str, dict[str, dict[str, Any]]]:
    """{kind: {field: {"type", "default", "choices" of a choice, "help" if there is one}}}, in the classes' order.

    Types: flag, number, choice, names (a list), weights (of categories), text. A default of None, or that of weights,
    which the project decides, is null. ValueError if a docstring explains what is no field.
    """
    return {kind: _fields_of(cls) for kind, cls in SPEC_KINDS.items()}


def _fields_of(cls: type) -> dict[str, dict[str, Any]]:
    hints = get_type_hints(cls, include_extras=True)
    own = dict(_entries(cls.__doc__ or ""))
    said = {name: text for base in cls.__bases__ for name, text in _entries(base.__doc__ or "")} | own
    if unknown := own.keys() - hints.keys():
        raise ValueError(f"{cls.__name__} explains {', '.join(sorted(unknown))}, which it has no field for")
    return {
        item.name: _type_of(hints[item.name])
        | {"default": None if item.default is MISSING else item.default}
        | ({"help": said[item.name]} if item.name in said else {})
        for item in fields(cls)
        if item.name not in ("job", "dataset")
    }


def _type_of(hint: Any) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if NoneType in arguments or origin is Annotated:
        return _type_of(arguments[0])
    if origin is Literal:
        return {"type": "choice", "choices": list(arguments)}
    names = {bool: "flag", int: "number", float: "number", str: "text", tuple: "names", dict: "weights"}
    return {"type": names[origin or hint]}


def _entries(docstring: str) -> Iterator[tuple[str, str]]:
    """The lines "field: meaning" of a docstring; a deeper line goes on."""
    joined = re.sub(r"\n {4,}", " ", inspect.cleandoc(docstring))
    for line in joined.splitlines():
        if entry := _ENTRY.fullmatch(line):
            yield entry[1], entry[2]
