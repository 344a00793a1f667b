from django.db import migrations, models

# models/audit.py and domain/audit.py say what this is; audit_verify computes the same hashes in Python.
TABLE = """
CREATE TABLE annotator_audit (
    number bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id bigint,
    project_id bigint,
    action varchar(64) NOT NULL,
    target varchar(200) NOT NULL DEFAULT '',
    detail jsonb NOT NULL DEFAULT '{}',
    previous varchar(64) NOT NULL UNIQUE,
    hash varchar(64) NOT NULL UNIQUE
);
CREATE INDEX audit_of_project ON annotator_audit (project_id, number);
"""

# The lock is held to the end of the transaction: the next entry hangs on one that is committed, or not there at all.
CHAIN = """
CREATE FUNCTION annotator_audit_part(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(octet_length(convert_to(value, 'UTF8')) || ':' || value, '-')
$$;

CREATE FUNCTION annotator_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('annotator_audit'));
    SELECT number, hash INTO last FROM annotator_audit ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.previous := coalesce(last.hash, repeat('0', 64));
    NEW.at := clock_timestamp();
    NEW.hash := encode(sha256(convert_to(concat_ws(E'\\n',
        NEW.previous,
        annotator_audit_part(NEW.number::text),
        annotator_audit_part((extract(epoch FROM NEW.at) * 1000000)::bigint::text),
        annotator_audit_part(NEW.actor_id::text),
        annotator_audit_part(NEW.project_id::text),
        annotator_audit_part(NEW.action),
        annotator_audit_part(NEW.target),
        annotator_audit_part(NEW.detail::text)
    ), 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER audit_chain BEFORE INSERT ON annotator_audit FOR EACH ROW EXECUTE FUNCTION annotator_audit_chain();
"""

APPEND_ONLY = """
CREATE FUNCTION annotator_audit_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotator_refuse('audit_unchanging', 'the audit log is only ever added to');
END $$;
CREATE TRIGGER audit_check BEFORE UPDATE OR DELETE OR TRUNCATE ON annotator_audit
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_audit_check();
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0017_tokens")]

    operations = [
        migrations.RunSQL(TABLE),
        migrations.RunSQL(CHAIN),
        migrations.RunSQL(APPEND_ONLY),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=64)),
                ("target", models.CharField(max_length=200)),
                ("detail", models.JSONField()),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=models.deletion.DO_NOTHING,
                        related_name="+",
                        to="annotator.user",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=models.deletion.DO_NOTHING,
                        related_name="+",
                        to="annotator.project",
                    ),
                ),
            ],
            options={"db_table": "annotator_audit", "managed": False},
        ),
    ]
