"""The shape of a study's pay: times, rates, people and payments."""

from typing import Any

from rest_framework import serializers

from annotator.models import PartState, PaymentKind, PaymentState


class QuartilesSerializer(serializers.Serializer[Any]):
    """Of some people's seconds: what a quarter, half and three quarters are not above."""

    low = serializers.FloatField()
    median = serializers.FloatField()
    high = serializers.FloatField()


class PaidGroupSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    wall = QuartilesSerializer(allow_null=True, help_text="From entry to end, breaks left out.")


class PaymentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    participant = serializers.IntegerField()
    member = serializers.IntegerField()
    pseudonym = serializers.CharField()
    kind = serializers.ChoiceField(choices=PaymentKind.choices)
    amount = serializers.FloatField()
    state = serializers.ChoiceField(choices=PaymentState.choices)
    reason = serializers.CharField()
    problem = serializers.CharField(help_text="Why it failed, or why nobody knows yet what became of it.")
    approved_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class PaidPersonSerializer(serializers.Serializer[Any]):
    participant = serializers.IntegerField()
    member = serializers.IntegerField()
    pseudonym = serializers.CharField()
    state = serializers.ChoiceField(choices=PartState.choices)
    provider_state = serializers.CharField(help_text="In the platform's own words; empty while it said nothing.")
    texts = serializers.IntegerField()
    wall_seconds = serializers.FloatField()
    active_seconds = serializers.FloatField()
    slow = serializers.BooleanField(help_text="Among the slowest quarter of those who completed.")
    short = serializers.FloatField(
        allow_null=True, help_text="What is missing from the target by their own time; nobody is proposed it."
    )
    due = serializers.FloatField(help_text="In all, by the rules of the study.")
    planned = serializers.FloatField(help_text="Of all payments that are not cancelled.")
    sent = serializers.FloatField()


class PayReportSerializer(serializers.Serializer[Any]):
    class PaySumsSerializer(serializers.Serializer[Any]):
        proposed = serializers.FloatField()
        approved = serializers.FloatField()
        sending = serializers.FloatField()
        sent = serializers.FloatField()
        failed = serializers.FloatField()
        cancelled = serializers.FloatField()

    currency = serializers.CharField()
    reward = serializers.FloatField()
    target_per_hour = serializers.FloatField()
    sends = serializers.BooleanField(help_text="Whether a platform pays; if not, people are paid by hand.")
    completed = PaidGroupSerializer()
    active = QuartilesSerializer(allow_null=True, help_text="Of those who completed: time at work, lessons included.")
    hourly = serializers.FloatField(allow_null=True, help_text="The reward by the median of their wall time.")
    slowest_hourly = serializers.FloatField(allow_null=True, help_text="By the time from which the slowest quarter is.")
    top_up = serializers.FloatField(help_text="What each who completed is short of the target, by that median.")
    screened_out = PaidGroupSerializer()
    screen_out = serializers.FloatField(help_text="What whoever did not qualify gets.")
    sums = PaySumsSerializer(help_text="By state of the payments. Fees of the platform come on top.")
    people = PaidPersonSerializer(many=True)
    payments = PaymentSerializer(many=True)
