import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INVARIANTS = """
-- What a person agreed to and how they did: rows that are only ever added.
CREATE FUNCTION annotator_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotator_refuse(TG_ARGV[0], format('row %s of %s never changes', OLD.id, TG_TABLE_NAME));
END $$;
CREATE TRIGGER agreement_check BEFORE UPDATE OR DELETE ON annotator_agreement
    FOR EACH ROW EXECUTE FUNCTION annotator_keep('agreement_kept');
CREATE TRIGGER lesson_attempt_check BEFORE UPDATE OR DELETE ON annotator_lessonattempt
    FOR EACH ROW EXECUTE FUNCTION annotator_keep('lesson_attempt_kept');
CREATE TRIGGER qualification_check BEFORE UPDATE OR DELETE ON annotator_qualification
    FOR EACH ROW EXECUTE FUNCTION annotator_keep('qualification_kept');

-- A lesson may move in its part and retire; whoever took it took this text and was told these rules.
CREATE TRIGGER lesson_check BEFORE UPDATE ON annotator_lesson FOR EACH ROW
    WHEN ((OLD.project_id, OLD.part, OLD.body) IS DISTINCT FROM (NEW.project_id, NEW.part, NEW.body))
    EXECUTE FUNCTION annotator_keep('lesson_unchanging');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0002_desk'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('tutorial', 'Tutorial'), ('qualification', 'Qualification')], max_length=16)),
                ('number', models.PositiveSmallIntegerField()),
                ('body', models.JSONField()),
                ('retired', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='annotator.project')),
            ],
        ),
        migrations.CreateModel(
            name='LessonAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField()),
                ('body_sha256', models.CharField(max_length=64)),
                ('sitting', models.PositiveSmallIntegerField(null=True)),
                ('judgements', models.JSONField()),
                ('tally', models.JSONField()),
                ('active_seconds', models.FloatField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('lesson', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='annotator.lesson')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lesson_attempts', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sitting', models.PositiveSmallIntegerField()),
                ('span_f1', models.FloatField()),
                ('type_accuracy', models.FloatField()),
                ('missing_f1', models.FloatField()),
                ('passed', models.BooleanField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='annotator.project')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.CharField(choices=[('consent', 'Consent'), ('guideline', 'Guideline')], max_length=16)),
                ('version', models.CharField(max_length=64)),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='annotator.project')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'user', 'document', 'version'), name='agreement_once'), models.CheckConstraint(condition=models.Q(('document__in', ['consent', 'guideline'])), name='agreement_document_known')],
            },
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(condition=models.Q(('retired', False)), fields=('project', 'part', 'number'), name='lesson_number_once'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(('part__in', ['tutorial', 'qualification'])), name='lesson_part_known'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='lesson_number_positive'),
        ),
        migrations.AddConstraint(
            model_name='lessonattempt',
            constraint=models.UniqueConstraint(fields=('user', 'client_id'), name='lesson_attempt_once'),
        ),
        migrations.AddConstraint(
            model_name='lessonattempt',
            constraint=models.UniqueConstraint(fields=('lesson', 'user', 'sitting'), name='lesson_once_in_a_sitting'),
        ),
        migrations.AddConstraint(
            model_name='lessonattempt',
            constraint=models.CheckConstraint(condition=models.Q(('sitting__isnull', True), ('sitting__gte', 1), _connector='OR'), name='lesson_attempt_sitting_positive'),
        ),
        migrations.AddConstraint(
            model_name='lessonattempt',
            constraint=models.CheckConstraint(condition=models.Q(('active_seconds__isnull', True), ('active_seconds__gte', 0), _connector='OR'), name='lesson_attempt_seconds_positive'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.UniqueConstraint(fields=('project', 'user', 'sitting'), name='qualification_sitting_once'),
        ),
        migrations.AddConstraint(
            model_name='qualification',
            constraint=models.UniqueConstraint(condition=models.Q(('passed', True)), fields=('project', 'user'), name='qualification_passed_once'),
        ),
        migrations.RunSQL(INVARIANTS, migrations.RunSQL.noop),
    ]
