"""The taxonomy of errors as data: categories of error types, and what the marks of each turn into.

The default, `paper.taxonomy.json`, is that of Wu et al. 2023 (arXiv 2306.01693), explained in our words.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from annotator.domain.errors import DomainError
from annotator.domain.schemas import check_schema
from annotator.domain.segments import PAPER_RULE, Density, SegmentationRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorType:
    """One kind of error.

    target: what is marked: words of the response, or sentences of the passages that it leaves out.
    needs: what else the mark must point at. badge and hotkey: one per type, for the annotate page.
    reads_passages: the mark claims something about all passages, so that they should have been looked at first.
    mended_by_deletion: a response without the marked words has the error no more.
    """

    key: str
    name: str
    badge: str
    hotkey: str
    definition: str
    example_fits: str
    example_not: str
    target: Literal["response", "passages"] = "response"
    needs: Literal["antecedent", "evidence"] | None = None
    reads_passages: bool = False
    mended_by_deletion: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCategory:
    """Error types that one reward model learns together.

    min_words: a shorter span gives no label. ignored_with: categories whose error makes a segment without
    an error of this one unlabelled. reward_weight: the default weight of its reward in PPO.
    """

    key: str
    code: str
    name: str
    density: Density
    types: tuple[ErrorType, ...]
    min_words: int = 1
    ignored_with: tuple[str, ...] = ()
    reward_weight: float = 1.0


@dataclass(frozen=True)
class Taxonomy:
    """Versioned categories, and the segmentation rule that all of them share."""

    version: str
    categories: tuple[ErrorCategory, ...]
    segmentation: SegmentationRule = PAPER_RULE

    @cached_property
    def _types(self) -> dict[str, tuple[ErrorType, ErrorCategory]]:
        return {kind.key: (kind, category) for category in self.categories for kind in category.types}

    def types(self) -> Iterator[ErrorType]:
        """Every error type, in the order of the categories."""
        return (kind for kind, _ in self._types.values())

    def type(self, key: str) -> ErrorType:
        """The error type; DomainError unknown_type."""
        return self._known(key)[0]

    def category_of(self, type_key: str) -> ErrorCategory:
        """The category that the error type belongs to; DomainError unknown_type."""
        return self._known(type_key)[1]

    def category(self, key: str) -> ErrorCategory:
        """The category; DomainError unknown_category."""
        for category in self.categories:
            if category.key == key:
                return category
        known = ", ".join(category.key for category in self.categories)
        raise DomainError(
            "unknown_category", f"category {key!r} is not in taxonomy {self.version!r} ({known})"
        )

    def _known(self, key: str) -> tuple[ErrorType, ErrorCategory]:
        if key not in self._types:
            known = ", ".join(self._types)
            raise DomainError(
                "unknown_type", f"error type {key!r} is not in taxonomy {self.version!r} ({known})"
            )
        return self._types[key]


def taxonomy_to_json(taxonomy: Taxonomy) -> dict[str, Any]:
    """Plain JSON data that taxonomy_from_json reads back to an equal taxonomy."""
    body = asdict(taxonomy)
    for category in body["categories"]:
        category["density"] = str(category["density"])
        category["ignored_with"] = list(category["ignored_with"])
        category["types"] = list(category["types"])
    return {**body, "categories": list(body["categories"])}


def taxonomy_from_json(body: Any) -> Taxonomy:
    """Read a taxonomy; DomainError invalid_taxonomy naming each field that is wrong."""
    check_schema(body, "taxonomy", "invalid_taxonomy")
    categories = tuple(
        ErrorCategory(
            **{
                **category,
                "density": Density(category["density"]),
                "types": tuple(ErrorType(**kind) for kind in category["types"]),
                "ignored_with": tuple(category.get("ignored_with", ())),
            }
        )
        for category in body["categories"]
    )
    taxonomy = Taxonomy(body["version"], categories, SegmentationRule(**body.get("segmentation", {})))
    fields = _contradictions(taxonomy)
    if fields:
        path, problem = next(iter(fields.items()))
        raise DomainError("invalid_taxonomy", f"{path}: {problem}", fields)
    return taxonomy


def _contradictions(taxonomy: Taxonomy) -> dict[str, str]:
    """What no schema can say: keys given twice, categories that are not there, marks without a place."""
    kinds = [kind for category in taxonomy.categories for kind in category.types]
    columns = {
        "categories.key": [category.key for category in taxonomy.categories],
        "categories.code": [category.code for category in taxonomy.categories],
        "categories.types.key": [kind.key for kind in kinds],
        "categories.types.badge": [kind.badge for kind in kinds],
        "categories.types.hotkey": [kind.hotkey for kind in kinds],
    }
    fields = {
        path: f"{value!r} is given {times} times; once is allowed"
        for path, values in columns.items()
        for value, times in Counter(values).items()
        if times > 1
    }
    keys = {category.key for category in taxonomy.categories}
    for index, category in enumerate(taxonomy.categories):
        for other in category.ignored_with:
            if other not in keys - {category.key}:
                fields[f"categories.{index}.ignored_with"] = f"{other!r} is no other category"
        for kind in category.types:
            if kind.target == "passages" and category.density != Density.SEQUENCE:
                fields[f"categories.{index}.density"] = (
                    f"is {category.density.value!r}; type {kind.key!r} marks passages and so needs 'sequence'"
                )
            if kind.target == "passages" and kind.needs == "antecedent":
                fields[f"categories.{index}.types"] = (
                    f"{kind.key!r} marks passages and can need no antecedent"
                )
            if kind.target == "passages" and kind.mended_by_deletion:
                fields[f"categories.{index}.types"] = (
                    f"{kind.key!r} marks passages and cannot be mended by deleting words"
                )
    return fields


PAPER_TAXONOMY = taxonomy_from_json(
    json.loads(Path(__file__).with_name("paper.taxonomy.json").read_text("utf-8"))
)
