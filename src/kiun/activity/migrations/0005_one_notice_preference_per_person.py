from django.db import migrations


def keep_newest_choice(apps, schema_editor):
    """It was kept for each post; a person with several in a town has one from now on."""
    preferences = apps.get_model("activity", "NoticePreference").objects
    people = set()
    for preference in preferences.select_related("membership").order_by("-pk"):
        person = (preference.municipality_id, preference.membership.user_id)
        if person in people:
            preference.delete()
        people.add(person)


class Migration(migrations.Migration):
    dependencies = [("activity", "0004_settled_mails_without_text")]

    operations = [migrations.RunPython(keep_newest_choice, migrations.RunPython.noop)]
