from django.db import migrations, models

CLAIM = """
-- Gold that the person is to be handed now, and whose example they were never given, by the rates of the project's desk;
-- null as a rule. Only while there are other texts, or the last ones would tell what they are.
CREATE FUNCTION annotator_gold_claim(me annotator_membership, here annotator_project)
    RETURNS annotator_gold LANGUAGE plpgsql AS $$
DECLARE
    known annotator_gold;
    rule jsonb := coalesce(here.desk->'gold', '{}');
BEGIN
    IF random() < (CASE WHEN me.submitted < coalesce((rule->>'first')::integer, 20)
        THEN coalesce((rule->>'first_rate')::double precision, 0.1)
        ELSE coalesce((rule->>'rate')::double precision, 0.05)
    END) THEN
        SELECT g.* INTO known FROM annotator_gold g
            WHERE g.project_id = here.id AND g.retired_at IS NULL AND NOT EXISTS (
                SELECT FROM annotator_assignment a WHERE a.example_id = g.example_id AND a.user_id = me.user_id)
            ORDER BY random() LIMIT 1;
    END IF;
    RETURN known;
END $$;

-- Gives the person something to judge, in one transaction: what they hold already, else what they let expire and nobody
-- took, else the next slot of the queue, or in its stead a check against gold. Never `besides`, which they may go on holding. `ready` is false, and nothing is
-- done, for whom something else comes first. `task` and `judged` go into a new assignment.
CREATE OR REPLACE FUNCTION annotator_next(
    project bigint, person bigint, besides bigint, task jsonb, judged integer, OUT ready boolean,
    OUT given annotator_assignment
) LANGUAGE plpgsql AS $$
DECLARE
    me annotator_membership;
    here annotator_project;
    place annotator_slot;
    known annotator_gold;
BEGIN
    SELECT m.* INTO STRICT me FROM annotator_membership m WHERE m.project_id = project AND m.user_id = person FOR UPDATE;
    SELECT p.* INTO here FROM annotator_project p WHERE p.id = project;
    SELECT me.standing = 'working' AND (u.is_simulated OR (consented AND guided AND taught AND qualified)) INTO ready
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
        known := annotator_gold_claim(me, here);
        IF known.id IS NOT NULL THEN
            UPDATE annotator_slot SET state = 'open', opened_in = pg_current_xact_id()::text::bigint WHERE id = place.id;
            place.id := NULL;
            place.example_id := known.example_id;
        END IF;
        INSERT INTO annotator_assignment AS a (
            project_id, example_id, user_id, slot_id, gold_id, taxonomy_id, guideline_version, desk, judged_responses,
            display_order, state, leased_until, release_reason
        ) VALUES (
            project, place.example_id, person, place.id, known.id,
            (SELECT max(t.id) FROM annotator_taxonomy t WHERE t.project_id = project),
            here.guideline_version, task, judged,
            (SELECT coalesce(jsonb_agg(row_number - 1 ORDER BY random()), '[]') FROM (
                SELECT row_number() OVER () FROM annotator_response r WHERE r.example_id = place.example_id) numbered),
            'active', now() + here.lease_minutes * interval '1 minute', ''
        ) RETURNING a.* INTO given;
    END IF;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0011_news'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('gold__isnull', False)), fields=['gold'], name='assignment_of_gold'),
        ),
        migrations.RunSQL(CLAIM),
    ]
