from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0007_withdrawn_blockers'),
    ]

    operations = [
        migrations.AddField(
            model_name='round',
            name='is_due_chosen',
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
