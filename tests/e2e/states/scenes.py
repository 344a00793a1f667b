"""What the scenes are made of. A scene is a walk through the real product; each `yield` is a state that it came into.

A new state is one more `yield` of its name and its page, where a scene comes past it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

FIRST = "Oru has two moons. 🌕 It has two moons, and a ring of ice."
SECOND = "Oru has <b>one</b> moon."

Scene = Callable[["World"], Iterator[tuple[str, Page]]]

SCENES: dict[str, Scene] = {}


def scene(walk: Scene) -> Scene:
    SCENES[f"{walk.__module__.rpartition('.')[2]}: {walk.__name__.replace('_', ' ')}"] = walk
    return walk


@dataclass
class World:
    """A server, a browser and an empty database. `context_of(user, **options)` is a profile in which the user is
    signed in; `folder` is for model files and the like."""

    context_of: Callable[..., BrowserContext]
    folder: Path
    contexts: list[BrowserContext] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # what pages complained about

    def project(self, slug: str, texts: Sequence[str] = (FIRST, SECOND), examples: int = 3, **fields: Any) -> Any:
        from annotator.services.projects import project_update
        from tests.annotator.factories import make_examples, make_project, make_user

        project = make_project(make_user(f"lead-{slug}", is_staff=True), slug)
        make_examples(project, examples, tuple(texts))
        return project_update(project=project, **fields) if fields else project

    def annotator(self, project: Any, name: str = "ann") -> Any:
        from tests.annotator.factories import make_user

        return make_user(f"{name}-{project.slug}", project)

    def page(self, user: Any, **options: Any) -> Page:
        context = self.context_of(user, **options)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        return page

    def desk(self, project: Any, user: Any = None, **options: Any) -> Page:
        """The desk of somebody with nothing before the work."""
        page = self.page(user or self.annotator(project), **options)
        page.goto(f"/annotate/{project.slug}")
        expect(page.get_by_role("button", name="Submit and next")).to_be_visible()
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()


def text_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="text to mark")


def word(page: Page, name: str, nth: int = 0) -> Locator:
    return text_of(page).locator("[data-start]").get_by_text(name, exact=True).nth(nth)


def title(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words)).to_be_visible()


def press(page: Page, name: str, nth: int = 0) -> None:
    page.get_by_role("button", name=name, exact=True).nth(nth).click()


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def at_text(page: Page, *names: str) -> None:
    """Presses keys in the text, wherever the focus was."""
    text_of(page).focus()
    keys(page, *names)


def never(route: Route) -> None:
    """An answer that does not come."""


def refuse(status: int, message: str, code: str = "error") -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, json={"code": code, "message": message, "fields": {}})
