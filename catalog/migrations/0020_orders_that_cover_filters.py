"""Indexes of the lists' orders hold what pages ask of a beat: else each one passed over is read as a row."""

import django.db.models
from django.db import migrations
from django.db.models import F

LIVE = django.db.models.Q(('gone_at', None))
INDEXES = {
    'beat_newest': ([F('created_at').desc()], ['genre', 'producer', 'bpm', 'tone', 'price']),
    'beat_popular': ([F('play_count').desc()], ['genre', 'producer', 'bpm', 'tone', 'price']),
    'beat_cheapest': ([F('price').asc()], ['genre', 'producer', 'bpm', 'tone']),
    'beat_dearest': ([F('price').desc()], ['genre', 'producer', 'bpm', 'tone']),
    'beat_slowest': ([F('bpm').asc()], ['genre', 'producer', 'tone', 'price']),
    'beat_genre_popular': ([F('genre'), F('play_count').desc()], ['producer', 'bpm', 'tone', 'price']),
    'beat_genre': ([F('genre'), F('created_at').desc()], ['producer', 'bpm', 'tone', 'price']),
    'beat_producer': ([F('producer'), F('created_at').desc()], ['genre', 'bpm', 'tone', 'price']),
}


def index(name):
    order, more = INDEXES[name]
    return django.db.models.Index(*order, F('id').desc(), F('gone_at'), *more, condition=LIVE, name=name)


def end_with_nulls(apps, schema_editor):
    """Write the descending ones as PostgreSQL has to be told (see 0008)."""
    if schema_editor.connection.vendor != 'postgresql':
        return
    for name in INDEXES:
        made = str(index(name).create_sql(apps.get_model('catalog', 'Beat'), schema_editor))
        for column in ('created_at', 'play_count', 'price'):
            made = made.replace(f'"{column}" DESC', f'"{column}" DESC NULLS LAST')
        schema_editor.execute(f'DROP INDEX IF EXISTS {name}')
        schema_editor.execute(made)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0019_suspects_and_refused_senders'),
    ]

    operations = [
        *(migrations.RemoveIndex('beat', name) for name in INDEXES),
        *(migrations.AddIndex('beat', index(name)) for name in INDEXES),
        migrations.RunPython(end_with_nulls, migrations.RunPython.noop),
    ]
