from typing import Any

from django.db import migrations, models

from kiun.kernel.trees import places


def number(apps: Any, _editor: Any) -> None:
    rows = apps.get_model("goals", "Policy")._base_manager
    for plan in rows.order_by().values_list("plan", flat=True).distinct():
        found = places(rows.filter(plan=plan).values_list("pk", "parent", "order"))
        rows.bulk_update([rows.model(pk=key, place=place) for key, place in found.items()], ["place"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("goals", "0002_sources")]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="place",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
    ]
