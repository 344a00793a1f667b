"""How people come into a study. Lock order: the study, then the person's part, then the membership."""

from django.db import transaction
from django.db.models import F

from annotator.domain.errors import DomainError
from annotator.models import (
    EntryLink,
    IdentityProof,
    Membership,
    Participation,
    PartState,
    PlatformIdentity,
    Role,
    Standing,
    Study,
    StudyState,
    User,
)
from annotator.services.crowd import account_new, person_of
from annotator.services.entry_links import link_use
from annotator.services.providers.interface import Claim
from annotator.services.studies import HOLDING

MESSAGES = {
    "study_full": "All places of this study are taken. Nothing was asked of you, and nothing is recorded.",
    "study_draft": "This study has not begun yet.",
    "study_closed": "This study has ended; nobody new can come in.",
    "other_study": "You are in another study of this project. Finish or stop there first.",
    "work_ended": "Your work on this project has been ended by its people.",
    "runs_a_project": "This account has come to run a project; it is no participant's any more.",
    "identity_in_use": (
        "Somebody has come in under this number already. If that was you, go on in the browser where you began, or ask "
        "the people of the study for a link."
    ),
}


@transaction.atomic
def enter_by_link(*, link: EntryLink) -> Participation:
    """Use the link up, and take its person in. DomainError link_used, link_expired; of part_begin."""
    link_use(link=link)
    study = Study.objects.select_for_update().get(pk=link.study_id)
    return part_begin(study=study, user=link.user)


@transaction.atomic
def enter_by_claim(*, study: Study, claim: Claim, proof: IdentityProof, present: User | None) -> Participation:
    """Take in whoever made the claim, which has been checked as `proof` says, or let them go on.

    A claim that nobody can check begins a part, and goes on with it only where its person is `present`, signed in.
    DomainError identity_in_use; of part_begin.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    known = study.identities.filter(person_id=claim.person_id).select_related("user").first()
    if known and proof == IdentityProof.CLAIM and known.user != present:
        raise DomainError("identity_in_use", MESSAGES["identity_in_use"])
    if known:
        user = known.user
    else:
        claimed = proof == IdentityProof.CLAIM
        user = account_new() if claimed else person_of(study=study, person_id=claim.person_id)
    part = part_begin(study=study, user=user)
    if known is None:
        PlatformIdentity.objects.create(
            user=user,
            study=study,
            provider=study.provider,
            person_id=claim.person_id,
            session_id=claim.session_id,
            proof=proof,
        )
    elif claim.session_id and known.session_id != claim.session_id and part.state == PartState.WORKING:
        known.session_id, known.proof = claim.session_id, proof
        known.save(update_fields=["session_id", "proof"])
    return part


def part_begin(*, study: Study, user: User) -> Participation:
    """The person's part in the study, begun now if there is none; whatever became of it otherwise.

    `study` must be locked. DomainError study_full, study_draft, study_closed, other_study, runs_a_project or
    work_ended.
    """
    if user.is_staff or user.memberships.exclude(role=Role.ANNOTATOR).exists():
        raise DomainError("runs_a_project", MESSAGES["runs_a_project"])
    membership = Membership.objects.filter(project_id=study.project_id, user=user).first()
    if not user.is_active or (membership and membership.standing == Standing.ENDED):
        raise DomainError("work_ended", MESSAGES["work_ended"])
    part = Participation.objects.filter(study=study, user=user).first()
    if part:
        return part
    if study.state != StudyState.OPEN:
        raise DomainError(f"study_{study.state}", MESSAGES[f"study_{study.state}"])
    if Participation.objects.filter(study__project=study.project_id, user=user, state=PartState.WORKING).exists():
        raise DomainError("other_study", MESSAGES["other_study"])
    if study.participations.filter(state__in=HOLDING).count() >= study.places:
        raise DomainError("study_full", MESSAGES["study_full"])
    Membership.objects.get_or_create(project_id=study.project_id, user=user, defaults={"role": Role.ANNOTATOR})
    mine = Membership.objects.select_for_update().get(project_id=study.project_id, user=user)
    part = Participation.objects.create(
        study=study, user=user, submitted_before=mine.submitted, active_before=mine.active_seconds
    )
    Membership.objects.filter(pk=mine.pk).update(text_limit=F("submitted") + study.texts)
    return part
