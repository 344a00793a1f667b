# ruff: noqa: E501, SIM117
"""Scripts in every text that people can store, seen in a real browser on the pages that show them: `make xss`.

Counts dialogs, scripts that ran and what the content policy refused (which is where a text became HTML): each must be 0.
Writes .redpen/reports/xss.json; exits with 1 otherwise, and where a payload was seen on no page.
"""

import json
import re
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

RUN = "window.ran=(window.ran||0)+1;alert('XSS{n}')"
TEMPLATES = (
    *("<script>{run}</script>", "<ScRiPt>{run}</sCrIpT>", "</title><script>{run}</script>", "</script><script>{run}</script>"),
    *("<img src=x onerror=\"{run}\">", "<img src=x onerror={run}>", "<svg onload=\"{run}\">", "<svg/onload={run}>"),
    *("<body onload=\"{run}\">", "<iframe srcdoc=\"<script>{run}</script>\">", "<iframe src=\"javascript:{run}\">"),
    *("<details open ontoggle=\"{run}\">", "<input autofocus onfocus=\"{run}\">", "<video><source onerror=\"{run}\">"),
    *("<math><mi xlink:href=\"javascript:{run}\">x", "<a href=\"javascript:{run}\">x</a>", "[x](javascript:{run})"),
    *("\"><script>{run}</script>", "'><script>{run}</script>", "\" onmouseover=\"{run}\" x=\"", "' autofocus onfocus='{run}"),
    *("`${{{run}}}`", "{{{{constructor.constructor(\"{run}\")()}}}}", "${{{run}}}", "<%= {run} %>", "{{% {run} %}}"),
    *("<style>@import 'javascript:{run}';</style>", "<link rel=stylesheet href=\"javascript:{run}\">", "<base href=//evil.test/>"),
    *("<meta http-equiv=refresh content=\"0;url=javascript:{run}\">", "<object data=\"javascript:{run}\">", "<embed src=\"javascript:{run}\">"),
    *("<form action=\"javascript:{run}\"><button autofocus>x", "<marquee onstart=\"{run}\">x", "<template><script>{run}</script>"),
    *("<noscript><p title=\"</noscript><img src=x onerror={run}>\">", "<!--><script>{run}</script>-->", "<![CDATA[<script>{run}</script>]]>"),
    *("\u202e<script>{run}</script>", "\ufeff<script>{run}</script>", "&lt;script&gt;{run}&lt;/script&gt;", "%3Cscript%3E{run}%3C/script%3E"),
    *("\\u003cscript\\u003e{run}\\u003c/script\\u003e", "javascript:{run}//", "data:text/html,<script>{run}</script>"),
)  # fmt: skip
PAGES = (
    *("", "/dashboard", "/items", "/items?of=examples", "/quality", "/people", "/history", "/studies", "/survey", "/audit"),
    *("/adjudication", "/datasets", "/jobs", "/models", "/samples", "/desk", "/members", "/settings"),
)


def payloads(count: int) -> list[str]:
    """That many different ones, each with its number in it."""
    return [
        "XSS{n} ".replace("{n}", str(n)) + TEMPLATES[n % len(TEMPLATES)].format(run=RUN.replace("{n}", str(n)))
        for n in range(count)
    ]


def stored(texts: list[str]) -> dict[str, Any]:
    """A project whose every text holds some or all of them; its annotator, admin, and addresses to look at."""
    from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_to_json
    from annotator.models import (
        Dataset,
        Flag,
        Job,
        Membership,
        ModelVersion,
        Participation,
        Payment,
        Project,
        Role,
        StandingChange,
        Study,
        SurveyReply,
    )
    from annotator.services.annotations import annotation_submit
    from annotator.services.examples import NewExample, NewResponse, examples_add
    from annotator.services.projects import project_update
    from tests.annotator.factories import (
        TIE,
        ExampleData,
        Passage,
        assignment_next,
        make_project,
        make_user,
        text_sha256,
    )

    every = "\n".join(texts)
    taxonomy = taxonomy_to_json(PAPER_TAXONOMY)
    taxonomy["version"] = "xss"
    fields = ("name", "definition", "example_fits", "example_not")
    slots = [(kind, field) for category in taxonomy["categories"] for kind in category["types"] for field in fields]
    for number, (kind, field) in enumerate(slots):
        kind[field] = texts[number % len(texts)]
    desk = {"consent": {"version": "1", "body": every}, "content_warning": every}
    owner = make_user("olga", is_staff=True)
    project = make_project(owner, "xss", taxonomy=taxonomy, overlap=2)
    Project.objects.filter(pk=project.pk).update(name=texts[0][:200])
    project.refresh_from_db()
    data = [
        ExampleData(
            id=f"{text[:100]}", prompt=text, question=text, reference=every, metadata={"note": every},
            passages=(Passage(text, (text, every)), Passage(every, (text,))),
        )
        for text in texts
    ]  # fmt: skip
    items = [NewExample(each, [NewResponse(every), NewResponse(each.question)]) for each in data]
    examples_add(project=project, items=items)
    people = [make_user(f"ann{number}", project) for number in range(3)]
    kinds = [kind["key"] for category in taxonomy["categories"] for kind in category["types"]]
    plain = next(key for key in kinds if key == "irrelevant")
    for number, person in enumerate(people[:2]):
        assignment = assignment_next(project=project, user=person)
        assert assignment
        mark = {"start": 0, "end": 5, "quote": every[:5], "type": plain, "antecedent": None, "evidence": []}
        said = {"response": 0, "text_sha256": text_sha256(every), "missing": [], "corrected_text": every + str(number)}
        said["spans"] = [{**mark, "explanation": every[:5000]}]
        annotation_submit(
            assignment=assignment, client_id=str(uuid.uuid4()), judgements=[said], comparisons=[TIE], active_seconds=1.0
        )
        Flag.objects.create(assignment=assignment, reason=Flag.Reason.choices[0][0], note=every[:5000])
        change = {"standing": "paused", "reason": every[:2000], "made_by": owner, "evidence": None}
        StandingChange.objects.create(project=project, user=person, **change)
    for number, text in enumerate(texts):
        counts = {"examples": 1, "records": 1, "spans": {}, "missing": {}, "comparisons": {}, "splits": {"train": 1, "dev": 0, "test": 0}}
        Dataset.objects.create(
            project=project, name=text[:200], note=text, kind="feedback", sha256="0" * 64, manifest={"counts": counts}
        )
        ModelVersion.objects.create(project=project, name=text[:200], kind="policy", path=text[:1000], sha256="0")
        error = {"code": "xss", "message": text, "fields": {text: text}}
        Job.objects.create(project=project, kind="sft", state="failed", phase=text[:30], error=error)
        Membership.objects.filter(user=people[number % 3], project=project).update(pseudonym=text[:200])
    texts_of_questions = [texts[number % len(texts)] for number in range(50)]
    desk |= {
        "questions": [
            {"key": f"q{number}", "text": text, "kind": "rating", "low": text, "high": text, "required": False}
            for number, text in enumerate(texts_of_questions)
        ],
        "survey": [
            {"key": f"s{number}", "text": text, "kind": "choice", "options": [{"key": "a", "name": text}]}
            for number, text in enumerate(texts_of_questions)
        ],
    }
    SurveyReply.objects.create(project=project, user=people[0], answers={"s0": "a", "told": every})
    study = Study.objects.create(
        project=project, name=texts[-1][:200], provider="link", state="open", places=9, texts=3, minutes=9,
        currency="GBP", reward=1, target_per_hour=9, created_by=owner,
    )
    parts = [Participation.objects.create(study=study, user=person, submitted_before=0) for person in people]
    for number, part in enumerate(parts):
        reason = {"reason": texts[number % len(texts)][:500], "problem": texts[-number - 1][:500]}
        Payment.objects.create(participation=part, kind="bonus", amount=1, currency="GBP", **reason)
    # Only now, so that the first annotators had not to read it all.
    project_update(project=project, guideline=every, desk=desk)
    make_user("adam", project, Role.ADMIN)
    job, dataset = Job.objects.latest("created_at"), Dataset.objects.latest("created_at")
    example = project.examples.order_by("pk")[0]
    details = [f"/jobs/{job.pk}", f"/datasets/{dataset.pk}", f"/items/{example.pk}", f"/adjudication/{example.pk}"]
    details += [f"/studies/{study.pk}", *(f"/people/{each.pk}" for each in Membership.objects.filter(user__in=people))]
    return {"project": project, "annotator": people[2], "details": details, "count": len(texts), "lesson": every}


def lesson_of(text: str) -> dict[str, Any]:
    """A lesson of the tutorial whose every text is this."""
    from tests.annotator.factories import text_sha256

    example = {"id": "xss", "prompt": text, "question": text, "passages": [{"title": text, "sentences": [text]}]}
    response = {"text": text, "sha256": text_sha256(text), "length": len(text), "policy_version": None}
    gold = {"response": 0, "spans": [], "missing": [], "corrected_text": text + "."}
    record = {"example": {**example, "reference": text, "metadata": {}, "raw": {}}, "responses": [response]}
    return {"part": "tutorial", "record": {**record, "judgements": [gold]}}


def seen(context_of: Any, world: dict[str, Any]) -> dict[str, Any]:
    """What every page did: {"pages": [{"page", "seen": payloads in its text}], "dialogs", "ran", "refused"}."""
    from annotator.models import User
    from annotator.services.lessons import lessons_replace
    from tests.policy import watch_policy

    refused: list[str] = []
    dialogs: list[str] = []
    rows: list[dict[str, Any]] = []
    ran = 0

    def opened(user: Any) -> Page:
        context: BrowserContext = context_of(user)
        watch_policy(context, refused)
        page = context.new_page()
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        return page

    def look(page: Page, name: str) -> None:
        nonlocal ran
        page.wait_for_load_state("networkidle")
        text = page.evaluate("document.body.innerText + [...document.querySelectorAll('input, textarea')].map(e => e.value)")
        ran += page.evaluate("window.ran || 0")
        rows.append({"page": name, "seen": len(set(re.findall(r"XSS(\d+) ", text)))})

    console = opened(User.objects.get(username="olga"))
    for path in (*PAGES, *world["details"]):
        console.goto(f"/console/xss{path}")
        look(console, f"console{path}")
    desk = opened(world["annotator"])
    desk.goto("/annotate/xss")
    look(desk, "annotate: consent")
    for button in ("I agree", "I would rather not say", "I have read it", "Go on", "Start", "Continue"):
        found = desk.get_by_role("button", name=button, exact=True)
        if found.count():
            found.first.click()
            look(desk, f"annotate: after {button!r}")
    # Lessons stand before the work, which has been seen by now.
    lessons_replace(project=world["project"], lessons=[lesson_of(world["lesson"])])
    desk.goto("/annotate/xss")
    look(desk, "annotate: a lesson")
    for button in ("Begin", "Start", "Begin the tutorial"):
        found = desk.get_by_role("button", name=button, exact=True)
        if found.count():
            found.first.click()
            look(desk, f"annotate: a lesson after {button!r}")
    for path in ("/part/xss", "/account"):
        desk.goto(path)
        look(desk, path)
    return {"pages": rows, "dialogs": dialogs, "ran": ran, "refused": refused}


def wrong(found: dict[str, Any], count: int) -> list[str]:
    problems = [f"a dialog: {each}" for each in found["dialogs"]] + [f"refused: {each}" for each in found["refused"]]
    problems += [f"{found['ran']} scripts ran"] * bool(found["ran"])
    if max(row["seen"] for row in found["pages"]) < count:
        problems.append(f"no page showed all {count} payloads")
    shown = sum(row["seen"] > 0 for row in found["pages"])
    return problems + [f"only {shown} pages showed a payload"] * (shown < 12)


def main() -> int:
    from tests.served import REPORTS, chromium, served, signed_in

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="redpen-xss-", ignore_cleanup_errors=True) as name:
        with served(Path(name)) as url, chromium() as browser:
            world = stored(payloads(count))
            found = seen(_opener(browser, url, signed_in), world)
    problems = wrong(found, count)
    for row in found["pages"]:
        print(f"{row['seen']:>5} payloads seen  {row['page']}")
    print(*problems, sep="\n")
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "xss.json").write_text(json.dumps({**found, "payloads": count, "wrong": problems}, indent=1))
    print(
        f"{count} payloads on {len(found['pages'])} pages: {len(found['dialogs'])} dialogs, {found['ran']} scripts ran, "
        f"{len(found['refused'])} refused by the policy"
    )
    return 1 if problems else 0


def _opener(browser: Browser, url: str, signed_in: Any) -> Any:
    return lambda user: signed_in(browser, url, user, reduced_motion="reduce")


if __name__ == "__main__":
    sys.exit(main())
