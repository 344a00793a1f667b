"""Loading by folder, and what a policy reads and writes as ids."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from annotator.domain.errors import DomainError
from training.models import (
    TAIL_TOKENS,
    cut_middle,
    encode_prompts,
    encode_responses,
    is_causal,
    is_seq2seq,
    load_encoder,
    load_policy,
    load_tokenizer,
    load_trunk,
    pad_rows,
    save_artifact,
)
from training.scratch import make_folder

TEXTS = ["What is blue? The walls are blue."] * 2


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    for family in ("encoder", "causal", "t5"):
        make_folder(root / family, family, TEXTS, vocabulary=300, hidden=32, layers=1, positions=64, seed=0)
    return {family: root / family for family in ("encoder", "causal", "t5")}


@pytest.mark.parametrize(("family", "seq2seq"), [("causal", False), ("t5", True)])
def test_a_policy_is_saved_and_loaded(family: str, seq2seq: bool, folders: dict[str, Path], tmp_path: Path) -> None:
    policy, tokenizer = load_policy(str(folders[family])), load_tokenizer(str(folders[family]))
    assert is_seq2seq(policy) == seq2seq
    save_artifact(tmp_path / "a", policy, tokenizer, "A policy", {"job": "7", "spec": {"seed": 1}})
    again = load_policy(str(tmp_path / "a"))
    assert all(torch.equal(a, b) for a, b in zip(policy.parameters(), again.parameters(), strict=True))
    card = (tmp_path / "a" / "README.md").read_text()
    assert "# A policy" in card
    assert '"seed": 1' in card
    assert {path.suffix for path in (tmp_path / "a").iterdir()} <= {".json", ".md", ".safetensors", ".jinja"}


def test_a_tokenizer_that_cuts_and_pads_by_itself_does_neither_here(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["encoder"], tmp_path / "sentences")
    backend = load_tokenizer(str(tmp_path / "sentences")).backend_tokenizer
    whole = [backend.encode(text, add_special_tokens=False).ids for text in ("blue", TEXTS[0])]
    backend.enable_truncation(4)
    backend.enable_padding(length=4)
    assert len(backend.encode("blue").ids) == len(backend.encode(TEXTS[0]).ids) == 4
    backend.save(str(tmp_path / "sentences" / "tokenizer.json"))
    again = load_tokenizer(str(tmp_path / "sentences")).backend_tokenizer
    assert [again.encode(text, add_special_tokens=False).ids for text in ("blue", TEXTS[0])] == whole


@pytest.mark.parametrize(("family", "causal"), [("causal", True), ("t5", False), ("encoder", False)])
def test_what_a_trunk_sees(family: str, causal: bool, folders: dict[str, Path]) -> None:
    encoder = load_encoder(str(folders[family]))
    assert is_causal(encoder) == causal
    assert load_trunk(str(folders[family])) is not None
    ids = torch.tensor([[5, 6, 7]])
    assert encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state.shape == (1, 3, 32)


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def broken_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"nonsense")


def unknown_type(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "nonsense"}))


def pickled_weights(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


@pytest.mark.parametrize("damage", [no_folder, no_config, no_weights, broken_weights, unknown_type, pickled_weights])
def test_a_folder_that_is_no_model(damage: Any, folders: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "m"
    shutil.copytree(folders["causal"], folder)
    damage(folder)
    with pytest.raises(DomainError) as caught:
        load_policy(str(folder))
    assert caught.value.code == "invalid_model"
    assert str(folder) in caught.value.message


def test_an_encoder_is_no_policy(folders: dict[str, Path]) -> None:
    with pytest.raises(DomainError, match="is not a model that can be used here"):
        load_policy(str(folders["encoder"]))


def test_a_prompt_keeps_its_start_and_end() -> None:
    ids = list(range(100))
    assert cut_middle(ids, 100) == ids
    cut = cut_middle(ids, 80)
    assert cut == [*range(80 - TAIL_TOKENS), *range(100 - TAIL_TOKENS, 100)]
    assert cut_middle(ids, 8) == [0, 1, 2, 3, 4, 5, 98, 99]


def test_a_response_ends_unless_it_is_cut(folders: dict[str, Path]) -> None:
    tokenizer = load_tokenizer(str(folders["causal"]))
    whole, cut = (encode_responses(tokenizer, ["The walls are blue."], limit)[0] for limit in (99, 2))
    assert whole[-1] == tokenizer.eos_token_id
    assert cut == whole[:2]
    (prompt,) = encode_prompts(tokenizer, ["What is blue?"], 99, seq2seq=False)
    assert tokenizer.eos_token_id not in prompt


def test_rows_are_padded_by_length_whatever_they_hold() -> None:
    ids, mask = pad_rows([[0, 0, 3], [4]], 0)
    assert ids.tolist() == [[0, 0, 3], [4, 0, 0]]
    assert mask.tolist() == [[True, True, True], [True, False, False]]
    assert pad_rows([[1, 2], [3]], 9, left=True)[0].tolist() == [[1, 2], [9, 3]]
