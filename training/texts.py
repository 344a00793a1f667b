"""What can be said of responses without a model: likeness to references, and variety. No torch."""

import re
from collections import Counter
from collections.abc import Sequence

from annotator.domain.segments import Density, segments

_TOKEN = re.compile(r"[a-z0-9]+")


def rouge_lsum(response: str, references: Sequence[str]) -> float:
    """ROUGE-Lsum F1 (Lin 2004, §3.2), from 0 to 1, of the reference that it is highest for; 0 without references.

    Tokens are runs of a-z and 0-9 of the text in small letters, unstemmed; sentences are those of the segmentation,
    and lines of their own.
    """
    return max((_f1(_sentences(response), _sentences(reference)) for reference in references), default=0.0)


def distinct(responses: Sequence[str], n: int) -> float:
    """Share of different ones among all runs of n words in the responses (Li et al. 2016); 0 where there is none."""
    runs = [
        tuple(words[at : at + n])
        for words in (response.split() for response in responses)
        for at in range(len(words) - n + 1)
    ]
    return len(set(runs)) / len(runs) if runs else 0.0


def _sentences(text: str) -> list[list[str]]:
    lines = [text[s.start : s.end] for s in segments(text, Density.SENTENCE)]
    return [_TOKEN.findall(line.lower()) for whole in lines for line in whole.split("\n")]


def _f1(response: list[list[str]], reference: list[list[str]]) -> float:
    written, wanted = (Counter(token for sentence in text for token in sentence) for text in (response, reference))
    if not written or not wanted:
        return 0.0
    left, hits = written & wanted, 0
    for sentence in reference:
        # Tokens of this sentence that stand in a longest common subsequence with any sentence of the response.
        common = {at for other in response for at in _common(sentence, other)}
        for token in (sentence[at] for at in sorted(common)):
            if left[token]:
                left[token] -= 1
                hits += 1
    return 2 * hits / (written.total() + wanted.total())


def _common(sentence: Sequence[str], other: Sequence[str]) -> list[int]:
    """Places in the sentence of a longest common subsequence; of several, the one that goes back along `other` first
    only where that is longer."""
    table = [[0] * (len(other) + 1) for _ in range(len(sentence) + 1)]
    for i, token in enumerate(sentence, start=1):
        for j, same in enumerate(other, start=1):
            table[i][j] = table[i - 1][j - 1] + 1 if token == same else max(table[i - 1][j], table[i][j - 1])
    places, i, j = [], len(sentence), len(other)
    while i and j:
        if sentence[i - 1] == other[j - 1]:
            places.append(i - 1)
            i, j = i - 1, j - 1
        elif table[i][j - 1] > table[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return places
