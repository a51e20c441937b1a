from io import BytesIO

import numpy as np
from django.db import migrations

from kiun.analysis.survey_stats import Census, suppress

ROLES = ("dx", "manager", "staff")
GRADES, FEWEST = 4, 5
NOBODY, TOWN = -1, 0
TEXTS = ("short_text", "long_text")


def decide_where_questions_are_told(apps, _schema_editor):
    """Of surveys published before, as it has been calculated until now each time that somebody looked. By grade what
    some left out is not told of them.
    """
    model = apps.get_model("surveys", "Publication")
    for pk in list(model._base_manager.values_list("pk", flat=True)):
        row = model._base_manager.select_related("survey").get(pk=pk)
        with np.load(BytesIO(bytes(row.arrays)), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        if "questions" not in arrays:
            target = BytesIO()
            np.savez_compressed(target, **arrays, **_told(apps, row.survey, arrays))
            row.arrays = target.getvalue()
            row.save(update_fields=["arrays"])


def _told(apps, survey, arrays):
    place = {int(key): number for number, key in enumerate(arrays["departments"])}
    strata = {
        pk: (place[department or TOWN], ROLES.index(role) if role else NOBODY)
        for pk, department, role in apps.get_model("surveys", "Stratum")
        ._base_manager.filter(survey=survey)
        .values_list("pk", "department", "role_group")
    }
    sheets = apps.get_model("surveys", "Sheet")._base_manager.filter(survey=survey)
    rows = list(sheets.values_list("stratum", "answers"))
    places = np.array([strata.get(key, (place[TOWN], NOBODY)) for key, _answers in rows], np.int64).reshape(-1, 2)
    found = {}
    for name, answered in _questions(apps, survey, [answers for _key, answers in rows]):
        if not answered.all():
            units, roles = places[answered].T
            tables = suppress(Census(arrays["parents"], units, roles[:, None], (len(ROLES),))).tables
            found[name] = np.hstack([table.shown for table in tables])
            if len(units) >= FEWEST and not found[name][0, 0]:
                found[name][:] = False
                found[name][0, 0] = True
    shape = len(found), len(place), 1 + len(ROLES)
    return {
        "questions": np.array(list(found), np.str_),
        "told_by_grade": np.zeros((len(found), GRADES), np.bool_),
        "told": np.array(list(found.values()), np.bool_).reshape(shape),
    }


def _questions(apps, survey, sheets):
    """Each item, and each row of a matrix, with who answered."""
    items = apps.get_model("surveys", "Item")._base_manager.filter(questionnaire=survey.questionnaire_id)
    for item in items.exclude(kind__in=TEXTS):
        given = [answers.get(item.key) for answers in sheets]
        yield item.key, np.array([one is not None for one in given], np.bool_)
        for number, row in enumerate(item.rows if item.kind == "matrix" else ()):
            said = [isinstance(one, dict) and row["key"] in one for one in given]
            yield f"{item.key}/{number}", np.array(said, np.bool_)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_what_may_be_shown")]
    operations = [migrations.RunPython(decide_where_questions_are_told, migrations.RunPython.noop)]
