"""Encrypts the seeds of second factors that were kept in the clear."""

from django.db import migrations

from accounts.factors import locked_anew, unlocked


def lock(apps, schema_editor):
    _change(apps, locked_anew)


def unlock(apps, schema_editor):
    _change(apps, unlocked)


def _change(apps, change):
    for factor in apps.get_model("mfa", "Authenticator").objects.all():
        data = change(factor.data)
        if data != factor.data:
            factor.data = data
            factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_orders"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(lock, unlock)]
