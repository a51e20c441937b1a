"""Kiun speaks complete Japanese."""

import re
from collections import defaultdict
from pathlib import Path

import polib
import pytest

from tools.messages import CATALOGUE, Key, messages_of, rooms

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
ROOMS = [pytest.param(room, id=room.name) for room in rooms()]


def entries_of(room: Path) -> list[polib.POEntry]:
    path = room / CATALOGUE
    return [] if not path.exists() else [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


def key_of(entry: polib.POEntry) -> Key:
    return Key(entry.msgid, entry.msgid_plural or None, entry.msgctxt or None)


def translations_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_stands_in_the_catalogue_of_its_room(room: Path) -> None:
    """If this fails: make messages, then write the Japanese."""
    assert sorted(map(str, set(messages_of(room)) ^ {key_of(entry) for entry in entries_of(room)})) == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_has_its_japanese(room: Path) -> None:
    unfinished = [entry.msgid for entry in entries_of(room) if entry.fuzzy or not all(translations_of(entry))]
    assert unfinished == []


@pytest.mark.parametrize("room", ROOMS)
def test_translations_keep_the_placeholders(room: Path) -> None:
    """The Japanese of a count may drop the number's own placeholder only where the English singular does."""
    differing = [
        entry.msgid
        for entry in entries_of(room)
        for text in translations_of(entry)
        if sorted(set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))) != sorted(set(PLACEHOLDER.findall(text)))
    ]
    assert differing == []


def test_one_message_has_one_japanese_in_all_rooms() -> None:
    """Django merges the catalogues: of two translations, one would win everywhere. A context keeps them apart."""
    translations = defaultdict(set)
    for room in rooms():
        for entry in entries_of(room):
            translations[key_of(entry)].update(filter(None, translations_of(entry)))
    assert {key.msgid: sorted(texts) for key, texts in translations.items() if len(texts) > 1} == {}
