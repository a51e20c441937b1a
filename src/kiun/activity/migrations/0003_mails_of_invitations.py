import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activity", "0002_index_of_changes"),
        ("municipality", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="invitation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="municipality.invitation",
            ),
        ),
    ]
