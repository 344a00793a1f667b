"""Every mutant of the permission code: (kind, where, how to put it in, the operation that it is of)."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import connection

from annotator.api import permissions
from annotator.selectors import access, sheets, tokens
from tests.access.asking import braced, routes
from tests.mutants.code import Mutants

ROLE_SETS = ("MEMBERS", "RESEARCHERS", "ADMINS")
DECLARED = (*ROLE_SETS, "SIGNED_IN", "SITE_OWNERS")
SCOPE_SETS = ("READING", "OWN_READING", "OWN_WORK", "MANAGING", "NO_TOKEN")
# Modules of which only some functions say who may do what.
FUNCTIONS: dict[str, str] = {
    "annotator.api.permissions": ".",
    "annotator.api.authentication": ".",
    "annotator.api.operations": r"^(scopes_of|_Route\.initialize_request)$",
    "annotator.api.people": r"^_second_factor$",
    "annotator.api.pages": r"^console$",
    "annotator.selectors.access": ".",
    "annotator.selectors.sheets": r"^access_sheet$",
    "annotator.selectors.tokens": r"owner$",
    "annotator.selectors.second_factor": r"^(has|needs)_",
    "annotator.selectors.pages": r"^runs_a_project$",
    "annotator.selectors.members": r"^(invitation_in|account_of)$",
    "annotator.selectors.people": r"^member_of$",
    "annotator.selectors.history": r"^annotation_history$",
    "annotator.selectors.behaviour": r"^annotation_log$",
}
SQL = ((access, "MEMBERSHIP"), (access, "PROJECT"), (tokens, "OWNER"))


class Mutant(NamedTuple):
    kind: str
    where: str
    put: Callable[[], None]
    operation: tuple[str, str] | None = None


def every_mutant() -> Iterator[Mutant]:
    yield from of_declarations()
    for module, pattern in FUNCTIONS.items():
        sets = ROLE_SETS if module.startswith("annotator.selectors") else (*DECLARED, *SCOPE_SETS)
        for kind, where, put in Mutants(module, _named(pattern), sets):
            yield Mutant(kind, where, put)
    yield from of_handlers()
    yield from of_defaults()
    yield from of_statements()


def _named(pattern: str) -> Callable[[str], bool]:
    return lambda name: bool(re.search(pattern, name))


def of_declarations() -> Iterator[Mutant]:
    """`allowed`, `scopes` and `before_second_factor` of each operation, as each other thing that they could be."""
    from annotator.api.operations import scopes_of

    for address, view in routes():
        for method, operation in view.view_class.by_method.items():
            here, name = (method, braced(address)), operation.__name__
            for other in DECLARED:
                if getattr(permissions, other) != operation.allowed:
                    yield Mutant("allowed", f"{name}.allowed = {other}", _set(operation, "allowed", other), here)
            for other in SCOPE_SETS:
                if getattr(permissions, other) != scopes_of(operation, method):
                    yield Mutant("scopes", f"{name}.scopes = {other}", _set(operation, "scopes", other), here)
            turned = not operation.before_second_factor
            put = lambda operation=operation, turned=turned: setattr(operation, "before_second_factor", turned)  # noqa: E731
            yield Mutant("second factor", f"{name}.before_second_factor = {turned}", put, here)


def _set(operation: Any, attribute: str, name: str) -> Callable[[], None]:
    return lambda: setattr(operation, attribute, getattr(permissions, name))


def of_handlers() -> Iterator[Mutant]:
    """The roles that each handler asks for, and whether it asks at all."""
    seen = set()
    for address, view in routes():
        for method, operation in view.view_class.by_method.items():
            if operation in seen:
                continue
            seen.add(operation)
            # Its handler alone, and what of a module's helpers it may call.
            wanted = rf"^({operation.__name__}\.{method})$"
            for kind, where, put in Mutants(operation.__module__, _named(wanted), ROLE_SETS):
                if kind == "other roles":
                    yield Mutant("roles of a handler", where, put, (method, braced(address)))
    for module in {operation.__module__ for operation in seen}:
        for kind, where, put in Mutants(module, lambda name: name.startswith("_"), ROLE_SETS):
            if kind == "other roles":
                yield Mutant("roles of a handler", where, put)


def of_defaults() -> Iterator[Mutant]:
    """The roles that access_* asks for where nothing is said."""
    for name, function in vars(access).items():
        default = (getattr(function, "__kwdefaults__", None) or {}).get("roles")
        for other in ROLE_SETS if default else ():
            if getattr(access, other) != default:
                roles = {"roles": getattr(access, other)}
                put = lambda function=function, roles=roles: function.__kwdefaults__.update(roles)  # noqa: E731
                yield Mutant("roles by default", f"{name}(roles={other})", put)


def of_statements() -> Iterator[Mutant]:
    """Each condition of the statements that authorise, left out."""
    for module, name in SQL:
        text = getattr(module, name)
        for condition in _conditions(text):
            put = lambda module=module, name=name, text=text, condition=condition: setattr(  # noqa: E731
                module, name, _without(text, condition)
            )
            yield Mutant("condition of a statement", f"{name}: {condition}", put)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('annotator_sheet'::regproc)")
        (text,) = cursor.fetchone()
    for condition in ("a.user_id = person", "m.user_id = a.user_id", "m.project_id = a.project_id", "a.id = claim"):
        assert condition in text, condition
        put = lambda text=text, condition=condition: _execute(text.replace(condition, "true"))  # noqa: E731
        yield Mutant("condition of a statement", f"annotator_sheet: {condition}", put)
    assert sheets.SHEET


def _conditions(text: str) -> list[str]:
    """Of WHERE and ON, a parenthesis as one; a %s that goes must still be given, so it stays as "… OR true"."""
    after = text[text.index("WHERE") + 5 :]
    return [each.strip() for each in re.split(r"\bAND\b(?![^(]*\))", after)]


def _without(text: str, condition: str) -> str:
    return text.replace(condition, f"({condition} OR true)") if "%s" in condition else text.replace(condition, "true")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
