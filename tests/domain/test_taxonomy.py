import copy
from collections.abc import Callable
from typing import Any

import pytest

from annotator.domain.errors import DomainError
from annotator.domain.segments import PAPER_RULE, Density, SegmentationRule
from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_from_json, taxonomy_to_json


def test_the_default_is_the_papers() -> None:
    table = {
        (category.code, category.key, category.density, category.min_words, category.ignored_with): [
            (kind.key, kind.hotkey, kind.target, kind.needs) for kind in category.types
        ]
        for category in PAPER_TAXONOMY.categories
    }
    assert table == {
        ("C1", "relevance", Density.SUB_SENTENCE, 5, ()): [
            ("irrelevant", "1", "response", None),
            ("repetitive", "2", "response", "antecedent"),
            ("incoherent", "5", "response", None),
        ],
        ("C2", "factuality", Density.SENTENCE, 1, ("relevance",)): [
            ("inconsistent_fact", "3", "response", "evidence"),
            ("unverifiable_fact", "4", "response", None),
        ],
        ("C3", "completeness", Density.SEQUENCE, 1, ()): [
            ("missing_answer", "6", "passages", "evidence"),
            ("missing_major_auxiliary", "7", "passages", "evidence"),
            ("missing_minor_auxiliary", "8", "passages", "evidence"),
        ],
    }
    assert PAPER_TAXONOMY.segmentation == PAPER_RULE


def test_what_the_desk_may_warn_of_and_propose() -> None:
    kinds = list(PAPER_TAXONOMY.types())
    assert [kind.key for kind in kinds if kind.reads_passages] == ["unverifiable_fact"]
    assert [kind.key for kind in kinds if kind.mended_by_deletion] == ["irrelevant", "repetitive"]


def test_every_type_is_explained() -> None:
    for kind in PAPER_TAXONOMY.types():
        assert all([kind.definition, kind.example_fits, kind.example_not])


def test_look_up() -> None:
    assert PAPER_TAXONOMY.type("repetitive").name == "Repetitive"
    assert PAPER_TAXONOMY.category_of("repetitive") == PAPER_TAXONOMY.category("relevance")
    for code, look_up in (
        ("unknown_type", PAPER_TAXONOMY.type),
        ("unknown_type", PAPER_TAXONOMY.category_of),
        ("unknown_category", PAPER_TAXONOMY.category),
    ):
        with pytest.raises(DomainError, match="'rude' is not in taxonomy 'paper-1'") as caught:
            look_up("rude")
        assert caught.value.code == code


def test_json_and_back() -> None:
    assert taxonomy_from_json(taxonomy_to_json(PAPER_TAXONOMY)) == PAPER_TAXONOMY


def test_the_least_a_taxonomy_says() -> None:
    words = {"definition": "d", "example_fits": "f", "example_not": "n"}
    kind = {"key": "rude", "name": "Rude", "badge": "R", "hotkey": "r", **words}
    category = {"key": "manners", "code": "M", "name": "Manners", "density": "sentence", "types": [kind]}
    taxonomy = taxonomy_from_json({"version": "1", "segmentation": {"min_words": 2}, "categories": [category]})
    assert taxonomy.segmentation == SegmentationRule(min_words=2, min_remaining=6)
    assert taxonomy.categories[0].min_words == 1
    assert taxonomy.type("rude").target == "response"
    flags = taxonomy.type("rude").reads_passages, taxonomy.type("rude").mended_by_deletion
    assert flags == (False, False)
    assert taxonomy_from_json(taxonomy_to_json(taxonomy)) == taxonomy


def _set(*path: str | int, value: Any) -> Callable[[Any], None]:
    def change(body: Any) -> None:
        for step in path[:-1]:
            body = body[step]
        body[path[-1]] = value

    return change


TYPE = ("categories", 0, "types", 0)


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (_set("version", value=""), "version", '"" is shorter than 1 character'),
        (_set("colour", value="red"), "", "'colour' was unexpected"),
        (_set("categories", value=[]), "categories", "[] has less than 1 item"),
        (_set("categories", 0, "density", value="word"), "categories.0.density", '"word" is not one of'),
        (_set("categories", 0, "min_words", value=0), "categories.0.min_words", "0 is less than the minimum of 1"),
        (
            _set("categories", 0, "min_words", value=1e30),
            "categories.0.min_words",
            "1e+30 is greater than the maximum of 1000",
        ),
        (_set("categories", 0, "reward_weight", value=1e30), "categories.0.reward_weight", "maximum of 1000"),
        (_set("categories", 0, "key", value="two words"), "categories.0.key", "does not match"),
        (_set("categories", 0, "types", value=[]), "categories.0.types", "[] has less than 1 item"),
        (_set(*TYPE, "needs", value="luck"), "categories.0.types.0.needs", '"luck" is not one of'),
        (_set(*TYPE, "hotkey", value="F1"), "categories.0.types.0.hotkey", '"F1" is longer than 1 character'),
        (_set("segmentation", value={"min_words": 0}), "segmentation.min_words", "0 is less than the minimum of 1"),
        (_set("categories", 1, "key", value="relevance"), "categories.key", "'relevance' is given 2 times"),
        (_set("categories", 1, "code", value="C1"), "categories.code", "'C1' is given 2 times"),
        (_set(*TYPE, "key", value="repetitive"), "categories.types.key", "'repetitive' is given 2 times"),
        (_set(*TYPE, "badge", value="R"), "categories.types.badge", "'R' is given 2 times"),
        (_set(*TYPE, "hotkey", value="8"), "categories.types.hotkey", "'8' is given 2 times"),
        (_set("categories", 0, "ignored_with", value=["rude"]), "categories.0.ignored_with", "'rude' is no other"),
        (_set("categories", 0, "ignored_with", value=["relevance"]), "categories.0.ignored_with", "is no other"),
        (_set("categories", 2, "density", value="sentence"), "categories.2.density", "so needs 'sequence'"),
        (_set("categories", 2, "types", 0, "needs", value="antecedent"), "categories.2.types", "no antecedent"),
        (_set(*TYPE, "reads_passages", value="yes"), "categories.0.types.0.reads_passages", "is not of type"),
        (_set("categories", 2, "types", 0, "mended_by_deletion", value=True), "categories.2.types", "deleting words"),
    ],
)
def test_a_wrong_taxonomy_is_named(change: Callable[[Any], None], field: str, said: str) -> None:
    body = copy.deepcopy(taxonomy_to_json(PAPER_TAXONOMY))
    change(body)
    with pytest.raises(DomainError) as caught:
        taxonomy_from_json(body)
    assert caught.value.code == "invalid_taxonomy"
    assert said in caught.value.fields[field]


@pytest.mark.parametrize("body", [None, [], "paper", {}, {"version": "1"}])
def test_what_is_no_taxonomy(body: Any) -> None:
    with pytest.raises(DomainError) as caught:
        taxonomy_from_json(body)
    assert caught.value.code == "invalid_taxonomy"
