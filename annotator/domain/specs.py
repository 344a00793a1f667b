"""Job specs: everything a training script is told, as one frozen data class per kind of job.

A field's annotation holds its bounds; whoever makes a spec, by hand or from JSON, has them checked. Defaults
are those of Wu et al. 2023 (arXiv 2306.01693) and its published code where that has one. Models are absolute
folders or hub names; lengths are in tokens of the model's tokenizer. What a docstring says of a field, the console says
too (annotator.domain.spec_fields).
"""

from dataclasses import MISSING, asdict, dataclass, field, fields
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_args, get_type_hints

from annotator.domain.bounds import Bounds, problem_of
from annotator.domain.errors import DomainError
from annotator.domain.splits import Split
from annotator.domain.taxonomy import PAPER_TAXONOMY

Count = Annotated[int, Bounds(1)]
NaturalNumber = Annotated[int, Bounds(0)]
Positive = Annotated[float, Bounds(0, 1e9, above=True)]
NotNegative = Annotated[float, Bounds(0, 1e9)]
Seed = Annotated[int, Bounds(0, 2**32 - 1)]
Share = Annotated[float, Bounds(0, 1)]


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """A dataset snapshot: its folder, and the SHA-256 of its manifest.json."""

    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class _Common:
    """What every job is told, and what fields mean that several kinds have.

    seed: The same seed gives the same result, on the same kind of machine.
    threads: CPU threads that it may use.
    checkpoint_every: What was interrupted goes on from its newest checkpoint.
    max_prompt_tokens: A longer prompt loses its middle.
    top_k: Sample among so many of the likeliest tokens; 0 leaves all in.
    """

    kind: ClassVar[str]
    job: str
    seed: Seed = 0
    dataset: DatasetRef | None = None
    threads: Count | None = None

    def __post_init__(self) -> None:
        _check(self.kind, type(self), {item.name: getattr(self, item.name) for item in fields(self)})


@dataclass(frozen=True, kw_only=True)
class SftSpec(_Common):
    """Fine-tune a policy on the references of the dataset's training examples.

    epochs: Passes over the training examples.
    max_steps: Ends it before its passes are done.
    shuffle: Take the examples of each pass in another order.
    """

    kind: ClassVar[str] = "sft"
    model: str
    epochs: Count = 10
    batch_size: Count = 4
    learning_rate: Positive = 5e-5
    shuffle: bool = True
    max_prompt_tokens: Count = 1024
    max_response_tokens: Count = 200
    checkpoint_every: Count = 200
    max_steps: Count | None = None


@dataclass(frozen=True, kw_only=True)
class RewardSpec(_Common):
    """Train the segment reward models, and the sequence models that are asked for.

    epochs: The weights that did best on the dev split are kept.
    preference: One score of a whole response, from comparisons.
    completeness: One score of a whole response, from what was marked as missing.
    relations: How a response's words relate to question and passages, as a linear model. It is fitted before the
        encoder, or instead of it, and does well from a few hundred judged responses.
    half: Of the training prompts. Models of the two halves have none in common, so that one can judge what the other
        rewarded.
    labels: What several annotations of one thing become: their weighted mean, or what most of the weight says.
    without_passages: Categories whose model reads the question alone.
    encoders: One for all segment models, or one for each.
    representation: What stands for a segment: the mean of its tokens, or a separator after it, as in the paper.
    max_tokens: Of prompt and response together; longer ones are cut.
    class_weights: How much more an error counts where errors are rare: by the ratio, by its root, or not.
    score_form: What a segment earns: 1 or -1, as in the paper, or 1 - 2 p(error), calibrated.
    label_smoothing: The share of labels taken to be a coin's, and of comparisons taken to be the wrong way round.
    ties: Comparisons in which neither is better: left out, or modelled.
    margin: How far ahead the better score is to be, per step of stated strength.
    head_learning_rate: Of the heads, where they are to learn at another rate than the encoder.
    accumulate: A batch is computed in so many parts, which saves memory and changes no result.
    bf16: Compute in 16 bits; faster on a GPU.
    """

    kind: ClassVar[str] = "reward"
    model: str
    epochs: Count = 50
    batch_size: Count = 24
    learning_rate: Positive = 5e-6
    head_learning_rate: Positive | None = None
    preference: bool = True
    completeness: bool = True
    checkpoint_every: Count = 200
    max_tokens: Count = 2048
    accumulate: Count = 1
    bf16: bool = False
    relations: Literal["none", "with", "only"] = "none"
    labels: Literal["soft", "majority"] = "soft"
    encoders: Literal["shared", "separate"] = "shared"
    representation: Literal["pooled", "separator"] = "pooled"
    without_passages: tuple[str, ...] | None = None
    class_weights: Literal["none", "root", "balanced"] = "root"
    label_smoothing: Annotated[float, Bounds(0, 0.49)] = 0.0
    ties: Literal["drop", "rao_kupper", "davidson"] = "drop"
    margin: NotNegative = 0.0
    score_form: Literal["sign", "probability"] = "sign"
    half: Literal["all", "first", "second"] = "all"


@dataclass(frozen=True, kw_only=True)
class PpoSpec(_Common):
    """Train a policy with dense rewards. The defaults make the paper's 80,000 episodes, 64 a step.

    judge: A reward model that the policy is not paid by. It scores the same responses at every step: where the reward
        grows and its scores do not, the policy is over-optimised.
    reward_weights: What a category, or "preference", counts in the reward. What is not named is not scored.
    reward_form: What the segments of a category are paid together: the sum of their scores, which favours long
        responses; the mean; or nearly the score of the worst.
    reward_scale: Divide a category's rewards by the standard deviation that their sums have had so far.
    whiten_rewards: Scale each step's rewards to a standard deviation of 1, as the paper does.
    whitening: Corrected, or as in the paper's code, faults included.
    kl_coef: What each nat away from the reference costs.
    kl_target: Nats per response that the coefficient is adapted to.
    kl_horizon: Responses that it takes to adapt.
    kl_stop: Nats per token beyond which the remaining passes of a step are left out.
    lora_rank: Train adapters of this rank, all other weights staying as they are; 0 trains every weight.
    value_from: Whose weights the value model starts with. A reward model must have the policy's architecture and
        vocabulary.
    temperature: That responses are sampled at, and their probabilities told at.
    minibatches: Updates per pass.
    gamma: What a reward is worth one token earlier.
    gae_lambda: 0 trusts the value model, 1 the rewards that came.
    clip_range: How far a token's probability may move from where it was sampled before it counts no more.
    vf_coef: What the value model's loss counts beside the policy's.
    warmup_steps: Over so many steps the learning rates rise from nothing.
    devices: Accelerators, or processes where there is none, that share the prompts of a step.
    parallel: Whether each of them has all weights, or a part of them.
    bf16: Compute in 16 bits; weights and optimiser keep 32.
    activation_checkpointing: Layers forget their activations and compute them again, for less memory.
    """

    kind: ClassVar[str] = "ppo"
    policy: str
    reward: str
    reward_weights: dict[str, NotNegative] = field(
        default_factory=lambda: {item.key: item.reward_weight for item in PAPER_TAXONOMY.categories}
    )
    steps: Count = 1250
    prompts_per_step: Count = 16
    samples_per_prompt: Count = 4
    max_prompt_tokens: Count = 1024
    max_new_tokens: Count = 200
    temperature: Positive = 0.7
    top_k: NaturalNumber = 20
    lora_rank: NaturalNumber = 0
    value_from: Literal["policy", "reward"] = "policy"
    reward_form: Literal["sum", "mean", "min"] = "sum"
    reward_scale: Literal["none", "running_std"] = "none"
    kl_coef: NotNegative = 0.3
    kl_target: Positive | None = None
    kl_horizon: Count = 10_000
    kl_stop: Positive | None = None
    gamma: Share = 1.0
    gae_lambda: Share = 0.95
    clip_range: Positive = 0.2
    value_clip_range: Positive = 0.2
    vf_coef: NotNegative = 1.0
    learning_rate: Positive = 1e-5
    value_learning_rate: Positive = 1e-5
    epochs: Count = 4
    minibatches: Count = 1
    warmup_steps: NaturalNumber = 100
    # The published code sets 0.5 and then leaves clipping off.
    max_grad_norm: Positive = 0.5
    whiten_rewards: bool = True
    whitening: Literal["corrected", "published"] = "corrected"
    checkpoint_every: Count = 50
    split: Split = "train"
    judge: str | None = None
    devices: Count = 1
    parallel: Literal["ddp", "fsdp"] = "ddp"
    bf16: bool = False
    activation_checkpointing: bool = False


@dataclass(frozen=True, kw_only=True)
class SampleSpec(_Common):
    """Sample a policy on the dataset's prompts.

    temperature: 0 takes the likeliest token each time.
    """

    kind: ClassVar[str] = "sample"
    policy: str
    reward: str | None = None
    split: Split = "train"
    limit: Count | None = None
    samples_per_prompt: Count = 4
    max_prompt_tokens: Count = 1024
    max_new_tokens: Count = 200
    temperature: NotNegative = 0.7
    top_k: NaturalNumber = 20
    as_round: bool = False


@dataclass(frozen=True, kw_only=True)
class EvaluateSpec(_Common):
    """Compare policies on the same prompts by the same reward models; greedy as in the paper.

    judge: Another reward model, one that none of the policies was trained on.
    perplexity_under: A language model that reads the responses; what it expects surprises it less.
    temperature: 0 takes the likeliest token each time.
    """

    kind: ClassVar[str] = "evaluate"
    policies: tuple[str, ...]
    reward: str | None = None
    judge: str | None = None
    perplexity_under: str | None = None
    split: Split = "test"
    limit: Count | None = None
    samples_per_prompt: Count = 1
    max_prompt_tokens: Count = 1024
    max_new_tokens: Count = 200
    temperature: NotNegative = 0.0
    top_k: NaturalNumber = 0


Spec = SftSpec | RewardSpec | PpoSpec | SampleSpec | EvaluateSpec
SPEC_KINDS: dict[str, type[Spec]] = {cls.kind: cls for cls in get_args(Spec)}


def parse_spec(body: Any) -> Spec:
    """Read a spec of any kind; DomainError invalid_spec whose fields are "<kind>.<field>"."""
    kind = body.get("kind") if isinstance(body, dict) else None
    cls = SPEC_KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise _invalid({"kind": f"is {kind!r}; it must be one of {', '.join(SPEC_KINDS)}"})
    values = {name: value for name, value in body.items() if name != "kind"}
    known = {item.name: item for item in fields(cls)}
    wrong = {f"{kind}.{name}": "is not a field of this spec" for name in values if name not in known}
    for name, item in known.items():
        if name not in values and item.default is MISSING and item.default_factory is MISSING:
            wrong[f"{kind}.{name}"] = "is required"
    if wrong:
        raise _invalid(wrong)
    if values.get("dataset") is not None:
        values["dataset"] = _dataset(cls.kind, values["dataset"])
    for name, value in values.items():
        if name in ("policies", "without_passages") and isinstance(value, list):
            values[name] = tuple(value)
    return cls(**values)


def spec_to_json(spec: Spec) -> dict[str, Any]:
    """Plain JSON data that parse_spec reads back to an equal spec."""
    body = {"kind": spec.kind, **asdict(spec)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in body.items()}


def _dataset(kind: str, body: Any) -> DatasetRef:
    names = {"path", "sha256"}
    if not isinstance(body, dict) or set(body) != names or not all(isinstance(body[name], str) for name in names):
        raise _invalid({f"{kind}.dataset": f"is {body!r}; it must hold the texts path and sha256, no more"})
    return DatasetRef(**body)


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _check(kind: str, cls: type, values: dict[str, Any]) -> None:
    problems = {f"{kind}.{name}": problem_of(value, _hints(cls)[name]) for name, value in values.items()}
    wrong = {name: problem for name, problem in problems.items() if problem}
    if wrong:
        raise _invalid(wrong)


def _invalid(wrong: dict[str, str]) -> DomainError:
    path, problem = next(iter(wrong.items()))
    return DomainError("invalid_spec", f"{path} {problem}", wrong)
