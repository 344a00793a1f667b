
import django.db.models.functions.comparison
from django.db import migrations, models


STANDING = """
-- How far a person has come on the way to the work: has agreed to the consent, if the project has one; to the guideline
-- as it is, if it has one; has taken every lesson of the tutorial; is qualified, if that is asked for.
CREATE FUNCTION annotator_standing(
    project annotator_project, person bigint,
    OUT consented boolean, OUT guided boolean, OUT taught boolean, OUT qualified boolean
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    consented := jsonb_typeof(project.desk->'consent') IS DISTINCT FROM 'object' OR EXISTS (
        SELECT FROM annotator_agreement a WHERE a.project_id = project.id AND a.user_id = person
            AND a.document = 'consent' AND a.version = project.desk->'consent'->>'version');
    guided := project.guideline = '' OR EXISTS (
        SELECT FROM annotator_agreement a WHERE a.project_id = project.id AND a.user_id = person
            AND a.document = 'guideline' AND a.version = project.guideline_version);
    taught := NOT EXISTS (
        SELECT FROM annotator_lesson lesson
        WHERE lesson.project_id = project.id AND NOT retired AND part = 'tutorial' AND NOT EXISTS (
            SELECT FROM annotator_lessonattempt t WHERE t.lesson_id = lesson.id AND t.user_id = person));
    qualified := NOT EXISTS (
        SELECT FROM annotator_lesson lesson
        WHERE lesson.project_id = project.id AND NOT retired AND part = 'qualification'
    ) OR EXISTS (
        SELECT FROM annotator_qualification q WHERE q.project_id = project.id AND q.user_id = person AND passed);
END $$;
"""

# Lock order everywhere: the person's membership, then the assignment, then the slot.
LEASES = """
-- Puts the slots of the oldest leases that have ended back into the queue, at most 20.
CREATE FUNCTION annotator_leases_expire(project bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM annotator_assignment a
        WHERE a.project_id = project AND a.state = 'active' AND a.leased_until < now()
    ) THEN
        RETURN;
    END IF;
    WITH late AS (
        SELECT a.id FROM annotator_assignment a
        WHERE a.project_id = project AND a.state = 'active' AND a.leased_until < now()
        ORDER BY a.leased_until LIMIT 20 FOR UPDATE SKIP LOCKED
    ), expired AS (
        UPDATE annotator_assignment a SET state = 'expired' FROM late WHERE a.id = late.id RETURNING a.slot_id
    )
    UPDATE annotator_slot slot SET state = 'open', opened_in = pg_current_xact_id()::text::bigint
        FROM expired WHERE slot.id = expired.slot_id;
END $$;

-- The assignment with its lease renewed, or in a slot of its example that is open, if it was lost; as it was where there
-- is none. A check against gold needs no slot. The caller holds its lock.
CREATE FUNCTION annotator_lease(held annotator_assignment, overlap integer, minutes integer)
    RETURNS annotator_assignment LANGUAGE plpgsql AS $$
DECLARE
    place bigint;
BEGIN
    IF held.state = 'expired' AND held.gold_id IS NULL THEN
        SELECT slot.id INTO place FROM annotator_slot slot
            WHERE slot.example_id = held.example_id AND slot.state = 'open' AND slot.number <= overlap
            ORDER BY slot.number LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN held;
        END IF;
        UPDATE annotator_slot SET state = 'leased' WHERE id = place;
        held.slot_id := place;
    END IF;
    held.state := 'active';
    held.leased_until := now() + minutes * interval '1 minute';
    RETURN held;
END $$;

-- The assignment, locked for a write by its person, its lease renewed or regained. It is still expired if somebody else
-- has the place, or if its person holds two others and is not about to submit. A submitted or released one as it is.
CREATE FUNCTION annotator_hold(claim bigint, to_submit boolean)
    RETURNS annotator_assignment LANGUAGE plpgsql AS $$
DECLARE
    held annotator_assignment;
    overlap integer;
    minutes integer;
BEGIN
    SELECT a.* INTO STRICT held FROM annotator_assignment a WHERE a.id = claim;
    PERFORM FROM annotator_membership m WHERE m.project_id = held.project_id AND m.user_id = held.user_id FOR UPDATE;
    SELECT a.* INTO held FROM annotator_assignment a WHERE a.id = claim FOR UPDATE;
    IF held.state IN ('submitted', 'released') THEN
        RETURN held;
    END IF;
    SELECT p.overlap, p.lease_minutes INTO overlap, minutes FROM annotator_project p WHERE p.id = held.project_id;
    held.started_at := coalesce(held.started_at, now());
    IF held.state = 'active' OR to_submit OR 2 > (
        SELECT count(*) FROM annotator_assignment a
        WHERE a.user_id = held.user_id AND a.project_id = held.project_id AND a.state = 'active'
    ) THEN
        held := annotator_lease(held, overlap, minutes);
    END IF;
    UPDATE annotator_assignment a
        SET slot_id = held.slot_id, state = held.state, leased_until = held.leased_until, started_at = held.started_at
        WHERE a.id = claim;
    RETURN held;
END $$;
"""

QUEUE = """
-- The first open slot at or behind a place in the queue that is of no example its person was ever given, locked or not.
-- Its plan is laid down, because the planner cannot know how many of the slots there are theirs already.
CREATE FUNCTION annotator_ahead(project bigint, person bigint, overlap integer, behind annotator_membership)
    RETURNS annotator_slot LANGUAGE plpgsql STABLE
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET enable_sort = off SET enable_material = off
AS $$
DECLARE
    found annotator_slot;
BEGIN
    SELECT slot.* INTO found FROM annotator_slot slot
        WHERE slot.project_id = project AND slot.state = 'open' AND slot.number <= overlap
            AND (slot.rank, slot.id) >= (behind.queue_rank, behind.queue_slot)
            AND NOT EXISTS (SELECT FROM annotator_assignment a
                            WHERE a.example_id = slot.example_id AND a.user_id = person)
        ORDER BY slot.rank, slot.id LIMIT 1;
    RETURN found;
END $$;

-- The same as far as it is to be had, and locked.
CREATE FUNCTION annotator_ahead_locked(project bigint, person bigint, overlap integer, behind annotator_membership)
    RETURNS annotator_slot LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET enable_sort = off SET enable_material = off
AS $$
DECLARE
    found annotator_slot;
BEGIN
    SELECT slot.* INTO found FROM annotator_slot slot
        WHERE slot.project_id = project AND slot.state = 'open' AND slot.number <= overlap
            AND (slot.rank, slot.id) >= (behind.queue_rank, behind.queue_slot)
            AND NOT EXISTS (SELECT FROM annotator_assignment a
                            WHERE a.example_id = slot.example_id AND a.user_id = person)
        ORDER BY slot.rank, slot.id LIMIT 1 FOR UPDATE OF slot SKIP LOCKED;
    RETURN found;
END $$;

-- What has been opened or moved since the person's last look, and lies before their place in the queue.
CREATE FUNCTION annotator_news(project bigint, person bigint, overlap integer, behind annotator_membership)
    RETURNS SETOF annotator_slot LANGUAGE plpgsql STABLE
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    RETURN QUERY SELECT slot.* FROM annotator_slot slot
        WHERE slot.project_id = project AND slot.state = 'open' AND slot.number <= overlap
            AND slot.opened_in >= behind.queue_horizon
            AND (slot.rank, slot.id) < (behind.queue_rank, behind.queue_slot)
            AND NOT EXISTS (SELECT FROM annotator_assignment a
                            WHERE a.example_id = slot.example_id AND a.user_id = person)
        ORDER BY slot.rank, slot.id LIMIT 20;
END $$;

-- Takes the next slot for the person, and notes how far they have gone: what is open, not theirs and no newer than the
-- horizon never lies before that place, whether or not it could be locked. The caller holds the membership's lock.
CREATE FUNCTION annotator_claim(me annotator_membership, overlap integer, version integer)
    RETURNS annotator_slot LANGUAGE plpgsql AS $$
DECLARE
    horizon bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    news annotator_slot;
    ahead annotator_slot;
    taken annotator_slot;
BEGIN
    -- A horizon beyond every transaction comes from another cluster, by dump and restore.
    IF me.queue_version <> version OR me.queue_horizon > horizon THEN
        me.queue_rank := '-Infinity';
        me.queue_slot := 0;
        me.queue_horizon := horizon;
    END IF;
    FOR news IN SELECT * FROM annotator_news(me.project_id, me.user_id, overlap, me) WHERE me.queue_rank > '-Infinity' LOOP
        horizon := me.queue_horizon;
        SELECT slot.* INTO taken FROM annotator_slot slot
            WHERE slot.id = news.id AND slot.state = 'open' FOR UPDATE SKIP LOCKED;
        EXIT WHEN FOUND;
    END LOOP;
    IF taken.id IS NULL THEN
        ahead := annotator_ahead(me.project_id, me.user_id, overlap, me);
        IF ahead.id IS NULL THEN
            me.queue_rank := 'Infinity';
        ELSE
            me.queue_rank := ahead.rank;
            me.queue_slot := ahead.id;
            SELECT slot.* INTO taken FROM annotator_slot slot
                WHERE slot.id = ahead.id AND slot.state = 'open' FOR UPDATE SKIP LOCKED;
            IF NOT FOUND THEN
                taken := annotator_ahead_locked(me.project_id, me.user_id, overlap, me);
            END IF;
        END IF;
    END IF;
    UPDATE annotator_membership SET queue_version = version, queue_rank = me.queue_rank, queue_slot = me.queue_slot,
        queue_horizon = horizon WHERE id = me.id;
    IF taken.id IS NOT NULL THEN
        UPDATE annotator_slot SET state = 'leased' WHERE id = taken.id;
    END IF;
    RETURN taken;
END $$;

-- Gives the person something to judge, in one transaction: what they hold already, else what they let expire and nobody
-- took, else the next slot of the queue. Never `besides`, which they may go on holding. `ready` is false, and nothing is
-- done, for whom something else comes first. `task` and `judged` go into a new assignment.
CREATE FUNCTION annotator_next(
    project bigint, person bigint, besides bigint, task jsonb, judged integer, OUT ready boolean,
    OUT given annotator_assignment
) LANGUAGE plpgsql AS $$
DECLARE
    me annotator_membership;
    here annotator_project;
    place annotator_slot;
BEGIN
    SELECT m.* INTO STRICT me FROM annotator_membership m WHERE m.project_id = project AND m.user_id = person FOR UPDATE;
    SELECT p.* INTO here FROM annotator_project p WHERE p.id = project;
    SELECT u.is_simulated OR (consented AND guided AND taught AND qualified) INTO ready
        FROM annotator_user u, annotator_standing(here, person) WHERE u.id = person;
    IF NOT ready THEN
        RETURN;
    END IF;
    -- The one begun before the one fetched ahead.
    SELECT a.* INTO given FROM annotator_assignment a
        WHERE a.user_id = person AND a.project_id = project AND a.state = 'active' AND a.id IS DISTINCT FROM besides
        ORDER BY a.started_at NULLS LAST, a.id LIMIT 1 FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM annotator_leases_expire(project);
        SELECT a.* INTO given FROM annotator_assignment a
            WHERE a.user_id = person AND a.project_id = project AND a.state = 'expired'
                AND a.id IS DISTINCT FROM besides AND (a.gold_id IS NOT NULL OR EXISTS (
                    SELECT FROM annotator_slot slot WHERE slot.example_id = a.example_id AND slot.state = 'open'
                        AND slot.number <= here.overlap))
            ORDER BY a.leased_until DESC LIMIT 1 FOR UPDATE;
    END IF;
    IF given.id IS NOT NULL THEN
        given := annotator_lease(given, here.overlap, here.lease_minutes);
        IF given.state = 'active' THEN
            -- They have agreed to the guideline as it is by now, and go on under that one.
            given.guideline_version := here.guideline_version;
            UPDATE annotator_assignment a SET slot_id = given.slot_id, state = given.state,
                leased_until = given.leased_until, guideline_version = given.guideline_version WHERE a.id = given.id;
            RETURN;
        END IF;
        given := NULL;
    END IF;
    place := annotator_claim(me, here.overlap, here.queue_version);
    IF place.id IS NOT NULL THEN
        INSERT INTO annotator_assignment AS a (
            project_id, example_id, user_id, slot_id, taxonomy_id, guideline_version, desk, judged_responses,
            display_order, state, leased_until, release_reason
        ) VALUES (
            project, place.example_id, person, place.id,
            (SELECT max(t.id) FROM annotator_taxonomy t WHERE t.project_id = project),
            here.guideline_version, task, judged,
            (SELECT coalesce(jsonb_agg(row_number - 1 ORDER BY random()), '[]') FROM (
                SELECT row_number() OVER () FROM annotator_response r WHERE r.example_id = place.example_id) numbered),
            'active', now() + here.lease_minutes * interval '1 minute', ''
        ) RETURNING a.* INTO given;
    END IF;
END $$;
"""

UPKEEP = """
UPDATE annotator_slot SET rank = number;
DROP SEQUENCE annotator_slot_ticket;
-- Every slot is updated twice in its life, and every membership with every submit.
ALTER TABLE annotator_slot SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
ALTER TABLE annotator_membership SET (fillfactor = 50);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0004_quality'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='slot',
            name='slot_open_queue',
        ),
        migrations.RemoveField(
            model_name='membership',
            name='cursors',
        ),
        migrations.RemoveField(
            model_name='slot',
            name='ticket',
        ),
        migrations.AddField(
            model_name='example',
            name='disagreement',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='example',
            name='uncertainty',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='queue_horizon',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='membership',
            name='queue_rank',
            field=models.FloatField(db_default=0),
        ),
        migrations.AddField(
            model_name='membership',
            name='queue_slot',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='membership',
            name='queue_version',
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='project',
            name='arranged_to',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='project',
            name='queue_version',
            field=models.IntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='project',
            name='strategy',
            field=models.CharField(choices=[('breadth_first', 'breadth_first'), ('depth_first', 'depth_first'), ('uncertainty_first', 'uncertainty_first'), ('disagreement_first', 'disagreement_first')], default='breadth_first', max_length=24),
        ),
        migrations.AddField(
            model_name='slot',
            name='opened_in',
            field=models.BigIntegerField(db_default=django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Cast(models.Func(function='pg_current_xact_id'), models.TextField()), models.BigIntegerField())),
        ),
        migrations.AddField(
            model_name='slot',
            name='rank',
            field=models.FloatField(db_default=0),
        ),
        migrations.AddIndex(
            model_name='slot',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['project', 'rank', 'id'], include=('number',), name='slot_open_queue'),
        ),
        migrations.AddIndex(
            model_name='slot',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['project', 'opened_in'], name='slot_open_news'),
        ),
        migrations.AddConstraint(
            model_name='example',
            constraint=models.CheckConstraint(condition=models.Q(('uncertainty', None), ('uncertainty__range', (0, 1)), _connector='OR'), name='example_uncertainty_share'),
        ),
        migrations.AddConstraint(
            model_name='example',
            constraint=models.CheckConstraint(condition=models.Q(('disagreement', None), ('disagreement__range', (0, 1)), _connector='OR'), name='example_disagreement_share'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('strategy__in', ['breadth_first', 'depth_first', 'uncertainty_first', 'disagreement_first'])), name='project_strategy_known'),
        ),
        migrations.RunSQL(UPKEEP, migrations.RunSQL.noop),
        migrations.RunSQL(STANDING, migrations.RunSQL.noop),
        migrations.RunSQL(LEASES, migrations.RunSQL.noop),
        migrations.RunSQL(QUEUE, migrations.RunSQL.noop),
    ]
