"""The desk with texts that run from right to left, have no spaces, or are long; and in another language."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.e2e.states.scenes import World, at_text, keys, scene, text_of

ARABIC = "لكوكب أورو قمران. كلاهما أحمر، ويدوران حوله في سبعة أيام (7). لا يعرف أحد عمرهما."
HEBREW = "לאורו יש שני ירחים. שניהם אדומים, ו-NASA מצאה אותם ב-1877. איש אינו יודע בני כמה הם."
CHINESE = "奥鲁有两颗卫星。两颗都是红色的，每七天绕行一周。没有人知道它们有多老。"
JAPANESE = "オルには二つの衛星がある。どちらも赤く、七日で一周する。年齢は誰も知らない。"
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
LONG = " ".join(
    f"In year {1800 + n} somebody at {LONG_WORD if n == 3 else 'the observatory'} looked at Oru, and saw {n} moons."
    for n in range(40)
)


def desk(world: World, slug: str, *texts: str) -> Page:
    page = world.desk(world.project(slug, texts, desk={"asks": ["marks"], "needs": "optional"}))
    expect(text_of(page)).to_be_focused()
    return page


def mark_three(page: Page) -> None:
    """A sentence, a word in the same sentence, and the first words of the next one."""
    at_text(page, "s", "1", "Escape", "Home", "ArrowRight", "4", "Escape", "ArrowDown", "Shift+ArrowRight", "5")


@scene
def right_to_left(world: World) -> Iterator[tuple[str, Page]]:
    for name, text in (("Arabic", ARABIC), ("Hebrew", HEBREW)):
        page = desk(world, name.lower(), text)
        mark_three(page)
        yield f"{name}, marked", page
        keys(page, "l")
        yield f"{name} as a list", page


@scene
def without_spaces(world: World) -> Iterator[tuple[str, Page]]:
    for name, text in (("Chinese", CHINESE), ("Japanese", JAPANESE)):
        page = desk(world, name.lower(), text)
        mark_three(page)
        yield f"{name}, marked", page


@scene
def long_texts(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.domain.feedback import Example, Passage
    from annotator.services.examples import NewExample, NewResponse, examples_add

    project = world.project("long", examples=0, desk={"comparison": "pairs"})
    passages = tuple(Passage(f"{LONG_WORD} {n}", (LONG, LONG_WORD)) for n in range(12))
    example = Example(id="long", prompt="Q", question=f"What is {LONG_WORD}, and {LONG[:400]}?", passages=passages)
    examples_add(project=project, items=[NewExample(example, [NewResponse(LONG), NewResponse(LONG[:2000])])])
    page = world.desk(project)
    mark_three(page)
    keys(page, "Escape", "o")
    yield "long texts, passages open", page


@scene
def in_german(world: World) -> Iterator[tuple[str, Page]]:
    desk = {"pay": {"currency": "EUR", "per_text": 0.5}, "comparison": "pairs"}
    page = world.desk(world.project("german", desk=desk))
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Language").select_option("Deutsch")
    expect(page.get_by_role("button", name="Abgeben und weiter")).to_be_visible()
    yield "menu in German", page
    keys(page, "Escape")
    page.locator("[data-zone=text]").focus()
    keys(page, "s", "3")
    yield "desk in German", page
    page.locator("[data-zone=text]").focus()
    keys(page, "?")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "help in German", page
    keys(page, "Escape")
    keys(page, "Control+Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "left to do in German", page
