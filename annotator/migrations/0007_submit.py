from django.db import migrations, models

# What hangs on annotations that are there, many at a time. `given`: {"judgements", "spans", "missing", "comparisons"},
# flat lists whose items name their annotation by its assignment and their judgement by its response, too.
# A judgement that is there already is changed.
MARKS = """
CREATE FUNCTION annotator_marks_insert(given jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotator_judgement (annotation_id, response_id, corrected_text, answers)
        SELECT annotation.id, item.response_id, item.corrected_text, item.answers
        FROM ROWS FROM (jsonb_to_recordset(given->'judgements') AS (
            assignment_id bigint, response_id bigint, corrected_text text, answers jsonb
        )) WITH ORDINALITY AS item (assignment_id, response_id, corrected_text, answers, place)
        JOIN annotator_annotation annotation USING (assignment_id)
        ORDER BY item.place
        ON CONFLICT (annotation_id, response_id)
            DO UPDATE SET corrected_text = excluded.corrected_text, answers = excluded.answers;
    IF given->'spans' <> '[]' THEN
        INSERT INTO annotator_span (
            judgement_id, start, "end", quote, type, antecedent_start, antecedent_end, evidence, explanation
        )
            SELECT judgement.id, item.start, item."end", item.quote, item.type, item.antecedent_start,
                item.antecedent_end, item.evidence, item.explanation
            FROM ROWS FROM (jsonb_to_recordset(given->'spans') AS (
                assignment_id bigint, response_id bigint, start integer, "end" integer, quote text, type text,
                antecedent_start integer, antecedent_end integer, evidence jsonb, explanation text
            )) WITH ORDINALITY AS item (
                assignment_id, response_id, start, "end", quote, type, antecedent_start, antecedent_end, evidence,
                explanation, place
            )
            JOIN annotator_annotation annotation USING (assignment_id)
            JOIN annotator_judgement judgement
                ON judgement.annotation_id = annotation.id AND judgement.response_id = item.response_id
            ORDER BY item.place;
    END IF;
    IF given->'missing' <> '[]' THEN
        INSERT INTO annotator_missingmark (judgement_id, type, evidence, note)
            SELECT judgement.id, item.type, item.evidence, item.note
            FROM ROWS FROM (jsonb_to_recordset(given->'missing') AS (
                assignment_id bigint, response_id bigint, type text, evidence jsonb, note text
            )) WITH ORDINALITY AS item (assignment_id, response_id, type, evidence, note, place)
            JOIN annotator_annotation annotation USING (assignment_id)
            JOIN annotator_judgement judgement
                ON judgement.annotation_id = annotation.id AND judgement.response_id = item.response_id
            ORDER BY item.place;
    END IF;
    IF given->'comparisons' <> '[]' THEN
        INSERT INTO annotator_comparison (annotation_id, first, second, preferred, strength)
            SELECT annotation.id, item.first, item.second, item.preferred, item.strength
            FROM ROWS FROM (jsonb_to_recordset(given->'comparisons') AS (
                assignment_id bigint, first smallint, second smallint, preferred text, strength smallint
            )) WITH ORDINALITY AS item (assignment_id, first, second, preferred, strength, place)
            JOIN annotator_annotation annotation USING (assignment_id)
            ORDER BY item.place;
    END IF;
END $$;
"""

# A person's judgement in place of their claim: annotation, marks, slot, running totals, in one call, so that a submit
# costs one round trip and no planning. What became of it: 'counted', 'surplus', or, where nothing was done, what is in
# the way: 'known' (the project has a record of this id), 'submitted', 'released'. Locks as annotator_hold.
SUBMIT = """
CREATE FUNCTION annotator_submit(
    claim bigint, record uuid, body_sha256 text, source text, taxonomy text, segmentation text,
    seconds double precision, pay numeric, marks jsonb, log jsonb
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    held annotator_assignment;
    made bigint;
BEGIN
    SELECT * INTO STRICT held FROM annotator_assignment WHERE id = claim;
    PERFORM FROM annotator_membership WHERE project_id = held.project_id AND user_id = held.user_id FOR UPDATE;
    SELECT * INTO held FROM annotator_assignment WHERE id = claim FOR UPDATE;
    IF EXISTS (SELECT FROM annotator_annotation WHERE project_id = held.project_id AND record_id = record) THEN
        RETURN 'known';
    END IF;
    IF held.state IN ('submitted', 'released') THEN
        RETURN held.state;
    END IF;
    IF held.state = 'expired' THEN
        held := annotator_hold(claim, true);
    END IF;
    UPDATE annotator_assignment
        SET state = 'submitted', started_at = coalesce(started_at, now()),
            slot_id = CASE state WHEN 'active' THEN slot_id END
        WHERE id = claim RETURNING * INTO held;
    UPDATE annotator_slot SET state = 'done' WHERE id = held.slot_id;
    INSERT INTO annotator_annotation (
        project_id, assignment_id, record_id, body_sha256, source, versions, display_order, weight, started_at,
        submitted_at, created_at, active_seconds, raw
    ) VALUES (
        held.project_id, claim, record, body_sha256, source,
        jsonb_build_object('taxonomy', taxonomy, 'guideline', held.guideline_version, 'segmentation', segmentation),
        held.display_order, 1, held.started_at, now(), now(), seconds, '{}'
    ) RETURNING id INTO made;
    PERFORM annotator_marks_insert(marks);
    IF log <> '[]' THEN
        INSERT INTO annotator_annotationlog (annotation_id, entries) VALUES (made, log);
    END IF;
    UPDATE annotator_membership
        SET submitted = submitted + 1, active_seconds = active_seconds + coalesce(seconds, 0), earned = earned + pay
        WHERE project_id = held.project_id AND user_id = held.user_id;
    DELETE FROM annotator_draft WHERE assignment_id = claim;
    RETURN CASE WHEN held.slot_id IS NULL THEN 'surplus' ELSE 'counted' END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0006_adjudication")]

    operations = [
        migrations.AddField("annotation", "version", models.PositiveIntegerField(default=1, db_default=1)),
        migrations.RunSQL(MARKS, "DROP FUNCTION annotator_marks_insert(jsonb)"),
        migrations.RunSQL(SUBMIT, "DROP FUNCTION annotator_submit"),
    ]
