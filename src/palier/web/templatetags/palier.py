"""Tags and filters for page authors: `{% load palier %}`.

Words (filters): `cents|euros` "1 234,56 €", `cents|amount` "1 234,56", `cents|change` "+12,00", `n|figure` "24 618",
`m2|surface` "62,4 m²", `on|day` "14/03/2019", `on|day_long` "lundi 30 novembre 2026", `on|day_brief` "21 nov.",
`at|hour` "8 h 02", `at|instant` "21/11/2026, 8 h 12", `on|month` "novembre 2026", `on|of_month` "d’octobre 2026",
`name|found:query` marks found letters.

Pieces (tags): `{% icon "eye" %}`, `{% tag "Retard" "warn" %}`, `{% alert "ok" %}…{% endalert %}`,
`{% crumbs links %}`, `{% views links %}`, `{% figs figs %}`, `{% stair steps %}`, `{% calc lines %}`,
`{% life events %}`, `{% doors doors %}`, `{% floors floors %}`, `{% chips chips %}`, `{% progress job %}`,
`{% pager page.pager %}`, `{% keys shortcuts %}`, `{% empty title text %}`, `{% field_row form.rent %}`,
`{% error_summary form %}`, `{% bar_chart bars title %}`, `{% facade floors label %}`, `{% data_table view %}`,
`{% column_menu view %}`, `{% found_list groups query %}`.
Their rows are the dataclasses of `palier.web.components`; each template says at its top what it expects.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django import template
from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.template.context import RequestContext
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from palier.foundation import text
from palier.foundation.text import fold
from palier.retention.rules.told import Clause, Told
from palier.web import charts, components, languages, preferences, words
from palier.web.icons import drawing
from palier.web.sites import DOOR, Site
from palier.web.table_view import TableView
from palier.web.tables import Pager

register = template.Library()

ALERT_ICONS = {"ok": "check", "warn": "warning", "bad": "warning", "info": "info"}

# --- words -----------------------------------------------------------------------------------------------------------


@register.filter
def euros(cents: int | None) -> str:
    return words.euros(cents)


@register.filter
def amount(cents: int | None) -> str:
    return words.amount(cents)


@register.filter(is_safe=True)
def typeset(sentence: str) -> str:
    """The no-break spaces of French typography."""
    return text.typeset(sentence)


@register.filter
def change(cents: int | None) -> str:
    return words.amount(cents, signed=True)


@register.filter
def figure(value: int | Decimal | None, decimals: int = 0) -> str:
    return words.number(value, decimals=decimals)


@register.filter
def weight(size: int) -> str:
    return words.weight(size)


@register.filter
def surface(m2: Decimal | None) -> str:
    return words.surface(m2)


@register.filter
def day(on: date | None) -> str:
    return words.day_short(on)


@register.filter
def day_long(on: date | None) -> str:
    return words.day_long(on)


@register.filter
def day_brief(on: date | None) -> str:
    return words.day_brief(on)


@register.filter
def hour(at: datetime | None) -> str:
    return words.hour(at)


@register.filter
def instant(at: datetime | None) -> str:
    return words.instant(at)


@register.filter
def month(on: date | None) -> str:
    return words.month(on)


@register.filter
def of_month(on: date | None) -> str:
    return words.of_month(on)


@register.filter
def floor_name(number: int | None) -> SafeString:
    """ "Rez-de-chaussée", "1er étage", "1er sous-sol"."""
    if number is None:
        return SafeString("Étage non précisé")
    if number == 0:
        return SafeString("Rez-de-chaussée")
    ordinal = mark_safe("er") if abs(number) == 1 else mark_safe("e")
    return format_html("{}<sup>{}</sup> {}", abs(number), ordinal, "étage" if number > 0 else "sous-sol")


@register.filter
def found(text: str, query: str) -> SafeString:
    """`text` escaped, with the letters of each word of `query` marked, whatever their case and accents."""
    letters = [(fold(char), char) for char in text]
    spread = [index for index, (bare, _) in enumerate(letters) for _ in bare]
    bare_text = "".join(bare for bare, _ in letters)
    marked = {spread[at] for word in query.split() for at in _places(bare_text, fold(word))}
    pieces = []
    for lit, group in groupby(range(len(text)), key=marked.__contains__):
        piece = conditional_escape("".join(text[index] for index in group))
        pieces.append(format_html("<mark>{}</mark>", piece) if lit else piece)
    return SafeString("".join(pieces))


def _places(text: str, wanted: str) -> list[int]:
    places: list[int] = []
    start = text.find(wanted) if wanted else -1
    while start >= 0:
        places.extend(range(start, start + len(wanted)))
        start = text.find(wanted, start + len(wanted))
    return places


# --- the page as the person likes it ---------------------------------------------------------------------------------


def _request(context: RequestContext) -> HttpRequest | None:
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None


@register.simple_tag(takes_context=True)
def scheme(context: RequestContext) -> str:
    """ "auto", "light" or "dark", for `data-bs-theme`."""
    return preferences.SCHEMES[preferences.chosen(_request(context), "theme", "auto")]


@register.simple_tag(takes_context=True)
def density(context: RequestContext, otherwise: str) -> str:
    """The person's density at the desk, `otherwise` when they chose none."""
    return preferences.chosen(_request(context), "densite", otherwise)


@register.simple_tag(takes_context=True)
def letter_keys(context: RequestContext) -> str:
    return preferences.KEYS[preferences.chosen(_request(context), "touches", "oui")]


@register.simple_tag(takes_context=True)
def letters(context: RequestContext) -> str:
    """ "normal" or "large", for `data-letters`."""
    return preferences.LETTERS[preferences.chosen(_request(context), "lettres", "normales")]


@register.simple_tag(takes_context=True)
def contrast(context: RequestContext) -> str:
    """ "normal" or "more", for `data-contrast`."""
    return preferences.CONTRASTS[preferences.chosen(_request(context), "contraste", "normal")]


@register.simple_tag(takes_context=True)
def other_languages(context: RequestContext) -> list[languages.Language]:
    """The languages in which this page may also be read; none outside the tenants’ site."""
    return languages.others(_request(context))


@register.filter
def told(text: object) -> str | SafeString:
    """A sentence or a label of a room below: in the person’s language, else in French and marked as French."""
    if isinstance(text, Told):
        return languages.told_duration(text)
    if isinstance(text, Clause):
        return languages.told_clause(text)
    said = str(text)
    if languages.is_told(said):
        return languages.told(said)
    return languages.in_french(said)


@register.filter
def french(text: str) -> str | SafeString:
    """What the landlord wrote, in French: marked so on a page in another language."""
    return text if languages.is_french() else format_html('<bdi lang="fr" dir="ltr">{}</bdi>', text)


@register.simple_tag
def french_only() -> SafeString:
    """The attributes of a part that exists in French only, on a page in another language; none on a French page."""
    return SafeString("" if languages.is_french() else ' lang="fr" dir="ltr"')


@register.simple_tag(takes_context=True)
def own_access(context: RequestContext) -> list[components.Link]:
    """The pages of one's own way in, on the site of this page; none outside a site."""
    request = _request(context)
    site = getattr(request, "site", None)
    if not isinstance(site, Site) or site is DOOR:
        return []
    pages = (
        ("my_sessions", gettext("Mes sessions"), "clock"),
        ("my_keys", gettext("Mes clés et codes"), "key"),
    )
    try:
        return [
            components.Link(label=label, url=reverse(f"{site.code}:{name}"), icon=icon) for name, label, icon in pages
        ]
    except NoReverseMatch:
        return []


# --- pieces ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    return mark_safe(f'<svg class="ico" viewBox="0 0 24 24" aria-hidden="true">{drawing(name)}</svg>')  # noqa: S308


@register.simple_tag
def tag(label: str, tone: str = "") -> SafeString:
    return format_html('<span class="tag {}">{}</span>', components.Tone(tone), label)


@register.simple_block_tag
def alert(content: str, tone: str = "info", *, focus: bool = False) -> SafeString:
    """A message. A refusal ("bad") is announced; `focus=True` also takes the focus when the page opens."""
    role = mark_safe(' role="alert"') if tone == "bad" else ""
    aim = mark_safe(' tabindex="-1" data-focus') if focus else ""
    tone = components.Tone(tone)
    return format_html(
        '<div class="alert {}"{}{}>{}<div>{}</div></div>', tone, role, aim, icon(ALERT_ICONS[tone]), content
    )


@register.inclusion_tag("web/_crumbs.html")
def crumbs(links: Sequence[components.Link]) -> dict[str, object]:
    return {"links": links}


@register.inclusion_tag("web/_views.html")
def views(links: Sequence[components.Link], name: str = "Vues") -> dict[str, object]:
    return {"links": links, "name": name}


@register.inclusion_tag("web/_figs.html")
def figs(figs: Sequence[components.Fig]) -> dict[str, object]:
    return {"figs": figs}


@register.inclusion_tag("web/_stair.html")
def stair(steps: Sequence[components.Step]) -> dict[str, object]:
    return {"steps": steps}


@register.inclusion_tag("web/_calc.html")
def calc(lines: Sequence[components.CalcLine]) -> dict[str, object]:
    return {"lines": lines}


@register.inclusion_tag("web/_life.html")
def life(events: Sequence[components.LifeEvent]) -> dict[str, object]:
    return {"events": events}


@register.inclusion_tag("web/_doors.html")
def doors(doors: Sequence[components.Door]) -> dict[str, object]:
    return {"doors": doors}


@register.inclusion_tag("web/_floors.html")
def floors(floors: Sequence[components.Floor]) -> dict[str, object]:
    return {"floors": floors}


@register.inclusion_tag("web/_chips.html")
def chips(chips: Sequence[components.Chip], name: str = "Filtres") -> dict[str, object]:
    return {"chips": chips, "name": name}


@register.inclusion_tag("web/_progress.html")
def progress(job: components.JobProgress) -> dict[str, object]:
    return {"job": job}


@register.inclusion_tag("web/_pager.html")
def pager(pager: Pager) -> dict[str, object]:
    return {"pager": pager}


@register.inclusion_tag("web/_keys.html")
def keys(shortcuts: Sequence[components.Shortcut]) -> dict[str, object]:
    return {"shortcuts": shortcuts}


@register.inclusion_tag("web/_empty.html")
def empty(title: str, text: str = "", url: str = "", url_label: str = "") -> dict[str, object]:
    return {"title": title, "text": text, "url": url, "url_label": url_label}


@register.inclusion_tag("web/_found.html")
def found_list(groups: Sequence[components.FoundGroup], query: str, took: str = "") -> dict[str, object]:
    return {"groups": groups, "query": query, "took": took, "count": sum(len(group.items) for group in groups)}


@register.inclusion_tag("web/_bar_chart.html")
def bar_chart(bars: Sequence[components.Bar], title: str, name: str = "graphique", most: int = 0) -> dict[str, object]:
    drawn, zero = charts.drawn_bars(bars, most=most)
    axis = f"M{zero + 0.5:.1f} 0V{len(bars) * charts.BAR_STEP + 4}"
    return {"bars": drawn, "axis": axis, "height": len(bars) * charts.BAR_STEP + 8, "title": title, "name": name}


@register.inclusion_tag("web/_facade.html")
def facade(floors: Sequence[Sequence[components.Window]], label: str) -> dict[str, object]:
    windows, outline = charts.drawn_facade(floors)
    return {"windows": windows, "outline": outline, "label": label}


@register.simple_tag
def night_windows() -> SafeString:
    """The windows and flights of the sign-in picture: nine landings, the lower ones already climbed."""
    return format_html_join("", "{}", ((piece,) for piece in charts.night_windows()))


@register.inclusion_tag("web/_table.html")
def data_table(view: TableView) -> dict[str, object]:
    return {"view": view}


@register.inclusion_tag("web/_columns.html")
def column_menu(view: TableView) -> dict[str, object]:
    return {"view": view}


# --- forms -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's widget with our class. Django adds `aria-invalid` and `aria-describedby` (hint, then error)."""
    boxes = CheckboxInput | CheckboxSelectMultiple | RadioSelect
    css = "" if isinstance(field.field.widget, boxes) else "field"
    written = f"{field.field.widget.attrs.get('class', '')} {css}".strip()
    return field.as_widget(attrs={"class": written} if written else {})


@register.inclusion_tag("web/_field.html")
def field_row(field: BoundField) -> dict[str, object]:
    widget = field.field.widget
    kind = "box" if isinstance(widget, CheckboxInput) else "line"
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        kind = "choices"
    return {"field": field, "kind": kind}


@register.inclusion_tag("web/_errors.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    wrong = [field for field in form if field.errors]
    return {"fields": wrong, "others": form.non_field_errors(), "count": len(wrong)}
