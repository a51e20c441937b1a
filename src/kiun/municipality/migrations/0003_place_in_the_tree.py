from typing import Any

from django.db import migrations, models

from kiun.kernel.trees import places


def number(apps: Any, _editor: Any) -> None:
    rows = apps.get_model("municipality", "Department")._base_manager
    for town in rows.order_by().values_list("municipality", flat=True).distinct():
        found = places(rows.filter(municipality=town).values_list("pk", "parent", "order"))
        rows.bulk_update([rows.model(pk=key, place=place) for key, place in found.items()], ["place"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("municipality", "0002_invitation_without_inviter")]

    operations = [
        migrations.AddField(
            model_name="department",
            name="place",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
    ]
