"""Which side of train, dev and test an example falls on."""

import hashlib
from typing import Literal

Split = Literal["train", "dev", "test"]


def split_of(question: str, seed: int = 0, dev: float = 0.1, test: float = 0.2) -> Split:
    """The split of every example that asks this question.

    By a hash of the question without case and spacing, so that the same question is never on two sides
    and adding examples moves none. `dev` and `test` are shares of 1.
    """
    key = f"{seed}:{' '.join(question.casefold().split())}"
    share = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
    if share < test:
        return "test"
    return "dev" if share < test + dev else "train"
