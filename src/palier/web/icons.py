"""The drawings of the look, by name: 24 by 24, drawn with `currentColor`. Pages write `{% icon "name" %}`."""

from typing import Final

from palier.foundation.errors import Refusal

ICONS: Final[dict[str, str]] = {
    "home": '<path d="M4 11 12 4l8 7v9h-6v-6h-4v6H4z"/>',
    "building": '<path d="M6 21V3h12v18M3 21h18M14.5 12v1"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/>'
        '<path d="M3 20c0-4 2.5-6 6-6s6 2 6 6M16 5a3.5 3.5 0 0 1 0 6.5M17 14c2.6.4 4 2.4 4 6"/>'
    ),
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4.5 3-7 8-7s8 2.5 8 7"/>',
    "document": '<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"/>',
    "stairs": '<path d="M4 20h5v-5h5v-5h5V5M19 5h2"/>',
    "euro": '<path d="M18 6a7 7 0 1 0 0 12M4 10.5h9M4 13.5h8"/>',
    "bank": '<path d="M3 9.5 12 4l9 5.5zM5.5 10v8M10 10v8M14 10v8M18.5 10v8M3 20.5h18"/>',
    "book": '<path d="M5 18V6a2 2 0 0 1 2-2h12v12H7a2 2 0 0 0 0 4h12v-4M9.5 8h5"/>',
    "trend": '<path d="m4 18 5.5-6.5L13 15l7-9M15 6h5v5"/>',
    "box": '<path d="m4 8 8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9"/>',
    "compare": '<path d="M4 5h6v14H4zM14 5h6v14h-6z"/>',
    "heart": '<path d="M12 20S4 15 4 9.5A4 4 0 0 1 12 8a4 4 0 0 1 8 1.5C20 15 12 20 12 20z"/>',
    "ballot": '<path d="M4 11h16v9H4zM8 11V4h8v7M10 7.5l1.5 1.5L14.5 6"/>',
    "tools": (
        '<path d="M14.5 6.5a4 4 0 0 1 5-2.4l-2.6 2.6 1 2.4 2.4 1 .7-.7a4 4 0 0 1-6 3L8 19.5'
        'a2.1 2.1 0 0 1-3-3l7.1-7a4 4 0 0 1 2.4-3z"/>'
    ),
    "mail": '<path d="M3 6h18v12H3zM3 7l9 6 9-6"/>',
    "shield": '<path d="M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6z"/>',
    "eye": '<path d="M2 12s3.5-6 10-6 10 6 10 6-3.5 6-10 6-10-6-10-6z"/><circle cx="12" cy="12" r="2.5"/>',
    "lock": '<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "up": '<path d="m6 14.5 6-6 6 6"/>',
    "close": '<path d="m7 7 10 10M17 7 7 17"/>',
    "download": '<path d="M12 3v11M8 10.5l4 4 4-4M4 17v4h16v-4"/>',
    "upload": '<path d="M12 14V3M8 6.5l4-4 4 4M4 17v4h16v-4"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "speech": '<path d="M4 5h16v11h-8l-5 4v-4H4z"/>',
    "warning": '<path d="M12 4 2.5 20h19zM12 10v5M12 17.5v.1"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 8v.1"/>',
    "again": '<path d="M4 12a8 8 0 1 0 3-6.2M7 2v4h4"/>',
    "columns": '<path d="M4 5h16v14H4zM9.5 5v14M15 5v14"/>',
    "filter": '<path d="M4 5h16l-6 7.5V19l-4 1.5v-8z"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 5 5"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 9-9M16 7l3 3M13 10l2 2"/>',
    "sound": '<path d="M4 10v4h4l5 4V6L8 10zM16 9c1.5 1.5 1.5 4.5 0 6M18.5 6.5c3 3 3 8 0 11"/>',
    "tasks": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6v.1M4.5 12v.1M4.5 18v.1"/>',
    "camera": '<path d="M3 7h4l2-2.5h6L17 7h4v12H3z"/><circle cx="12" cy="13" r="3.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
    "leave": '<path d="M14 4H5v16h9M10 12h11M17.5 8l4 4-4 4"/>',
    "light": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2"/>'
    ),
    "gear": (
        '<circle cx="12" cy="12" r="3.5"/>'
        '<path d="M12 3v4M12 17v4M3 12h4M17 12h4M6 6l2.5 2.5M15.5 15.5 18 18M6 18l2.5-2.5M15.5 8.5 18 6"/>'
    ),
}


class UnknownIcon(Refusal):
    """Le dessin « {name} » n’existe pas."""


def drawing(name: str) -> str:
    """The inner SVG of an icon. Raises UnknownIcon: a misspelt name must fail in the tests, not vanish in silence."""
    if name not in ICONS:
        raise UnknownIcon(name=name)
    return ICONS[name]
