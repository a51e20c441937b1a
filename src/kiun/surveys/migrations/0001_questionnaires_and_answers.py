import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('activity', '0007_day_of_a_record'),
        ('municipality', '0005_memberships_by_place'),
    ]

    operations = [
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('family', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('number', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='version')),
                ('name', models.CharField(max_length=120, verbose_name='name of the questionnaire')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='what it is for')),
                ('origin', models.CharField(blank=True, max_length=300, verbose_name='source of the wording')),
                ('is_locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.department', verbose_name='department in charge')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.membership', verbose_name='person in charge')),
            ],
            options={
                'verbose_name': 'questionnaire',
                'verbose_name_plural': 'questionnaires',
                'ordering': ['-pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='order')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title of the section')),
                ('title_en', models.CharField(blank=True, max_length=120, verbose_name='title of the section in English')),
                ('text', models.TextField(blank=True, max_length=2000, verbose_name='words before the questions')),
                ('text_en', models.TextField(blank=True, max_length=2000, verbose_name='words before the questions in English')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='surveys.questionnaire')),
            ],
            options={
                'verbose_name': 'section of a questionnaire',
                'verbose_name_plural': 'sections of a questionnaire',
                'ordering': ['order', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='order')),
                ('key', models.SlugField(max_length=40, verbose_name='short name')),
                ('kind', models.CharField(choices=[('scale', 'scale'), ('single', 'one of several answers'), ('multiple', 'several answers'), ('ranking', 'order of importance'), ('number', 'number'), ('day', 'date'), ('short_text', 'short text'), ('long_text', 'long text'), ('matrix', 'table of questions with the same answers')], max_length=12, verbose_name='kind of answer')),
                ('text', models.CharField(max_length=300, verbose_name='question')),
                ('text_en', models.CharField(blank=True, max_length=300, verbose_name='question in English')),
                ('help', models.CharField(blank=True, max_length=500, verbose_name='explanation')),
                ('help_en', models.CharField(blank=True, max_length=500, verbose_name='explanation in English')),
                ('is_required', models.BooleanField(default=False, verbose_name='must be answered')),
                ('offers_unknown', models.BooleanField(default=True, verbose_name='offers “I do not know”')),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='answers to choose from')),
                ('rows', models.JSONField(blank=True, default=list, verbose_name='rows of the table')),
                ('only_if', models.JSONField(blank=True, default=dict, verbose_name='asked only if')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='surveys.questionnaire')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='surveys.section', verbose_name='section')),
            ],
            options={
                'verbose_name': 'question of a survey',
                'verbose_name_plural': 'questions of a survey',
                'ordering': ['section__order', 'section_id', 'order', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('web', 'on the page'), ('card', 'with a card'), ('paper', 'on paper, entered by the office')], default='web', max_length=10, verbose_name='way of answering')),
                ('answers', models.JSONField(default=dict)),
                ('pair', models.CharField(blank=True, max_length=64)),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
            ],
            options={
                'verbose_name': 'sheet',
                'verbose_name_plural': 'sheets',
                'ordering': ['pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SheetName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.membership', verbose_name='answered by')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('sheet', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='name', to='surveys.sheet')),
            ],
            options={
                'verbose_name': 'name on a sheet',
                'verbose_name_plural': 'names on sheets',
                'ordering': ['membership__department__place', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Stratum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role_group', models.CharField(blank=True, choices=[('dx', 'DX office'), ('manager', 'management'), ('staff', 'staff')], max_length=10, verbose_name='role group')),
                ('size', models.PositiveIntegerField(verbose_name='invited')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.department', verbose_name='department')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
            ],
            options={
                'verbose_name': 'group of a survey',
                'verbose_name_plural': 'groups of a survey',
                'ordering': ['department__place', 'role_group', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='sheet',
            name='stratum',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.stratum'),
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title of the survey')),
                ('title_en', models.CharField(blank=True, max_length=120, verbose_name='title of the survey in English')),
                ('intro', models.TextField(blank=True, max_length=2000, verbose_name='words at the beginning')),
                ('intro_en', models.TextField(blank=True, max_length=2000, verbose_name='words at the beginning in English')),
                ('thanks', models.TextField(blank=True, max_length=2000, verbose_name='what happens with the answers')),
                ('thanks_en', models.TextField(blank=True, max_length=2000, verbose_name='what happens with the answers, in English')),
                ('audience', models.CharField(choices=[('staff', 'staff of the town hall'), ('residents', 'residents'), ('partners', 'partner companies')], default='staff', max_length=10, verbose_name='who is asked')),
                ('anonymity', models.CharField(choices=[('anonymous', 'anonymous'), ('named', 'with names')], default='anonymous', max_length=10, verbose_name='names')),
                ('has_open_link', models.BooleanField(default=False, verbose_name='everybody with the address may answer')),
                ('offers_pairing', models.BooleanField(default=False, verbose_name='ties answers of the same person over time')),
                ('state', models.CharField(choices=[('draft', 'being prepared'), ('open', 'open for answers'), ('closed', 'closed')], default='draft', max_length=10, verbose_name='state')),
                ('opens_on', models.DateField(verbose_name='opens on')),
                ('closes_on', models.DateField(verbose_name='last day for answers')),
                ('code', models.CharField(editable=False, max_length=16, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='municipality.department', verbose_name='asked by')),
                ('job', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='activity.job')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='municipality.membership', verbose_name='person in charge')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='surveys.questionnaire', verbose_name='questionnaire')),
            ],
            options={
                'verbose_name': 'survey',
                'verbose_name_plural': 'surveys',
                'ordering': ['-closes_on', '-pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='stratum',
            name='survey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='strata', to='surveys.survey'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='survey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='surveys.survey'),
        ),
        migrations.CreateModel(
            name='FreeText',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('item', models.CharField(max_length=40)),
                ('text', models.TextField()),
                ('shown', models.TextField(blank=True)),
                ('review', models.CharField(choices=[('waiting', 'to be looked at'), ('shown', 'shown'), ('withheld', 'withheld')], default='waiting', max_length=10, verbose_name='state')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.department', verbose_name='department')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='surveys.survey')),
            ],
            options={
                'verbose_name': 'free text',
                'verbose_name_plural': 'free texts',
                'ordering': ['pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.CharField(editable=False, max_length=64, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.survey')),
            ],
            options={
                'verbose_name': 'answers begun',
                'verbose_name_plural': 'answers begun',
                'ordering': ['pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.CharField(choices=[('director', 'directors'), ('section', 'section heads'), ('chief', 'chiefs'), ('staff', 'other staff')], max_length=10, verbose_name='grade')),
                ('sheets', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='surveys.survey')),
            ],
            options={
                'verbose_name': 'count by grade',
                'verbose_name_plural': 'counts by grade',
                'ordering': ['pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', 'for a person'), ('card', 'on paper'), ('open', 'by the address for everybody')], default='person', max_length=10)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('grade', models.CharField(blank=True, choices=[('director', 'directors'), ('section', 'section heads'), ('chief', 'chiefs'), ('staff', 'other staff')], max_length=10)),
                ('is_used', models.BooleanField(default=False, verbose_name='answered')),
                ('membership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.membership', verbose_name='invited')),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('stratum', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.stratum')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tickets', to='surveys.survey')),
            ],
            options={
                'verbose_name': 'ticket',
                'verbose_name_plural': 'tickets',
                'ordering': ['pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='UnmixedSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payload', models.JSONField()),
                ('municipality', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipality.municipality')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.survey')),
            ],
            options={
                'verbose_name': 'sheet in the urn',
                'verbose_name_plural': 'sheets in the urn',
                'ordering': ['pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='questionnaire',
            constraint=models.UniqueConstraint(fields=('municipality', 'family', 'number'), name='questionnaire_version_once'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(fields=('questionnaire', 'key'), name='item_key_once'),
        ),
        migrations.AddIndex(
            model_name='survey',
            index=models.Index(fields=['municipality', 'state', 'closes_on'], name='surveys_sur_municip_fd934f_idx'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='survey_closes_after_it_opens', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddIndex(
            model_name='sheet',
            index=models.Index(fields=['survey', 'stratum'], name='surveys_she_survey__3a9dcf_idx'),
        ),
        migrations.AddIndex(
            model_name='freetext',
            index=models.Index(fields=['survey', 'item'], name='surveys_fre_survey__083b60_idx'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('survey', 'grade'), name='tally_once'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['digest'], name='surveys_tic_digest_f5d73c_idx'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['survey', 'is_used'], name='surveys_tic_survey__33f63b_idx'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('membership__isnull', False)), fields=('survey', 'membership'), name='one_ticket_for_a_person'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('survey', 'digest'), name='one_ticket_for_a_secret'),
        ),
    ]
