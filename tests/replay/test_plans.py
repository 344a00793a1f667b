"""What a person would do to enter the judgements of `made.py`, by mouse and by keyboard."""

from typing import Any

import pytest

from annotator.domain.formats.qa_feedback import items_to_records
from annotator.domain.prompts import Passage
from annotator.domain.records import Evidence
from tests.replay import by_keyboard, by_mouse, made
from tests.replay.comparing import differences
from tests.replay.desk import text_of
from tests.replay.reading import Pane, keys_to_sentence
from tests.replay.report import counted, figures, spread
from tests.replay.tasks import Click, Drag, Press, Step, Tap, Task, Write, task_of
from tests.replay.test_selecting import words_of

RECORDS = items_to_records(made.items())


def task(number: int) -> Task:
    record = RECORDS[number]
    text = record.responses[0].text
    return task_of(record, text_of(text, words_of(text)), range(len(record.responses)))


def actions(steps: list[Step], *parts: str) -> list[Any]:
    return [
        step.action.key if isinstance(step.action, Press) else step.action for step in steps if step.part in parts
    ]


def test_a_type_that_several_spans_have_is_taken_up_first() -> None:
    steps = by_mouse.plan(task(0))
    clause = made.ICE.index("It has"), made.ICE.index(" which")
    last = made.ICE.index("They")
    assert actions(steps, "select", "type") == [Click("type", "irrelevant"), Drag(clause, fine=False), Tap(last)]
    assert counted(task(0), steps)["spans"] == [{"mark": 2, "link": 0}, {"mark": 1, "link": 0}]


def test_a_single_word_is_clicked_twice_where_nothing_else_ends_the_selection() -> None:
    item = {**made.items()[0], "feedback": {**made.items()[0]["feedback"], "errors": []}}
    starts = [made.ICE.index(quote) for quote in ("They saw it from", "ice", "people saw")]
    for start, end in zip(starts, (16, 3, 10), strict=True):
        error = {"error type": "Unverifiable", "start": start, "end": start + end, "explanation": ""}
        item["feedback"]["errors"].append(error)
    (record,) = items_to_records([item])
    steps = by_mouse.plan(task_of(record, task(0).text, range(4)))
    ice = Drag((starts[1], starts[1] + 3), fine=False)
    assert actions(steps, "select", "type")[:3] == [Click("type", "unverifiable_fact"), ice, ice]


def test_links_by_mouse() -> None:
    links = actions(by_mouse.plan(task(1)), "link")
    assert links[1:] == [Click("open all"), *(Click("sentence", place) for place in ((2, 1), (2, 0), (2, 2)))]
    assert isinstance(links[0], Drag)


def test_links_by_keyboard() -> None:
    steps = by_keyboard.plan(task(1))
    links = [actions([step for step in steps if step.of == number], "link") for number in range(4)]
    assert links[0][-1] == "Enter"  # takes the earlier words
    assert links[1] == ["e", "o", "End", "ArrowUp", "Space", "Escape"]
    assert links[3] == ["e", "ArrowUp", "Space", "End", "Space"]  # from the sentence before


def test_a_sentence_far_off_is_found_by_a_word_of_its_own() -> None:
    passages = [Passage("Moons", tuple(f"It has {number} moons." for number in range(100, 140)))]
    pane = Pane.of(passages)
    way = [Press("/"), Write("120"), Press("Enter"), Press("ArrowDown"), Press("Space")]
    assert keys_to_sentence(passages, pane, Evidence(1, 21)) == way
    assert keys_to_sentence(passages, pane, Evidence(1, 22)) == [Press("ArrowDown"), Press("Space")]


def test_parts_of_words_are_selected_by_graphemes() -> None:
    assert all(action.fine for action in actions(by_mouse.plan(task(2)), "select") if isinstance(action, Drag))
    assert any("Alt+" in key for key in actions(by_keyboard.plan(task(2)), "select"))


def test_what_no_ranking_says_is_said_pair_by_pair() -> None:
    assert actions(by_mouse.plan(task(3)), "comparison")[0] == Click("pairs")
    keys = actions(by_keyboard.plan(task(3)), "comparison")
    assert keys[:4] == ["Tab", "Tab", "Tab", "Space"]
    assert len(keys) == 10


def test_a_clean_text_is_said_to_be_clean() -> None:
    assert actions(by_keyboard.plan(task(4)), "clean", "correction", "comparison", "submit") == [
        *("n", "Control+Enter", "Tab", "Enter", "=", "Control+Enter"),
    ]
    assert actions(by_mouse.plan(task(4)), "clean", "comparison") == [Click("clean"), Click("equal")]


def test_an_empty_correction_empties_the_field() -> None:
    assert actions(by_keyboard.plan(task(6)), "correction") == ["c", "Control+a", "Delete"]
    assert actions(by_keyboard.plan(task(6)), "comparison") == []


@pytest.mark.parametrize("plan", [by_mouse.plan, by_keyboard.plan])
def test_every_action_is_counted_once(plan: Any) -> None:
    for number in range(len(RECORDS)):
        steps = plan(task(number))
        item = counted(task(number), steps)
        assert sum(item["parts"].values()) == sum(item["kinds"].values()) == len(steps)
        marked = sum(span["mark"] + span["link"] for span in item["spans"])
        assert marked == sum(item["parts"][part] for part in ("select", "type", "link"))
    assert figures([{**item, "seconds": 1.0}])["compared"] == {"not": 1}


def test_figures() -> None:
    assert spread([1, 2, 3, 4, 10]) == {"median": 3, "p90": 10, "mean": 4, "most": 10, "count": 5}


def test_differences_are_found() -> None:
    assert [differences(record, record) for record in RECORDS] == [[]] * len(RECORDS)
    found = differences(RECORDS[0], items_to_records([{**made.items()[0], "preference": made.ALL_EQUAL}])[0])
    assert [line.split(":")[0] for line in found] == ["comparisons"]
    for part in ("errors", "corrected-prediction"):
        item = made.items()[0]
        item["feedback"][part] = item["feedback"][part][:-1]
        assert len(differences(RECORDS[0], items_to_records([item])[0])) == 1
