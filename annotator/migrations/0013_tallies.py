import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What is counted. Functions, and not views: a view would forbid later migrations to touch the columns it reads.
COUNTED = """
-- Each annotation with whose it is and when it came in.
CREATE FUNCTION annotator_work()
RETURNS TABLE (annotation_id bigint, project_id bigint, user_id bigint, hour timestamptz, counted int, timed int,
    milliseconds bigint)
LANGUAGE sql STABLE AS $$
    SELECT a.id, a.project_id, s.user_id, date_trunc('hour', a.created_at, 'UTC'), (s.slot_id IS NOT NULL)::int,
        (a.active_seconds IS NOT NULL)::int, coalesce(round(a.active_seconds * 1000), 0)::bigint
    FROM annotator_annotation a JOIN annotator_assignment s ON s.id = a.assignment_id
$$;

-- Each judgement with whose it is.
CREATE FUNCTION annotator_judges()
RETURNS TABLE (judgement_id bigint, annotation_id bigint, project_id bigint, user_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT j.id, j.annotation_id, a.project_id, s.user_id
    FROM annotator_judgement j
    JOIN annotator_annotation a ON a.id = j.annotation_id
    JOIN annotator_assignment s ON s.id = a.assignment_id
$$;

CREATE FUNCTION annotator_marks() RETURNS TABLE (judgement_id bigint, type text) LANGUAGE sql STABLE AS $$
    SELECT judgement_id, type FROM annotator_span UNION ALL SELECT judgement_id, type FROM annotator_missingmark
$$;

-- How what stands in annotator_coveragechange moves examples from one number of slots and done slots to another. What
-- an example has now is what it had before the changes, and the changes: one statement sees both as of one moment.
CREATE FUNCTION annotator_coverage_moves()
RETURNS TABLE (project_id bigint, slots int, done int, examples int)
LANGUAGE sql STABLE AS $$
    WITH changed AS (
        SELECT project_id, example_id, sum(slots)::int AS slots, sum(done)::int AS done
        FROM annotator_coveragechange GROUP BY project_id, example_id HAVING sum(slots) <> 0 OR sum(done) <> 0
    ), now AS (
        SELECT changed.*, count(s.id)::int AS slots_now, count(s.id) FILTER (WHERE s.state = 'done')::int AS done_now
        FROM changed LEFT JOIN annotator_slot s ON s.example_id = changed.example_id
            AND s.project_id = changed.project_id
        GROUP BY changed.project_id, changed.example_id, changed.slots, changed.done
    )
    SELECT project_id, slots_now - slots, done_now - done, -1 FROM now WHERE slots_now > slots
    UNION ALL
    SELECT project_id, slots_now, done_now, 1 FROM now WHERE slots_now > 0
$$;
"""

WORK = """
-- Adds (sign 1) or takes away (-1) everything that an annotation counts for, as it stands.
CREATE FUNCTION annotator_tally(sign int, annotation bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotator_worktally (project_id, user_id, hour, annotations, counted, timed, milliseconds, folded)
    SELECT project_id, user_id, hour, sign, sign * counted, sign * timed, sign * milliseconds, false
    FROM annotator_work() WHERE annotation_id = annotation;
    INSERT INTO annotator_marktally (project_id, user_id, type, marks, folded)
    SELECT project_id, user_id, type, sign * count(*), false
    FROM annotator_judges() JOIN annotator_marks() USING (judgement_id) WHERE annotation_id = annotation
    GROUP BY project_id, user_id, type;
END $$;

CREATE FUNCTION annotator_annotation_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotator_worktally (project_id, user_id, hour, annotations, counted, timed, milliseconds, folded)
    SELECT w.project_id, w.user_id, w.hour, count(*), sum(w.counted), sum(w.timed), sum(w.milliseconds), false
    FROM added JOIN annotator_work() w ON w.annotation_id = added.id GROUP BY w.project_id, w.user_id, w.hour;
    RETURN NULL;
END $$;
CREATE TRIGGER annotation_added AFTER INSERT ON annotator_annotation REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_annotation_added();

-- What is to change or to go is taken away with all that hangs on it, so that what hangs on it may go first or last.
CREATE FUNCTION annotator_annotation_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotator_tally(-1, OLD.id);
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION annotator_annotation_after() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotator_tally(1, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER annotation_gone BEFORE DELETE ON annotator_annotation
    FOR EACH ROW EXECUTE FUNCTION annotator_annotation_before();
CREATE TRIGGER annotation_before BEFORE UPDATE ON annotator_annotation FOR EACH ROW
    WHEN ((OLD.project_id, OLD.assignment_id, OLD.created_at, OLD.active_seconds)
        IS DISTINCT FROM (NEW.project_id, NEW.assignment_id, NEW.created_at, NEW.active_seconds))
    EXECUTE FUNCTION annotator_annotation_before();
CREATE TRIGGER annotation_after AFTER UPDATE ON annotator_annotation FOR EACH ROW
    WHEN ((OLD.project_id, OLD.assignment_id, OLD.created_at, OLD.active_seconds)
        IS DISTINCT FROM (NEW.project_id, NEW.assignment_id, NEW.created_at, NEW.active_seconds))
    EXECUTE FUNCTION annotator_annotation_after();

CREATE FUNCTION annotator_assignment_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotator_tally(-1, id) FROM annotator_annotation WHERE assignment_id = OLD.id;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION annotator_assignment_after() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM annotator_tally(1, id) FROM annotator_annotation WHERE assignment_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_gone BEFORE DELETE ON annotator_assignment
    FOR EACH ROW EXECUTE FUNCTION annotator_assignment_before();
CREATE TRIGGER assignment_before BEFORE UPDATE ON annotator_assignment FOR EACH ROW
    WHEN ((OLD.user_id, OLD.slot_id IS NULL) IS DISTINCT FROM (NEW.user_id, NEW.slot_id IS NULL))
    EXECUTE FUNCTION annotator_assignment_before();
CREATE TRIGGER assignment_after AFTER UPDATE ON annotator_assignment FOR EACH ROW
    WHEN ((OLD.user_id, OLD.slot_id IS NULL) IS DISTINCT FROM (NEW.user_id, NEW.slot_id IS NULL))
    EXECUTE FUNCTION annotator_assignment_after();
"""

MARKS = """
CREATE FUNCTION annotator_marks_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO annotator_marktally (project_id, user_id, type, marks, folded)
        SELECT j.project_id, j.user_id, added.type, count(*), false
        FROM added JOIN annotator_judges() j USING (judgement_id) GROUP BY j.project_id, j.user_id, added.type;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO annotator_marktally (project_id, user_id, type, marks, folded)
        SELECT j.project_id, j.user_id, gone.type, -count(*), false
        FROM gone JOIN annotator_judges() j USING (judgement_id) GROUP BY j.project_id, j.user_id, gone.type;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER span_added AFTER INSERT ON annotator_span REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_marks_changed();
CREATE TRIGGER span_changed AFTER UPDATE ON annotator_span REFERENCING OLD TABLE AS gone NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_marks_changed();
CREATE TRIGGER span_gone AFTER DELETE ON annotator_span REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_marks_changed();
CREATE TRIGGER missing_added AFTER INSERT ON annotator_missingmark REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_marks_changed();
CREATE TRIGGER missing_changed AFTER UPDATE ON annotator_missingmark REFERENCING OLD TABLE AS gone NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_marks_changed();
CREATE TRIGGER missing_gone AFTER DELETE ON annotator_missingmark REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_marks_changed();

CREATE FUNCTION annotator_judgement_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotator_marktally (project_id, user_id, type, marks, folded)
    SELECT project_id, user_id, type, -count(*), false
    FROM annotator_judges() JOIN annotator_marks() USING (judgement_id) WHERE judgement_id = OLD.id
    GROUP BY project_id, user_id, type;
    RETURN OLD;
END $$;
CREATE TRIGGER judgement_gone BEFORE DELETE ON annotator_judgement
    FOR EACH ROW EXECUTE FUNCTION annotator_judgement_gone();
"""

COVERAGE = """
CREATE FUNCTION annotator_slots_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotator_coveragechange (project_id, example_id, slots, done)
    SELECT project_id, example_id, count(*), count(*) FILTER (WHERE state = 'done')
    FROM added GROUP BY project_id, example_id;
    RETURN NULL;
END $$;
CREATE FUNCTION annotator_slots_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotator_coveragechange (project_id, example_id, slots, done)
    SELECT project_id, example_id, -count(*), -count(*) FILTER (WHERE state = 'done')
    FROM gone GROUP BY project_id, example_id;
    RETURN NULL;
END $$;
CREATE FUNCTION annotator_slot_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotator_coveragechange (project_id, example_id, slots, done) VALUES
        (OLD.project_id, OLD.example_id, -1, -(OLD.state = 'done')::int),
        (NEW.project_id, NEW.example_id, 1, (NEW.state = 'done')::int);
    RETURN NULL;
END $$;
CREATE TRIGGER slots_added AFTER INSERT ON annotator_slot REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_slots_added();
CREATE TRIGGER slots_gone AFTER DELETE ON annotator_slot REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_slots_gone();
CREATE TRIGGER slot_changed AFTER UPDATE ON annotator_slot FOR EACH ROW
    WHEN ((OLD.project_id, OLD.example_id, OLD.state = 'done')
        IS DISTINCT FROM (NEW.project_id, NEW.example_id, NEW.state = 'done'))
    EXECUTE FUNCTION annotator_slot_changed();
"""

# Each statement of the two functions takes rows away and puts as much in their place, as of one moment: what others
# add meanwhile stays. One at a time, since two that share the changes of an example would place it wrongly.
FOLDING = """
CREATE FUNCTION annotator_tallies_fold() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('annotator_tallies'));
    WITH fresh AS (
        SELECT DISTINCT project_id, user_id, hour FROM annotator_worktally WHERE NOT folded
    ), taken AS (
        DELETE FROM annotator_worktally t USING fresh f
        WHERE (t.project_id, t.user_id, t.hour) = (f.project_id, f.user_id, f.hour) RETURNING t.*
    )
    INSERT INTO annotator_worktally (project_id, user_id, hour, annotations, counted, timed, milliseconds, folded)
    SELECT project_id, user_id, hour, sum(annotations), sum(counted), sum(timed), sum(milliseconds), true
    FROM taken GROUP BY project_id, user_id, hour
    HAVING (sum(annotations), sum(counted), sum(timed), sum(milliseconds)) <> (0, 0, 0, 0);

    WITH fresh AS (
        SELECT DISTINCT project_id, user_id, type FROM annotator_marktally WHERE NOT folded
    ), taken AS (
        DELETE FROM annotator_marktally t USING fresh f
        WHERE (t.project_id, t.user_id, t.type) = (f.project_id, f.user_id, f.type) RETURNING t.*
    )
    INSERT INTO annotator_marktally (project_id, user_id, type, marks, folded)
    SELECT project_id, user_id, type, sum(marks), true
    FROM taken GROUP BY project_id, user_id, type HAVING sum(marks) <> 0;

    WITH changes AS (
        DELETE FROM annotator_coveragechange
    ), taken AS (
        DELETE FROM annotator_coveragetally WHERE EXISTS (SELECT FROM annotator_coveragechange)
        RETURNING project_id, slots, done, examples
    )
    INSERT INTO annotator_coveragetally (project_id, slots, done, examples)
    SELECT project_id, slots, done, sum(examples)
    FROM (SELECT * FROM taken UNION ALL SELECT * FROM annotator_coverage_moves()) AS rows
    GROUP BY project_id, slots, done HAVING sum(examples) <> 0;
END $$;

-- Counts everything of a project again from what is counted.
CREATE FUNCTION annotator_tallies_rebuild(rebuilt bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('annotator_tallies'));
    WITH gone AS (DELETE FROM annotator_worktally WHERE project_id = rebuilt)
    INSERT INTO annotator_worktally (project_id, user_id, hour, annotations, counted, timed, milliseconds, folded)
    SELECT project_id, user_id, hour, count(*), sum(counted), sum(timed), sum(milliseconds), true
    FROM annotator_work() WHERE project_id = rebuilt GROUP BY project_id, user_id, hour;

    WITH gone AS (DELETE FROM annotator_marktally WHERE project_id = rebuilt)
    INSERT INTO annotator_marktally (project_id, user_id, type, marks, folded)
    SELECT project_id, user_id, type, count(*), true
    FROM annotator_judges() JOIN annotator_marks() USING (judgement_id) WHERE project_id = rebuilt
    GROUP BY project_id, user_id, type;

    WITH changes AS (DELETE FROM annotator_coveragechange WHERE project_id = rebuilt),
        gone AS (DELETE FROM annotator_coveragetally WHERE project_id = rebuilt)
    INSERT INTO annotator_coveragetally (project_id, slots, done, examples)
    SELECT rebuilt, slots, done, count(*)
    FROM (
        SELECT count(*) AS slots, count(*) FILTER (WHERE state = 'done') AS done
        FROM annotator_slot WHERE project_id = rebuilt GROUP BY example_id
    ) AS examples
    GROUP BY slots, done;
END $$;

SELECT annotator_tallies_rebuild(id) FROM annotator_project;
"""


def _key(name):
    return (name, models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL if name == 'user' else f'annotator.{name}'))


def _id():
    return ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID'))


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0012_gold'),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkTally',
            fields=[
                _id(),
                _key('project'),
                _key('user'),
                ('hour', models.DateTimeField()),
                ('annotations', models.BigIntegerField()),
                ('counted', models.BigIntegerField()),
                ('timed', models.BigIntegerField()),
                ('milliseconds', models.BigIntegerField()),
                ('folded', models.BooleanField(default=False)),
            ],
            options={'indexes': [models.Index(fields=['project', 'user', 'hour'], name='work_tally_key')]},
        ),
        migrations.CreateModel(
            name='MarkTally',
            fields=[
                _id(),
                _key('project'),
                _key('user'),
                ('type', models.CharField(max_length=64)),
                ('marks', models.BigIntegerField()),
                ('folded', models.BooleanField(default=False)),
            ],
            options={'indexes': [models.Index(fields=['project', 'user', 'type'], name='mark_tally_key')]},
        ),
        migrations.CreateModel(
            name='CoverageTally',
            fields=[
                _id(),
                _key('project'),
                ('slots', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField()),
                ('examples', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='CoverageChange',
            fields=[
                _id(),
                _key('project'),
                _key('example'),
                ('slots', models.IntegerField()),
                ('done', models.IntegerField()),
            ],
        ),
        migrations.RemoveIndex(model_name='annotation', name='annotation_by_time'),
        migrations.AddIndex(
            model_name='annotation',
            index=models.Index(fields=['project', 'created_at', 'id'], name='annotation_by_arrival'),
        ),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (COUNTED, WORK, MARKS, COVERAGE, FOLDING)),
    ]
