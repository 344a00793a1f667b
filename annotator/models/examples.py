"""What is judged: an example (question and passages) and the responses of a policy to it."""

from django.db import models


class Example(models.Model):
    project = models.ForeignKey("annotator.Project", models.CASCADE, related_name="examples", db_index=False)
    external_id = models.CharField(max_length=200)
    prompt = models.TextField()
    question = models.TextField()
    passages = models.JSONField()
    reference = models.TextField(null=True)
    metadata = models.JSONField(default=dict)
    raw = models.JSONField(default=dict)
    # The job that sampled the responses, where they were not imported.
    round = models.ForeignKey("annotator.Job", models.PROTECT, null=True, related_name="examples")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "external_id"], name="example_external_id_once"),
            # What the composite foreign keys of slots and assignments point at.
            models.UniqueConstraint(fields=["id", "project"], name="example_in_project"),
        ]

    def __str__(self) -> str:
        return self.external_id


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
