"""The shapes of adjudications, as the OpenAPI schema tells them to the frontend."""

from typing import Any

from rest_framework import serializers

from annotator.api.assignments import AssignmentSerializer
from annotator.api.desk_schema import TaskSerializer
from annotator.api.errors import ErrorSerializer
from annotator.api.mark_schema import (
    AnswerField,
    ComparisonSerializer,
    ExactCharField,
    JudgementSerializer,
    MissingSerializer,
    SpanSerializer,
)
from annotator.api.taxonomy_schema import TaxonomySerializer
from annotator.models import AdjudicationState

REASONS = ["no_error", "other_type", "other_place", "guideline", "duplicate", "unclear"]


class RecordedJudgementSerializer(serializers.Serializer[Any]):
    """A judgement in a feedback record's JSON form."""

    response = serializers.IntegerField()
    spans = SpanSerializer(many=True)
    missing = MissingSerializer(many=True)
    corrected_text = serializers.CharField(allow_null=True)
    answers = serializers.DictField(child=AnswerField())


class DecisionSerializer(serializers.Serializer[Any]):
    """What became of one mark of one annotation."""

    annotation = serializers.CharField(help_text="Its id.")
    response = serializers.IntegerField(min_value=0)
    part = serializers.ChoiceField(choices=["spans", "missing"])
    index = serializers.IntegerField(min_value=0, help_text="Among those of its judgement.")
    decision = serializers.ChoiceField(
        choices=["accept", "merge", "edit", "reject"],
        help_text="Taken as it is, together with others, with other ends or another type, or not.",
    )
    reason = serializers.ChoiceField(choices=REASONS, allow_null=True, default=None)


class WorkSerializer(serializers.Serializer[Any]):
    judgements = JudgementSerializer(many=True)
    comparisons = ComparisonSerializer(many=True, default=list)
    decisions = DecisionSerializer(many=True, default=list)


class AdjudicationSerializer(serializers.Serializer[Any]):
    """What an adjudicator made of the judgements."""

    version = serializers.IntegerField(help_text="For If-Match.")
    state = serializers.ChoiceField(choices=AdjudicationState.choices)
    mine = serializers.BooleanField(help_text="Whether the caller changed it last.")
    judgements = RecordedJudgementSerializer(many=True)
    comparisons = ComparisonSerializer(many=True)
    decisions = DecisionSerializer(many=True)
    reopen_reason = ExactCharField()
    saved_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)


class AdjudicationConflictSerializer(ErrorSerializer):
    """Beside the error both versions, so that the page can show the one against the other."""

    stored = AdjudicationSerializer()
    sent = AdjudicationSerializer()


class AdjudicationDetailSerializer(serializers.Serializer[Any]):
    """Everything the adjudication page needs."""

    class JudgedBySomebodySerializer(serializers.Serializer[Any]):
        """One annotation. In the order of the list they are A, B, C: an order that says nothing about who or when."""

        class WhoSerializer(serializers.Serializer[Any]):
            pseudonym = serializers.CharField()
            weight = serializers.FloatField()
            started_at = serializers.DateTimeField(allow_null=True)
            submitted_at = serializers.DateTimeField(allow_null=True)
            active_seconds = serializers.FloatField(allow_null=True)

        id = serializers.CharField()
        judgements = RecordedJudgementSerializer(many=True)
        comparisons = ComparisonSerializer(many=True)
        who = WhoSerializer(allow_null=True, help_text="Null unless it was to be revealed.")

    class AdjudicationTaskSerializer(serializers.Serializer[Any]):
        taxonomy = TaxonomySerializer()
        desk = TaskSerializer()
        require_corrections = serializers.BooleanField()

    class ProposalSerializer(serializers.Serializer[Any]):
        class ConfidenceSerializer(serializers.Serializer[Any]):
            spans = serializers.ListField(child=serializers.FloatField())
            missing = serializers.ListField(child=serializers.FloatField())

        judgements = RecordedJudgementSerializer(many=True)
        comparisons = ComparisonSerializer(many=True)
        confidence = serializers.DictField(
            child=ConfidenceSerializer(), help_text="By response: of each mark, how probable it is."
        )

    id = serializers.IntegerField()
    example = AssignmentSerializer.AssignedExampleSerializer()
    annotations = JudgedBySomebodySerializer(many=True)
    adjudication = AdjudicationSerializer(allow_null=True)
    outdated = serializers.BooleanField(help_text="Whether annotations came or changed since it was saved.")
    gold = serializers.BooleanField(help_text="Whether the example has a known answer.")
    task = AdjudicationTaskSerializer(
        allow_null=True, help_text="What was asked of the annotators; null where fewer than two judgements count."
    )
    proposal = ProposalSerializer(allow_null=True, help_text="What the judgements say together.")


class DisputePageSerializer(serializers.Serializer[Any]):
    class DisputeSerializer(serializers.Serializer[Any]):
        id = serializers.IntegerField()
        external_id = serializers.CharField()
        question = serializers.CharField()
        judgements = serializers.IntegerField()
        disagreement = serializers.FloatField(
            allow_null=True, help_text="From 0, all the same, to 1, nothing in common; null where not measured."
        )
        state = serializers.ChoiceField(
            source="adjudication.state", choices=AdjudicationState.choices, default=None, allow_null=True
        )

    results = DisputeSerializer(many=True)
    more = serializers.BooleanField()
    why_none = serializers.ChoiceField(choices=["no_overlap", "no_match"], allow_null=True)
