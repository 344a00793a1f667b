"""A trainer without a model: everything the job contract asks of one, in a few lines and milliseconds.

    python fake_trainer.py KIND RUN_DIR

Its "weights" are a chain of hashes over the seed and the steps, so that two runs agree byte for byte exactly when each
went through every step once and in order. `fake.json` in the folder of all runs says how it behaves: see BEHAVIOUR.
"""

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

CHECKPOINT_EVERY = 5
# crash_at: a step, or null. bad_input: exit 2. deaf: ignore SIGTERM.
BEHAVIOUR = {"steps": 20, "step_seconds": 0.01, "crash_at": None, "bad_input": False, "deaf": False}
stopping = False


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_aside(path: Path, data: bytes) -> None:
    aside = path.with_name(path.name + ".tmp")
    with open(aside, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def checkpoint_save(run: Path, step: int, state: str) -> None:
    aside = run / "checkpoints" / f"tmp-{step}"
    aside.mkdir(parents=True)
    (aside / "state").write_text(state)
    (aside / "manifest.json").write_text(json.dumps({"files": {"state": digest(state.encode())}}))
    aside.rename(run / "checkpoints" / f"step-{step:08d}")


def checkpoint_load(run: Path) -> tuple[int, str]:
    epochs = sorted((int(p.name) for p in run.parent.iterdir() if int(p.name) <= int(run.name)), reverse=True)
    for epoch in epochs:
        for folder in sorted((run.parent / str(epoch) / "checkpoints").glob("step-*"), reverse=True):
            state = (folder / "state").read_text()
            if json.loads((folder / "manifest.json").read_text())["files"]["state"] == digest(state.encode()):
                print(f"resuming from {folder}")
                return int(folder.name.removeprefix("step-")), state
            print(f"checkpoint {folder} rejected: sha256 of state differs; using the one before")
    return 0, ""


def fail(run: Path, code: str, message: str) -> None:
    write_aside(run / "error.json", json.dumps({"code": code, "message": message, "fields": {}}).encode())
    sys.exit(2)


def samples() -> str:
    response = {
        "text": "Ada wrote it.",
        "tokens": [{"start": 0, "end": 3}, {"start": 3, "end": 13}],
        "rewards": {"relevance": [0.0, 0.25]},
        "scores": {"relevance": [0.25]},
    }
    example = {"prompt": "Who wrote it?", "question": "Who wrote it?", "reference": "Ada.", "metadata": {}}
    example["passages"] = [{"title": "Ada", "sentences": ["Ada wrote it."]}]
    return "".join(json.dumps(example | {"id": name, "responses": [response]}) + "\n" for name in ("q1", "q2"))


def artifact_save(run: Path, kind: str, state: str) -> str:
    folder = run / "artifact"
    folder.mkdir()
    if kind == "sample":
        (folder / "samples.jsonl").write_text(samples())
    elif kind == "evaluate":
        (folder / "evaluation.json").write_text("{}")
    else:
        (folder / "config.json").write_text('{"model_type": "fake"}')
        (folder / "model.safetensors").write_text(state)
    lines = [f"{path.name} {digest(path.read_bytes())}\n" for path in sorted(folder.iterdir())]
    return digest("".join(lines).encode())


def behaviour(run: Path) -> dict:
    asked = run.parent.parent / "fake.json"
    return BEHAVIOUR | (json.loads(asked.read_text()) if asked.exists() else {})


def main(kind: str, run: Path) -> None:
    print(f"{kind} starts as {os.getpid()}")
    asked, seed = behaviour(run), json.loads((run / "spec.json").read_text())["seed"]
    if asked["deaf"]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if asked["bad_input"]:
        fail(run, "single_class", "no response of the dataset has a relevance error")
    step, state = checkpoint_load(run)
    with open(run / "progress.jsonl", "a", buffering=1) as progress:
        while step < asked["steps"]:
            time.sleep(asked["step_seconds"])
            step += 1
            if step == asked["crash_at"]:
                raise RuntimeError(f"crash at step {step}")
            state = digest(f"{state}{seed}{step}".encode())
            row = {"step": step, "total": asked["steps"], "phase": kind, "time": time.time()}
            progress.write(json.dumps(row | {"metrics": {"loss": 1 / step}}) + "\n")
            if step % CHECKPOINT_EVERY == 0 or stopping:
                checkpoint_save(run, step, state)
            if stopping:
                sys.exit(143)
    sha256 = artifact_save(run, kind, state)
    result = {"kind": kind, "metrics": {"loss": 1 / step}, "artifact": "artifact", "artifact_sha256": sha256}
    write_aside(run / "result.json", json.dumps(result).encode())


def stop(*_: object) -> None:
    global stopping
    stopping = True


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    main(sys.argv[1], Path(sys.argv[2]))
