"""How keys lead to a sentence of the passages on the annotate page, and the fewest that give it as evidence. Pure."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotator.domain.prompts import Passage
from annotator.domain.records import Evidence
from tests.replay.tasks import Action, Press, Write

Control = tuple[int, int | None]  # passage and sentence, or the passage's own button


@dataclass
class Pane:
    """The pane of passages: how long they are, which are open, where the focus was last, and whether it is there."""

    sentences: tuple[int, ...]
    open: frozenset[int]
    current: Control
    focused: bool = False

    @staticmethod
    def of(passages: Sequence[Passage]) -> "Pane":
        several = len(passages) > 1
        sentences = tuple(len(passage.sentences) for passage in passages)
        return Pane(sentences, frozenset() if several else frozenset({1}), (1, None if several else 0))

    def enter(self) -> None:
        """What E and M do: the focus comes to where it was last, and a passage that is closed there is opened."""
        passage, _ = self.current
        if passage not in self.open:
            self.open |= {passage}
            self.current = passage, 0
        self.focused = True


def keys_to_sentence(passages: Sequence[Passage], pane: Pane, wanted: Evidence) -> list[Action]:
    """The fewest actions that give the sentence to the mark that asks; `pane` is then as they leave it."""
    ways = (_walk(pane, (wanted.passage, wanted.sentence)), _find(passages, pane, wanted))
    actions, opened = min((way for way in ways if way), key=lambda way: len(way[0]))
    pane.open, pane.current, pane.focused = opened, (wanted.passage, wanted.sentence), True
    return [*actions, Press("Space")]


def _walk(pane: Pane, wanted: Control) -> tuple[list[Action], frozenset[int]]:
    """By arrows, opening passages on the way."""
    first = [] if pane.focused else ["e"]
    pane = replace(pane)
    pane.enter()
    start = (pane.open, pane.current)
    ways: dict[tuple[frozenset[int], Control], list[str]] = {start: first}
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        if state[1] == wanted:
            return [Press(key) for key in ways[state]], state[0]
        for key, after in _moves(pane.sentences, *state):
            if after not in ways:
                ways[after] = [*ways[state], key]
                waiting.append(after)
    raise LookupError(f"no keys lead to {wanted}")


def _moves(
    sentences: tuple[int, ...], open: frozenset[int], here: Control
) -> Iterator[tuple[str, tuple[frozenset[int], Control]]]:
    several = len(sentences) > 1
    controls: list[Control] = []
    for number, count in enumerate(sentences, 1):
        controls += [(number, None)] if several else []
        controls += [(number, sentence) for sentence in range(count + 1)] if number in open else []
    at, last = controls.index(here), len(controls) - 1
    for key, to in (("ArrowDown", at + 1), ("ArrowUp", at - 1), ("Home", 0), ("End", last)):
        yield key, (open, controls[max(0, min(last, to))])
    everything = frozenset(range(1, len(sentences) + 1))
    if several and open != everything:
        yield "o", (everything, here)
    if here[1] is None:
        yield "Space", (open ^ {here[0]}, here)


def _find(passages: Sequence[Passage], pane: Pane, wanted: Evidence) -> tuple[list[Action], frozenset[int]] | None:
    """By a word that stands there and nowhere else; None where there is none."""
    texts = {
        (number, index): text
        for number, passage in enumerate(passages, 1)
        for index, text in enumerate([passage.title, *passage.sentences])
    }
    here = texts[wanted.passage, wanted.sentence]
    everything = "\n".join(texts.values()).lower()
    words = [word for word in re.findall(r"[^\W_]{3,}", here) if everything.count(word.lower()) == 1]
    if not words:
        return None
    actions = [Press("/"), Write(min(words, key=len)), Press("Enter"), Press("ArrowDown")]
    return actions, pane.open | {wanted.passage}
