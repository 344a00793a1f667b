"""Text and token ends come from the sampled ids, whatever the tokenizer and however odd the ids."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from training.alignment import decode_ids, last_visible_char, token_of_char

TEXTS = [
    "naïve café 😀 中文字 hello world. ok, this is é",
    "The end; of it all!\nNew line",
    "e\u0301 👩\u200d👩\u200d👧 ok",
] * 3
SPECIAL = ["<pad>", "</s>", "<unk>"]


def byte_level() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        TEXTS, trainers.BpeTrainer(vocab_size=320, initial_alphabet=alphabet, special_tokens=SPECIAL)
    )
    return tokenizer


def sentencepiece() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(
        TEXTS, trainers.UnigramTrainer(vocab_size=80, special_tokens=SPECIAL, unk_token="<unk>")
    )
    return tokenizer


def byte_fallback() -> Tokenizer:
    words = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "a", "b", "▁a", "ab"]
    vocabulary = {word: index for index, word in enumerate(words)}
    merges = [("▁", "a"), ("a", "b")]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, byte_fallback=True, unk_token="<unk>"))
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


def word_piece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=120, special_tokens=SPECIAL))
    return tokenizer


def word_level() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.train_from_iterator(TEXTS, trainers.WordLevelTrainer(special_tokens=SPECIAL))
    return tokenizer


TOKENIZERS = {make.__name__: make() for make in (byte_level, sentencepiece, byte_fallback, word_piece, word_level)}


@pytest.mark.parametrize("name", TOKENIZERS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_random_ids(name: str, data: st.DataObject) -> None:
    tokenizer = TOKENIZERS[name]
    ids = data.draw(st.lists(st.integers(0, tokenizer.get_vocab_size() - 1), max_size=24))
    text, ends = decode_ids(tokenizer, ids)
    assert len(ends) == len(ids)
    assert ends == sorted(ends)
    assert (ends[-1] if ends else 0) == len(text)
    if name != "byte_fallback":  # its own decoder rewrites good bytes once a bad one follows them
        assert text == tokenizer.decode(ids)
    for char in range(len(text)):
        token = token_of_char(ends, char)
        assert (ends[token - 1] if token else 0) <= char < ends[token]


@pytest.mark.parametrize("name", TOKENIZERS)
@pytest.mark.parametrize("text", TEXTS[:3])
def test_ordinary_text_is_the_tokenizers_own_decoding(name: str, text: str) -> None:
    tokenizer = TOKENIZERS[name]
    ids = [*tokenizer.encode(text).ids, tokenizer.token_to_id("</s>")]
    decoded, ends = decode_ids(tokenizer, ids)
    assert decoded == tokenizer.decode(ids)
    assert len(ends) < 2 or ends[-1] == ends[-2], "the end of sequence adds no text"


def test_a_character_split_over_tokens_belongs_to_the_one_that_completes_it() -> None:
    tokenizer = TOKENIZERS["byte_fallback"]
    smile = [tokenizer.token_to_id(f"<0x{byte:02X}>") for byte in "😀".encode()]
    text, ends = decode_ids(tokenizer, [tokenizer.token_to_id("ab"), *smile, tokenizer.token_to_id("b")])
    assert text == "ab😀b"
    assert ends == [2, 2, 2, 2, 3, 4]
    assert [token_of_char(ends, char) for char in range(4)] == [0, 0, 4, 5]


def test_a_character_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="character 3 is outside a text of 3"):
        token_of_char([1, 3, 3], 3)


def test_last_visible_char() -> None:
    assert last_visible_char("one. two ", 0, 5) == 3
    assert last_visible_char("one. two ", 5, 9) == 7
    assert last_visible_char("   ", 0, 3) == 2
