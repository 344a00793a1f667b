from django.db import migrations

# Other marks in place of those of an annotation, whose judgements stay the rows that they are. 'edited', or, where
# nothing was done, what is in the way: 'changed' (it is at another version), 'settled' (an adjudicator's record stands
# for it). Locks the membership, then the annotation; waits for whoever adjudicates the example.
EDIT = """
CREATE FUNCTION annotator_edit(claim bigint, base integer, seconds double precision, marks jsonb)
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    held annotator_assignment;
    found annotator_annotation;
BEGIN
    SELECT * INTO STRICT held FROM annotator_assignment WHERE id = claim;
    PERFORM FROM annotator_membership WHERE project_id = held.project_id AND user_id = held.user_id FOR UPDATE;
    SELECT * INTO STRICT found FROM annotator_annotation WHERE assignment_id = claim FOR UPDATE;
    IF found.version <> base THEN
        RETURN 'changed';
    END IF;
    PERFORM FROM annotator_example WHERE id = held.example_id FOR SHARE;
    IF EXISTS (SELECT FROM annotator_adjudication WHERE example_id = held.example_id AND state = 'settled') THEN
        RETURN 'settled';
    END IF;
    UPDATE annotator_annotation
        SET version = version + 1,
            active_seconds = CASE WHEN seconds IS NULL THEN active_seconds ELSE coalesce(active_seconds, 0) + seconds END
        WHERE id = found.id;
    DELETE FROM annotator_span USING annotator_judgement judgement
        WHERE judgement_id = judgement.id AND judgement.annotation_id = found.id;
    DELETE FROM annotator_missingmark USING annotator_judgement judgement
        WHERE judgement_id = judgement.id AND judgement.annotation_id = found.id;
    DELETE FROM annotator_comparison WHERE annotation_id = found.id;
    PERFORM annotator_marks_insert(marks);
    IF seconds > 0 THEN
        UPDATE annotator_membership SET active_seconds = active_seconds + seconds
            WHERE project_id = held.project_id AND user_id = held.user_id;
    END IF;
    RETURN 'edited';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0008_shown")]

    operations = [migrations.RunSQL(EDIT, "DROP FUNCTION annotator_edit")]
