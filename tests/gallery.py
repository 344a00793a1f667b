"""Pictures of every state of every screen, and what is wrong with how they look: `make gallery`.

Writes .redpen/reports/gallery/index.html and .redpen/reports/gallery.json. Exits with 1 when a state cannot be reached
or has a problem in any look, with 0 otherwise. `python -m tests.gallery WORD …` walks the scenes that have a WORD in
their name.
"""

import json
import re
import shutil
import sys
import tempfile
import traceback
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.states import SCENES, World
from tests.e2e.states.looks import LOOKS, THEMES, picture, problems, seen_as
from tests.policy import watch_policy
from tests.served import REPORTS, chromium, served, signed_in

FOLDER = REPORTS / "gallery"
SHOWN = (("light", LOOKS[0]), ("dark", LOOKS[0]), ("light", LOOKS[1]))

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery of states</title>
<style>
body {{ margin: 2rem; font: 16px/1.5 system-ui, sans-serif; background: #eee; }}
section {{ display: flex; gap: 1rem; align-items: start; margin-block-end: 2rem; }}
img {{ display: block; inline-size: 100%; border: 1px solid #bbb; }}
a:has(img) {{ flex: 1280; }} a:last-child:has(img) {{ flex: 320; }} .bad {{ color: #a00; }}
</style><h1>Gallery of states</h1><p>{summary}</p>{body}</html>"""


def main(words: list[str]) -> int:
    expect.set_options(timeout=15_000)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    states: list[dict[str, Any]] = []
    broken: dict[str, str] = {}
    folder = tempfile.TemporaryDirectory(prefix="redpen-gallery-", ignore_cleanup_errors=True)
    with folder as name, served(Path(name)) as url, chromium() as browser:
        for number, scene in enumerate(SCENES):
            if words and not any(word in scene for word in words):
                continue
            refused: list[str] = []
            world = World(_opener(browser, url, refused), Path(name) / f"scene-{number}")
            world.folder.mkdir()
            try:
                for state, page in SCENES[scene](world):
                    states.append(look_at(scene, state, page))
                if wrong := world.broken + refused:
                    raise RuntimeError("; ".join(wrong))
            except Exception:
                broken[scene] = traceback.format_exc()
                print(f"{scene}: left off\n{broken[scene]}", file=sys.stderr, flush=True)
            world.close()
            _forget()
    bad = sum(bool(state["problems"]) for state in states)
    summary = f"{len(states)} states, {bad} of them with problems; {len(broken)} scenes left off"
    (FOLDER / "index.html").write_text(PAGE.format(summary=summary, body="\n".join(map(section, states))))
    looks = [f"{look.name}, {theme}" for look in LOOKS for theme in THEMES]
    (REPORTS / "gallery.json").write_text(json.dumps({"looks": looks, "states": states, "left_off": broken}, indent=1))
    print(f"{summary}: {FOLDER / 'index.html'}")
    return 1 if bad or broken else 0


def look_at(scene: str, state: str, page: Page) -> dict[str, Any]:
    found, files = {}, []
    for look in LOOKS:
        for theme in THEMES:
            with seen_as(page, look, theme) as session:
                if wrong := problems(page, look, theme):
                    found[f"{look.name}, {theme}"] = wrong
                if (theme, look) in SHOWN:
                    files.append(re.sub(r"\W+", "-", f"{scene} {state} {look.width} {theme}") + ".png")
                    (FOLDER / files[-1]).write_bytes(picture(session))
    print(f"{scene}: {state}{json.dumps(found, indent=1) if found else ''}", flush=True)
    return {"scene": scene, "state": state, "problems": found, "pictures": files}


def section(state: dict[str, Any]) -> str:
    name = escape(f"{state['scene']}: {state['state']}")
    wrong = f'<pre class="bad">{escape(json.dumps(state["problems"], indent=1))}</pre>' if state["problems"] else ""
    shots = "".join(f'<a href="{file}"><img src="{file}" alt="" loading="lazy"></a>' for file in state["pictures"])
    return f"<h2>{name}</h2>{wrong}<section>{shots}</section>"


def _opener(browser: Browser, url: str, refused: list[str]) -> Any:
    def open_context(user: Any, **options: Any) -> BrowserContext:
        context = signed_in(browser, url, user, reduced_motion="reduce", **options)
        context.set_default_timeout(15_000)
        watch_policy(context, refused)
        return context

    return open_context


def _forget() -> None:
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
