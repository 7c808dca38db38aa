"""Has PostgreSQL's indexes end with what has no value, as the lists do.

The same index serves SQLite as it stands, where NULL is the lowest of values and NULLS LAST can't be said of an index.
PostgreSQL takes NULL for the highest, so that an index by "desc" begins with what the lists end with: it went unused,
and every list was sorted from scratch.
"""

from django.db import migrations

INDEXES = {
    'beat_newest': '(created_at DESC NULLS LAST, id DESC)',
    'beat_popular': '(play_count DESC NULLS LAST, id DESC)',
    'beat_genre': '(genre_id, created_at DESC NULLS LAST, id DESC)',
    'beat_producer': '(producer_id, created_at DESC NULLS LAST, id DESC)',
}


def end_with_nulls(apps, schema_editor):
    _rebuild(schema_editor, ' NULLS LAST')


def begin_with_nulls(apps, schema_editor):
    _rebuild(schema_editor, '')


def _rebuild(schema_editor, nulls):
    if schema_editor.connection.vendor != 'postgresql':
        return
    for name, columns in INDEXES.items():
        schema_editor.execute(f'DROP INDEX IF EXISTS {name}')
        columns = columns.replace(' NULLS LAST', nulls)
        schema_editor.execute(f'CREATE INDEX {name} ON catalog_beat {columns} WHERE gone_at IS NULL')


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_producers_and_likeness'),
    ]

    operations = [
        migrations.RunPython(end_with_nulls, begin_with_nulls),
    ]
