from pathlib import Path

import polib
import pytest

from tools import messages
from tools.messages import Key, messages_of, python_messages, template_messages, update


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ('gettext("Goal")', [Key("Goal")]),
        ('from django.utils.translation import gettext_lazy as _\n_("Goal")', [Key("Goal")]),
        ('from django.utils.translation import gettext as say\nsay("Goal" " text")', [Key("Goal text")]),
        ('ngettext("%(n)s day", "%(n)s days", n)', [Key("%(n)s day", "%(n)s days")]),
        ('pgettext("noun", "Plan")', [Key("Plan", context="noun")]),
        ('npgettext("noun", "Plan", "Plans", n)', [Key("Plan", "Plans", "noun")]),
        ('_("Goal")', []),
        ("gettext(variable)", []),
        ('gettext("")', []),
        ('f(b, gettext("B"), gettext("A"))', [Key("B"), Key("A")]),
    ],
)
def test_messages_of_python(source: str, keys: list[Key]) -> None:
    assert list(python_messages(source)) == keys


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ('{% translate "Goal" %}', [Key("Goal")]),
        ("{% trans 'A \"goal\"' %}", [Key('A "goal"')]),
        ('{% translate "Plan" context "noun" %}', [Key("Plan", context="noun")]),
        ('{% translate "(a) b" as words %}', [Key("(a) b")]),
        ('{{ value|default:_("none") }}', [Key("none")]),
        ("<c-field :label=\"_('Name')\" />", [Key("Name")]),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", [Key("Hello %(name)s")]),
        ("{% blocktranslate %}50% of {{ n }}{% endblocktranslate %}", [Key("50%% of %(n)s")]),
        ("{% blocktranslate trimmed %}\n  One\n  two\n{% endblocktranslate %}", [Key("One two")]),
        (
            "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
            [Key("%(n)s day", "%(n)s days")],
        ),
    ],
)
def test_messages_of_templates(source: str, keys: list[Key]) -> None:
    found = list(template_messages(source))
    assert list(dict.fromkeys(found)) == keys


def test_updating_keeps_translations_adds_what_is_new_and_drops_what_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "src" / "kiun" / "goals"
    catalogue = room / messages.CATALOGUE
    catalogue.parent.mkdir(parents=True)
    monkeypatch.setattr(messages, "SOURCES", tmp_path / "src" / "kiun")
    (room / "views.py").write_text('gettext("Goal")\ngettext("%(n)s new")\n')
    (room / "templates").mkdir()
    (room / "templates" / "goal.html").write_text('{% translate "Goal" %}')
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Goal", msgstr="目標", tcomment="a sentence"))
    old.append(polib.POEntry(msgid="Gone", msgstr="消えた"))
    old.save(str(catalogue))

    updated = update(room)

    assert updated is not None
    assert [(entry.msgid, entry.msgstr, entry.tcomment, entry.flags) for entry in updated] == [
        ("Goal", "目標", "a sentence", []),
        ("%(n)s new", "", "", ["python-format"]),
    ]
    places = {Key("Goal"): ["src/kiun/goals/templates/goal.html", "src/kiun/goals/views.py"]}
    assert {key: messages_of(room)[key] for key in places} == places


def test_a_room_without_words_has_no_catalogue(tmp_path: Path) -> None:
    assert update(tmp_path) is None


def test_catalogues_are_compiled_when_they_are_newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "SOURCES", tmp_path)
    path = tmp_path / "goals" / messages.CATALOGUE
    path.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Goal", msgstr="目標"))
    catalogue.save(str(path))
    messages.compile_all()
    compiled = path.with_suffix(".mo")
    assert [entry.msgstr for entry in polib.mofile(str(compiled))] == ["目標"]
    written = compiled.stat().st_mtime_ns
    messages.compile_all()
    assert compiled.stat().st_mtime_ns == written
