"""What people agree to before they work."""

from annotator.domain.errors import DomainError
from annotator.models import Agreement, Document, Project, User
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
