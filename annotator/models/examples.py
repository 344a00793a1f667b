"""What is judged: an example (question and passages) and the responses of a policy to it."""

from django.db import models
from django.db.models import Q


class Example(models.Model):
    project = models.ForeignKey("annotator.Project", models.CASCADE, related_name="examples", db_index=False)
    external_id = models.CharField(max_length=200)
    prompt = models.TextField()
    question = models.TextField()
    passages = models.JSONField()
    reference = models.TextField(null=True)
    metadata = models.JSONField(default=dict)
    raw = models.JSONField(default=dict)
    # What strategies go by, each from 0 to 1, null where nothing tells: how unsure the reward models were about its
    # responses when they were sampled, and how far its annotations differ.
    uncertainty = models.FloatField(null=True)
    disagreement = models.FloatField(null=True)
    # The job that sampled the responses, where they were not imported.
    round = models.ForeignKey("annotator.Job", models.PROTECT, null=True, related_name="examples")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "external_id"], name="example_external_id_once"),
            # What the composite foreign keys of slots and assignments point at.
            models.UniqueConstraint(fields=["id", "project"], name="example_in_project"),
            models.CheckConstraint(
                condition=Q(uncertainty=None) | Q(uncertainty__range=(0, 1)), name="example_uncertainty_share"
            ),
            models.CheckConstraint(
                condition=Q(disagreement=None) | Q(disagreement__range=(0, 1)), name="example_disagreement_share"
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class Unmeasured(models.Model):
    """An example that was judged once more since its disagreement was measured; a trigger writes it where the project
    goes by disagreement."""

    example = models.OneToOneField("annotator.Example", models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return f"example {self.example_id}"


class Response(models.Model):
    """A policy's answer. The text is kept byte-exact and never changes (a trigger refuses it)."""

    example = models.ForeignKey("annotator.Example", models.CASCADE, related_name="responses", db_index=False)
    index = models.PositiveSmallIntegerField()
    text = models.TextField()
    length = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # The name it was imported or sampled under, and the row itself where the policy is one of this store.
    policy_version = models.CharField(max_length=200, null=True)
    policy = models.ForeignKey("annotator.ModelVersion", models.PROTECT, null=True, related_name="responses")
    # Of a sampled one: {"tokens": [{"start", "end"}], "rewards": {category: [per token]},
    # "scores": {category: [per segment]}}.
    rewards = models.JSONField(null=True)

    class Meta:
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["example", "index"], name="response_index_once")]

    def __str__(self) -> str:
        return f"{self.example_id}/{self.index}"
