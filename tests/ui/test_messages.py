"""The Japanese of this room is complete, and it is what people read although other packages know the same words."""

from pathlib import Path

import polib
from django.utils.translation import gettext, override, pgettext

CATALOGUE = Path(__file__).parents[2] / "src/kiun/ui/locale/ja/LC_MESSAGES/django.po"


def test_every_sentence_is_spoken_in_japanese():
    entries = polib.pofile(str(CATALOGUE))
    assert [entry.msgid for entry in entries if not entry.translated() or entry.obsolete] == []
    with override("ja"):
        spoken = {
            entry.msgid: pgettext(entry.msgctxt, entry.msgid) if entry.msgctxt else gettext(entry.msgid)
            for entry in entries
            if not entry.msgid_plural
        }
    written = {entry.msgid: entry.msgstr for entry in entries if not entry.msgid_plural}
    assert {msgid: said for msgid, said in spoken.items() if said != written[msgid]} == {}
