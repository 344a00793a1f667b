"""What one JSON value says beyond another, as a list of [path, value] or, for what is too much, [path].

It is how nothing is lost on the way through a format that cannot hold everything: `merged(known, remainder(full,
known))` equals `full`. A path's steps are keys and indexes; a list of another length is replaced as a whole.
"""

import hashlib
from collections import Counter
from typing import Any

import orjson

Patch = list[list[Any]]


def remainder(full: Any, known: Any) -> Patch:
    """What `known` lacks of `full`; [] where the two are equal."""
    patch: Patch = []
    _compare(full, known, [], patch)
    return patch


def merged(known: Any, patch: Patch) -> Any:
    """`known` with the patch applied; `known` itself is not changed. Raises LookupError or TypeError for a path that
    is not there."""
    box = {"": orjson.loads(orjson.dumps(known))}
    for path, *value in patch:
        steps = ["", *path]
        inside: Any = box
        for step in steps[:-1]:
            inside = inside[step]
        if value:
            inside[steps[-1]] = value[0]
        else:
            del inside[steps[-1]]
    return box[""]


def digest(value: Any) -> str:
    """Hex SHA-256 of the value's JSON, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def losses(full: Any, known: Any) -> Counter[str]:
    """How many values of `full` are not in `known`, by their path without indexes ("judgements.spans.evidence")."""
    counts: Counter[str] = Counter()
    for path, *value in remainder(full, known):
        name = ".".join(step for step in path if isinstance(step, str))
        counts[name] += _size(value[0] if value else None, _at(known, path))
    return counts


def _compare(full: Any, known: Any, path: list[Any], patch: Patch) -> None:
    if full == known:
        return
    if isinstance(full, dict) and isinstance(known, dict):
        # In an order of its own, not that of the keys, which the database does not keep.
        patch.extend([[*path, key]] for key in sorted(known.keys() - full.keys()))
        for key in sorted(full):
            if key in known:
                _compare(full[key], known[key], [*path, key], patch)
            else:
                patch.append([[*path, key], full[key]])
    elif isinstance(full, list) and isinstance(known, list) and len(full) == len(known):
        for index, (value, other) in enumerate(zip(full, known, strict=True)):
            _compare(value, other, [*path, index], patch)
    else:
        patch.append([path, full])


def _at(known: Any, path: list[Any]) -> Any:
    for step in path:
        known = known.get(step) if isinstance(known, dict) else known[step]
    return known


def _size(value: Any, known: Any) -> int:
    if isinstance(value, list):
        others = known if isinstance(known, list) else []
        return max(1, sum(item not in others for item in value))
    return 1
