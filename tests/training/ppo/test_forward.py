import pytest
import torch
from torch import Tensor
from transformers import PreTrainedModel

from tests.training.ppo.tiny import ARCHITECTURES, END, WORDS, build, prompt_ids
from training.models import is_seq2seq
from training.ppo.forward import Prompts, decoder_start, extend, open_context, outputs_per_state

SAMPLES = 3
every_architecture = pytest.mark.parametrize("name", ARCHITECTURES)


def plain_logits(model: PreTrainedModel, prompt: list[int], response: list[int]) -> Tensor:
    """Logits before each response token and after the last, without padding, batch or cache: (t + 1, V)."""
    if is_seq2seq(model):
        decoder_input = torch.tensor([[decoder_start(model), *response]])
        return model(input_ids=torch.tensor([prompt]), decoder_input_ids=decoder_input, use_cache=False).logits[0]
    return model(torch.tensor([[*prompt, *response]]), use_cache=False).logits[0, len(prompt) - 1 :]


def case(model: PreTrainedModel, width: int = 4) -> tuple[list[list[int]], Prompts, Tensor]:
    prompts = prompt_ids(4)
    tokens = torch.randint(2, WORDS, (len(prompts) * SAMPLES, width), generator=torch.Generator().manual_seed(5))
    return prompts, Prompts.pad(prompts, model), tokens


@every_architecture
def test_sharing_prompts_and_padding_them_changes_nothing(name: str) -> None:
    model = build(name)
    prompts, batch, tokens = case(model)
    with torch.no_grad():
        shared = outputs_per_state(model, batch, SAMPLES, tokens)
        for row, response in enumerate(tokens.tolist()):
            torch.testing.assert_close(
                shared[row], plain_logits(model, prompts[row // SAMPLES], response), atol=1e-5, rtol=1e-4
            )


@every_architecture
def test_gradients_equal_those_of_reading_the_prompt_once_per_sample(name: str) -> None:
    model = build(name).double()
    prompts, batch, tokens = case(model)
    outputs_per_state(model, batch, SAMPLES, tokens).logsumexp(dim=-1).sum().backward()
    shared = {key: parameter.grad.clone() for key, parameter in model.named_parameters() if parameter.grad is not None}
    model.zero_grad()
    for row, response in enumerate(tokens.tolist()):
        plain_logits(model, prompts[row // SAMPLES], response).logsumexp(dim=-1).sum().backward()
    for key, parameter in model.named_parameters():
        if parameter.grad is not None:
            torch.testing.assert_close(shared[key], parameter.grad, atol=1e-5, rtol=1e-5)


@every_architecture
def test_a_selection_drops_columns_that_only_others_need(name: str) -> None:
    model = build(name)
    prompts, batch, tokens = case(model)
    shortest = min(range(len(prompts)), key=lambda row: len(prompts[row]))
    chosen = batch.select(torch.tensor([shortest]))
    assert chosen.ids.tolist() == [prompts[shortest]]
    rows = slice(shortest * SAMPLES, (shortest + 1) * SAMPLES)
    with torch.no_grad():
        alone = outputs_per_state(model, chosen, SAMPLES, tokens[rows])
        together = outputs_per_state(model, batch, SAMPLES, tokens)[rows]
    torch.testing.assert_close(alone, together, atol=1e-5, rtol=1e-4)


@every_architecture
@torch.no_grad()
def test_finished_responses_can_be_dropped(name: str) -> None:
    model = build(name)
    _, batch, tokens = case(model)
    expected = outputs_per_state(model, batch, SAMPLES, tokens)
    _, context = open_context(model, batch, SAMPLES)
    extend(model, context, tokens[:, :2])
    kept = torch.tensor([1, 4, 11])
    context.keep(kept)
    torch.testing.assert_close(extend(model, context, tokens[kept, 2:]), expected[kept, 3:], atol=1e-5, rtol=1e-4)


def test_padding_is_known_by_length_not_by_id() -> None:
    # Token 0 fills the padding, and is here the real first token too.
    batch = Prompts.pad([[0, 5], [3, 4, 5]], build("llama"))
    assert batch.mask.tolist() == [[False, True, True], [True, True, True]]
    batch = Prompts.pad([[5, END], [3, 4, 5]], build("t5"))
    assert batch.mask.tolist() == [[True, True, False], [True, True, True]]


def test_a_prompt_without_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one token"):
        Prompts.pad([[3], []], build("llama"))


@torch.no_grad()
@pytest.mark.parametrize("name", ["t5", "bart"])
def test_siblings_share_what_cross_attention_knows_of_their_prompt_until_one_has_ended(name: str) -> None:
    model = build(name)
    _, context = open_context(model, Prompts.pad(prompt_ids(4), model), 3)
    keys = [layer.keys for layer in context.cache.cross_attention_cache.layers]
    assert all(len(x) == 4 for x in keys)
    tokens = torch.full((12, 1), 5)
    expected = extend(model, context, tokens)
    _, other = open_context(model, Prompts.pad(prompt_ids(4), model), 3)
    other.keep(torch.tensor([1, 2, 3, 7, 11]))
    torch.testing.assert_close(extend(model, other, tokens[:5]), expected[[1, 2, 3, 7, 11]], atol=1e-5, rtol=1e-5)
    assert all(len(layer.keys) == 5 for layer in other.cache.cross_attention_cache.layers)
