import annotator.models.people
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

# What no CHECK of one row can say. Every refusal carries SQLSTATE 23514 (check_violation) and the name of the rule.
INVARIANTS = """
ALTER TABLE annotator_response
    ADD CONSTRAINT response_length_of_text CHECK (length = char_length(text)),
    ADD CONSTRAINT response_sha256_of_text CHECK (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));

-- A row and the row it hangs on belong to one project, and a slot fills a place of its own example only.
ALTER TABLE annotator_slot ADD CONSTRAINT slot_project_of_example
    FOREIGN KEY (example_id, project_id) REFERENCES annotator_example (id, project_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE annotator_assignment ADD CONSTRAINT assignment_project_of_example
    FOREIGN KEY (example_id, project_id) REFERENCES annotator_example (id, project_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE annotator_assignment ADD CONSTRAINT assignment_slot_of_example
    FOREIGN KEY (slot_id, example_id) REFERENCES annotator_slot (id, example_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE annotator_annotation ADD CONSTRAINT annotation_project_of_assignment
    FOREIGN KEY (assignment_id, project_id) REFERENCES annotator_assignment (id, project_id)
    DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION annotator_refuse(rule text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', message USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

CREATE FUNCTION annotator_slot_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number > (SELECT overlap FROM annotator_project WHERE id = NEW.project_id) THEN
        PERFORM annotator_refuse('slot_within_overlap', format('slot %s exceeds the overlap of the project', NEW.number));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER slot_check BEFORE INSERT OR UPDATE OF number, project_id ON annotator_slot
    FOR EACH ROW EXECUTE FUNCTION annotator_slot_check();

CREATE FUNCTION annotator_response_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.text, OLD.length, OLD.sha256, OLD.example_id, OLD.index)
        IS DISTINCT FROM (NEW.text, NEW.length, NEW.sha256, NEW.example_id, NEW.index) THEN
        PERFORM annotator_refuse('response_unchanging', format('the text of response %s never changes', OLD.id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER response_check BEFORE UPDATE ON annotator_response
    FOR EACH ROW EXECUTE FUNCTION annotator_response_check();

CREATE FUNCTION annotator_judgement_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.annotation_id, OLD.response_id) <> (NEW.annotation_id, NEW.response_id) THEN
        PERFORM annotator_refuse('judgement_unmoving', 'a judgement stays with its annotation and its response');
    END IF;
    IF NOT EXISTS (
        SELECT FROM annotator_annotation
        JOIN annotator_assignment ON annotator_assignment.id = annotator_annotation.assignment_id
        JOIN annotator_response ON annotator_response.example_id = annotator_assignment.example_id
        WHERE annotator_annotation.id = NEW.annotation_id AND annotator_response.id = NEW.response_id
    ) THEN
        PERFORM annotator_refuse('judgement_of_example', 'the judged response is not one of the annotated example');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER judgement_check BEFORE INSERT OR UPDATE ON annotator_judgement
    FOR EACH ROW EXECUTE FUNCTION annotator_judgement_check();

CREATE FUNCTION annotator_span_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    response annotator_response;
BEGIN
    SELECT r.* INTO STRICT response FROM annotator_judgement j JOIN annotator_response r ON r.id = j.response_id
        WHERE j.id = NEW.judgement_id;
    IF NEW."end" > response.length OR NEW.antecedent_end > response.length THEN
        PERFORM annotator_refuse('span_in_text', format('the response has only %s characters', response.length));
    END IF;
    IF NEW.start < NEW."end" AND NEW.quote <> substr(response.text, NEW.start + 1, NEW."end" - NEW.start) THEN
        PERFORM annotator_refuse('span_quote_of_text', 'the quote is not what the response says there');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER span_check BEFORE INSERT OR UPDATE ON annotator_span
    FOR EACH ROW EXECUTE FUNCTION annotator_span_check();

CREATE FUNCTION annotator_comparison_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF 2 > (
        SELECT count(*) FROM annotator_annotation
        JOIN annotator_assignment ON annotator_assignment.id = annotator_annotation.assignment_id
        JOIN annotator_response ON annotator_response.example_id = annotator_assignment.example_id
        WHERE annotator_annotation.id = NEW.annotation_id AND annotator_response.index IN (NEW.first, NEW.second)
    ) THEN
        PERFORM annotator_refuse('comparison_of_example', 'the example has no such pair of responses');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER comparison_check BEFORE INSERT OR UPDATE ON annotator_comparison
    FOR EACH ROW EXECUTE FUNCTION annotator_comparison_check();

CREATE FUNCTION annotator_dataset_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotator_refuse('dataset_unchanging', format('dataset %s never changes', OLD.name));
END $$;
CREATE TRIGGER dataset_check BEFORE UPDATE OR DELETE ON annotator_dataset
    FOR EACH ROW EXECUTE FUNCTION annotator_dataset_check();

CREATE FUNCTION annotator_job_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('succeeded', 'failed', 'cancelled') AND NEW.state <> OLD.state THEN
        PERFORM annotator_refuse('job_finished', format('job %s has %s and stays so', OLD.id, OLD.state));
    END IF;
    IF NEW.epoch < OLD.epoch THEN
        PERFORM annotator_refuse('job_epoch_grows', format('job %s is at epoch %s already', OLD.id, OLD.epoch));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER job_check BEFORE UPDATE OF state, epoch ON annotator_job
    FOR EACH ROW EXECUTE FUNCTION annotator_job_check();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE annotator_slot_ticket", "DROP SEQUENCE annotator_slot_ticket"),
        migrations.CreateModel(
            name="Example",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=200)),
                ("prompt", models.TextField()),
                ("question", models.TextField()),
                ("passages", models.JSONField()),
                ("reference", models.TextField(null=True)),
                ("metadata", models.JSONField(default=dict)),
                ("raw", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("is_simulated", models.BooleanField(default=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("guideline_version", models.CharField(max_length=64)),
                ("judged_responses", models.PositiveSmallIntegerField(default=1)),
                ("display_order", models.JSONField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("submitted", "Submitted"),
                            ("expired", "Expired"),
                            ("released", "Released"),
                        ],
                        default="active",
                        max_length=16,
                    ),
                ),
                ("leased_until", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("release_reason", models.CharField(blank=True, default="", max_length=500)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "example",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="annotator.example",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Annotation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_id", models.UUIDField()),
                ("body_sha256", models.CharField(max_length=64)),
                (
                    "source",
                    models.CharField(
                        choices=[("human", "Human"), ("imported", "Imported"), ("simulated", "Simulated")],
                        max_length=16,
                    ),
                ),
                ("versions", models.JSONField()),
                ("display_order", models.JSONField(null=True)),
                ("weight", models.FloatField(default=1.0)),
                ("started_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("active_seconds", models.FloatField(null=True)),
                ("raw", models.JSONField(default=dict)),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="annotation",
                        to="annotator.assignment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Dataset",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("feedback", "Feedback"), ("examples", "Examples")], max_length=16
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("manifest", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("saved_at", models.DateTimeField(auto_now=True)),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft",
                        to="annotator.assignment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sft", "Sft"),
                            ("reward", "Reward"),
                            ("ppo", "Ppo"),
                            ("sample", "Sample"),
                            ("evaluate", "Evaluate"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=16,
                    ),
                ),
                ("params", models.JSONField(default=dict)),
                ("spec", models.JSONField(default=dict)),
                ("idempotency_key", models.CharField(max_length=200, null=True)),
                ("epoch", models.PositiveIntegerField(default=0)),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("cancel_requested_at", models.DateTimeField(null=True)),
                ("host", models.CharField(blank=True, default="", max_length=200)),
                ("pid", models.PositiveIntegerField(null=True)),
                ("step", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("phase", models.CharField(blank=True, default="", max_length=64)),
                ("result", models.JSONField(null=True)),
                ("error", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="annotator.dataset",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="example",
            name="round",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="examples",
                to="annotator.job",
            ),
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("corrected_text", models.TextField(null=True)),
                (
                    "annotation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="judgements",
                        to="annotator.annotation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MissingMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.CharField(max_length=64)),
                ("evidence", models.JSONField(default=list)),
                ("note", models.TextField(blank=True, default="")),
                (
                    "judgement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="missing",
                        to="annotator.judgement",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "overlap",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "judged_responses",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("require_corrections", models.BooleanField(default=False)),
                (
                    "lease_minutes",
                    models.PositiveIntegerField(
                        default=30, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("guideline_version", models.CharField(default="1", max_length=64)),
                ("guideline", models.TextField(blank=True, default="")),
                ("base_policy", models.CharField(blank=True, default="", max_length=500)),
                ("base_reward", models.CharField(blank=True, default="", max_length=500)),
                ("job_defaults", models.JSONField(blank=True, default=dict)),
                (
                    "retrain_after_annotations",
                    models.PositiveIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "retrain_every_hours",
                    models.PositiveIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("overlap__gte", 1)), name="project_overlap_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("judged_responses__gte", 1)), name="project_judged_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lease_minutes__gte", 1)), name="project_lease_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(choices=[("policy", "Policy"), ("reward", "Reward")], max_length=16),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[("candidate", "Candidate"), ("active", "Active"), ("archived", "Archived")],
                        default="candidate",
                        max_length=16,
                    ),
                ),
                ("path", models.CharField(max_length=1000)),
                ("sha256", models.CharField(max_length=64)),
                ("metrics", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("promoted_at", models.DateTimeField(null=True)),
                (
                    "dataset",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="model_versions",
                        to="annotator.dataset",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="model_version",
                        to="annotator.job",
                    ),
                ),
                (
                    "parents",
                    models.ManyToManyField(blank=True, related_name="children", to="annotator.modelversion"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="model_versions",
                        to="annotator.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("annotator", "Annotator"),
                            ("researcher", "Researcher"),
                            ("admin", "Admin"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "pseudonym",
                    models.CharField(default=annotator.models.people.new_pseudonym, max_length=200),
                ),
                ("submitted", models.PositiveIntegerField(default=0)),
                (
                    "cursors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="annotator.project",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="job",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="jobs", to="annotator.project"
            ),
        ),
        migrations.AddField(
            model_name="example",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="examples",
                to="annotator.project",
            ),
        ),
        migrations.AddField(
            model_name="dataset",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="datasets",
                to="annotator.project",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotator.project",
            ),
        ),
        migrations.AddField(
            model_name="annotation",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="annotations",
                to="annotator.project",
            ),
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("index", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("length", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("policy_version", models.CharField(max_length=200, null=True)),
                ("rewards", models.JSONField(null=True)),
                (
                    "example",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="responses",
                        to="annotator.example",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="annotator.modelversion",
                    ),
                ),
            ],
            options={
                "ordering": ["index"],
            },
        ),
        migrations.AddField(
            model_name="judgement",
            name="response",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="judgements",
                to="annotator.response",
            ),
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("leased", "Leased"), ("done", "Done")],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "ticket",
                    models.BigIntegerField(
                        db_default=models.Func(models.Value("annotator_slot_ticket"), function="nextval")
                    ),
                ),
                (
                    "example",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="annotator.example",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotator.project",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="assignment",
            name="slot",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="annotator.slot",
            ),
        ),
        migrations.CreateModel(
            name="Span",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("quote", models.TextField()),
                ("type", models.CharField(max_length=64)),
                ("antecedent_start", models.PositiveIntegerField(null=True)),
                ("antecedent_end", models.PositiveIntegerField(null=True)),
                ("evidence", models.JSONField(default=list)),
                ("explanation", models.TextField(blank=True, default="")),
                (
                    "judgement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="annotator.judgement",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Taxonomy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("body", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taxonomies",
                        to="annotator.project",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="assignment",
            name="taxonomy",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotator.taxonomy",
            ),
        ),
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.PositiveSmallIntegerField()),
                ("second", models.PositiveSmallIntegerField()),
                (
                    "preferred",
                    models.CharField(
                        choices=[("first", "First"), ("second", "Second"), ("tie", "Tie")], max_length=8
                    ),
                ),
                (
                    "annotation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comparisons",
                        to="annotator.annotation",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("annotation"),
                        django.db.models.functions.comparison.Least("first", "second"),
                        django.db.models.functions.comparison.Greatest("first", "second"),
                        name="comparison_pair_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first", models.F("second")), _negated=True),
                        name="comparison_of_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("preferred__in", ["first", "second", "tie"])),
                        name="comparison_preferred",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobMetric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.PositiveIntegerField()),
                ("phase", models.CharField(blank=True, default="", max_length=64)),
                ("data", models.JSONField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="metrics",
                        to="annotator.job",
                    ),
                ),
            ],
            options={
                "ordering": ["step"],
                "constraints": [models.UniqueConstraint(fields=("job", "step"), name="job_metric_step_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="modelversion",
            constraint=models.UniqueConstraint(fields=("project", "name"), name="model_version_name_once"),
        ),
        migrations.AddConstraint(
            model_name="modelversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stage", "active")),
                fields=("project", "kind"),
                name="model_version_active_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["policy", "reward"])), name="model_version_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="modelversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["candidate", "active", "archived"])),
                name="model_version_stage_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("project", "user"), name="membership_once"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("project", "pseudonym"), name="membership_pseudonym_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["annotator", "researcher", "admin"])),
                name="membership_role_known",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["created_at"], name="job_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["lease_until"], name="job_leases"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                fields=("project", "idempotency_key"), name="job_idempotency_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["sft", "reward", "ppo", "sample", "evaluate"])),
                name="job_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "running", "succeeded", "failed", "cancelled"])),
                name="job_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    ("lease_until__isnull", False),
                    _connector="OR",
                ),
                name="job_leased",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True), ("error__isnull", False), _connector="OR"
                ),
                name="job_failure_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="example",
            constraint=models.UniqueConstraint(
                fields=("project", "external_id"), name="example_external_id_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="example",
            constraint=models.UniqueConstraint(fields=("id", "project"), name="example_in_project"),
        ),
        migrations.AddConstraint(
            model_name="dataset",
            constraint=models.UniqueConstraint(fields=("project", "name"), name="dataset_name_once"),
        ),
        migrations.AddConstraint(
            model_name="dataset",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["feedback", "examples"])), name="dataset_kind_known"
            ),
        ),
        migrations.AddIndex(
            model_name="annotation",
            index=models.Index(fields=["project", "submitted_at"], name="annotation_by_time"),
        ),
        migrations.AddConstraint(
            model_name="annotation",
            constraint=models.UniqueConstraint(
                fields=("project", "record_id"), name="annotation_record_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="annotation",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["human", "imported", "simulated"])),
                name="annotation_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="annotation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("active_seconds__isnull", True), ("active_seconds__gte", 0), _connector="OR"
                ),
                name="annotation_seconds_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.UniqueConstraint(fields=("example", "index"), name="response_index_once"),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(
                fields=("annotation", "response"), name="judgement_response_once"
            ),
        ),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["project", "number", "ticket"],
                name="slot_open_queue",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(fields=("example", "number"), name="slot_number_once"),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(fields=("id", "example"), name="slot_of_example"),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="slot_number_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "leased", "done"])), name="slot_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="span",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start")), ("start__gte", 0)), name="span_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="span",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("antecedent_end__isnull", True), ("antecedent_start__isnull", True)),
                    models.Q(
                        ("antecedent_end__gt", models.F("antecedent_start")),
                        ("antecedent_end__isnull", False),
                        ("antecedent_start__gte", 0),
                        ("antecedent_start__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="span_antecedent_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxonomy",
            constraint=models.UniqueConstraint(fields=("project", "version"), name="taxonomy_version_once"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state", "active")),
                fields=["project", "leased_until"],
                name="assignment_leases",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state__in", ["active", "expired"])),
                fields=["user", "project"],
                name="assignment_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(fields=("example", "user"), name="assignment_person_once"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(fields=("id", "project"), name="assignment_in_project"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["active", "submitted"])),
                fields=("slot",),
                name="assignment_slot_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "submitted", "expired", "released"])),
                name="assignment_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "active"), _negated=True),
                    models.Q(("leased_until__isnull", False), ("slot__isnull", False)),
                    _connector="OR",
                ),
                name="assignment_active_holds_lease",
            ),
        ),
        migrations.RunSQL(INVARIANTS),
    ]
