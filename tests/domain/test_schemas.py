"""What no text and no column can hold is seen at a glance, and then looked for."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.schemas import _storable, _unstorable

texts = st.text(st.characters() | st.sampled_from("\0\ud800\udfff"), max_size=3)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@given(values)
def test_the_glance_sees_what_there_is_to_find(value: Any) -> None:
    assert _storable(value) == (not _unstorable(value))


@pytest.mark.parametrize("levels", [64, 65, 66])
def test_the_glance_goes_as_deep(levels: int) -> None:
    value = json.loads("[" * levels + "]" * levels)
    assert _storable(value) == (not _unstorable(value)) == (levels <= 65)
