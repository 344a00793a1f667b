"""Examples of the world: a passage about one person, a question about part of it, and answers to learn from.

Facts are drawn anew for every example, so that an answer can only be right by being copied from the passage.
"""

from random import Random

from annotator.domain.prompts import Passage, format_prompt
from annotator.domain.splits import split_of
from training.world.language import ATTRIBUTE_OF, ATTRIBUTES, FILLERS, NAMES, statement, write

PASSAGE_FACTS, REQUESTED_FACTS = 6, 3
DROPPED, WRONG, REPEATED, BROKEN = 0.3, 0.25, 0.3, 0.05
EXTRAS_MEAN, EXTRAS_MAX = 1.0, 4
NEW_SENTENCE = 0.4


def draw_example(rng: Random, split: str, number: int) -> dict:
    """One example of `split` ("train", "dev" or "test") as a line of an examples file.

    No question of one split is asked in another. `reference` is the ideal answer; the draw uses `rng` alone.
    """
    while True:
        name = rng.choice(NAMES)
        facts = {a.key: rng.choice(a.values) for a in rng.sample(ATTRIBUTES, PASSAGE_FACTS)}
        requested = rng.sample(list(facts), REQUESTED_FACTS)
        question = write_question(requested, name)
        if split_of(question) == split:
            break
    told = [f"{name} {' '.join(statement(key, value))} ." for key, value in facts.items()]
    return {
        "id": f"world-{split}-{number:05d}",
        "prompt": format_prompt(question, [Passage(name, tuple(told))]),
        "question": question,
        "passages": [{"title": name, "sentences": told}],
        "reference": write(_in_sentences([statement(key, facts[key]) for key in requested], rng), name),
        "metadata": {"split": split, "world": True},
    }


def write_question(requested: list[str], name: str) -> str:
    """The question that asks for the attributes `requested` of `name`, in their order."""
    return f"What are the {' , '.join(requested[:-1])} and {requested[-1]} of {name} ?"


def read_question(question: str) -> tuple[list[str], str]:
    """The attribute keys asked for, in order, and the name; the inverse of `write_question`."""
    words = question.split()
    return [word for word in words if word in ATTRIBUTE_OF], words[-2]


def read_facts(passages: list[dict]) -> dict[tuple[str, str], tuple[str, dict[str, int]]]:
    """What the passages tell: (name, attribute) -> (value, where), where = passage and sentence number from 1."""
    facts = {}
    for number, passage in enumerate(passages, 1):
        for line, sentence in enumerate(passage["sentences"], 1):
            words = sentence.split()
            for attribute in ATTRIBUTES:
                if tuple(words[1:-2]) == attribute.verb:
                    facts[words[0], attribute.key] = (words[-2], {"passage": number, "sentence": line})
    return facts


def noisy_answer(example: dict, rng: Random) -> str:
    """An answer as a careless writer gives it: facts dropped, wrong, repeated or broken off, and chatter added."""
    requested, name = read_question(example["question"])
    facts = {key: value for (_, key), (value, _) in read_facts(example["passages"]).items()}
    clauses = []
    for key in requested:
        if rng.random() < DROPPED:
            continue
        value = facts[key]
        if rng.random() < WRONG:
            value = rng.choice([other for other in ATTRIBUTE_OF[key].values if other != value])
        words = statement(key, value)
        clauses.append(words[:-1] if rng.random() < BROKEN else words)
    if clauses and rng.random() < REPEATED:
        clauses.insert(rng.randint(1, len(clauses)), rng.choice(clauses))
    for _ in range(_extras(rng)):
        clauses.insert(rng.randint(1, len(clauses)) if clauses else 0, _chatter(requested, facts, rng))
    if not clauses or clauses[0] in FILLERS:
        clauses.insert(0, statement(requested[0], facts[requested[0]]))
    return write(_in_sentences(clauses, rng), name)


def _extras(rng: Random) -> int:
    """How many chatty clauses: geometric with mean EXTRAS_MEAN, at most EXTRAS_MAX."""
    count = 0
    while count < EXTRAS_MAX and rng.random() < EXTRAS_MEAN / (1 + EXTRAS_MEAN):
        count += 1
    return count


def _chatter(requested: list[str], facts: dict[str, str], rng: Random) -> tuple[str, ...]:
    """A clause that nobody asked for: a filler, a true fact, a wrong one, or one the passage does not tell."""
    if rng.random() < 0.25:
        return rng.choice(FILLERS)
    key = rng.choice([attribute.key for attribute in ATTRIBUTES if attribute.key not in requested])
    known = key in facts and rng.random() >= WRONG
    return statement(key, facts[key] if known else rng.choice(ATTRIBUTE_OF[key].values))


def _in_sentences(clauses: list[tuple[str, ...]], rng: Random) -> list[list[tuple[str, ...]]]:
    """Cut `clauses` into sentences at random; a filler never opens one."""
    sentences: list[list[tuple[str, ...]]] = []
    for words in clauses:
        if not sentences or (words not in FILLERS and rng.random() < NEW_SENTENCE):
            sentences.append([])
        sentences[-1].append(words)
    return sentences
