from django.db import migrations

# By what is new first, and only then by its place: the other way round, every slot that was ever taken before the place
# is looked at, until a vacuum has removed it from the index.
NEWS = """
CREATE OR REPLACE FUNCTION annotator_news(
    project bigint, person bigint, overlap integer, behind annotator_membership
) RETURNS SETOF annotator_slot LANGUAGE plpgsql STABLE
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    RETURN QUERY WITH news AS MATERIALIZED (
        SELECT slot.* FROM annotator_slot slot
        WHERE slot.project_id = project AND slot.state = 'open' AND slot.opened_in >= behind.queue_horizon
    )
    SELECT news.* FROM news
        WHERE news.number <= overlap AND (news.rank, news.id) < (behind.queue_rank, behind.queue_slot)
            AND NOT EXISTS (SELECT FROM annotator_assignment a
                            WHERE a.example_id = news.example_id AND a.user_id = person)
        ORDER BY news.rank, news.id LIMIT 20;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0010_history")]

    operations = [migrations.RunSQL(NEWS, migrations.RunSQL.noop)]
