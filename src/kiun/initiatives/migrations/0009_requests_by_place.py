from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0008_round_is_due_chosen'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='request',
            options={
                'base_manager_name': 'objects',
                'ordering': ['department__place', 'department_id'],
                'verbose_name': 'request to a department',
                'verbose_name_plural': 'requests to departments',
            },
        ),
    ]
