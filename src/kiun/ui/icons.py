"""Line icons on a 24 × 24 grid, drawn for this project: they come with the page, without a request."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "home": "M3 11.5 12 4l9 7.5M5.5 9.5V20h13V9.5M10 20v-6h4v6",
    "target": "M21 12a9 9 0 1 1-9-9M17 12a5 5 0 1 1-5-5M12 12l8.5-8.5M17 3.5V7h3.5",
    "plan": "M4 4v16h16M8 6.5h6M10.5 11.5H17M13.5 16H19",
    "voice": "M4 5h16v11H11l-4.5 4V16H4zM8 9h8M8 12.5h5",
    "share": "M12 3v12M7.5 7.5 12 3l4.5 4.5M5 12v8h14v-8",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20.5 20.5",
    "bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5a2 2 0 0 0 4 0",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
    "people": (
        "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5a6.5 6.5 0 0 1 13 0"
        "M16 4.9a3.5 3.5 0 0 1 0 6.2M18 14a6.5 6.5 0 0 1 3.5 5.5"
    ),
    "menu": "M4 6.5h16M4 12h16M4 17.5h16",
    "close": "m6 6 12 12M18 6 6 18",
    "check": "m5 12.5 4.5 4.5L19 7.5",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.5v.01",
    "success": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8 12.5l2.8 2.8L16.5 9.5",
    "warning": "M12 3.5 2.5 20.5h19zM12 10v5M12 17.8v.01",
    "error": "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 7.5v6M12 16.5v.01",
    "chevron-right": "m9 5.5 6.5 6.5L9 18.5",
    "chevron-left": "M15 5.5 8.5 12l6.5 6.5",
    "chevron-down": "m5.5 9 6.5 6.5L18.5 9",
    "arrow-right": "M4 12h16M14 6l6 6-6 6",
    "arrow-up": "M12 20V4M6 10l6-6 6 6",
    "arrow-down": "M12 4v16M6 14l6 6 6-6",
    "external": "M13 4h7v7M20 4 10.5 13.5M17 14v6H4V7h6",
    "copy": "M8.5 8.5h11v12h-11zM15.5 8.5v-5h-11v12h4",
    "download": "M12 3.5v12M6.5 10.5 12 16l5.5-5.5M4.5 20.5h15",
    "upload": "M12 16V3.5M6.5 9 12 3.5 17.5 9M4.5 20.5h15",
    "edit": "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
    "trash": "M4 6.5h16M9 6.5v-3h6v3M6 6.5l1 14h10l1-14M10 10.5v6M14 10.5v6",
    "plus": "M12 4.5v15M4.5 12h15",
    "minus": "M4.5 12h15",
    "help": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.3 9.5a2.7 2.7 0 1 1 4.2 2.3c-1 .6-1.5 1.1-1.5 2.2M12 17v.01",
    "print": "M7 8.5v-5h10v5M7 17.5H4v-9h16v9h-3M7 14.5h10v6H7z",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5.5l3.5 2",
    "calendar": "M4 6h16v14.5H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8",
    "history": "M4 12a8 8 0 1 1 2.4 5.7M4 20v-5h5M12 8v4.5l3 1.8",
    "file": "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 12.5h6M9 16h6",
    "table": "M3.5 5h17v14h-17zM3.5 10h17M3.5 14.5h17M9.5 5v14",
    "town": "M3 20.5h18M5 20.5V9h6v11.5M11 20.5v-17h8v17M14 7.5h2M14 11h2M14 14.5h2M7.5 12.5h1M7.5 16h1",
    "settings": (
        "M4 7h10M18 7h2M4 17h2M10 17h10M16 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z"
        "M8 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z"
    ),
    "filter": "M3.5 5h17l-6.5 8v6.5l-4-2V13z",
    "sort": "M8 4.5v15M4 15.5l4 4 4-4M16 19.5v-15M12 8.5l4-4 4 4",
    "sign-out": "M14 4.5H5v15h9M10 12h10.5M16.5 8l4 4-4 4",
    "language": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
    "link": "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17",
    "list": "M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01",
    "chart": "M4 4v16h16M8 15l4-5 3 3 5-7",
    "lock": "M5.5 10.5h13v10h-13zM8.5 10.5V7a3.5 3.5 0 0 1 7 0v3.5M12 14.5v2",
    "turn": "M20 5v6a4 4 0 0 1-4 4H5M9.5 10.5 5 15l4.5 4.5",
}

RING = '<circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.8"/>'

# Filled shapes that tell states apart without colour.
SHAPES = {
    "disc": '<circle cx="8" cy="8" r="7"/>',
    "half": f'<path d="M8 1a7 7 0 0 0 0 14z"/>{RING}',
    "down": '<path d="M.8 2.5h14.4L8 15z"/>',
    "up": '<path d="M.8 13.5h14.4L8 1z"/>',
    "waiting": f'{RING}<path d="M8 8V1a7 7 0 0 1 7 7z"/>',
    "equal": '<path d="M1 4h14v2.8H1zM1 9.2h14V12H1z"/>',
    "dash": '<path d="M1 6.6h14v2.8H1z"/>',
}


@cache
def draw_icon(name: str, extra_class: str = "") -> SafeString:
    return format_html(
        '<svg class="k-icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        f" {extra_class}" if extra_class else "",
        PATHS[name],
    )


@cache
def draw_shape(name: str) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(SHAPES[name]),  # noqa: S308  the shapes are constants of this module
    )
