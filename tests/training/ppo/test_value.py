from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import T5EncoderModel

from tests.training.ppo.test_forward import SAMPLES, case, every_architecture
from tests.training.ppo.tiny import WORDS, build
from training.models import load_trunk
from training.ppo.value import ValueModel, start_as, value_from_policy


def trained_value(name: str) -> ValueModel:
    value = value_from_policy(build(name)).eval()
    torch.nn.init.normal_(value.head.weight)
    return value


@every_architecture
@torch.no_grad()
def test_values_start_at_zero_on_the_policy_s_trunk(name: str) -> None:
    policy = build(name)
    value = value_from_policy(policy).eval()
    _, batch, tokens = case(policy)
    assert not value(batch, SAMPLES, tokens).any()
    expected = policy.base_model.state_dict()
    for key, tensor in value.trunk.state_dict().items():
        assert torch.equal(tensor, expected[key])
        assert tensor.data_ptr() != expected[key].data_ptr()


@every_architecture
@torch.no_grad()
def test_value_at_t_is_of_the_state_before_token_t(name: str) -> None:
    value = trained_value(name)
    _, batch, tokens = case(build(name))
    before = value(batch, SAMPLES, tokens)
    assert before.shape == (len(tokens), tokens.shape[1] + 1)
    changed = tokens.clone()
    changed[:, 2] = (changed[:, 2] - 1) % (WORDS - 2) + 2
    after = value(batch, SAMPLES, changed)
    torch.testing.assert_close(after[:, :3], before[:, :3])
    assert not torch.isclose(after[:, 3:], before[:, 3:]).any()


@torch.no_grad()
def test_saved_value_model_can_be_loaded(tmp_path: Path) -> None:
    value = trained_value("t5")
    value.save(tmp_path)
    loaded = ValueModel(load_trunk(str(tmp_path))).eval()
    loaded.head.load_state_dict(load_file(tmp_path / "head.safetensors"))
    _, batch, tokens = case(build("t5"))
    torch.testing.assert_close(loaded(batch, SAMPLES, tokens), value(batch, SAMPLES, tokens))


def test_a_policy_without_its_own_trunk_s_weights_is_refused() -> None:
    policy = build("llama")
    del policy.model.norm.weight
    with pytest.raises(ValueError, match=r"norm\.weight"):
        value_from_policy(policy)


def test_a_value_model_can_start_as_a_reward_model_s_encoder() -> None:
    other = build("llama", seed=5)
    value = value_from_policy(build("llama"))
    start_as(value, other.base_model)
    assert all(torch.equal(x, value.trunk.state_dict()[key]) for key, x in other.base_model.state_dict().items())
    half, value = T5EncoderModel(build("t5").config), value_from_policy(build("t5"))
    before = {key: x.clone() for key, x in value.trunk.state_dict().items()}
    start_as(value, half)
    for key, x in value.trunk.state_dict().items():
        assert torch.equal(x, before[key] if key.startswith("decoder.block") else half.state_dict().get(key, x))
    with pytest.raises(ValueError, match="no weights in common"):
        start_as(value_from_policy(build("llama")), build("gpt2").base_model)
