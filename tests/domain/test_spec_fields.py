from dataclasses import dataclass, fields
from typing import ClassVar, Literal

import pytest

from annotator.domain.spec_fields import spec_fields
from annotator.domain.specs import SPEC_KINDS, Count, NotNegative, Share
from annotator.domain.splits import Split


@dataclass(frozen=True, kw_only=True)
class Base:
    """What all are told.

    seed: Of every random number.
    size: What is said here gives way.
    """

    kind: ClassVar[str] = "made_up"
    job: str
    seed: Count = 1


@dataclass(frozen=True, kw_only=True)
class MadeUp(Base):
    """A spec of every type of field.

    size: How large; said over
        two lines.
    ways: A or b.
    """

    model: str
    size: Share | None = None
    ways: Literal["a", "b"] = "a"
    split: Split = "test"
    keys: tuple[str, ...] | None = None
    weights: dict[str, NotNegative] | None = None
    fast: bool = True


def test_a_field_has_its_type_default_choices_and_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SPEC_KINDS, "made_up", MadeUp)  # type: ignore[arg-type]
    assert spec_fields()["made_up"] == {
        "seed": {"type": "number", "default": 1, "help": "Of every random number."},
        "model": {"type": "text", "default": None},
        "size": {"type": "number", "default": None, "help": "How large; said over two lines."},
        "ways": {"type": "choice", "choices": ["a", "b"], "default": "a", "help": "A or b."},
        "split": {"type": "choice", "choices": ["train", "dev", "test"], "default": "test"},
        "keys": {"type": "names", "default": None},
        "weights": {"type": "weights", "default": None},
        "fast": {"type": "flag", "default": True},
    }


def test_what_is_explained_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MadeUp, "__doc__", "A spec.\n\n    sise: How large.")
    monkeypatch.setitem(SPEC_KINDS, "made_up", MadeUp)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="MadeUp explains sise, which it has no field for"):
        spec_fields()


def test_what_the_common_part_explains_is_a_field_of_some_kind() -> None:
    every = {item.name for cls in SPEC_KINDS.values() for item in fields(cls)}
    found = {name for facts in spec_fields().values() for name, field in facts.items() if "help" in field}
    assert {"seed", "threads", "checkpoint_every", "max_prompt_tokens", "top_k"} <= found <= every
