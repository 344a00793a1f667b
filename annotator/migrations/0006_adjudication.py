import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

INVARIANTS = """
ALTER TABLE annotator_adjudication ADD CONSTRAINT adjudication_project_of_example
    FOREIGN KEY (example_id, project_id) REFERENCES annotator_example (id, project_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE annotator_adjudication ADD CONSTRAINT adjudication_of_several
    CHECK (state <> 'settled' OR jsonb_array_length(settles) >= 2);

-- Nobody's change is written over unseen, what is settled stays so until it is reopened, and quotes are of the text.
CREATE FUNCTION annotator_adjudication_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.version <> OLD.version + 1 THEN
            PERFORM annotator_refuse('adjudication_version_grows', format('the record is at version %s', OLD.version));
        END IF;
        IF (OLD.example_id, OLD.record_id) IS DISTINCT FROM (NEW.example_id, NEW.record_id) THEN
            PERFORM annotator_refuse('adjudication_unmoving', 'a record stays with its example and its name');
        END IF;
        IF OLD.state = 'settled' AND (
            NEW.state <> 'reopened'
            OR (OLD.judgements, OLD.comparisons, OLD.decisions, OLD.settles)
                IS DISTINCT FROM (NEW.judgements, NEW.comparisons, NEW.decisions, NEW.settles)
        ) THEN
            PERFORM annotator_refuse('adjudication_settled', 'what is settled can only be reopened');
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(NEW.judgements) AS judgement
        CROSS JOIN jsonb_array_elements(judgement -> 'spans') AS span
        LEFT JOIN annotator_response ON annotator_response.example_id = NEW.example_id
            AND annotator_response.index = (judgement ->> 'response')::int
        WHERE span ->> 'quote' IS DISTINCT FROM substr(
            annotator_response.text,
            (span ->> 'start')::int + 1,
            greatest((span ->> 'end')::int - (span ->> 'start')::int, 0)
        ) OR span ->> 'quote' = ''
    ) THEN
        PERFORM annotator_refuse('adjudication_quote_of_text', 'a quote is not what the response says there');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER adjudication_check BEFORE INSERT OR UPDATE ON annotator_adjudication
    FOR EACH ROW EXECUTE FUNCTION annotator_adjudication_check();

CREATE TRIGGER adjudication_reveal_check BEFORE UPDATE OR DELETE ON annotator_adjudicationreveal
    FOR EACH ROW EXECUTE FUNCTION annotator_keep('adjudication_reveal_kept');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0005_queue'),
    ]

    operations = [
        migrations.CreateModel(
            name='Adjudication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_id', models.UUIDField(default=uuid.uuid4)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('settled', 'Settled'), ('reopened', 'Reopened')], default='draft', max_length=8)),
                ('version', models.PositiveIntegerField(default=1)),
                ('versions', models.JSONField()),
                ('asks', models.JSONField()),
                ('judgements', models.JSONField()),
                ('comparisons', models.JSONField(default=list)),
                ('decisions', models.JSONField(default=list)),
                ('settles', models.JSONField()),
                ('reopen_reason', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('saved_at', models.DateTimeField(auto_now=True)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AdjudicationReveal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='annotation',
            name='annotation_source_known',
        ),
        migrations.AlterField(
            model_name='annotation',
            name='source',
            field=models.CharField(choices=[('human', 'Human'), ('imported', 'Imported'), ('simulated', 'Simulated'), ('adjudicated', 'Adjudicated')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='annotation',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['human', 'imported', 'simulated', 'adjudicated'])), name='annotation_source_known'),
        ),
        migrations.AddField(
            model_name='adjudication',
            name='adjudicator',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='adjudication',
            name='example',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='adjudication', to='annotator.example'),
        ),
        migrations.AddField(
            model_name='adjudication',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='adjudications', to='annotator.project'),
        ),
        migrations.AddField(
            model_name='adjudication',
            name='taxonomy',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='annotator.taxonomy'),
        ),
        migrations.AddField(
            model_name='adjudicationreveal',
            name='example',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reveals', to='annotator.example'),
        ),
        migrations.AddField(
            model_name='adjudicationreveal',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='adjudication',
            constraint=models.UniqueConstraint(fields=('project', 'record_id'), name='adjudication_record_once'),
        ),
        migrations.AddConstraint(
            model_name='adjudication',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'settled', 'reopened'])), name='adjudication_state_known'),
        ),
        migrations.AddConstraint(
            model_name='adjudication',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='adjudication_version_positive'),
        ),
        migrations.AddConstraint(
            model_name='adjudication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('state', 'settled')), models.Q(models.Q(('state', 'settled'), _negated=True), ('settled_at__isnull', True)), _connector='OR'), name='adjudication_settled_at_a_time'),
        ),
        migrations.RunSQL(INVARIANTS, migrations.RunSQL.noop),
    ]
