"""What people say about themselves, by their pseudonyms: so that who says what can be told, and not who they are."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Literal

import orjson

from annotator.domain.formats.tables import cell
from annotator.models import Membership, Project, SurveyReply
from annotator.selectors.projects import desk_of

Json = dict[str, Any]
SurveyFormat = Literal["csv", "jsonl"]


def survey_replies(*, project: Project) -> list[Json]:
    """Every reply with its person, by pseudonym; `answers` is {} where they would rather not say."""
    members = {row.user_id: row for row in Membership.objects.filter(project=project)}
    rows = SurveyReply.objects.filter(project=project, user__in=members)
    told = [
        {
            "member": members[row.user_id].pk,
            "pseudonym": members[row.user_id].pseudonym,
            "answers": row.answers,
            "at": row.created_at,
        }
        for row in rows
    ]
    return sorted(told, key=lambda row: row["pseudonym"])


def survey_lines(*, project: Project, form: SurveyFormat) -> Iterator[bytes]:
    """The replies as a file, one line each: "annotator", as in feedback records, then an answer per question (of
    several options the list of them). In CSV there is a column for every question that is or was asked, and a cell that
    a spreadsheet would take for a formula has an apostrophe before it."""
    replies = survey_replies(project=project)
    if form == "jsonl":
        for row in replies:
            yield orjson.dumps({"annotator": row["pseudonym"], "answers": row["answers"]}) + b"\n"
        return
    asked = [question.key for question in desk_of(project).survey]
    columns = list(dict.fromkeys([*asked, *(key for row in replies for key in sorted(row["answers"]))]))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["annotator", *columns])
    for row in replies:
        table.writerow([cell(row["pseudonym"]), *(cell(row["answers"].get(key)) for key in columns)])
    yield text.getvalue().encode()
