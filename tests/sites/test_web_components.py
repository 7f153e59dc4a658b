"""The pieces pages are made of: words, escaping, icons, forms, tables kept in the address."""

import hashlib
import re
import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import translation
from tests.sites.web_sample_pages import FLATS, RESIDENCE, Flat

import palier
from palier.web import charts, preferences, words
from palier.web.components import Bar, CalcLine, Chip, FoundGroup, FoundItem, Frame, JobProgress, Link, Tag, Window
from palier.web.icons import ICONS, UnknownIcon
from palier.web.styleguide import SAMPLE_ROWS, SAMPLE_TABLE, SampleForm, styleguide
from palier.web.table_view import view_of
from palier.web.tables import (
    BrokenCursor,
    Column,
    Kind,
    OnPhone,
    Table,
    UnknownColumn,
    UnknownFilterValue,
    page_of,
    read_cursor,
    read_state,
    write_cursor,
)

PACKAGE = Path(palier.__file__).parent
TEMPLATES = PACKAGE / "web" / "templates"
STATIC = PACKAGE / "web" / "static" / "palier"
ATTACK = '<script>alert("1")</script>'


@pytest.fixture(autouse=True)
def _signing_key() -> object:
    with override_settings(SECRET_KEY="of no use but here"):
        yield


def written(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load palier %}" + source).render(context)


# --- words


@pytest.mark.parametrize(
    ("cents", "text"),
    [(123456, "1\u202f234,56"), (0, "0,00"), (-4306, "−43,06"), (None, "–"), (5, "0,05")],
)
def test_an_amount_reads_as_a_french_reader_expects(cents: int | None, text: str) -> None:
    assert written("{{ cents|amount }}", cents=cents) == text


def test_euros_carry_their_unit_after_a_no_break_space_except_nothing() -> None:
    assert written("{{ cents|euros }}", cents=123456) == "1\u202f234,56\u00a0€"
    assert written("{{ cents|euros }}", cents=None) == "–"


def test_what_a_file_weighs_is_said_as_people_say_it() -> None:
    assert [words.weight(size) for size in (710, 12_400, 1_091_901)] == ["1\u00a0Ko", "12\u00a0Ko", "1,1\u00a0Mo"]


def test_arabic_counts_times_as_arabic_does_and_what_the_landlord_wrote_is_marked_french() -> None:
    sentence = "Depuis un an, votre dossier a été ouvert une fois."
    hours = engines["django"].from_string("{% load palier %}{{ hours|french }}")
    with translation.override("ar"):
        told = {
            n: translation.ngettext(sentence, "Depuis un an, votre dossier a été ouvert %(all)s fois.", n)
            for n in (1, 2, 4, 21)
        }
        assert hours.render({"hours": "9 h à 17 h"}) == '<bdi lang="fr" dir="ltr">9 h à 17 h</bdi>'
    assert [told[n].rstrip(".").split()[-1] for n in (1, 2, 4, 21)] == ["واحدة", "مرتين", "مرات", "مرة"]
    assert hours.render({"hours": "9 h à 17 h"}) == "9 h à 17 h"


def test_a_label_at_the_head_of_a_line_keeps_its_names_and_acronyms() -> None:
    assert [words.capital(label) for label in ("le nom ou l’ICS", "BIC faux", "fait hors de Palier", "")] == [
        "Le nom ou l’ICS",
        "BIC faux",
        "Fait hors de Palier",
        "",
    ]


def test_a_gain_says_its_plus_and_zero_says_none() -> None:
    assert [words.amount(cents, signed=True) for cents in (4637, 0, -4637)] == ["+46,37", "0,00", "−46,37"]


def test_dates_are_written_short_long_and_brief() -> None:
    assert words.day_short(date(2019, 3, 14)) == "14/03/2019"
    assert words.day_long(date(2026, 11, 30)) == "lundi 30\u00a0novembre 2026"
    assert words.day_long(date(2027, 1, 1)) == "vendredi 1er\u00a0janvier 2027"
    assert words.day_brief(date(2026, 11, 21)) == "21\u00a0nov."
    # An instant is told by the landlord's day: 0 h 06 in Paris.
    after_midnight = datetime(2026, 11, 23, 23, 6, tzinfo=UTC)
    assert words.day_brief(after_midnight) == "24\u00a0nov."
    assert words.day_short(after_midnight) == "24/11/2026"
    # What the database answers is in universal time: nine minutes past two at night is past three in Paris.
    assert words.instant(datetime(2026, 11, 22, 2, 9, tzinfo=UTC)) == "22/11/2026, 3\u00a0h\u00a009"
    assert words.hour(datetime.fromisoformat("2026-11-21T08:02")) == "8\u00a0h\u00a002"
    assert words.month(date(2026, 8, 31)) == "août 2026"


@pytest.mark.parametrize(
    ("m2", "text"),
    [("62.4", "62,4\u00a0m²"), ("62.45", "62,45\u00a0m²"), ("80", "80,0\u00a0m²"), ("1062.40", "1\u202f062,4\u00a0m²")],
)
def test_a_surface_keeps_one_decimal_or_two(m2: str, text: str) -> None:
    assert words.surface(Decimal(m2)) == text


def test_french_keeps_the_singular_below_two() -> None:
    assert [words.count(n, "bail", "baux") for n in (0, 1, 2)] == ["0\u00a0bail", "1\u00a0bail", "2\u00a0baux"]


@pytest.mark.parametrize(
    ("number", "text"), [(0, "Rez-de-chaussée"), (1, "1<sup>er</sup> étage"), (-2, "2<sup>e</sup> sous-sol")]
)
def test_a_floor_has_a_name(number: int, text: str) -> None:
    assert written("{{ number|floor_name }}", number=number) == text


# --- found letters


def test_found_letters_are_marked_whatever_their_accents() -> None:
    assert written("{{ name|found:query }}", name="De Saül Inès", query="SAUL ine") == (
        "De <mark>Saül</mark> <mark>Inè</mark>s"
    )


def test_a_letter_that_folds_to_two_is_marked_whole() -> None:
    assert written("{{ name|found:query }}", name="Lœil", query="oe") == "L<mark>œ</mark>il"


def test_markup_in_a_name_or_a_query_never_reaches_the_page() -> None:
    page = written("{{ name|found:query }}", name=ATTACK, query="script <")
    assert "<script" not in page.replace("<mark>", "")
    assert "&lt;" in page


# --- escaping everywhere


def test_every_piece_escapes_what_it_is_given() -> None:
    context = {
        "frame": Frame(site_label=ATTACK, home_url="/", account_name=ATTACK, navigation=[Link(label=ATTACK, url="/")]),
        "lines": [CalcLine(label=ATTACK, value=ATTACK, reason=ATTACK, source=ATTACK, source_tag=Tag(label=ATTACK))],
        "bars": [Bar(label=ATTACK, value=5, text=ATTACK)],
        "groups": [FoundGroup(title=ATTACK, items=(FoundItem(label=ATTACK, url="/", detail=ATTACK),))],
        "attack": ATTACK,
    }
    page = written(
        "{% calc lines %}{% bar_chart bars attack %}{% found_list groups attack %}{% tag attack %}"
        "{% alert 'bad' %}{{ attack }}{% endalert %}{% empty attack attack '/' attack %}"
        "{% include 'web/_nav.html' with links=frame.navigation %}",
        **context,
    )
    assert "<script" not in page


def test_a_table_escapes_cells_headings_chips_and_totals() -> None:
    rows = [Flat(number=1, door=ATTACK, tenant=ATTACK, rent_cents=1, balance_cents=-1)]
    state = read_state(RESIDENCE, QueryDict(f"batiment={ATTACK}"))
    view = view_of(RESIDENCE, state, rows, totals_label=ATTACK, selection_form="agir", chosen=frozenset({ATTACK}))
    assert "<script" not in written("{% chips view.chips %}{% data_table view %}{% column_menu view %}", view=view)


def test_a_label_with_nothing_after_it_is_left_out_of_a_phone() -> None:
    column = Column[int](
        code="debit", label="Débit", value=lambda row: row or None, kind=Kind.MONEY, on_phone=OnPhone.LABELLED
    )
    table = Table[int](code="essai", caption="Essai", default_sort="debit", columns=(column,))
    shown = written("{% data_table view %}", view=view_of(table, read_state(table, QueryDict("")), [1_234, 0]))
    assert '<td class="num" data-l="Débit">12,34</td>' in shown
    assert '<td class="num opt" data-l="Débit"><span class="soft">–</span></td>' in shown


# --- pieces


def test_every_icon_of_the_look_is_drawn_and_a_misspelt_one_is_refused() -> None:
    assert all(written("{% icon name %}", name=name).startswith('<svg class="ico"') for name in ICONS)
    with pytest.raises(UnknownIcon, match="«\u00a0eyes\u00a0»"):
        written("{% icon 'eyes' %}")


def test_a_running_job_asks_again_and_a_finished_one_stops() -> None:
    running = JobProgress(label="Avis", done=5, total=10, running=True, poll_url="/tache/", page_url="/page/")
    done = JobProgress(label="Avis", done=10, total=10, poll_url="/tache/", page_url="/page/")
    assert 'hx-trigger="every 1s"' in written("{% progress job %}", job=running)
    assert ">Actualiser</a>" in written("{% progress job %}", job=running)
    assert "hx-" not in written("{% progress job %}", job=done)


def test_a_job_of_nothing_still_draws_a_bar() -> None:
    assert 'max="1"' in written("{% progress job %}", job=JobProgress(label="Avis", done=0, total=0))


def test_bars_start_from_zero_and_stay_in_the_drawing() -> None:
    drawn, zero = charts.drawn_bars([Bar(label="a", value=900, text="+9"), Bar(label="b", value=-300, text="−3")])
    assert [bar.css for bar in drawn] == ["up", "down"]
    assert float(drawn[0].x) == zero
    assert float(drawn[1].x) + float(drawn[1].width) == pytest.approx(zero, abs=0.1)
    assert float(drawn[0].width) == pytest.approx(3 * float(drawn[1].width), abs=0.2)
    assert charts.drawn_bars([]) == ([], charts.LABEL_ROOM)


@pytest.mark.parametrize("floors", [1, 8, 30])
def test_the_facade_keeps_within_its_frame(floors: int) -> None:
    windows, _ = charts.drawn_facade([[Window.OCCUPIED] * 20 for _ in range(floors)])
    assert len(windows) == floors * charts.MAX_COLUMNS
    assert all(
        float(window.y) >= 0 and float(window.y) + float(window.height) <= charts.FACADE_GROUND for window in windows
    )
    assert all(float(window.x) + float(window.width) <= 158.5 for window in windows)


def test_a_refused_form_ties_each_error_to_its_field() -> None:
    form = SampleForm({"rent": "1", "starts_on": "31/02/2027", "term": "ARREARS"})
    page = written("{% error_summary form %}{% field_row form.starts_on %}{% field_row form.rent %}", form=form)
    assert '<a href="#id_starts_on">Date d’effet</a>' in page
    assert re.search(r'<input[^>]*aria-invalid="true"[^>]*aria-describedby="id_starts_on_error"', page)
    assert 'id="id_starts_on_error"' in page
    assert re.search(r'<input[^>]*aria-describedby="id_rent_helptext"', page)


def test_the_words_of_a_field_keep_the_spaces_of_french() -> None:
    class Spaced(forms.Form):
        fee = forms.CharField(label="Frais : combien ?", help_text="Cinq lignes au plus ; 25 € chacune.")

    page = written("{% field_row form.fee %}", form=Spaced())
    assert "Frais\u00a0: combien\u202f?" in page
    assert "au plus\u202f; 25\u00a0€ chacune." in page


def test_a_choice_that_is_always_kept_does_not_offer_to_leave() -> None:
    chips = [Chip(label="À traiter", url="?etat=A", on=True, is_choice=True), Chip(label="À signer", url="?etat=B")]
    page = written("{% chips chips %}", chips=chips)
    assert "retirer ce filtre" not in page
    assert page.count('aria-current="true"') == 1
    assert "retirer ce filtre" in written("{% chips chips %}", chips=[Chip(label="En retard", url="?", on=True)])


def test_a_form_without_error_has_no_summary() -> None:
    assert "alert" not in written("{% error_summary form %}", form=forms.Form({}))


@pytest.mark.parametrize("name", ["400", "404", "403_csrf", "422", "500", "503"])
def test_refusal_pages_are_made_without_a_request(name: str) -> None:
    page = render_to_string(f"{name}.html", {"refusal": "Ce mois est déjà scellé."})
    assert '<html lang="fr"' in page
    assert "<h1" in page


def test_no_template_holds_inline_script_or_style() -> None:
    for template in TEMPLATES.rglob("*.html"):
        source = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", source), template.name


def test_the_dark_tokens_are_the_same_chosen_or_automatic() -> None:
    css = (STATIC / "theme.css").read_text()
    chosen = re.search(r"^\[data-bs-theme=dark\] \{(.*?)\}", css, re.DOTALL | re.MULTILINE)
    automatic = re.search(r"\[data-bs-theme=auto\] \{(.*?)\}", css, re.DOTALL)
    assert chosen is not None
    assert automatic is not None
    assert chosen.group(1).split() == automatic.group(1).split()


def test_vendored_files_are_those_declared() -> None:
    declared = tomllib.loads((PACKAGE / "vendored.toml").read_text())["vendored"]
    digests = {path: digest for entry in declared for path, digest in entry["files"].items()} | {
        entry["licence_file"]: "" for entry in declared if "licence_file" in entry
    }
    for file in (STATIC / "vendor").iterdir():
        assert digests[str(file.relative_to(PACKAGE))] in {"", hashlib.sha256(file.read_bytes()).hexdigest()}
    assert "sourceMappingURL" not in (STATIC / "vendor" / "bootstrap.min.css").read_text()


def test_the_theme_asks_nothing_of_another_host() -> None:
    assert "//" not in re.sub(r"/\*.*?\*/", "", (STATIC / "theme.css").read_text(), flags=re.DOTALL)


# --- how a person likes it


def test_a_choice_is_kept_in_a_cookie_and_shown_on_the_next_page() -> None:
    answer = preferences.change(RequestFactory().post("/", {"theme": "sombre", "retour": "/bureau/?tri=porte"}))
    assert (answer.status_code, answer["Location"]) == (303, "/bureau/?tri=porte")
    cookie = answer.cookies["palier_theme"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("sombre", True, "Lax")
    request = RequestFactory().get("/")
    request.COOKIES["palier_theme"] = "sombre"
    assert 'data-bs-theme="dark"' in styleguide(request, Frame(site_label="Bureau", home_url="/")).content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", "/\\ailleurs", ""]
)
def test_a_choice_never_sends_to_another_host(elsewhere: str) -> None:
    answer = preferences.change(RequestFactory().post("/", {"densite": "ample", "retour": elsewhere}))
    assert answer["Location"] == "/"


def test_an_unknown_choice_is_refused_and_a_forged_cookie_ignored() -> None:
    assert preferences.change(RequestFactory().post("/", {"theme": "rose"})).status_code == 400
    assert preferences.change(RequestFactory().post("/", {})).status_code == 400
    assert preferences.change(RequestFactory().get("/")).status_code == 405
    request = RequestFactory().get("/")
    request.COOKIES["palier_theme"] = '"><script>'
    assert preferences.chosen(request, "theme", "auto") == "auto"


# --- the state of a table


def test_a_view_is_its_address() -> None:
    state = read_state(RESIDENCE, QueryDict("tri=-solde&col=porte&col=solde&batiment=A&batiment=B&vue=retard&apres="))
    assert (state.sort, state.descending, state.columns) == ("solde", True, ("porte", "solde"))
    assert state.filters == {"batiment": ("A", "B")}
    again = read_state(RESIDENCE, QueryDict(state.address().removeprefix("?")))
    assert again == state


def test_sorting_again_turns_the_order_and_forgets_the_page() -> None:
    state = read_state(RESIDENCE, QueryDict("tri=solde&batiment=A"))
    headings = {heading.label: heading for heading in view_of(RESIDENCE, state, []).headings}
    assert headings["Solde"].url == "?tri=-solde&batiment=A"
    assert headings["Solde"].aria_sort == "ascending"
    assert headings["Porte"].url == "?tri=porte&batiment=A"
    assert headings["Bail"].url == ""


def test_taking_a_filter_away_keeps_the_others() -> None:
    state = read_state(RESIDENCE, QueryDict("batiment=A&batiment=B&bail=RUNNING"))
    chips = view_of(RESIDENCE, state, []).chips
    assert [chip.label for chip in chips] == ["Bâtiment\u00a0: A", "Bâtiment\u00a0: B", "Bail\u00a0: en cours"]
    assert chips[0].url == "?tri=porte&batiment=B&bail=RUNNING"


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("tri=mot_de_passe", UnknownColumn),
        ("tri=bail", UnknownColumn),
        ("col=rien", UnknownColumn),
        ("bail=X", UnknownFilterValue),
    ],
)
def test_what_the_table_does_not_know_is_refused(query: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_state(RESIDENCE, QueryDict(query))


def test_a_fixed_column_cannot_be_hidden() -> None:
    state = read_state(RESIDENCE, QueryDict("col=solde"))
    assert [column.code for column in RESIDENCE.shown(state)] == ["porte", "solde"]


def test_a_vacant_dwelling_is_one_wide_cell_and_its_amounts_are_nothing() -> None:
    view = view_of(SAMPLE_TABLE, read_state(SAMPLE_TABLE, QueryDict("")), SAMPLE_ROWS)
    assert '<td colspan="5" class="soft">Vacant, libre le 01/12/2026</td>' in view.rows[2].cells
    without_tenant = view_of(SAMPLE_TABLE, read_state(SAMPLE_TABLE, QueryDict("col=solde")), SAMPLE_ROWS)
    assert '<span class="soft">–</span>' in without_tenant.rows[2].cells


def test_a_debt_is_coloured_with_its_sign() -> None:
    view = view_of(SAMPLE_TABLE, read_state(SAMPLE_TABLE, QueryDict("")), SAMPLE_ROWS, totals={"solde": -19643})
    assert '<td class="num debt" data-l="Solde">−214,63</td>' in view.rows[1].cells
    assert '<td class="num debt" data-l="Solde">−196,43</td>' in view.totals


# --- pages by key


def walk(start: str, limit: int) -> list[list[int]]:
    """The pages met by following "Suivants" over the sample rows, sorted by number."""
    query, pages = start, []
    while True:
        state = read_state(RESIDENCE, QueryDict(query))
        after = state.cursor[1] if state.cursor else -1
        assert isinstance(after, int)
        fetched = [row for row in FLATS if row.number > after][: limit + 1]
        page = page_of(RESIDENCE, state, fetched, limit=limit, key=lambda row: (row.door, row.number), total=len(FLATS))
        pages.append([row.number for row in page.rows])
        if not page.pager.next_url:
            return pages
        query = page.pager.next_url.removeprefix("?")


def test_following_the_pages_meets_every_row_once() -> None:
    pages = walk("batiment=A", limit=15)
    assert [len(page) for page in pages] == [15, 15, 15, 15, 4]
    assert [number for page in pages for number in page] == list(range(64))


def test_going_back_shows_the_rows_just_before_in_order() -> None:
    state = read_state(
        RESIDENCE, QueryDict("tri=porte&avant=" + write_cursor(("A-204", 20), purpose="palier.table.residence.porte"))
    )
    fetched = [row for row in reversed(FLATS) if row.number < 20][:11]
    page = page_of(RESIDENCE, state, fetched, limit=10, key=lambda row: (row.door, row.number))
    assert [row.number for row in page.rows] == list(range(10, 20))
    assert "avant=" in page.pager.previous_url
    assert "apres=" in page.pager.next_url


def test_a_cursor_keeps_its_types() -> None:
    values = ("Élodie", 12, None, Decimal("-3.50"), date(2026, 11, 1))
    assert read_cursor(write_cursor(values, purpose="a"), purpose="a") == values


def test_a_cursor_touched_or_of_another_list_is_refused() -> None:
    cursor = write_cursor(("A-204", 20), purpose="palier.table.autre.porte")
    for forged in (cursor, cursor[:-2], "x", "x" * 5000):
        with pytest.raises(BrokenCursor):
            read_state(RESIDENCE, QueryDict(f"apres={forged}"))
