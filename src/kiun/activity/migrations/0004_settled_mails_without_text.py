from django.db import migrations


def forget_text(apps, schema_editor):
    """The links of invitations stood in it."""
    deliveries = apps.get_model("activity", "Delivery").objects
    deliveries.filter(state__in=["sent", "failed", "cancelled"]).update(body="")


class Migration(migrations.Migration):
    dependencies = [("activity", "0003_mails_of_invitations")]

    operations = [migrations.RunPython(forget_text, migrations.RunPython.noop)]
