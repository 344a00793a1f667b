"""Job specs: everything a training script is told, as one frozen data class per kind of job.

A field's annotation holds its bounds; whoever makes a spec, by hand or from JSON, has them checked. Defaults
are those of Wu et al. 2023 (arXiv 2306.01693) and its published code where that has one. Models are absolute
folders or hub names; lengths are in tokens of the model's tokenizer.
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
    kind: ClassVar[str]
    job: str
    seed: Seed = 0
    dataset: DatasetRef | None = None
    threads: Count | None = None

    def __post_init__(self) -> None:
        _check(self.kind, type(self), {item.name: getattr(self, item.name) for item in fields(self)})


@dataclass(frozen=True, kw_only=True)
class SftSpec(_Common):
    """Fine-tune a policy on the references of the dataset's training examples."""

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

    head_learning_rate: of the heads, if they are to learn at another rate than the backbone. accumulate: parts that a
    batch is computed in, one after the other. relations: whether a linear model of how responses relate to questions
    and passages is fitted before the encoder, or instead of it. labels: what several annotations become, their weighted
    mean or what most of the weight says. encoders: one for all segment models, or one for each. representation: of a
    segment, the mean of its tokens or a separator after it. without_passages: categories whose model reads the question
    alone. class_weights: what rarer errors count more. label_smoothing: the share of labels taken to be a coin's, and
    of comparisons taken to be the wrong way round. ties: the model of ties in comparisons. margin: by how much, per
    step of strength, the better score is to be ahead. score_form: what a segment earns, the sign of what is likelier or
    1 - 2 p(error), calibrated. half: of the training prompts; models of the two halves have seen nothing in common, so
    that one can judge what the other rewarded.
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

    reward_weights: category key (or "preference") -> weight. reward_form: what the segments of a category are paid
    together (training.reward.dense); reward_scale "running_std" divides a category's rewards by the standard deviation
    of their sums so far. top_k 0 leaves every token in. lora_rank: of adapters that policy and value model learn in,
    all other weights staying as they are; 0 trains every weight. value_from: whose weights the value model starts
    with; those of a reward model must be of the policy's architecture and vocabulary. kl_target: nats per response
    that the KL coefficient is adapted to over kl_horizon responses; none keeps it. kl_stop: nats per token beyond
    which a step's remaining passes are left out. whitening "published" is that of the paper's code, faults included.
    judge: a reward model whose scores of the same responses are told beside, and never paid.
    devices: accelerators, or processes where there is none, that share the prompts of a step. parallel: each of them
    has all weights, or a part of them. bf16: passes compute in 16 bits; weights and optimiser keep 32.
    activation_checkpointing: layers forget their activations and compute them again, for less memory.
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
    """Sample a policy on the dataset's prompts. Temperature 0 is greedy; limit counts prompts."""

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

    judge: another reward model, one that none of them was trained on. perplexity_under: a language model that reads
    the responses.
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
