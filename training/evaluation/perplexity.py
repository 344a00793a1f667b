"""How a language model, causal or encoder-decoder, takes the responses of another: with the prompt before its eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from annotator.domain.errors import DomainError
from training.evaluation.tallies import PERPLEXITY, Counts
from training.models import cut_middle, encode_prompts, is_seq2seq, load_policy, load_tokenizer, longest_input, pad_rows
from training.ppo.experience import TOKENS_PER_PASS
from training.ppo.forward import Prompts, outputs_per_state
from training.ppo.rollout import token_logprobs
from training.reward.bundle import batches_by_length


@dataclass(frozen=True)
class Reader:
    """A model that reads responses, in its own tokens. max_prompt_tokens: of its own too."""

    name: str
    model: Any
    tokenizer: Any
    max_prompt_tokens: int

    @torch.inference_mode()
    def counts(self, prompts: Sequence[str], responses: Sequence[Sequence[str]]) -> list[Counts]:
        """Per prompt the nats and the tokens of all its responses, whose number is the same for each prompt.

        Perplexity is exp(nats / tokens) over them all: every token weighs the same. The end of a response is no token
        of it, so that one that was cut off compares with one that ended. Each prompt is read once. Raises DomainError
        invalid_spec for a response that is longer than the model can read, invalid_dataset for a prompt without tokens.
        """
        samples = len(responses[0])
        written = [
            self.tokenizer(list(texts), add_special_tokens=False)["input_ids"] if texts else [] for texts in responses
        ]
        widths = [max(map(len, rows), default=0) for rows in written]
        read = self._prompt_ids(prompts, widths)
        counts: list[Counts] = [{PERPLEXITY: (0.0, 0)} for _ in prompts]
        sizes = [len(ids) + samples * width for ids, width in zip(read, widths, strict=True)]
        for chosen in batches_by_length(sizes, TOKENS_PER_PASS):
            tokens, mask = pad_rows([row for index in chosen for row in written[index]], 0)
            if not mask.any():
                continue
            batch = Prompts.pad([read[index] for index in chosen], self.model)
            tokens, mask = tokens.to(batch.ids.device), mask.to(batch.ids.device)
            logits = outputs_per_state(self.model, batch, samples, tokens[:, :-1])
            nats = (-token_logprobs(logits, tokens, 1.0, None) * mask).double().view(len(chosen), -1).sum(dim=1)
            for index, total in zip(chosen, nats.tolist(), strict=True):
                counts[index] = {PERPLEXITY: (total, sum(map(len, written[index])))}
        return counts

    def _prompt_ids(self, prompts: Sequence[str], widths: Sequence[int]) -> list[list[int]]:
        """Ids of prompts, cut to what leaves room for their longest response."""
        seq2seq, longest = is_seq2seq(self.model), longest_input(self.model.config)
        rows = encode_prompts(self.tokenizer, prompts, self.max_prompt_tokens, seq2seq=seq2seq)
        for prompt, row, width in zip(prompts, rows, widths, strict=True):
            if not row:
                raise DomainError("invalid_dataset", f"prompt {prompt!r} has no tokens: {self.name} needs at least one")
            if width >= longest:
                problem = f"is {self.name}, which reads at most {longest} tokens; a response has {width}"
                field = "evaluate.perplexity_under"
                raise DomainError("invalid_spec", f"{field} {problem}", {field: problem})
        rooms = [longest if seq2seq else longest - width for width in widths]
        return [cut_middle(row, room) for row, room in zip(rows, rooms, strict=True)]


def load_reader(name: str, max_prompt_tokens: int) -> Reader:
    """DomainError invalid_model if the folder or hub name holds no language model."""
    return Reader(name, load_policy(name).eval(), load_tokenizer(name), max_prompt_tokens)
