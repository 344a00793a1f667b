"""A whole study, all of its people at once."""

import asyncio
import random
import threading
import time
from typing import Any

from playwright.async_api import async_playwright

from tests.chromium import chromium_path
from tests.prolific.standin import StandIn
from tests.served import CHROMIUM_ARGS
from tests.study.judging import payments_wrong, problems_of, rows_of
from tests.study.people import Person, live
from tests.study.world import Post, make_world

# Of twenty: how many do what. Whoever leaves makes room: there are places for those who complete, and two more.
PLANS = {"complete": 9, "pause": 3, "stop": 2, "return": 3, "time out": 1, "fail": 1, "withdraw": 1}
STAYING = ("complete", "pause")


def crowd(plans: dict[str, int], seed: int) -> list[Person]:
    rng = random.Random(seed)
    wanted = [plan for plan, count in plans.items() for _ in range(count)]
    rng.shuffle(wanted)
    return [Person(f"person{number:02d}", plan, number % 2 == 0) for number, plan in enumerate(wanted)]


def run(prolific: StandIn, url: str, *, plans: dict[str, int], seed: int) -> dict[str, Any]:
    """The figures; "problems" is [] if all is well."""
    people = crowd(plans, seed)
    places = sum(plans.get(plan, 0) for plan in STAYING) + 2
    study = make_world(prolific, people=len(people), places=places)
    post = Post(prolific, f"{url}/api/v1/providers/prolific/webhook", seed)
    # Now and then the platform is not at its best.
    prolific.fail("GET .*/submissions/", "500", "429", "500")
    started = time.monotonic()
    _in_thread(_all(people, url, prolific, post, study))
    seconds = time.monotonic() - started
    post.close()
    heard = _reconcile()
    rows = rows_of(people, study)
    problems = problems_of(people, rows, study, prolific)
    if set(post.answers["wrong"]) - {403}:
        problems.append(f"wrongly signed events were answered with {post.answers['wrong']}")
    if set(post.answers["good"]) - {200, 202}:
        problems.append(f"events were answered with {post.answers['good']}")
    _pay(study, prolific)
    _reconcile()
    rows = rows_of(people, study)
    problems += payments_wrong(people, rows, study, prolific)
    return {
        "people": len(people),
        "places": places,
        "seed": seed,
        "seconds": round(seconds, 1),
        "waited for a place": sum(person.waited > 0 for person in people),
        "webhooks": post.counts,
        "found by asking": heard,
        "rows": rows,
        "problems": problems,
    }


async def _all(people: list[Person], url: str, prolific: StandIn, post: Post, study: Any) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        await asyncio.gather(*(live(person, browser, url, prolific, post, study) for person in people))
        await browser.close()


def _in_thread(work: Any) -> None:
    """In a loop of its own: the thread that asks may have one already."""
    problems: list[BaseException] = []

    def go() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:
            problems.append(error)

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()
    if problems:
        raise problems[0]


def _reconcile() -> int:
    """As beat has it done every minute; a second time finds nothing."""
    from annotator.services.provider_events import reconcile

    heard = reconcile()
    assert reconcile() == 0
    return heard


def _pay(study: Any, prolific: StandIn) -> None:
    """Accept what was completed, propose the rest, approve that, and send it, with faults on the way."""
    from annotator.models import PaymentKind
    from annotator.services.payments import payments_approve, payments_propose, submissions_approve
    from annotator.services.sending import payments_send

    owner = study.created_by
    submissions_approve(study=study, made_by=owner)
    # What is missing from the target depends on how fast this machine is.
    rest = [row.pk for row in payments_propose(study=study, made_by=owner) if row.kind != PaymentKind.TOP_UP]
    payments_approve(study=study, made_by=owner, ids=rest)
    prolific.fail("transition", "500", "dropped after")
    prolific.fail("/pay/", "dropped after")
    for _ in range(5):
        payments_send(study=study)
