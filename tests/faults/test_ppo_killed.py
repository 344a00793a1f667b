"""The real PPO trainer under a worker that is killed: the weights are those of an undisturbed run, bit for bit."""

import io
import json
from random import Random

import pytest

from annotator.domain.segments import Density
from annotator.domain.taxonomy import PAPER_TAXONOMY
from annotator.models import ModelKind
from annotator.selectors.runs import log_tail, run_folder
from annotator.services.datasets import dataset_upload
from annotator.services.model_versions import model_promote, model_register
from annotator.tasks.jobs import hint
from tests.faults.waiting import artifact, ended, past_step, until
from tests.jobs import start_job
from training.reward.artifact import save_bundle
from training.reward.bundle import RewardBundle
from training.reward.encoder import Encoder
from training.reward.segment import SegmentModel
from training.world.examples import draw_example
from training.world.models import make_encoder, make_policy, make_tokenizer

PPO = {
    "steps": 24,
    "prompts_per_step": 2,
    "samples_per_prompt": 2,
    "max_new_tokens": 16,
    "checkpoint_every": 4,
    "warmup_steps": 0,
    "learning_rate": 1e-3,
    "threads": 1,
}


@pytest.fixture
def models(tmp_path):
    """Folders of a policy and of a reward bundle, both untrained and tiny."""
    tokenizer = make_tokenizer()
    for part in (make_policy(tokenizer, seed=1), tokenizer):
        part.save_pretrained(tmp_path / "policy")
    densities = {"relevance": Density.SUB_SENTENCE, "factuality": Density.SENTENCE}
    segment = SegmentModel(Encoder(make_encoder(tokenizer, seed=2)), densities, 0.0)
    save_bundle(RewardBundle(tokenizer, PAPER_TAXONOMY, 256, [segment], {}), tmp_path / "reward", {})
    return tmp_path / "policy", tmp_path / "reward"


@pytest.fixture
def start(project, site, settings, models):
    settings.RUNS_DIR, settings.DATASETS_DIR = site[0] / "runs", site[0] / "datasets"
    for kind, folder in zip(ModelKind, models, strict=True):
        model_promote(model_id=model_register(project=project, name=kind, kind=kind, source=str(folder)).pk)
    examples = [draw_example(Random(n), "train", n) for n in range(8)]
    keys = ("id", "prompt", "question", "passages")
    lines = [json.dumps({key: example[key] for key in keys} | {"metadata": {"split": "train"}}) for example in examples]
    dataset = dataset_upload(project=project, user=None, name="prompts", file=io.BytesIO("\n".join(lines).encode()))

    def start():
        job = start_job(project, "ppo", dataset=dataset.pk, params=PPO)
        hint(job.pk)
        return job

    return start


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_ppo_after_kill_9_ends_with_the_weights_of_an_undisturbed_run(start, gpu_worker):
    worker = gpu_worker(TRAINER_COMMAND="")
    undisturbed, job = start(), start()
    until(ended(undisturbed), seconds=200)
    assert undisturbed.state == "succeeded", undisturbed.error
    until(past_step(job, 9), seconds=100)
    worker.kill()
    worker.wait()
    gpu_worker(TRAINER_COMMAND="")
    until(ended(job), seconds=200)
    assert (job.state, job.epoch) == ("succeeded", 2), job.error
    assert "resumed from" in "\n".join(log_tail(run_folder(job.pk, 2), 100))
    ours, theirs = artifact(job), artifact(undisturbed)
    weights = [name for name in theirs if name.endswith(".safetensors")]
    assert len(weights) >= 2, "policy and value"
    assert {name: ours[name] for name in weights} == {name: theirs[name] for name in weights}
