"""What people agree to before they work, and what they say about themselves."""

from typing import Any

from annotator.domain.errors import DomainError
from annotator.domain.questions import check_answers
from annotator.domain.records import Judgement
from annotator.models import Agreement, Document, Project, SurveyReply, User
from annotator.selectors.guidance import check_step
from annotator.selectors.projects import desk_of


def agreement_add(*, project: Project, user: User, document: str, version: str) -> None:
    """Write down that the person agreed to the document as it is now; a second time changes nothing.

    DomainError agreement_outdated if that version is not the current one.
    """
    consent = desk_of(project).consent
    current: dict[str, tuple[str, str]] = {Document.GUIDELINE: (project.guideline_version, project.guideline)}
    if consent:
        current[Document.CONSENT] = (consent.version, consent.body)
    now, body = current.get(document, (None, ""))
    if version != now:
        problem = f"is {version!r}, but the {document} of this project is at {now!r}" if now else "there is none"
        raise DomainError("agreement_outdated", f"version: {problem}", {"version": problem})
    Agreement.objects.get_or_create(
        project=project, user=user, document=document, version=version, defaults={"body": body}
    )


def survey_reply(*, project: Project, user: User, answers: dict[str, Any]) -> None:
    """Keep what the person says about themselves, in place of an earlier reply; {}: they would rather not say.

    DomainError invalid_answer; of check_step, before they have agreed to take part.
    """
    check_step(project=project, user=user, wanted="survey")
    for key, answer in answers.items():
        parts = answer if isinstance(answer, list) else [answer]
        if not all(isinstance(part, str | int) and not isinstance(part, bool) for part in parts):
            problem = "is neither text nor a number, nor a list of such"
            raise DomainError("invalid_answer", f"answers.{key}: {problem}", {f"answers.{key}": problem})
    if answers:
        check_answers(desk_of(project).survey, Judgement(0, answers=answers), "survey")
    SurveyReply.objects.update_or_create(project=project, user=user, defaults={"answers": answers})
