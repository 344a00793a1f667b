from django.db import migrations, models

# By the database itself, so that raw SQL is recorded as everything else is; by statement, so that a thousand rows cost
# one more INSERT. `unkept`: the column that is left out (models/history.py says why).
TABLE = """
CREATE TABLE annotator_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind varchar(16) NOT NULL,
    row_id bigint,
    parent_id bigint,
    operation varchar(8) NOT NULL CHECK (operation IN ('insert', 'update', 'delete', 'truncate')),
    image jsonb NOT NULL,
    transaction bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor bigint DEFAULT nullif(current_setting('redpen.actor', true), '')::bigint
);
CREATE INDEX history_of ON annotator_history (kind, parent_id, row_id);
"""

RECORD = """
CREATE FUNCTION annotator_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text := TG_ARGV[0];
    parent text := TG_ARGV[1];
    unkept text[] := TG_ARGV[2];
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
            SELECT kind, new_row.id, (to_jsonb(new_row)->>parent)::bigint, 'insert', to_jsonb(new_row) - unkept
            FROM new_rows new_row;
    ELSIF TG_OP = 'UPDATE' THEN
        -- Only what has changed; a primary key that has, too, is another row.
        INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
            SELECT kind, id, (coalesce(fresh, stale)->>parent)::bigint,
                CASE WHEN stale IS NULL THEN 'insert' WHEN fresh IS NULL THEN 'delete' ELSE 'update' END,
                CASE WHEN fresh IS NULL THEN '{}' ELSE changed END
            FROM (SELECT to_jsonb(o) - unkept AS stale, o.id FROM old_rows o) before
            FULL JOIN (SELECT to_jsonb(n) - unkept AS fresh, n.id FROM new_rows n) after USING (id)
            CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(key, value) AS changed FROM jsonb_each(fresh)
                WHERE value IS DISTINCT FROM stale->key
            ) difference
            WHERE stale IS DISTINCT FROM fresh;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
            SELECT kind, old_row.id, (to_jsonb(old_row)->>parent)::bigint, 'delete', '{}' FROM old_rows old_row;
    ELSE
        INSERT INTO annotator_history (kind, operation, image) VALUES (kind, 'truncate', '{}');
    END IF;
    RETURN NULL;
END $$;
"""

# Before a table is emptied, or changed by whoever may: nothing of what was recorded is altered or lost.
APPEND_ONLY = """
CREATE FUNCTION annotator_history_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotator_refuse('history_unchanging', 'the history is only ever added to');
END $$;
CREATE TRIGGER history_check BEFORE UPDATE OR DELETE OR TRUNCATE ON annotator_history
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_history_check();
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
    """Of every recorded table, four; and the rows that are there already, as if they had just been added."""
    parts = []
    for kind, (table, parent, unkept) in KINDS.items():
        call = f"FOR EACH STATEMENT EXECUTE FUNCTION annotator_record('{kind}', '{parent}', '{unkept}');"
        parts.append(f"""
CREATE TRIGGER history_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows {call}
CREATE TRIGGER history_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows {call}
CREATE TRIGGER history_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows {call}
CREATE TRIGGER history_truncate AFTER TRUNCATE ON {table} {call}
INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
    SELECT '{kind}', t.id, t.{parent}, 'insert', to_jsonb(t) - '{unkept}'::text[] FROM {table} t ORDER BY t.id;
""")
    return "".join(parts)


# The rows of a kind as the history says they are, each as an object without the columns that are left out.
REBUILD = """
CREATE AGGREGATE annotator_merged(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}');

CREATE FUNCTION annotator_rebuilt(wanted text) RETURNS TABLE (row_id bigint, image jsonb) LANGUAGE sql STABLE AS $$
    WITH told AS (
        SELECT h.row_id, h.id, h.operation, h.image,
            max(h.id) FILTER (WHERE h.operation IN ('insert', 'delete')) OVER (PARTITION BY h.row_id) AS since
        FROM annotator_history h
        WHERE h.kind = wanted AND h.operation <> 'truncate' AND h.id > coalesce(
            (SELECT max(t.id) FROM annotator_history t WHERE t.kind = wanted AND t.operation = 'truncate'), 0)
    )
    SELECT told.row_id, annotator_merged(told.image ORDER BY told.id) FROM told WHERE told.id >= told.since
    GROUP BY told.row_id HAVING bool_and(told.operation <> 'delete')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0009_edit")]

    operations = [
        migrations.RunSQL(TABLE),
        migrations.RunSQL(RECORD),
        migrations.RunSQL(triggers()),
        migrations.RunSQL(APPEND_ONLY),
        migrations.RunSQL(REBUILD),
        migrations.CreateModel(
            name="History",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("row_id", models.BigIntegerField(null=True)),
                ("parent_id", models.BigIntegerField(null=True)),
                ("operation", models.CharField(max_length=8)),
                ("image", models.JSONField()),
                ("transaction", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "annotator_history", "managed": False},
        ),
    ]
