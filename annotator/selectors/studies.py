"""Studies, and the people in them, by their pseudonyms: what they are to a platform is told to nobody."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotator.domain.errors import DomainError
from annotator.domain.parts import FINAL, worth_of
from annotator.models import EntryLink, Membership, Participation, PartState, PlatformIdentity, Project, Study, User
from annotator.selectors.guidance import step_of
from annotator.selectors.parts import nothing_left, parts_done

TAKEN = Q(participations__state__in=[PartState.WORKING, PartState.COMPLETED])


def study_list(*, project: Project) -> QuerySet[Study]:
    """The project's studies, newest first, each with `taken` places and `parts`."""
    return _counted().filter(project=project).order_by("-pk")


def study_one(*, study_id: int) -> Study:
    """One of them; whoever asks must have been let through by access_study."""
    return _counted().get(pk=study_id)


def _counted() -> QuerySet[Study]:
    return Study.objects.annotate(
        taken=Count("participations", filter=TAKEN),
        parts=Count("participations"),
        completed=Count("participations", filter=Q(participations__state=PartState.COMPLETED)),
    )


def links_of(*, study: Study) -> QuerySet[EntryLink]:
    """The study's links, newest first."""
    return study.links.order_by("-created_at", "pk")


def participants(*, study: Study) -> list[dict[str, Any]]:
    """Everybody who came in, the latest first."""
    rows = list(study.participations.order_by("-entered_at", "-pk"))
    users = [row.user_id for row in rows]
    members = {row.user_id: row for row in Membership.objects.filter(project=study.project_id, user__in=users)}
    done = parts_done(project=study.project, users=users)
    shown = ("id", "state", "entered_at", "finished_at", "paused_at", "paused_seconds", "provider_state", "provider_at")
    return [
        {
            **{name: getattr(row, name) for name in shown},
            "member": members[row.user_id].pk,
            "pseudonym": members[row.user_id].pseudonym,
            "submitted": done[row.pk].texts,
            "active_seconds": done[row.pk].active_seconds,
            "code_issued": row.code != "",
        }
        for row in rows
    ]


def part_of(*, user: User, slug: str) -> Participation | None:
    """The person's newest part in a study of that project; None without one."""
    rows = Participation.objects.select_related("study__project", "user")
    return rows.filter(user=user, study__project__slug=slug).order_by("-entered_at", "-pk").first()


def part_page(*, part: Participation) -> dict[str, Any]:
    """What a person is told about their part. Its code is empty until it is due."""
    study, project = part.study, part.study.project
    done = parts_done(project=project, users=[part.user_id])[part.pk]
    working = part.state == PartState.WORKING
    step = step_of(project=project, user=part.user)
    dry = working and step == "work" and nothing_left(part=part, done=done.texts)
    return {
        "part": part,
        "study": study,
        "project": project,
        "pseudonym": Membership.objects.get(project=project, user=part.user).pseudonym,
        "done": done.texts,
        "share": min(done.texts, study.texts),
        "earned": worth_of(reward=study.reward, done=done.texts, texts=study.texts),
        "minutes": round(done.wall_seconds / 60),
        "working": working,
        "dry": dry,
        "may_finish": working and (dry or done.texts >= study.texts or step == "failed"),
    }


def part_paused(*, user: User, slug: str) -> bool:
    """Whether the person takes a break from their part in that project."""
    parts = Participation.objects.filter(user=user, study__project__slug=slug, state=PartState.WORKING)
    return parts.filter(paused_at__isnull=False).exists()


def study_to_enter(*, study_id: int) -> Study:
    """Any study, for whoever knows its address; DomainError not_found."""
    found = Study.objects.select_related("project").filter(pk=study_id).first()
    if found is None:
        raise DomainError("not_found", "This address leads to no study. Perhaps a part of it is missing.")
    return found


def session_known(*, study: Study, claim_session: str) -> bool:
    """Whether somebody came into the study in that session of its platform."""
    return claim_session != "" and study.identities.filter(session_id=claim_session).exists()


def part_of_session(*, provider: str, session_id: str) -> Participation | None:
    """The part that somebody began in that session of the platform; None if nobody did."""
    identity = PlatformIdentity.objects.filter(provider=provider, session_id=session_id).first()
    if identity is None or not session_id:
        return None
    return Participation.objects.filter(study=identity.study_id, user=identity.user_id).first()


def studies_to_reconcile(*, provider: str) -> QuerySet[Study]:
    """Those of that platform of which something may have changed there that nobody has told us."""
    unsettled = Participation.objects.filter(study=OuterRef("pk")).exclude(provider_state__in=FINAL)
    return Study.objects.filter(Exists(unsettled), provider=provider).order_by("pk")


def sessions_of(*, study: Study) -> dict[str, Participation]:
    """Everybody's part, by their session on the platform."""
    parts = {part.user_id: part for part in study.participations.all()}
    known = study.identities.exclude(session_id="").values_list("session_id", "user")
    return {session: parts[user] for session, user in known if user in parts}
