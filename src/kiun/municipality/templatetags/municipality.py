from collections.abc import Sequence

from django import template

from kiun.municipality.queries.people import name_and_office

register = template.Library()
register.filter(name_and_office)

# The first that fits: browsers pretend to be each other, the later ones name the earlier ones too.
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.simple_tag
def slot_name(names: Sequence[str], slot: int | None) -> str:
    """The name of a department of an import plan by its number."""
    return "" if slot is None else names[slot]


@register.filter
def device_words(user_agent: str) -> str:
    """Such as “Edge · Windows”: enough to know one's own device by."""
    parts = [next((name for mark, name in known if mark in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(part for part in parts if part) or user_agent[:40]
