import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INVARIANTS = """
-- Gold is about an example of its project, and a check against it about its example.
ALTER TABLE annotator_gold ADD CONSTRAINT gold_project_of_example
    FOREIGN KEY (example_id, project_id) REFERENCES annotator_example (id, project_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE annotator_assignment ADD CONSTRAINT assignment_gold_of_example
    FOREIGN KEY (gold_id, example_id) REFERENCES annotator_gold (id, example_id) DEFERRABLE INITIALLY DEFERRED;

CREATE TRIGGER quality_report_check BEFORE UPDATE OR DELETE ON annotator_qualityreport
    FOR EACH ROW EXECUTE FUNCTION annotator_keep('quality_report_kept');
CREATE TRIGGER standing_change_check BEFORE UPDATE OR DELETE ON annotator_standingchange
    FOR EACH ROW EXECUTE FUNCTION annotator_keep('standing_change_kept');

-- Gold may retire; whoever was measured by it was measured by this answer.
CREATE TRIGGER gold_check BEFORE UPDATE ON annotator_gold FOR EACH ROW
    WHEN ((OLD.project_id, OLD.example_id, OLD.kind, OLD.judgements, OLD.comparisons, OLD.taxonomy_id)
        IS DISTINCT FROM
        (NEW.project_id, NEW.example_id, NEW.kind, NEW.judgements, NEW.comparisons, NEW.taxonomy_id))
    EXECUTE FUNCTION annotator_keep('gold_unchanging');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0003_guidance'),
    ]

    operations = [
        migrations.CreateModel(
            name='Gold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('gold', 'Gold'), ('attention', 'Attention')], max_length=16)),
                ('origin', models.CharField(choices=[('adjudication', 'Adjudication'), ('import', 'Import')], max_length=16)),
                ('judgements', models.JSONField()),
                ('comparisons', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='GoldCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('gold', 'Gold'), ('attention', 'Attention')], max_length=16)),
                ('right', models.BooleanField()),
                ('tally', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='QualityReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('annotations', models.PositiveIntegerField()),
                ('submitted', models.PositiveIntegerField()),
                ('figures', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='StandingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(choices=[('working', 'Working'), ('paused', 'Paused'), ('ended', 'Ended')], max_length=16)),
                ('reason', models.TextField()),
                ('evidence', models.JSONField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='assignment_active_holds_lease',
        ),
        migrations.AddField(
            model_name='membership',
            name='standing',
            field=models.CharField(choices=[('working', 'Working'), ('paused', 'Paused'), ('ended', 'Ended')], db_default='working', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('standing__in', ['working', 'paused', 'ended'])), name='membership_standing_known'),
        ),
        migrations.AddField(
            model_name='gold',
            name='example',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='gold', to='annotator.example'),
        ),
        migrations.AddField(
            model_name='gold',
            name='made_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='gold',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='gold', to='annotator.project'),
        ),
        migrations.AddField(
            model_name='gold',
            name='taxonomy',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotator.taxonomy'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='gold',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='annotator.gold'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), models.Q(('leased_until__isnull', False), models.Q(('slot__isnull', False), ('gold__isnull', False), _connector='OR')), _connector='OR'), name='assignment_active_holds_lease'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('gold__isnull', True), ('slot__isnull', True), _connector='OR'), name='assignment_gold_fills_no_slot'),
        ),
        migrations.AddField(
            model_name='goldcheck',
            name='annotation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='gold_check', to='annotator.annotation'),
        ),
        migrations.AddField(
            model_name='goldcheck',
            name='gold',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='annotator.gold'),
        ),
        migrations.AddField(
            model_name='goldcheck',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='annotator.project'),
        ),
        migrations.AddField(
            model_name='goldcheck',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='qualityreport',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='quality_reports', to='annotator.project'),
        ),
        migrations.AddField(
            model_name='qualityreport',
            name='taxonomy',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotator.taxonomy'),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='made_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotator.project'),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='gold',
            index=models.Index(condition=models.Q(('retired_at__isnull', True)), fields=['project'], name='gold_in_use'),
        ),
        migrations.AddConstraint(
            model_name='gold',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('example',), name='gold_of_example_once'),
        ),
        migrations.AddConstraint(
            model_name='gold',
            constraint=models.UniqueConstraint(fields=('id', 'example'), name='gold_of_example'),
        ),
        migrations.AddConstraint(
            model_name='gold',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['gold', 'attention'])), name='gold_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='gold',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['adjudication', 'import'])), name='gold_origin_known'),
        ),
        migrations.AddIndex(
            model_name='goldcheck',
            index=models.Index(fields=['project', 'user', 'kind'], name='gold_check_of_person'),
        ),
        migrations.AddConstraint(
            model_name='qualityreport',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='quality_report_number_once'),
        ),
        migrations.AddConstraint(
            model_name='qualityreport',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='quality_report_number_positive'),
        ),
        migrations.AddIndex(
            model_name='standingchange',
            index=models.Index(fields=['project', 'user'], name='standing_change_of_person'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(('standing__in', ['working', 'paused', 'ended'])), name='standing_change_known'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='standing_change_reason'),
        ),
        migrations.RunSQL(INVARIANTS, migrations.RunSQL.noop),
    ]
