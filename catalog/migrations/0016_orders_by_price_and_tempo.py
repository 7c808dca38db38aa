"""Indexes for the orders by price, by tempo and by plays within a genre, each as the lists have it: no value last.

Ascending, that is how PostgreSQL's index ends by itself, and SQLite reads its own in two goes; descending, PostgreSQL
has to be told (see 0008).
"""

import django.db.models
from django.db import migrations

LIVE = django.db.models.Q(('gone_at', None))


INDEXES = {
    'beat_dearest': '(price DESC NULLS LAST, id DESC)',
    'beat_genre_popular': '(genre_id, play_count DESC NULLS LAST, id DESC)',
}


def end_with_nulls(apps, schema_editor):
    if schema_editor.connection.vendor != 'postgresql':
        return
    for name, columns in INDEXES.items():
        schema_editor.execute(f'DROP INDEX IF EXISTS {name}')
        schema_editor.execute(f'CREATE INDEX {name} ON catalog_beat {columns} WHERE gone_at IS NULL')


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0015_purchase_id'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='beat',
            index=django.db.models.Index(
                django.db.models.F('price').asc(), django.db.models.F('id').desc(), condition=LIVE, name='beat_cheapest'
            ),
        ),
        migrations.AddIndex(
            model_name='beat',
            index=django.db.models.Index(
                django.db.models.F('price').desc(), django.db.models.F('id').desc(), condition=LIVE, name='beat_dearest'
            ),
        ),
        migrations.AddIndex(
            model_name='beat',
            index=django.db.models.Index(
                django.db.models.F('bpm').asc(), django.db.models.F('id').desc(), condition=LIVE, name='beat_slowest'
            ),
        ),
        migrations.AddIndex(
            model_name='beat',
            index=django.db.models.Index(
                django.db.models.F('genre'),
                django.db.models.F('play_count').desc(),
                django.db.models.F('id').desc(),
                condition=LIVE,
                name='beat_genre_popular',
            ),
        ),
        migrations.RunPython(end_with_nulls, migrations.RunPython.noop),
    ]
