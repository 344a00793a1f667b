"""What each of the people does, in a browser profile of their own, beside all the others."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.prolific.standin import StandIn
from tests.study.world import SLUG, TEXTS, Post

PATIENCE_MS = 120_000
# So many times a person who was not let in looks again, a few seconds later.
LOOKS = 100


@dataclass
class Person:
    """One of them. `plan`: complete, pause, stop, return, time out, fail or withdraw. The rest is what became of it."""

    name: str
    plan: str
    signed: bool
    session: str = ""
    code: str = ""
    seen: list[str] = field(default_factory=list)
    waited: int = 0
    submitted: int = 0
    problems: list[str] = field(default_factory=list)


async def live(person: Person, browser: Browser, url: str, prolific: StandIn, post: Post, study: Any) -> None:
    """From the platform's link to the end that is planned."""
    context = await browser.new_context(base_url=url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    page.on("pageerror", lambda error: person.problems.append(f"page error: {error}"))
    page.on("console", lambda message: _heard(person, message.text))
    page.on("dialog", lambda dialog: person.problems.append(f"dialog: {dialog.message}"))
    try:
        await _live(person, page, url, prolific, post, study)
    except Exception as error:
        text = " ".join((await page.inner_text("body"))[:200].split()) if not page.is_closed() else ""
        person.problems.append(f"{type(error).__name__}: {str(error)[:300]} at {page.url}: {text}")
    finally:
        await _forget(context)


async def _live(person: Person, page: Page, url: str, prolific: StandIn, post: Post, study: Any) -> None:
    key = study.external_id
    person.session = prolific.take(key, person.name)
    post.give(prolific.happen(person.session, "ACTIVE"))
    await _enter(person, page, url, prolific, study)
    await _prepare(person, page)
    if person.plan == "fail":
        await _title(page, "Not passed")
        await page.goto(f"/part/{SLUG}")
        await page.get_by_role("button", name="Finish and get the code").click()
        return await _hand_in(person, page, prolific, post)
    leaves = {"stop": 1, "return": 1, "time out": 2, "withdraw": 2}.get(person.plan, TEXTS)
    for number in range(leaves):
        await _submit(person, page, last=number + 1 == TEXTS)
        if person.plan == "pause" and number == 0:
            await _pause(page)
    match person.plan:
        case "stop":
            await page.goto(f"/part/{SLUG}")
            await page.get_by_text("Stop here").click()
            await page.get_by_role("button", name="Stop for good").click()
            await expect(page.get_by_text("You have stopped")).to_be_visible(timeout=PATIENCE_MS)
            post.give(prolific.happen(person.session, "RETURNED"))
        case "return" | "time out":
            # They hold a text when they leave, and nobody tells Redpen but the platform.
            status = "RETURNED" if person.plan == "return" else "TIMED-OUT"
            post.give(prolific.happen(person.session, status), surely=True)
            await _see_end(page, "gave your place back" if status == "RETURNED" else "your place has gone")
        case "withdraw":
            await page.goto(f"/part/{SLUG}")
            await page.get_by_text("Take back what I did").click()
            await page.get_by_role("button", name="Take everything back").click()
            await expect(page.get_by_text("You have taken back")).to_be_visible(timeout=PATIENCE_MS)
            post.give(prolific.happen(person.session, "RETURNED"))
        case _:
            await page.get_by_role("link", name="code").first.click()
            await page.get_by_role("button", name="Finish and get the code").click()
            await _hand_in(person, page, prolific, post)
    return None


async def _enter(person: Person, page: Page, url: str, prolific: StandIn, study: Any) -> None:
    host = url.split("//")[1]
    token = prolific.signed(study.external_id, person.session, host) if person.signed else ""
    address = prolific.address(study.external_id, person.session, f"/enter/study/{study.pk}", token)
    for _ in range(LOOKS):
        await page.goto(address)
        await page.get_by_role("button", name="Go to the study").click()
        # There is no place yet, or Prolific cannot be asked: what people are told then is to come again.
        again = page.get_by_role("heading", name=re.compile("All places are taken|Try again in a minute"))
        await expect(again.or_(page.get_by_role("heading", name="Before you start"))).to_be_visible(timeout=PATIENCE_MS)
        if not await again.is_visible():
            return
        person.waited += 1
        await asyncio.sleep(3)
    raise AssertionError("they were never let in")


async def _prepare(person: Person, page: Page) -> None:
    """Consent, survey, guideline, tutorial and qualification."""
    await _press(page, "I agree")
    await _title(page, "A few questions about you")
    await page.get_by_role("radio", name="4", exact=True).check()
    await _press(page, "Send and go on")
    await _title(page, "Read the guideline")
    await _press(page, "I have read it")
    await _title(page, "First, a short tutorial")
    await _press(page, "Start")
    await _keys(page, "n", "Control+Enter")
    await _title(page, "Your marks beside the right ones")
    await _press(page, "Finish the tutorial")
    await _title(page, "Now without help")
    await _press(page, "Start")
    if person.plan == "fail":
        return await _keys(page, "n", "Control+Enter")
    await _keys(page, "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "3")
    await _keys(page, "e", "ArrowDown", "ArrowDown", "Space", "Escape", "Control+Enter", focus=False)
    await _title(page, "You have passed")
    await _press(page, "Go to the first text")
    return None


async def _submit(person: Person, page: Page, *, last: bool) -> None:
    await _keys(page, "n", "Control+Enter")
    person.submitted += 1
    if last:
        return await _title(page, "All done")
    await expect(page.get_by_text(f"{person.submitted} submitted of")).to_be_visible(timeout=PATIENCE_MS)
    return None


async def _pause(page: Page) -> None:
    await page.goto(f"/part/{SLUG}")
    await page.get_by_role("button", name="Take a break").click()
    await expect(page.get_by_text("the clock stands still")).to_be_visible(timeout=PATIENCE_MS)
    await page.get_by_role("button", name="Go on with the work").click()
    await expect(_text(page)).to_be_visible(timeout=PATIENCE_MS)


async def _hand_in(person: Person, page: Page, prolific: StandIn, post: Post) -> None:
    """What the thanks page shows is taken to the platform, by its own link."""
    field_ = page.get_by_role("textbox", name="Completion code")
    await expect(field_).to_be_visible(timeout=PATIENCE_MS)
    person.code = await field_.input_value()
    link = await page.get_by_role("link", name="Hand it in on Prolific").get_attribute("href")
    if link != f"https://app.prolific.com/submissions/complete?cc={person.code}":
        person.problems.append(f"the way back is {link}")
    post.give(prolific.complete(person.session, person.code))


async def _see_end(page: Page, words: str) -> None:
    """Until their page says so."""
    for _ in range(LOOKS):
        await page.goto(f"/part/{SLUG}")
        if words in await page.inner_text("main"):
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"their page never said {words!r}")


async def _press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def _title(page: Page, words: str) -> None:
    await expect(page.get_by_role("heading", name=words)).to_be_visible(timeout=PATIENCE_MS)


def _text(page: Page) -> Any:
    return page.get_by_role("textbox", name="text to mark")


async def _keys(page: Page, *names: str, focus: bool = True) -> None:
    if focus:
        await _text(page).focus()
    for name in names:
        await page.keyboard.press(name)


def _heard(person: Person, text: str) -> None:
    if "Content Security Policy" in text:
        person.problems.append(text[:300])


async def _forget(context: BrowserContext) -> None:
    try:
        await context.close()
    except Exception:
        pass
