"""Studies: people who are brought in for a while, by a crowd platform or by links, and what becomes of each."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.timezone import now


class Provider(models.TextChoices):
    # Any platform that sends people to an address and takes a completion code; and people one knows.
    LINK = "link"
    PROLIFIC = "prolific"


class StudyState(models.TextChoices):
    DRAFT = "draft"
    OPEN = "open"
    # Nobody new comes in; whoever is in may finish.
    CLOSED = "closed"


class PartState(models.TextChoices):
    WORKING = "working"
    # All texts of the study are submitted, and the code is issued.
    COMPLETED = "completed"
    # The qualification was not passed; paid all the same.
    SCREENED_OUT = "screened_out"
    # They stopped here before the end.
    STOPPED = "stopped"
    # The provider says that they gave their place back, or that their time was over.
    RETURNED = "returned"
    TIMED_OUT = "timed_out"
    # They have taken back what they did.
    WITHDRAWN = "withdrawn"


class Study(models.Model):
    """So many people for so many texts each, at a price."""

    project = models.ForeignKey("annotator.Project", models.PROTECT, related_name="studies", db_index=False)
    name = models.CharField(max_length=200)
    provider = models.CharField(max_length=16, choices=Provider.choices)
    # The provider's name of it; empty where there is none.
    external_id = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=16, choices=StudyState.choices, default=StudyState.DRAFT)
    places = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    # How many texts each person is to submit.
    texts = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    # How long we tell people that it takes.
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    currency = models.CharField(max_length=3)
    # What whoever completes it gets, and whoever does not pass the qualification.
    reward = models.DecimalField(max_digits=10, decimal_places=2)
    screen_out_reward = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    # What an hour is to be worth; top-ups are proposed from it.
    target_per_hour = models.DecimalField(max_digits=10, decimal_places=2)
    # The codes by which a provider knows how somebody's part ended: {"completed": …, "screened_out": …}. Empty where
    # each person gets a code of their own.
    codes = models.JSONField(default=dict)
    # Where people are sent with their code, which takes the place of {code}; empty: they are only shown it.
    return_url = models.CharField(max_length=500, blank=True, default="")
    # The parameter of the study's public address that says who somebody is; empty: people come in by their own links
    # alone. Used where the provider has no parameters of its own.
    claim_parameter = models.CharField(max_length=50, blank=True, default="")
    created_by = models.ForeignKey("annotator.User", models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="study_name_once"),
            models.UniqueConstraint(
                fields=["provider", "external_id"], condition=~Q(external_id=""), name="study_of_provider_once"
            ),
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="study_provider_known"),
            models.CheckConstraint(condition=Q(state__in=StudyState.values), name="study_state_known"),
            models.CheckConstraint(
                condition=Q(places__gte=1, texts__gte=1, minutes__gte=1), name="study_sizes_positive"
            ),
            models.CheckConstraint(
                condition=Q(reward__gte=0, screen_out_reward__gte=0, target_per_hour__gte=0), name="study_pay_positive"
            ),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="study_currency_iso"),
        ]

    def __str__(self) -> str:
        return self.name


class Participation(models.Model):
    """A person's part in a study. Of those that work or have completed there are never more than the study has places,
    and nobody works in two studies of one project at a time: a trigger refuses both."""

    study = models.ForeignKey("annotator.Study", models.PROTECT, related_name="participations", db_index=False)
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="participations")
    state = models.CharField(max_length=16, choices=PartState.choices, default=PartState.WORKING)
    # The membership's running totals when this part began: what came after is of this study.
    submitted_before = models.PositiveIntegerField()
    active_before = models.FloatField(default=0)
    entered_at = models.DateTimeField(auto_now_add=True)
    # Since when the person takes a break, and how long all earlier ones lasted.
    paused_at = models.DateTimeField(null=True)
    paused_seconds = models.FloatField(default=0)
    finished_at = models.DateTimeField(null=True)
    # What they hand to the provider; empty until it is due.
    code = models.CharField(max_length=100, blank=True, default="")
    # What the provider last said of it, in its own words, and when that was so.
    provider_state = models.CharField(max_length=32, blank=True, default="")
    provider_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "user"], name="participation_once"),
            models.CheckConstraint(condition=Q(state__in=PartState.values), name="participation_state_known"),
            models.CheckConstraint(
                condition=Q(state="working") | Q(finished_at__isnull=False), name="participation_end_dated"
            ),
            # No code before the work is done.
            models.CheckConstraint(
                condition=Q(code="") | ~Q(state="working"), name="participation_code_when_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in study {self.study_id}: {self.state}"


class IdentityProof(models.TextChoices):
    # The provider signed it.
    TOKEN = "token"
    # The provider's API said so.
    API = "api"
    # They came by a link that was made for them.
    LINK = "link"
    # Nobody has checked it.
    CLAIM = "claim"


class PlatformIdentity(models.Model):
    """Who somebody is to the provider. The one table that says so: everywhere else a person is a number, or the
    pseudonym of a project."""

    user = models.ForeignKey("annotator.User", models.CASCADE, related_name="identities")
    study = models.ForeignKey("annotator.Study", models.PROTECT, related_name="identities", db_index=False)
    provider = models.CharField(max_length=16, choices=Provider.choices)
    person_id = models.CharField(max_length=200)
    session_id = models.CharField(max_length=200, blank=True, default="")
    proof = models.CharField(max_length=8, choices=IdentityProof.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "person_id"], name="identity_in_study_once"),
            models.UniqueConstraint(
                fields=["provider", "session_id"], condition=~Q(session_id=""), name="identity_session_once"
            ),
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="identity_provider_known"),
            models.CheckConstraint(condition=Q(proof__in=IdentityProof.values), name="identity_proof_known"),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} in study {self.study_id}"


class EntryLink(models.Model):
    """A signed link that lets one person into one study, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    study = models.ForeignKey("annotator.Study", models.CASCADE, related_name="links")
    user = models.ForeignKey("annotator.User", models.CASCADE, related_name="entry_links")
    made_by = models.ForeignKey("annotator.User", models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link {self.id}"

    @property
    def is_over(self) -> bool:
        """Whether its time is up, by the web server's clock; whether it opens, the database decides."""
        return self.expires_at <= now()


class ProviderEvent(models.Model):
    """What a provider told us, once each: known by the id that it gave. Of its body only the digest is kept."""

    provider = models.CharField(max_length=16, choices=Provider.choices)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    body_sha256 = models.CharField(max_length=64)
    study = models.ForeignKey("annotator.Study", models.CASCADE, null=True, related_name="events", db_index=False)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once"),
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="provider_event_provider_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
