from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0016_orders_by_price_and_tempo'),
    ]

    operations = [
        migrations.AddField(
            model_name='beat',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
    ]
