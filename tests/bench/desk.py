"""How fast and how small the annotate page is, in a real browser against a real server: `make bench-desk`.

Times are of the browser's main thread and of the screen. "work" is all that the main thread does because of one key
(script, style, layout; Chromium's TaskDuration); "drawn" goes from the key to the end of the first frame that shows
it, the wait for that frame included. Prints a table, writes .redpen/reports/bench-desk.json, and fails only when
what was marked is not what the server stored.
"""

import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.served import REPORTS, ROOT, chromium, served, signed_in

WORDS = "the tower opened early in spring and many people came to see how tall it was that year".split()  # noqa: SIM905
SENTENCE = 14  # words
SIZES = ((300, 30), (5000, 300))
ADDS, SWAPS, LOADS, ITEMS = 30, 30, 7, 500

# Resolves once the frame after the next key press is drawn, with the milliseconds from the press to there.
ARM = """() => {
  window.drawn = new Promise((done) => {
    addEventListener("keydown", (event) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now() - event.timeStamp);
        channel.port2.postMessage(0);
      });
    }, { once: true, capture: true });
  });
}"""
# Resolves once another question is on the page and drawn, with the milliseconds from the next key press to there.
ARM_SWAP = """() => {
  const before = document.querySelector("h1").textContent;
  window.swapped = new Promise((done) => {
    addEventListener("keydown", (event) => {
      const look = () => {
        const now = document.querySelector("h1")?.textContent;
        const there = now && now !== before && document.activeElement?.matches("[data-zone=text]");
        if (there) done(performance.now() - event.timeStamp);
        else requestAnimationFrame(look);
      };
      look();
    }, { once: true, capture: true });
  });
}"""
# Before anything else of the page: when the text to mark first has the focus.
INTERACTIVE = """addEventListener("focusin", ({ target }) => {
  if (target.matches?.("[data-zone=text]")) window.interactive ??= performance.now();
});"""


def main() -> int:
    figures: dict[str, Any] = {"size": sizes()}
    exact = True
    folder = tempfile.TemporaryDirectory(prefix="redpen-bench-", ignore_cleanup_errors=True)
    with folder as name, served(Path(name)) as url, chromium() as browser:
        figures["browser"] = browser.version
        figures["load"] = first_load(browser, url)
        for tokens, spans in SIZES:
            adding = figures[f"add {tokens}"] = add_spans(browser, url, tokens, spans)
            exact = exact and adding.pop("exact")
        figures["swap"] = swaps(browser, url)
        figures["memory"] = memory(browser, url)
    show(figures)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "bench-desk.json").write_text(json.dumps(figures, indent=1))
    if not exact:
        print("what was marked is not what the server stored", file=sys.stderr)
    return 0 if exact else 1


def show(figures: dict[str, Any]) -> None:
    rows: list[tuple[str, str, str]] = []
    for kind, limit in (("js", 130), ("css", 20)):
        rows.append((f"annotate entry, {kind}, gzip", f"{figures['size'][kind] / 1000:.1f} kB", f"≤ {limit} kB"))
    rows.append(("first load to interactive", spread(figures["load"]), "≤ 1000 ms"))
    for (tokens, spans), aim in zip(SIZES, (16, 50), strict=True):
        adding = figures[f"add {tokens}"]
        rows.append((f"add a span at {tokens} tokens, {spans} spans: work", spread(adding["work"]), f"≤ {aim} ms"))
        rows.append(("  … until drawn", spread(adding["drawn"]), ""))
    rows.append(("next text swapped in", spread(figures["swap"]), "≤ 100 ms"))
    first, last = figures["memory"][0], figures["memory"][-1]
    grown = f"{first['heap_mb']:.1f} → {last['heap_mb']:.1f} MB, {first['nodes']} → {last['nodes']} nodes"
    rows.append((f"memory after {first['items']} and {last['items']} texts", grown, "flat"))
    print(f"\n{'':<44}{'median (p90)':>26}  aim")
    for name, value, aim in rows:
        print(f"{name:<44}{value:>26}  {aim}")


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({sorted(values)[int(0.9 * (len(values) - 1))]:.1f}) ms"


def sizes() -> dict[str, int]:
    """Gzipped bytes of all that the annotate page can ever load, parts on demand included."""
    manifest = json.loads((ROOT / "frontend" / "dist" / ".vite" / "manifest.json").read_text())
    seen: set[str] = set()

    def load(key: str) -> Iterable[str]:
        if key in seen:
            return
        seen.add(key)
        chunk = manifest[key]
        yield from [chunk["file"], *chunk.get("css", ())]
        for other in [*chunk.get("imports", ()), *chunk.get("dynamicImports", ())]:
            yield from load(other)

    files = set(load("annotate.html"))
    weigh = {file: len(gzip.compress((ROOT / "frontend" / "dist" / file).read_bytes(), 9)) for file in files}
    return {kind: sum(size for file, size in weigh.items() if file.endswith(f".{kind}")) for kind in ("js", "css")}


def first_load(browser: Browser, url: str) -> list[float]:
    """Milliseconds from navigation to the text having the focus, each time with an empty cache."""
    user = _project("load", 1, [_text(120)])
    times = []
    for _ in range(LOADS):
        context = signed_in(browser, url, user)
        page = context.new_page()
        page.add_init_script(INTERACTIVE)
        page.goto("/annotate/load")
        page.wait_for_function("() => window.interactive")
        times.append(page.evaluate("window.interactive"))
        context.close()
    return times


def add_spans(browser: Browser, url: str, tokens: int, spans: int) -> dict[str, Any]:
    """Puts `spans` marks on a text of `tokens` words by keyboard, then measures ADDS more, spread over the text."""
    from annotator.models import Span

    user = _project(f"add{tokens}", 1, [_text(tokens)])
    page, session = _open(browser, url, user, f"add{tokens}")
    every = tokens // (spans + ADDS + 1)
    for _ in range(spans):
        _walk(page, every)
        page.keyboard.press("1")
    work, drawn = [], []
    for _ in range(ADDS):
        _walk(page, every)
        page.wait_for_timeout(1200)  # the draft of what was marked before is on its way
        page.evaluate(ARM)
        before = _busy(session)
        page.keyboard.press("1")
        drawn.append(page.evaluate("window.drawn"))
        work.append(1000 * (_busy(session) - before))
    marks = page.locator("mark").count()
    page.keyboard.press("Control+Enter")
    _await(lambda: Span.objects.filter(judgement__annotation__project__slug=f"add{tokens}").exists())
    stored = [span.quote for span in Span.objects.filter(judgement__annotation__project__slug=f"add{tokens}")]
    page.context.close()
    wanted = spans + ADDS
    print(f"{tokens} tokens: {marks} marks on the page, {len(stored)} stored, {wanted} made", flush=True)
    return {"work": work, "drawn": drawn, "exact": len(stored) == wanted and all(stored)}


def swaps(browser: Browser, url: str) -> list[float]:
    user = _project("swap", SWAPS + 2, [_text(120)])
    page, _ = _open(browser, url, user, "swap")
    times = []
    for _ in range(SWAPS):
        page.keyboard.press("n")
        page.wait_for_timeout(700)  # nobody judges a text faster than this, and the next one is fetched meanwhile
        page.evaluate(ARM_SWAP)
        page.keyboard.press("Control+Enter")
        times.append(page.evaluate("window.swapped"))
    page.context.close()
    return times


def memory(browser: Browser, url: str) -> list[dict[str, float]]:
    """Heap and nodes after garbage collection, along ITEMS texts that are each marked and submitted."""
    user = _project("memory", ITEMS + 2, [_text(120)])
    page, session = _open(browser, url, user, "memory")
    session.send("HeapProfiler.enable")
    found = []
    for done in range(1, ITEMS + 1):
        page.evaluate(ARM_SWAP)
        for key in ("s", "1", "Control+Enter"):
            page.keyboard.press(key)
        page.evaluate("window.swapped")
        if done % 50 == 0:
            session.send("HeapProfiler.collectGarbage")
            metrics = _metrics(session)
            found.append({"items": done, "heap_mb": metrics["JSHeapUsedSize"] / 1e6, "nodes": int(metrics["Nodes"])})
            print(f"  {done} texts: {found[-1]['heap_mb']:.1f} MB, {found[-1]['nodes']} nodes", flush=True)
    page.context.close()
    return found


def _text(tokens: int) -> str:
    sentences, line = [], []
    for number in range(tokens):
        line.append(WORDS[number % len(WORDS)])
        if len(line) == SENTENCE or number == tokens - 1:
            sentences.append(" ".join(line).capitalize() + ".")
            line = []
    return " ".join(sentences)


def _project(slug: str, examples: int, texts: list[str]) -> Any:
    """A project that asks for marks alone, and the one annotator who may open it."""
    from tests.annotator.factories import make_examples, make_project, make_user

    owner = make_user(f"owner-{slug}", is_staff=True)
    project = make_project(owner, slug, desk={"asks": ["marks"]})
    make_examples(project, examples, tuple(texts))
    return make_user(f"ann-{slug}", project)


def _open(browser: Browser, url: str, user: Any, slug: str) -> tuple[Page, CDPSession]:
    page = signed_in(browser, url, user).new_page()
    page.goto(f"/annotate/{slug}")
    page.wait_for_function("() => document.activeElement?.matches('[data-zone=text]')")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    return page, session


def _walk(page: Page, words: int) -> None:
    """About that many words on: by sentences where that is fewer keys."""
    key, presses = ("ArrowDown", words // SENTENCE) if words >= SENTENCE else ("ArrowRight", words)
    for _ in range(presses):
        page.keyboard.press(key)


def _metrics(session: CDPSession) -> dict[str, float]:
    return {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}


def _busy(session: CDPSession) -> float:
    return _metrics(session)["TaskDuration"]


def _await(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
