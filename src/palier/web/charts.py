"""Geometry of what the server draws: bars from zero, the façade of a building, the night stairs. In SVG units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from palier.web.components import Bar, Window

CHART_WIDTH: Final = 400
BAR_STEP: Final = 29
BAR_HEIGHT: Final = 15
LABEL_ROOM: Final = 132
# A long label takes more of the width, half of it at most.
LABEL_MOST: Final = 200
# A letter of a label, as wide as a phone draws it.
LETTER: Final = 7.2
FIGURE_ROOM: Final = 66
FACADE_HEIGHT: Final = 120
FACADE_GROUND: Final = 130
TALLEST_FLOOR: Final = 18.0
MAX_COLUMNS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBar:
    css: str
    x: str
    y: int
    width: str
    label: str
    label_x: str
    label_anchor: str
    text: str
    text_x: str
    text_anchor: str
    text_y: int


def drawn_bars(bars: Sequence[Bar], *, most: int = 0) -> tuple[list[DrawnBar], float]:
    """Bars on both sides of zero, and where zero stands: the label on the empty side, the figure at the bar's end.

    `most`: what a whole bar stands for, such as all of a share; the longest bar is whole otherwise.
    """
    highest = max(most, *(bar.value for bar in bars if bar.value > 0), 0)
    lowest = -min((bar.value for bar in bars if bar.value < 0), default=0)
    longest = max((len(bar.label) for bar in bars), default=0)
    room = float(max(LABEL_ROOM, min(LABEL_MOST, 8 + round(LETTER * longest))))
    if not lowest:
        zero, unit = room, _unit(CHART_WIDTH - room - FIGURE_ROOM, highest)
    elif not highest:
        zero, unit = CHART_WIDTH - room, _unit(CHART_WIDTH - room - FIGURE_ROOM, lowest)
    else:
        zero = CHART_WIDTH / 2
        unit = _unit(CHART_WIDTH / 2 - FIGURE_ROOM, max(highest, lowest))
    return [_drawn(bar, rank, zero, unit) for rank, bar in enumerate(bars)], zero


def _unit(room: float, value: int) -> float:
    return room / value if value else 0.0


def _drawn(bar: Bar, rank: int, zero: float, unit: float) -> DrawnBar:
    y = 6 + rank * BAR_STEP
    width = abs(bar.value) * unit
    positive = bar.value >= 0
    return DrawnBar(
        css="up" if positive else "down",
        x=f"{zero if positive else zero - width:.1f}",
        y=y,
        width=f"{width:.1f}",
        label=bar.label,
        label_x=f"{zero - 8 if positive else zero + 8:.1f}",
        label_anchor="end" if positive else "start",
        text=bar.text,
        text_x=f"{zero + width + 6 if positive else zero - width - 6:.1f}",
        text_anchor="start" if positive else "end",
        text_y=y + 12,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnWindow:
    css: str
    x: str
    y: str
    width: str
    height: str


def drawn_facade(floors: Sequence[Sequence[Window]]) -> tuple[list[DrawnWindow], str]:
    """Windows of a building, top floor first, and its outline, inside 160 by 132.

    A floor wider than 16 doors shows its first 16; a low building stands low.
    """
    columns = min(MAX_COLUMNS, max((len(floor) for floor in floors), default=1)) or 1
    across, down = 152 / columns, min(TALLEST_FLOOR, FACADE_HEIGHT / max(len(floors), 1))
    roof = FACADE_GROUND - 2 - down * len(floors) - 4
    windows = [
        DrawnWindow(
            css=window.value,
            x=f"{6 + rank * across:.1f}",
            y=f"{roof + 4 + level * down + down * 0.2:.1f}",
            width=f"{min(13.0, across * 0.62):.1f}",
            height=f"{down * 0.6:.1f}",
        )
        for level, floor in enumerate(floors)
        for rank, window in enumerate(list(floor)[:MAX_COLUMNS])
    ]
    return windows, f"M1.5 {FACADE_GROUND}V{roof:.1f}h157V{FACADE_GROUND}M0 {FACADE_GROUND + 0.5}h160"


def night_windows() -> Iterator[SafeString]:
    """Nine landings of six windows, one lit, and the flights between them: those above the light are dimmed."""
    for level in range(9):
        for x in (52, 106, 160, 282, 336, 390):
            css = "lampe" if (level, x) == (3, 282) else "dim"
            yield format_html('<rect x="{}" y="{}" width="28" height="24" class="{}"/>', x, 30 + 46 * level, css)
    for level in range(9):
        css = "stairs off" if level > 4 else "stairs"
        side, turn = ("206", "") if level % 2 == 0 else ("272", "-")
        flight = f"v-7.67h{turn}7.67" * 6
        drawn = f"M{side} {436 - 46 * level}h{turn}10{flight}h{turn}10"
        yield format_html('<path class="{}" d="{}"/>', css, drawn)
