from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activity", "0005_one_notice_preference_per_person")]

    operations = [
        migrations.RemoveIndex(model_name="auditentry", name="audit_changes"),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(
                    models.Q(("verb", "signed_in"), _negated=True), models.Q(("verb", "exported"), _negated=True)
                ),
                fields=["municipality", "-id"],
                name="audit_changes",
            ),
        ),
    ]
