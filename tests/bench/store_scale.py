"""A project of any size, written by the database itself: what a million examples and their annotations weigh.

Rows are made by generate_series with triggers and foreign keys asleep, so that a million of them take seconds; what is
written is what the product would have written, except that no history is.
"""

from django.db import connection, transaction

from annotator.models import Project
from annotator.services.tallies import tallies_rebuild

# Each statement adds one kind of row; ids are counted on from `base`, so that rows find each other by arithmetic.
# i: the example; k: which of its judgements, from 0.
ROWS = (
    (
        "annotator_user",
        """(id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined,
            is_simulated)
        SELECT {user} + a, '!', false, 'scale-' || {project} || '-' || a, '', '', '', false, true, now(), false
        FROM generate_series(0, {people} - 1) a""",
    ),
    (
        "annotator_membership",
        """(project_id, user_id, role, pseudonym, submitted, active_seconds, earned, created_at)
        SELECT {project}, {user} + a, 'annotator', 's-' || a, {examples} * {judged} / {people}, 0, 0, now()
        FROM generate_series(0, {people} - 1) a""",
    ),
    (
        "annotator_example",
        """(id, project_id, external_id, prompt, question, passages, metadata, raw)
        SELECT {example} + i, {project}, 'scale-' || i, 'How many moons has planet ' || i || '?',
            'How many moons has planet ' || i || '?',
            jsonb_build_array(jsonb_build_object('title', 'Planet ' || i, 'sentences', jsonb_build_array(
                'Planet ' || i || ' goes around a dwarf star in ninety days.', 'It has one moon and a ring of dust.'
            ))), '{{}}', '{{}}'
        FROM generate_series(0, {examples} - 1) i""",
    ),
    (
        "annotator_response",
        """(id, example_id, index, text, length, sha256)
        SELECT {response} + i, {example} + i, 0, text, char_length(text),
            encode(sha256(convert_to(text, 'UTF8')), 'hex')
        FROM generate_series(0, {examples} - 1) i,
            LATERAL (SELECT 'Planet ' || i || ' has two moons. It has two moons, and a ring of ice.' AS text) AS it""",
    ),
    (
        "annotator_slot",
        """(id, project_id, example_id, number, state, rank)
        SELECT {slot} + i * {overlap} + k, {project}, {example} + i, k + 1,
            CASE WHEN k < {judged} THEN 'done' ELSE 'open' END, k + 1
        FROM generate_series(0, {overlap} - 1) k, generate_series(0, {examples} - 1) i ORDER BY k, i""",
    ),
    (
        "annotator_assignment",
        """(id, project_id, example_id, user_id, slot_id, taxonomy_id, guideline_version, desk, judged_responses,
            display_order, state, leased_until, started_at, release_reason)
        SELECT {assignment} + i * {judged} + k, {project}, {example} + i, {user} + (i + k) % {people},
            {slot} + i * {overlap} + k, {taxonomy}, '1', '{{}}', 1, '[0]', 'submitted', made, made, ''
        FROM generate_series(0, {examples} - 1) i, generate_series(0, {judged} - 1) k,
            LATERAL (SELECT now() - (({examples} - i) % 90) * interval '1 day' AS made) AS it""",
    ),
    (
        "annotator_annotation",
        """(id, project_id, assignment_id, record_id, body_sha256, source, versions, display_order, weight, started_at,
            submitted_at, created_at, active_seconds, raw)
        SELECT {annotation} + a, {project}, {assignment} + a, gen_random_uuid(), repeat('0', 64), 'human',
            '{{"taxonomy": "1", "guideline": "1", "segmentation": "1"}}', '[0]', 1, made, made, made, 20 + a % 50,
            '{{}}'
        FROM generate_series(0, {examples} * {judged} - 1) a, LATERAL (
            SELECT now() - (({examples} - a / {judged}) % 90) * interval '1 day' AS made) AS it""",
    ),
    (
        "annotator_judgement",
        """(id, annotation_id, response_id, answers)
        SELECT {judgement} + a, {annotation} + a, {response} + a / {judged}, '{{}}'
        FROM generate_series(0, {examples} * {judged} - 1) a""",
    ),
    (
        # Two in three find the second sentence repetitive, and the third one finds it irrelevant.
        "annotator_span",
        """(judgement_id, start, "end", quote, type, evidence, explanation)
        SELECT {judgement} + a, length - 36, length, substr(text, length - 35),
            CASE WHEN a % 3 = 2 THEN 'irrelevant' ELSE 'incoherent' END, '[]', ''
        FROM generate_series(0, {examples} * {judged} - 1) a
        JOIN annotator_response ON annotator_response.id = {response} + a / {judged}""",
    ),
)


@transaction.atomic
def store_fill(*, project: Project, examples: int, judged: int = 3, people: int = 300) -> list[int]:
    """Give the project that many examples, each with `judged` annotations of one span by `people` annotators in turn;
    the ids of those annotators' users. Places beyond `judged`, up to the project's overlap, are open.

    Needs a superuser. ValueError unless judged <= overlap and judged <= people.
    """
    if not judged <= min(project.overlap, people):
        raise ValueError(f"judged is {judged}; the overlap is {project.overlap}, and there are {people} people")
    taxonomy = project.taxonomies.latest("pk").pk
    sizes = {"project": project.pk, "taxonomy": taxonomy, "examples": examples, "judged": judged, "people": people}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, _ in ROWS:
            cursor.execute(f"SELECT {USED.format(table=table)} + 1 FROM {table}")
            sizes[table.removeprefix("annotator_")] = cursor.fetchone()[0]
        for table, rows in ROWS:
            cursor.execute(f"INSERT INTO {table} " + rows.format(**sizes, overlap=project.overlap))
            used = USED.format(table=table)
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {used}) FROM {table}")
        cursor.execute("SET LOCAL session_replication_role = origin")
    tallies_rebuild(project=project)
    return list(range(sizes["user"], sizes["user"] + people))


# The greatest number that a row of the table has, or ever had: the history knows those that are gone by theirs.
USED = """greatest(coalesce(max(id), 1),
    coalesce(pg_sequence_last_value(pg_get_serial_sequence('{table}', 'id')::regclass), 1))"""

def store_analyse() -> None:
    """What autovacuum would have done by the time that so much has come together; outside of any transaction."""
    with connection.cursor() as cursor:
        for table, _ in ROWS:
            cursor.execute(f"VACUUM ANALYZE {table}")
