"""What the includes of `templates/web/` are given: small frozen rows, already in words, with no model behind them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """The five states a tag or an alert may have. Always beside a word, never colour alone."""

    NEUTRAL = ""
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    label: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A crumb, a view, a tab, a navigation item or a menu entry. `count` is written after the label."""

    label: str
    url: str = ""
    icon: str = ""
    current: bool = False
    count: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds a page. Empty addresses leave their control out. `reads_easily`: large letters, contrast."""

    site_label: str
    home_url: str
    brand: str = "Palier"
    navigation: Sequence[Link] = ()
    purpose_label: str = ""
    account_name: str = ""
    account_links: Sequence[Link] = ()
    search_url: str = ""
    search_hint: str = "Nom, adresse, bail, téléphone…"
    signout_url: str = ""
    preferences_url: str = ""
    reads_easily: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fig:
    """A key figure. `debt` puts the value in the colour of debts."""

    label: str
    value: str
    note: str = ""
    url: str = ""
    debt: bool = False


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    TODO = "todo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    label: str
    note: str = ""
    state: StepState = StepState.TODO


@dataclass(frozen=True, slots=True, kw_only=True)
class CalcLine:
    """One line that adds up, with its reason. `source` is the text of law or the bareme; `source_tag` its status.

    `is_french`: told by a rule or a paper, in French whatever the language of the page.
    """

    label: str
    value: str
    reason: str = ""
    source: str = ""
    source_url: str = ""
    source_tag: Tag | None = None
    icon: str = ""
    chosen: bool = False
    total: bool = False
    is_french: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """One reading or fact of the timeline. `mass`: done for everyone at once, folded under a summary."""

    when: str
    title: str
    text: str = ""
    seen: Sequence[str] = ()
    occasion: str = ""
    url: str = ""
    url_label: str = ""
    new: bool = False
    mass: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One of the tenant's five choices. `first`: the door that waits for them."""

    label: str
    url: str
    icon: str
    note: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorDoor:
    code: str
    name: str
    notes: Sequence[str] = ()
    tags: Sequence[Tag] = ()
    vacant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A landing with its doors. `number` 0 is the ground floor, negative a basement, None unknown."""

    number: int | None
    doors: Sequence[FloorDoor] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter. `on`: active, and its address takes it away; with `is_choice`, one of several is always kept."""

    label: str
    url: str
    on: bool = False
    is_choice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """A long work as it stands. While `running`, the fragment at `poll_url` is asked again every second."""

    label: str
    done: int
    total: int
    note: str = ""
    running: bool = False
    poll_url: str = ""
    page_url: str = ""
    tone: Tone = Tone.NEUTRAL

    @property
    def percent(self) -> int:
        return 0 if self.total <= 0 else min(100, 100 * self.done // self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """A search result. `letters` of the query are marked in `label`."""

    label: str
    url: str
    icon: str = "person"
    detail: str = ""
    tag: Tag | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGroup:
    title: str
    items: Sequence[FoundItem] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """One entry of the line of keys at the foot of a page."""

    keys: Sequence[str]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart: the amount decides the length, `text` is written at its end with its sign."""

    label: str
    value: int
    text: str


class Window(StrEnum):
    """A dwelling on the façade: vacant, occupied, or in question (lit)."""

    VACANT = "w0"
    OCCUPIED = "w1"
    LIT = "w2"
