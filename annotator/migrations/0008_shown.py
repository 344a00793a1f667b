import django.db.models.deletion
from django.db import migrations, models

SHOWN = """
-- Everything that the page of an assignment shows, in one row.
CREATE FUNCTION annotator_shown(claim bigint, open_counted integer) RETURNS TABLE (
    project bigint, slug text, name text, require_corrections boolean, guideline text, project_desk jsonb, state text,
    leased_until timestamptz, desk jsonb, judged integer, guideline_version text, display_order jsonb, taxonomy jsonb,
    external_id text, question text, passages jsonb, reference text, responses text, revision integer, draft jsonb,
    submitted integer, active_seconds double precision, earned numeric, open bigint
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT
        p.id, p.slug::text, p.name::text, p.require_corrections, p.guideline, p.desk, a.state::text,
        a.leased_until, a.desk, a.judged_responses::integer, a.guideline_version::text, a.display_order, t.body,
        e.external_id::text, e.question, e.passages, e.reference,
        (SELECT json_agg(json_build_array(r.index, r.text, r.sha256) ORDER BY r.index)::text
         FROM annotator_response r WHERE r.example_id = a.example_id),
        d.revision, d.body, m.submitted, m.active_seconds, m.earned,
        (SELECT count(*) FROM (
            SELECT FROM annotator_slot slot
            WHERE slot.project_id = p.id AND slot.state = 'open' AND slot.number <= p.overlap LIMIT open_counted) counted)
    FROM annotator_assignment a
    JOIN annotator_project p ON p.id = a.project_id
    JOIN annotator_membership m ON m.project_id = a.project_id AND m.user_id = a.user_id
    JOIN annotator_example e ON e.id = a.example_id
    JOIN annotator_taxonomy t ON t.id = a.taxonomy_id
    LEFT JOIN annotator_draft d ON d.assignment_id = a.id
    WHERE a.id = claim;
END $$;
"""

UNMEASURED = """
CREATE FUNCTION annotator_slot_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotator_unmeasured (example_id)
        SELECT NEW.example_id FROM annotator_project p
        WHERE p.id = NEW.project_id AND p.strategy = 'disagreement_first' AND p.overlap > 1
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER slot_done AFTER UPDATE OF state ON annotator_slot FOR EACH ROW
    WHEN (NEW.state = 'done' AND OLD.state <> 'done') EXECUTE FUNCTION annotator_slot_done();
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0007_submit")]

    operations = [
        migrations.CreateModel(
            name="Unmeasured",
            fields=[
                (
                    "example",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="annotator.example",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(SHOWN, migrations.RunSQL.noop),
        migrations.RunSQL(UNMEASURED, migrations.RunSQL.noop),
    ]
