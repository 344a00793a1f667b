from django.db import migrations

# What adjudicators settle and what is known as gold is recorded as everything that people judge is.
KINDS = {"adjudication": "annotator_adjudication", "gold": "annotator_gold"}


def triggers() -> str:
    parts = []
    for kind, table in KINDS.items():
        call = f"FOR EACH STATEMENT EXECUTE FUNCTION annotator_record('{kind}', 'example_id', '{{}}');"
        parts.append(f"""
CREATE TRIGGER history_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows {call}
CREATE TRIGGER history_update AFTER UPDATE ON {table} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION annotator_record_change('{kind}', 'example_id', '{{}}');
CREATE TRIGGER history_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows {call}
CREATE TRIGGER history_truncate AFTER TRUNCATE ON {table} {call}
INSERT INTO annotator_history (kind, row_id, parent_id, operation, image)
    SELECT '{kind}', t.id, t.example_id, 'insert', to_jsonb(t) FROM {table} t ORDER BY t.id;
""")
    return "".join(parts)


class Migration(migrations.Migration):
    dependencies = [("annotator", "0014_quick")]

    operations = [migrations.RunSQL(triggers())]
