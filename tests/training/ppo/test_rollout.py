import pytest
import torch

from tests.training.ppo.test_forward import every_architecture, plain_logits
from tests.training.ppo.tiny import END, WORDS, build, prompt_ids, rollout_of
from training.models import is_seq2seq
from training.ppo.forward import Prompts, outputs_per_state
from training.ppo.rollout import Rollout, Sampling, generator_of, sample_responses, token_logprobs, uniforms_of

SAMPLINGS = [Sampling(8), Sampling(8, temperature=0.7), Sampling(8, temperature=0.7, top_k=4), Sampling(8, top_k=99)]


def recompute(model: torch.nn.Module, rollout: Rollout, temperature: float) -> torch.Tensor:
    logits = outputs_per_state(model, rollout.prompts, rollout.samples, rollout.response_ids[:, :-1])
    return token_logprobs(logits, rollout.response_ids, temperature, rollout.support) * rollout.response_mask


@every_architecture
@pytest.mark.parametrize("sampling", SAMPLINGS, ids=str)
@torch.no_grad()
def test_ratio_is_one_before_the_first_step(name: str, sampling: Sampling) -> None:
    model = build(name)
    rollout = rollout_of(model, sampling)
    ratio = (recompute(model, rollout, sampling.temperature) - rollout.logprobs * rollout.response_mask).exp()
    torch.testing.assert_close(ratio, torch.ones_like(ratio), atol=1e-5, rtol=0)


@every_architecture
@torch.no_grad()
def test_ratio_is_one_more_closely_in_double_precision(name: str) -> None:
    model = build(name).double()
    rollout = rollout_of(model, Sampling(8, temperature=0.7, top_k=4))
    recomputed = recompute(model, rollout, 0.7)
    torch.testing.assert_close(recomputed, rollout.logprobs, atol=1e-6, rtol=0)  # norms compute in 32 bits


@every_architecture
@torch.no_grad()
def test_a_response_ends_at_its_first_end_token_and_the_rest_is_padding(name: str) -> None:
    rollout = rollout_of(build(name), Sampling(12), prompts=8, samples=4)
    lengths = rollout.response_mask.sum(dim=1)
    assert rollout.response_mask.shape[1] == lengths.max(), "no column that nobody uses"
    for ids, length, truncated in zip(rollout.responses(), lengths.tolist(), rollout.truncated.tolist(), strict=True):
        assert len(ids) == length >= 1
        assert END not in ids[:-1]
        assert truncated == (ids[-1] != END)
        assert not truncated or length == 12
    for tensor in (rollout.response_ids, rollout.logprobs, rollout.entropies):
        assert not tensor[~rollout.response_mask].any()


def uniforms(responses: int, steps: int) -> torch.Tensor:
    return uniforms_of(responses, Sampling(steps), generator_of(3, "", 0))


def test_sampling_stops_when_every_response_has_ended() -> None:
    model = build("llama")
    every_token = frozenset(range(WORDS))
    rollout = sample_responses(model, Prompts.pad(prompt_ids(3), model), 2, Sampling(50), every_token, uniforms(6, 50))
    assert rollout.response_ids.shape == (6, 1)
    assert not rollout.truncated.any()


@every_architecture
def test_a_response_does_not_depend_on_the_others_of_its_batch(name: str) -> None:
    model = build(name)
    few = sample_responses(
        model, Prompts.pad(prompt_ids(8)[:2], model), 3, Sampling(8), frozenset([END]), uniforms(24, 8)[:6]
    )
    many = sample_responses(model, Prompts.pad(prompt_ids(8), model), 3, Sampling(8), frozenset([END]), uniforms(24, 8))
    assert many.responses()[:6] == few.responses()


@pytest.mark.parametrize("among", [None, 4])
def test_pieces_of_logits_change_neither_log_probabilities_nor_gradients(
    among: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    logits = torch.randn(7, 5, WORDS, dtype=torch.bfloat16, generator=torch.Generator().manual_seed(0)).requires_grad_()
    support = None if among is None else logits.topk(among).indices
    tokens = logits.argmax(dim=-1)
    weights = torch.arange(35.0).view(7, 5)
    found = []
    for at_once in (2**24, 2 * 5 * WORDS, 1):  # all, two rows, one row
        monkeypatch.setattr("training.ppo.rollout.LOGITS_AT_ONCE", at_once)
        logprobs = token_logprobs(logits, tokens, 0.7, support)
        (gradient,) = torch.autograd.grad((logprobs * weights).sum(), logits)
        found.append((logprobs, gradient))
    assert all(torch.equal(x, y) for other in found[1:] for x, y in zip(found[0], other, strict=True))


@torch.no_grad()
def test_tokens_come_from_the_tempered_and_truncated_distribution() -> None:
    model, prompt = build("gpt2"), [3, 4, 5]
    batch = Prompts.pad([prompt], model)
    rollout = sample_responses(
        model, batch, 20_000, Sampling(1, temperature=0.7, top_k=5), frozenset([END]), uniforms(20_000, 1)
    )
    logits = plain_logits(model, prompt, [])[0] / 0.7
    logits[logits.argsort(descending=True)[5:]] = -torch.inf
    expected = logits.softmax(dim=-1)
    observed = torch.bincount(rollout.response_ids[:, 0], minlength=WORDS) / 20_000
    torch.testing.assert_close(observed, expected, atol=0.012, rtol=0)  # 3.4 standard errors at p = ½
    torch.testing.assert_close(rollout.logprobs[:, 0], expected[rollout.response_ids[:, 0]].log(), atol=1e-5, rtol=0)
    entropy = -(expected * expected.clamp(min=1e-30).log()).sum()
    torch.testing.assert_close(rollout.entropies[:, 0], entropy.expand(20_000), atol=1e-5, rtol=0)


@every_architecture
def test_greedy_equals_transformers_generate(name: str) -> None:
    model = build(name)
    rollout = rollout_of(model, Sampling(8, temperature=0), samples=1)
    for prompt, response in zip(prompt_ids(5), rollout.responses(), strict=True):
        generated = model.generate(torch.tensor([prompt]), max_new_tokens=8, do_sample=False, num_beams=1)[0].tolist()
        generated = generated[1:] if is_seq2seq(model) else generated[len(prompt) :]
        assert response == generated


def test_same_seed_same_responses() -> None:
    model = build("t5")
    first, again, other = (rollout_of(model, Sampling(8), seed=seed) for seed in (1, 1, 2))
    assert first.responses() == again.responses() != other.responses()
