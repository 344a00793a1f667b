"""In how many ways a state is looked at, and what may be wrong with how it looks: axe, overflow, small targets."""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import CDPSession, Page

AXE = Path(__file__).resolve().parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
BY_LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]


@dataclass(frozen=True)
class Look:
    """A window in CSS pixels. `letters`: the size of the reader's letters, of 1."""

    name: str
    width: int
    height: int
    scale: float = 1
    touch: bool = False
    letters: float = 1


LOOKS = (
    Look("1280 px", 1280, 900),
    Look("320 px", 320, 740, touch=True),
    Look("200 % zoom", 640, 450, scale=2),
    Look("letters of 200 %", 1280, 900, letters=2),
)

# Sets the size of the reader's letters; how high the page is then, or 0 under a dialog.
TALL = """(letters) => {
  document.documentElement.style.fontSize = letters;
  return document.querySelector("dialog:modal") ? 0 : document.documentElement.scrollHeight;
}"""
# Of what can be pressed and is in sight: what is smaller than a finger. A field and its labels are pressed as one, and
# a link in a sentence is as high as its line.
SMALL = """(least) => {
  const shown = { visibilityProperty: true, opacityProperty: true };
  const inSight = (node) => node.checkVisibility(shown) && !node.closest(".sr, [aria-hidden=true]");
  const inText = (node) => node.matches("a") && getComputedStyle(node).display === "inline";
  const room = (node) => {
    const parts = [node, ...((!node.matches("button") && node.labels) || [])];
    const boxes = parts.map((each) => each.getBoundingClientRect());
    const span = (low, high) => Math.max(...boxes.map((box) => box[high])) - Math.min(...boxes.map((box) => box[low]));
    return [span("left", "right"), span("top", "bottom")].map(Math.round);
  };
  const pressed = "button, a[href], input, select, textarea, summary";
  const small = [...(document.querySelector("dialog:modal") ?? document).querySelectorAll(pressed)]
    .filter((node) => inSight(node) && !inText(node) && Math.min(...room(node)) < least && Math.min(...room(node)) > 1)
    .map((node) => {
      const name = (node.getAttribute("aria-label") ?? node.textContent).trim().slice(0, 30);
      return `small: ${node.tagName}.${node.className.split(" ").at(-1)} "${name}" ${room(node).join("×")}`;
    });
  return [...new Set(small)];
}"""
# The page itself must not scroll sideways; what sticks out is named.
WIDE = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const cut = (node) => node && (getComputedStyle(node).overflowX !== "visible" || cut(node.parentElement));
  const out = (node) => node.getBoundingClientRect().right > clientWidth + 1 && !cut(node.parentElement);
  return [...document.body.querySelectorAll("*")]
    .filter((node) => out(node) && ![...node.children].some(out))
    .slice(0, 3)
    .map((node) => `wide: ${scrollWidth} px by ${node.tagName}.${node.className} "${node.textContent.slice(0, 30)}"`);
}"""


@contextmanager
def seen_as(page: Page, look: Look, theme: Theme) -> Iterator[CDPSession]:
    """The page in that window and theme, without being loaded again. What stays in sight covers what scrolls below it,
    so that the window is as high as the page, unless a dialog stands over both."""
    session = page.context.new_cdp_session(page)
    size = {"width": look.width, "height": look.height, "deviceScaleFactor": look.scale, "mobile": False}
    letters = "" if look.letters == 1 else f"{100 * look.letters:.0f}%"
    page.emulate_media(color_scheme=theme)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": look.touch})
    session.send("Emulation.setDeviceMetricsOverride", size)
    height = page.evaluate(TALL, letters)
    session.send("Emulation.setDeviceMetricsOverride", {**size, "height": max(look.height, height)})
    try:
        yield session
    finally:
        session.detach()  # which also ends what it had set
        page.evaluate(TALL, "")
        page.set_viewport_size(page.viewport_size or {"width": LOOKS[0].width, "height": LOOKS[0].height})


def picture(session: CDPSession) -> bytes:
    """What is in the window. Playwright's own picture of a page would forget which window that is."""
    return b64decode(session.send("Page.captureScreenshot")["data"])


def problems(page: Page, look: Look, theme: Theme) -> list[str]:
    """What is wrong with the page as it looks now: everything in the first theme at 1280 and at 320 px, elsewhere what
    another theme, zoom or size of letters can change."""
    first = theme == "light" and look.scale == look.letters == 1
    found = axe(page, None if first else BY_LOOKS)
    if look.width <= 640:
        found += page.evaluate(WIDE)
    if look.touch:
        found += page.evaluate(SMALL, 44)
    return found


def axe(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe has against a page: WCAG 2.2 A and AA, and its best practices; or these rules alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    # axe does not know that a popover stands above everything: what is below would seem to cover it.
    off = {"target-size"} if page.locator(":popover-open").count() else set()
    by_rule = {"type": "rule", "values": [rule for rule in rules or () if rule not in off]}
    only = by_rule if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "rules": {rule: {"enabled": False} for rule in off}, "resultTypes": ["violations"]}
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']]} {each['nodes'][0]['failureSummary']}"
        for each in page.evaluate("options => axe.run(document, options)", options)["violations"]
    ]
