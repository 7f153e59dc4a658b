"""`palier init`: a landlord of one's own, outside any demonstration. Run again, it goes on, or brings up to date."""

import argparse
import getpass
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, home_of, told_in_french

if TYPE_CHECKING:
    from palier.foundation.installation.accounts import Accounts

# The question as it is asked, whether an answer is needed. The order is that of the conversation.
QUESTIONS: Final[Mapping[str, tuple[str, bool]]] = {
    "landlord": ("Nom de l’organisme", True),
    "legal_form": ("Forme juridique (par exemple office public de l’habitat)", True),
    "siret": ("SIRET du siège", True),
    "address": ("Adresse postale, lignes séparées par « / »", True),
    "admin": ("Adresse électronique du premier administrateur technique", True),
    "admin_first_name": ("Son prénom", True),
    "admin_last_name": ("Son nom", True),
    "host": ("Nom de domaine des sites (vide : cette machine seulement)", False),
    "phone": ("Téléphone de l’organisme", False),
    "hours": ("Horaires", False),
}
_ONE_ACCOUNT: Final = (
    "Un seul compte système tient tout : lancez « palier init » sous root pour séparer les sites de la base."
)
_CLOSED_PROGRAM: Final = (
    "Le programme {program} est fermé aux comptes {names} : installez Palier dans un dossier que tous traversent, par"
    " exemple /opt/palier."
)
_UNASKED: Final = ("port", "database_url")


class AnswersIncomplete(Refusal):
    """Il manque {names} : donnez-les en options, ou dans un fichier avec --answers. Rien n’a été installé."""


class AnswersUnreadable(Refusal):
    """Le fichier {path} ne se lit pas comme des réponses : une par ligne, par exemple landlord = "Office de…", avec les
    noms {names}."""


class HomeAlreadyUsed(Refusal):
    """Le dossier {path} sert déjà à autre chose ({what}) : indiquez un dossier vide avec PALIER_HOME."""


class HomeOfADemonstration(Refusal):
    """Le dossier {path} est celui d’une démonstration : indiquez un dossier vide avec PALIER_HOME."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered, as typed: the operations check it."""

    landlord: str
    legal_form: str
    siret: str
    address: str
    admin: str
    admin_first_name: str
    admin_last_name: str
    host: str
    phone: str
    hours: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The landlord that stands, and the link of its administrator; none once they entered."""

    landlord: str
    is_new: bool
    administrator: str
    link: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the person who installs decided about the machine."""

    accounts: "Accounts | None"
    port: int
    is_outside: bool


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "init",
        help="installe Palier pour un organisme, avec son premier administrateur",
        description="Dans un dossier vide (PALIER_HOME) : réglages, secrets, base, organisme, premier administrateur, "
        "unités systemd. Lancée par root, la commande sépare les comptes système du propriétaire de la base, des sites "
        "et des travaux. Relancée avec les mêmes réponses, elle termine ou met à jour l’installation.",
    )
    parser.add_argument("--answers", type=Path, metavar="FICHIER.toml", help="les réponses, au lieu de questions")
    for name, (question, _) in QUESTIONS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", default="", metavar="TEXTE", help=question)
    parser.add_argument(
        "--port", type=int, default=8000, metavar="P", help="le port des sites sur cette machine (8000)"
    )
    parser.add_argument(
        "--database-url",
        default="",
        metavar="URL",
        help="un PostgreSQL extérieur, avec le compte qui l’installe ; de préférence dans DATABASE_URL",
    )
    parser.add_argument(
        "--single-account", action="store_true", help="sous root, n’emploie pas de comptes système séparés"
    )
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from palier.cli.serve import check_port_number
    from palier.estate.identity import landlord_siret
    from palier.foundation.installation.accounts import ensure_accounts, runs_as_root

    home = home_of(os.environ)
    answers = _answers(args)
    # Refused before anything is made.
    landlord_siret(answers.siret)
    check_port_number(answers.port)
    _refuse_a_used(home)
    accounts = ensure_accounts() if runs_as_root() and not args.single_account else None
    chosen = Chosen(accounts=accounts, port=answers.port, is_outside=bool(os.environ.get("DATABASE_URL")))
    _prepare(home, answers)
    given = _landlord(answers)
    verified, written = _close(home, chosen)
    figures: dict[str, Json] = {
        "home": str(home.root),
        "landlord": given.landlord,
        "created": given.is_new,
        "administrator": given.administrator,
        "link": given.link,
        "until": given.until,
        "separate_accounts": accounts is not None,
        "units": [str(path) for path in written],
        "units_verified": verified,
        "warnings": list(_warnings(home, chosen)),
    }
    emit(figures, args, {"home": "Dossier", "landlord": "Organisme", "administrator": "Premier administrateur"})
    if not args.json:
        _tell(figures)
    return 0


def _answers(args: argparse.Namespace) -> Answers:
    """Options first, then the file, then questions when someone is there to answer. Raises AnswersIncomplete."""
    told = _of_file(args.answers) if args.answers else {}
    told |= {name: str(getattr(args, name)) for name in QUESTIONS if getattr(args, name)}
    if args.database_url:
        told["database_url"] = args.database_url
    for name, (question, is_needed) in QUESTIONS.items():
        if name not in told and sys.stdin.isatty() and not args.json:
            print(f"{question}{'' if is_needed else ' (facultatif)'} : ", end="", file=sys.stderr, flush=True)
            told[name] = sys.stdin.readline().strip()
    missing = [name for name, (_, is_needed) in QUESTIONS.items() if is_needed and not told.get(name)]
    if missing:
        raise AnswersIncomplete(names=", ".join(f"--{name.replace('_', '-')}" for name in missing))
    if url := told.get("database_url"):
        os.environ["DATABASE_URL"] = url
    return Answers(
        **{name: told.get(name, "").strip() for name in QUESTIONS},
        port=int(told["port"]) if told.get("port", "").isdigit() else args.port,
    )


def _of_file(path: Path) -> dict[str, str]:
    known = (*QUESTIONS, *_UNASKED)
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnswersUnreadable(path=path, names=", ".join(known)) from error
    if set(read) - set(known):
        raise AnswersUnreadable(path=path, names=", ".join(known))
    return {name: " / ".join(map(str, told)) if isinstance(told, list) else str(told) for name, told in read.items()}


def _refuse_a_used(home: Home) -> None:
    """An empty folder, or one that `init` began. Raises HomeAlreadyUsed, HomeOfADemonstration."""
    from palier.foundation.installation.settings_file import settings_path

    if not home.root.is_dir():
        return
    with told_in_french(home.root):
        there = sorted(path.name for path in home.root.iterdir())
    if "demo.json" in there:
        raise HomeOfADemonstration(path=home.root)
    # What a first try leaves behind before its settings.
    begun = {"secrets", "documents", "static"}
    is_begun = set(there) <= begun and not any(path.is_file() for path in home.root.rglob("*"))
    if there and not is_begun and not settings_path(home).exists():
        raise HomeAlreadyUsed(path=home.root, what=", ".join(there[:3]))


def _prepare(home: Home, answers: Answers) -> None:
    """Settings first: their file is the sign that this home is ours. Then database, tables, rights, static files."""
    from palier.cli.application import open_application
    from palier.foundation.installation.layout import draw_secrets
    from palier.foundation.installation.settings_file import read_settings, settings_path, write_settings
    from palier.foundation.postgres import ensure_running, provision
    from palier.foundation.postgres.address import role_prefix_of

    home.prepare()
    settings = read_settings(settings_path(home))
    if answers.host:
        settings |= {"PALIER_HOSTS": answers.host, "PALIER_HTTPS": "1"}
    if url := os.environ.get("DATABASE_URL"):
        settings["DATABASE_URL"] = url
    write_settings(home, settings)
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    draw_secrets(home)
    provision(ensure_running(home), prefix=role_prefix_of(os.environ))
    open_application()
    from palier.cli.serve import gather_static_files
    from palier.privacy.operations import install

    install()
    gather_static_files()


def _landlord(answers: Answers) -> Given:
    """The landlord and its first administrator, with the link by which they enter once."""
    from palier.agents.operations.first_landlord import Administrator, first_landlord
    from palier.cli.account import link_of
    from palier.estate.operations.landlord import Sheet
    from palier.foundation.clock import now
    from palier.web.operator_accounts import Operator, invite

    operator, at = getpass.getuser(), now()
    stands = first_landlord(
        Sheet(
            name=answers.landlord,
            legal_form=answers.legal_form,
            address_lines=tuple(answers.address.split("/")),
            siret=answers.siret,
            phone=answers.phone,
            opening_hours=answers.hours,
            tenant_site=answers.host or "localhost",
        ),
        Administrator(identifier=answers.admin, first_name=answers.admin_first_name, last_name=answers.admin_last_name),
        operator=operator,
        at=at,
    )
    link = until = ""
    if not stands.entered_already:
        given = invite(stands.identifier, by=Operator(name=operator, motive="INSTALLATION"), at=at)
        link, until = link_of(given, "choose_password", address=_own_address(answers))
    return Given(landlord=stands.name, is_new=stands.is_new, administrator=stands.identifier, link=link, until=until)


def _own_address(answers: Answers) -> str:
    """Where the sites answer; the settings were read before a new host was written."""
    return f"https://{answers.host}" if answers.host else f"http://localhost:{answers.port}"


def _close(home: Home, chosen: Chosen) -> tuple[bool, list[Path]]:
    """Each file to its account, then the units. Whether systemd read them, and where they are."""
    from palier.foundation.installation.layout import separate
    from palier.foundation.installation.units import Served, verify_units, write_units
    from palier.foundation.postgres.address import role_prefix_of

    accounts = chosen.accounts
    owner = web = worker = getpass.getuser()
    if accounts is not None:
        separate(home, accounts, prefix=role_prefix_of(os.environ))
        owner, web, worker = accounts.owner.name, accounts.web.name, accounts.worker.name
    served = Served(owner=owner, web=web, worker=worker, port=chosen.port, is_outside=chosen.is_outside)
    written = write_units(home, served)
    return verify_units(written), written


def _warnings(home: Home, chosen: Chosen) -> list[str]:
    from palier.foundation.installation.accounts import cannot_run

    accounts = chosen.accounts
    if accounts is None:
        return [
            "Un seul compte système tient tout : lancez « palier init » sous root pour séparer les sites de la base."
        ]
    closed = cannot_run(accounts.all, Path(sys.executable))
    if not closed:
        return []
    names = ", ".join(closed)
    return [_CLOSED_PROGRAM.format(program=sys.executable, names=names)]


def _tell(figures: Mapping[str, Json]) -> None:
    """What is left to do, in order."""
    home = Path(str(figures["home"]))
    if figures["link"]:
        print(f"Lien du premier administrateur, à lui remettre en main propre : {figures['link']}")
        from palier.cli.account import until_fr

        until = until_fr(str(figures["until"]))
        print(f"Il sert une fois, jusqu’au {until} ; un second facteur sera demandé aussitôt.")
    print(f"Services : copiez {home / 'systemd'}/*.service dans /etc/systemd/system, puis « systemctl daemon-reload ».")
    print("Vérification : « palier doctor ».")
    warnings = figures["warnings"]
    for warning in warnings if isinstance(warnings, list) else []:
        print(warning, file=sys.stderr)
