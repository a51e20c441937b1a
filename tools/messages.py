"""Collect the messages of every room, keep their translations, and compile them: no gettext programs are needed.

python tools/messages.py update    write src/kiun/<room>/locale/ja/LC_MESSAGES/django.po from the code
python tools/messages.py compile   write the .mo files that Django reads, where they are older than the .po
"""

import ast
import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

SOURCES = Path(__file__).parent.parent / "src" / "kiun"
CATALOGUE = Path("locale/ja/LC_MESSAGES/django.po")
METADATA = {
    "Language": "ja",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
# Position of (msgid, plural, context) among the arguments of Django's functions.
SINGULAR = (0, None, None)
FUNCTIONS: dict[str, tuple[int, int | None, int | None]] = {
    "gettext": SINGULAR,
    "gettext_lazy": SINGULAR,
    "gettext_noop": SINGULAR,
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
    "npgettext_lazy": (1, 2, 0),
}
QUOTED = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
STRING = re.compile(QUOTED)
CALL = re.compile(rf"\b(n?p?gettext)\(((?:{QUOTED}|[^'\")])*)\)")
CONSTANT = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')\)""")


@dataclass(frozen=True)
class Key:
    msgid: str
    plural: str | None = None
    context: str | None = None


def rooms() -> list[Path]:
    return sorted(path for path in SOURCES.iterdir() if path.is_dir() and path.name not in {"__pycache__", "analysis"})


def messages_of(room: Path) -> dict[Key, list[str]]:
    """Every message of the room in the order of files and lines, with the files it stands in."""
    found: dict[Key, list[str]] = {}
    for path in sorted(room.rglob("*")):
        if "static" in path.parts or "migrations" in path.parts:
            continue
        if path.suffix == ".py":
            keys = python_messages(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            keys = template_messages(path.read_text(encoding="utf-8"))
        else:
            continue
        place = path.relative_to(SOURCES.parent.parent).as_posix()
        for key in keys:
            places = found.setdefault(key, [])
            if place not in places:
                places.append(place)
    return found


def python_messages(source: str) -> Iterator[Key]:
    tree = ast.parse(source)
    names = _translating_names(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        function = names.get(call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", ""))
        if function is not None:
            yield from _key_of_call(call, FUNCTIONS[function])


def _translating_names(tree: ast.Module) -> dict[str, str]:
    """The module's own names for Django's functions: `from … import gettext_lazy as _`."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    } | {name: name for name in FUNCTIONS}


def _key_of_call(call: ast.Call, positions: tuple[int, int | None, int | None]) -> Iterator[Key]:
    texts = [_constant(call.args[at]) if at is not None and at < len(call.args) else None for at in positions]
    if texts[0]:
        yield Key(texts[0], texts[1], texts[2])


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def template_messages(source: str) -> Iterator[Key]:
    """Django turns the tags of a template into calls of its functions, with the rest blanked out."""
    for function, arguments in CALL.findall(templatize(source)):
        texts = [str(ast.literal_eval(text)) for text in STRING.findall(arguments)]
        msgid, plural, context = FUNCTIONS[function]
        yield Key(texts[msgid], None if plural is None else texts[plural], None if context is None else texts[context])
    # Attributes of components are templates of their own: <c-field :label="_('Name')">
    for double, single in CONSTANT.findall(source):
        yield Key(double or single)


def update(room: Path) -> polib.POFile | None:
    """The room's catalogue as it should be: new messages are empty, obsolete ones are gone."""
    found = messages_of(room)
    path = room / CATALOGUE
    if not found:
        return None
    old = {_key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = METADATA
    for key, places in found.items():
        catalogue.append(_entry(key, places, old.get(key)))
    return catalogue


def _key(entry: polib.POEntry) -> Key:
    return Key(entry.msgid, entry.msgid_plural or None, entry.msgctxt or None)


def _entry(key: Key, places: list[str], old: polib.POEntry | None) -> polib.POEntry:
    flags = ["python-format"] if re.search(r"%\(\w+\)[sd]", key.msgid + (key.plural or "")) else []
    return polib.POEntry(
        msgid=key.msgid,
        msgid_plural=key.plural or "",
        msgctxt=key.context,
        msgstr="" if key.plural else (old.msgstr if old else ""),
        msgstr_plural=(old.msgstr_plural if old else {0: ""}) if key.plural else {},
        occurrences=[(place, "") for place in places],
        tcomment=old.tcomment if old else "",
        flags=flags + (["fuzzy"] if old and old.fuzzy else []),
    )


def write_all() -> None:
    for room in rooms():
        path = room / CATALOGUE
        catalogue = update(room)
        if catalogue is None:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        missing = sum(not entry.translated() for entry in catalogue)
        print(f"{path.relative_to(SOURCES)}: {len(catalogue)} messages, {missing} without Japanese")


def compile_all() -> None:
    for room in rooms():
        path = room / CATALOGUE
        compiled = path.with_suffix(".mo")
        if path.exists() and (not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime):
            polib.pofile(str(path)).save_as_mofile(str(compiled))


def main() -> None:
    actions = {"update": write_all, "compile": compile_all}
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=actions)
    actions[parser.parse_args().action]()


if __name__ == "__main__":
    main()
