import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0002_sources"),
        ("initiatives", "0001_work_and_resources"),
        ("municipality", "0002_invitation_without_inviter"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="undoes",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="initiatives.revision",
            ),
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_type", models.CharField(blank=True, editable=False, max_length=60)),
                ("subject_id", models.BigIntegerField(editable=False, null=True)),
                ("title", models.CharField(max_length=200, verbose_name="item")),
                ("question", models.TextField(blank=True, max_length=1000, verbose_name="what is to be decided")),
                ("severity", models.PositiveSmallIntegerField(default=2, editable=False)),
                ("order", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("put_off_reason", models.CharField(blank=True, max_length=300, verbose_name="why it is put off")),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ahead", "ahead"),
                            ("as_planned", "as planned"),
                            ("late", "late"),
                            ("unknown", "cannot be evaluated"),
                        ],
                        max_length=10,
                        verbose_name="grade",
                    ),
                ),
                ("minutes", models.TextField(blank=True, max_length=4000, verbose_name="what was said")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="municipality.membership",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipality.department",
                        verbose_name="department in charge",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="goals.indicator",
                        verbose_name="indicator",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="agenda_items",
                        to="initiatives.initiative",
                        verbose_name="initiative",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipality.municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of the agenda",
                "verbose_name_plural": "items of the agenda",
                "ordering": ["order", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AgendaFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60)),
                ("sentence", models.CharField(max_length=400, verbose_name="finding")),
                ("figure", models.CharField(blank=True, max_length=30)),
                ("figure_label", models.CharField(blank=True, max_length=60)),
                ("as_of", models.DateField(verbose_name="as of")),
                ("severity", models.PositiveSmallIntegerField(default=2)),
                ("path", models.CharField(blank=True, max_length=300)),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipality.municipality",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="initiatives.agendaitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding about an item",
                "ordering": ["severity", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="DepartmentStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=2000, verbose_name="statement of the department")),
                ("written_at", models.DateTimeField(auto_now=True)),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="municipality.membership",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statement",
                        to="initiatives.agendaitem",
                        verbose_name="item of the agenda",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipality.municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement of the department",
                "ordering": ["pk"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="fiscal year")),
                (
                    "quarter",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ],
                        verbose_name="quarter",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="held on")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place and time")),
                (
                    "state",
                    models.CharField(
                        choices=[("preparing", "being prepared"), ("running", "being held"), ("closed", "closed")],
                        default="preparing",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("summary", models.TextField(blank=True, max_length=1000, verbose_name="in a few words")),
                ("is_arranged", models.BooleanField(default=False, editable=False)),
                ("gathered_at", models.DateTimeField(editable=False, null=True)),
                ("invited_on", models.DateField(blank=True, null=True, verbose_name="invitations sent on")),
                ("begun_at", models.DateTimeField(editable=False, null=True)),
                ("closed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "current",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="initiatives.agendaitem",
                        verbose_name="at the item",
                    ),
                ),
                (
                    "decider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipality.membership",
                        verbose_name="decides",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipality.municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "ordering": ["-year", "-quarter"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "year", "quarter"),
                        name="review_of_a_quarter_once",
                        violation_error_message="There is already a review of this quarter. Open it instead.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="initiatives.review",
                verbose_name="review",
            ),
        ),
        migrations.CreateModel(
            name="ReviewDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("continue", "go on"), ("change", "change"), ("stop", "stop")],
                        max_length=10,
                        verbose_name="decision",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="reason")),
                ("what", models.CharField(blank=True, max_length=120, verbose_name="what is to be done")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("decided_on", models.DateField(editable=False, null=True, verbose_name="decided on")),
                ("begun_on", models.DateField(blank=True, null=True, verbose_name="begun on")),
                ("carried_out_on", models.DateField(blank=True, null=True, verbose_name="carried out on")),
                ("report", models.CharField(blank=True, max_length=300, verbose_name="what has been done")),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="decisions",
                        to="initiatives.initiative",
                        verbose_name="initiative",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decision",
                        to="initiatives.agendaitem",
                        verbose_name="item of the agenda",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipality.municipality",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_decisions",
                        to="municipality.membership",
                        verbose_name="who does it",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_decisions",
                        to="initiatives.revision",
                        verbose_name="revision",
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="review_decision",
                        to="initiatives.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision of a review",
                "verbose_name_plural": "decisions of reviews",
                "ordering": ["-decided_on", "pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["municipality", "person", "carried_out_on"], name="initiatives_municip_434215_idx"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewParticipant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attended", models.BooleanField(default=True, verbose_name="was there")),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipality.municipality",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipality.membership",
                        verbose_name="participant",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="initiatives.review",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant of a review",
                "ordering": ["pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("review", "post"), name="review_participant_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("subject_id__isnull", False)),
                fields=("review", "subject_type", "subject_id"),
                name="agenda_item_of_a_subject_once",
            ),
        ),
    ]
