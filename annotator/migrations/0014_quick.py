import django.db.models.deletion
from django.db import migrations, models

# Laid down, because the planner takes a handful of marks for a hundred, and then reads whole tables to find theirs.
MARKS = """
ALTER FUNCTION annotator_marks_insert(jsonb)
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off;
"""

# Changes are recorded row by row: most come one at a time, and then the tables of a statement's old and new rows cost
# more than all the rest. What is added or taken away is still recorded by statement.
HISTORY = """
CREATE OR REPLACE FUNCTION annotator_record() RETURNS trigger LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    kind text := TG_ARGV[0];
    parent text := TG_ARGV[1];
    unkept text[] := TG_ARGV[2];
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
            SELECT kind, new_row.id, (to_jsonb(new_row)->>parent)::bigint, 'insert', to_jsonb(new_row) - unkept
            FROM new_rows new_row;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
            SELECT kind, old_row.id, (to_jsonb(old_row)->>parent)::bigint, 'delete', '{}' FROM old_rows old_row;
    ELSE
        INSERT INTO annotator_history (kind, operation, image) VALUES (kind, 'truncate', '{}');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION annotator_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text := TG_ARGV[0];
    parent text := TG_ARGV[1];
    unkept text[] := TG_ARGV[2];
    stale jsonb := to_jsonb(OLD) - unkept;
    fresh jsonb := to_jsonb(NEW) - unkept;
    another boolean;
BEGIN
    IF OLD.id = NEW.id THEN
        INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
            SELECT kind, NEW.id, (fresh->>parent)::bigint, 'update', jsonb_object_agg(key, value)
            FROM jsonb_each(fresh) WHERE value IS DISTINCT FROM stale->key HAVING count(*) > 0;
        RETURN NULL;
    END IF;
    -- A primary key that has changed is another row; and so is the one that has got the key in its stead.
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE id = $1)', TG_RELID::regclass) INTO another USING OLD.id;
    IF NOT another THEN
        INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
            VALUES (kind, OLD.id, (stale->>parent)::bigint, 'delete', '{}');
    END IF;
    INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
        VALUES (kind, NEW.id, (fresh->>parent)::bigint, 'insert', fresh);
    RETURN NULL;
END $$;
"""

# kind: table, the column of the row it hangs on, the columns that are left out.
KINDS = {
    "slot": ("annotator_slot", "example_id", "{rank,opened_in}"),
    "assignment": ("annotator_assignment", "example_id", "{leased_until}"),
    "annotation": ("annotator_annotation", "assignment_id", "{}"),
    "judgement": ("annotator_judgement", "annotation_id", "{}"),
    "span": ("annotator_span", "judgement_id", "{}"),
    "missing": ("annotator_missingmark", "judgement_id", "{}"),
    "comparison": ("annotator_comparison", "annotation_id", "{}"),
}


def triggers() -> str:
    return "".join(
        f"""
DROP TRIGGER history_update ON {table};
CREATE TRIGGER history_update AFTER UPDATE ON {table} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION annotator_record_change('{kind}', '{parent}', '{unkept}');
"""
        for kind, (table, parent, unkept) in KINDS.items()
    )


# As a function, because its plan takes ten times as long to make as to run, and a function keeps it.
SHEET = """
CREATE FUNCTION annotator_sheet(claim bigint, person bigint) RETURNS TABLE (
    responses text, passages jsonb, judged integer, taxonomy jsonb, desk jsonb, corrections boolean,
    project_desk jsonb, project bigint, simulated boolean, gold boolean
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT
        (SELECT json_agg(json_build_array(r.id, r.text) ORDER BY r.index)::text
         FROM annotator_response r WHERE r.example_id = a.example_id),
        e.passages, a.judged_responses::integer, t.body, a.desk, p.require_corrections,
        p.desk, p.id, u.is_simulated, a.gold_id IS NOT NULL
    FROM annotator_assignment a
    JOIN annotator_example e ON e.id = a.example_id
    JOIN annotator_taxonomy t ON t.id = a.taxonomy_id
    JOIN annotator_project p ON p.id = a.project_id
    JOIN annotator_user u ON u.id = a.user_id
    WHERE a.id = claim AND a.user_id = person AND EXISTS (
        SELECT FROM annotator_membership m WHERE m.project_id = a.project_id AND m.user_id = a.user_id);
END $$;
"""


SHOWN = """
-- Everything that the page of an assignment shows, in one row; also of one that the same statement has just made.
DROP FUNCTION annotator_shown(bigint, integer);
CREATE FUNCTION annotator_shown(claim bigint, open_counted integer) RETURNS TABLE (
    id bigint, project bigint, slug text, name text, require_corrections boolean, guideline text, project_desk jsonb, state text,
    leased_until timestamptz, desk jsonb, judged integer, guideline_version text, display_order jsonb, taxonomy jsonb,
    external_id text, question text, passages jsonb, reference text, responses text, revision integer, draft jsonb,
    submitted integer, active_seconds double precision, earned numeric, open bigint
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN QUERY SELECT
        a.id, p.id, p.slug::text, p.name::text, p.require_corrections, p.guideline, p.desk, a.state::text,
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


def key(model, name, to, **fields):
    """A key of one column, without the constraint that a key of two columns makes idle."""
    kind = models.OneToOneField if (model, name) == ("annotation", "assignment") else models.ForeignKey
    fields = {"on_delete": django.db.models.deletion.CASCADE, "db_constraint": False, **fields}
    if kind is models.ForeignKey:
        fields["db_index"] = False
    return migrations.AlterField(model, name, kind(to=f"annotator.{to}", **fields))


PROTECTED = {"null": True, "on_delete": django.db.models.deletion.PROTECT}
KEYS = [
    key("annotation", "assignment", "assignment", related_name="annotation"),
    key("annotation", "project", "project", related_name="annotations"),
    key("assignment", "example", "example", related_name="assignments"),
    key("assignment", "gold", "gold", related_name="assignments", **PROTECTED),
    key("assignment", "project", "project", related_name="+"),
    key("assignment", "slot", "slot", related_name="assignments", **PROTECTED),
    key("slot", "example", "example", related_name="slots"),
    key("slot", "project", "project", related_name="+"),
]


class Migration(migrations.Migration):
    dependencies = [("annotator", "0013_tallies")]

    operations = [
        *KEYS,
        migrations.RunSQL(MARKS),
        migrations.RunSQL(HISTORY),
        migrations.RunSQL(triggers()),
        migrations.RunSQL(SHEET),
        migrations.RunSQL(SHOWN),
    ]
