import dataclasses
import json
from typing import Any

import pytest

from annotator.domain.errors import DomainError
from annotator.domain.specs import (
    SPEC_KINDS,
    DatasetRef,
    EvaluateSpec,
    PpoSpec,
    RewardSpec,
    SampleSpec,
    SftSpec,
    Spec,
    parse_spec,
    spec_to_json,
)

DATASET = DatasetRef("/data/one", "0" * 64)
SPECS: list[Spec] = [
    SftSpec(job="1", model="/models/t5", dataset=DATASET, max_steps=10),
    RewardSpec(job="2", model="hub/longformer", seed=7, threads=1),
    PpoSpec(job="3", policy="/p", reward="/r", reward_weights={"preference": 1}, gamma=1, top_k=0),
    SampleSpec(job="4", policy="/p", reward="/r", split="dev", limit=5, temperature=0, as_round=True),
    EvaluateSpec(job="5", policies=("/p", "/q"), dataset=DATASET),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.kind)
def test_json_and_back(spec: Spec) -> None:
    assert parse_spec(json.loads(json.dumps(spec_to_json(spec)))) == spec


def test_every_kind_is_tried() -> None:
    assert [spec.kind for spec in SPECS] == list(SPEC_KINDS) == ["sft", "reward", "ppo", "sample", "evaluate"]


def test_the_defaults_of_ppo_are_the_papers() -> None:
    spec = PpoSpec(job="1", policy="/p", reward="/r")
    assert spec.reward_weights == {"relevance": 0.3, "factuality": 0.5, "completeness": 0.3}
    assert (spec.kl_coef, spec.gamma, spec.gae_lambda, spec.clip_range, spec.epochs) == (0.3, 1.0, 0.95, 0.2, 4)
    assert (spec.temperature, spec.top_k, spec.max_new_tokens, spec.learning_rate) == (0.7, 20, 200, 1e-5)
    assert spec.steps * spec.prompts_per_step * spec.samples_per_prompt == 80_000


PPO: dict[str, Any] = {"kind": "ppo", "job": "1", "policy": "/p", "reward": "/r"}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"kind": "dpo"}, {"kind": "is 'dpo'; it must be one of sft, reward, ppo, sample, evaluate"}),
        ({"kind": ["ppo"]}, {"kind": "is ['ppo']; it must be one of sft, reward, ppo, sample, evaluate"}),
        ({"foo": 1}, {"ppo.foo": "is not a field of this spec"}),
        ({"gamma": 1.5}, {"ppo.gamma": "is 1.5; it must be at most 1"}),
        ({"gamma": -0.1}, {"ppo.gamma": "is -0.1; it must be at least 0"}),
        ({"gamma": float("nan")}, {"ppo.gamma": "is nan; it must be at most 1"}),
        ({"kl_coef": float("inf")}, {"ppo.kl_coef": "is inf; it must be at most 1000000000"}),
        ({"temperature": 0}, {"ppo.temperature": "is 0; it must be above 0"}),
        ({"learning_rate": "1e-5"}, {"ppo.learning_rate": "is '1e-5'; it must be a number"}),
        (
            {"steps": 0, "epochs": 1.0},
            {"ppo.steps": "is 0; it must be at least 1", "ppo.epochs": "is 1.0; it must be a whole number"},
        ),
        ({"steps": True}, {"ppo.steps": "is True; it must be a whole number"}),
        ({"seed": 2**32}, {"ppo.seed": "is 4294967296; it must be at most 4294967295"}),
        ({"threads": 0}, {"ppo.threads": "is 0; it must be at least 1"}),
        ({"whiten_rewards": 1}, {"ppo.whiten_rewards": "is 1; it must be true or false"}),
        ({"split": "all"}, {"ppo.split": "is 'all'; it must be one of train, dev, test"}),
        ({"policy": ""}, {"ppo.policy": "is empty"}),
        ({"policy": None}, {"ppo.policy": "is None; it must be text"}),
        ({"reward_weights": {}}, {"ppo.reward_weights": "is {}; it must be a mapping that is not empty"}),
        ({"reward_weights": {"relevance": -1}}, {"ppo.reward_weights": "at 'relevance' is -1; it must be at least 0"}),
        (
            {"dataset": {"path": "/d"}},
            {"ppo.dataset": "is {'path': '/d'}; it must hold the texts path and sha256, no more"},
        ),
        ({"dataset": "/d"}, {"ppo.dataset": "is '/d'; it must hold the texts path and sha256, no more"}),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_bound(change: dict[str, Any], fields: dict[str, str]) -> None:
    with pytest.raises(DomainError) as caught:
        parse_spec(PPO | change)
    assert caught.value.code == "invalid_spec"
    assert caught.value.fields == fields
    first = next(iter(fields.items()))
    assert caught.value.message == " ".join(first)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(DomainError) as caught:
        parse_spec({"kind": "sft", "job": "1"})
    assert caught.value.fields == {"sft.model": "is required"}


@pytest.mark.parametrize("body", [None, [], "ppo", {}])
def test_what_is_no_spec(body: Any) -> None:
    with pytest.raises(DomainError, match="kind is None; it must be one of"):
        parse_spec(body)


@pytest.mark.parametrize("policies", [[], "/p", ["/p", 3]])
def test_policies_are_a_list_of_texts(policies: Any) -> None:
    with pytest.raises(DomainError) as caught:
        parse_spec({"kind": "evaluate", "job": "1", "policies": policies})
    assert list(caught.value.fields) == ["evaluate.policies"]


def test_a_spec_made_by_hand_is_checked_too() -> None:
    with pytest.raises(DomainError, match=r"sft\.epochs is 0; it must be at least 1"):
        SftSpec(job="1", model="m", epochs=0)
    with pytest.raises(DomainError, match=r"ppo\.steps is 0"):
        dataclasses.replace(PpoSpec(job="1", policy="/p", reward="/r"), steps=0)
