import django.db.models.deletion
from django.db import migrations, models


INVARIANTS = """
ALTER TABLE annotator_judgement ADD CONSTRAINT judgement_answers_by_key CHECK (jsonb_typeof(answers) = 'object');
"""

# The running total of those who have worked already.
TOTALS = """
UPDATE annotator_membership SET active_seconds = worked.seconds
FROM (
    SELECT s.project_id, s.user_id, sum(a.active_seconds) AS seconds
    FROM annotator_annotation a JOIN annotator_assignment s ON s.id = a.assignment_id
    WHERE a.active_seconds IS NOT NULL GROUP BY s.project_id, s.user_id
) worked
WHERE worked.project_id = annotator_membership.project_id AND worked.user_id = annotator_membership.user_id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0001_store'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnnotationLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entries', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('harmful', 'Harmful'), ('broken', 'Broken'), ('guideline', 'Guideline'), ('other', 'Other')], max_length=16)),
                ('note', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name='assignment',
            name='desk',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='comparison',
            name='strength',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='judgement',
            name='answers',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='membership',
            name='active_seconds',
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name='membership',
            name='earned',
            field=models.DecimalField(decimal_places=4, default=0, max_digits=14),
        ),
        migrations.AddField(
            model_name='project',
            name='desk',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddConstraint(
            model_name='comparison',
            constraint=models.CheckConstraint(condition=models.Q(('strength__isnull', True), models.Q(('strength__range', (1, 3)), models.Q(('preferred', 'tie'), _negated=True)), _connector='OR'), name='comparison_strength'),
        ),
        migrations.AddField(
            model_name='annotationlog',
            name='annotation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='log', to='annotator.annotation'),
        ),
        migrations.AddField(
            model_name='flag',
            name='assignment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='annotator.assignment'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(fields=('assignment', 'reason'), name='flag_reason_once'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['harmful', 'broken', 'guideline', 'other'])), name='flag_reason_known'),
        ),
        migrations.RunSQL(INVARIANTS, migrations.RunSQL.noop),
        migrations.RunSQL(TOTALS, migrations.RunSQL.noop),
    ]
