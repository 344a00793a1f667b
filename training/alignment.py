"""Characters of a response -> positions of the tokens that produced them. No torch.

A response is stored as text and scored by characters, but rewarded by token. The text is decoded piece by piece
from the ids that were sampled, and each id remembers where its piece ends, so that no text is ever tokenised again:
sampled ids need not be the ids a tokenizer would choose for their text.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from tokenizers import Tokenizer

UNFINISHED = "\ufffd"


def decode_ids(tokenizer: Any, ids: Sequence[int]) -> tuple[str, list[int]]:
    """Text of `ids` and, for each id, the number of characters (code points) of the text that stand when it has
    been read.

    Special tokens add nothing. A token that holds only part of a character adds nothing either: the token that
    completes the character adds it, and bytes that never become one are added as U+FFFD by the token that shows it.
    So the ends never decrease and the last one is the length of the text.
    """
    backend: Tokenizer = getattr(tokenizer, "backend_tokenizer", tokenizer)
    pieces: list[str] = []
    ends: list[int] = []
    length = 0
    # Decoders look at neighbours (a leading space, a byte sequence), so each piece is what decoding adds to `context`.
    context: list[int] = []
    known, seen, last = "", "", -1
    pending: list[int] = []
    for index, token_id in enumerate(ids):
        pending.append(token_id)
        text = backend.decode(context + pending)
        if not text.startswith(known):  # a broken byte sequence rewrote what stood before it
            context, known = [], ""
            text = backend.decode(pending)
        if text != seen:
            seen, last = text, index
        if len(text) > len(known) and not text.endswith(UNFINISHED):
            pieces.append(text[len(known) :])
            length += len(pieces[-1])
            context, pending = pending, []
            known = seen = backend.decode(context)
        ends.append(length)
    if len(seen) > len(known):
        pieces.append(seen[len(known) :])
        ends[last:] = [length + len(pieces[-1])] * (len(ends) - last)
    return "".join(pieces), ends


def token_of_char(ends: Sequence[int], char: int) -> int:
    """Index of the token that completes character `char`, from the ends of `decode_ids`. Raises ValueError beyond
    the text.
    """
    token = bisect_right(ends, char)
    if char < 0 or token == len(ends):
        raise ValueError(f"character {char} is outside a text of {ends[-1] if ends else 0} characters")
    return token


def last_visible_char(text: str, start: int, end: int) -> int:
    """Index of the last non-space character of text[start:end], or of its last character if all of it is space."""
    visible = len(text[start:end].rstrip())
    return start + visible - 1 if visible else end - 1
