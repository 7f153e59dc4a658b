"""The `palier` program: finds the command, shows its refusals as one French sentence, chooses the exit code.

0 done, 1 refused or a check failed, 2 wrong usage, 130 interrupted.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from palier.foundation.errors import Refusal
from palier.foundation.home import home_of
from palier.foundation.installation.settings_file import load_settings
from palier.foundation.text import legible

if TYPE_CHECKING:
    # argparse gives this class no public name.
    from argparse import _SubParsersAction


class DatabaseFell(Refusal):
    """La base de données s’est arrêtée pendant le travail : rien n’a été laissé à moitié fait. Relancez la commande."""


class DatabaseDiskFull(Refusal):
    """Il n’y a plus de place sur le disque de la base de données : libérez de l’espace puis relancez la commande, rien
    n’a été laissé à moitié fait."""


class NothingInstalled(Refusal):
    """La base de données est là, mais rien n’y est encore installé : commencez par palier demo, ou par palier init
    pour un organisme réel."""


class DatabaseAbsent(Refusal):
    """Cette base de données n’existe pas sur le serveur, ou ce compte n’y entre pas : vérifiez PALIER_DATABASE et
    DATABASE_URL."""


Subparsers: TypeAlias = "_SubParsersAction[argparse.ArgumentParser]"

# A command's module is imported only when it is asked for: `palier rule run` must not load Django.
_FILES = {"import": "import_all"}  # What Python keeps for itself names no module.
COMMANDS: tuple[tuple[str, str], ...] = (
    ("init", "installe Palier pour un organisme, avec son premier administrateur"),
    ("doctor", "examine l’installation et dit comment réparer ce qui ne va pas"),
    ("demo", "crée un bailleur fictif, fait tourner un mois et sert les sites"),
    ("serve", "sert les sites sur cette machine"),
    ("worker", "exécute les travaux en attente"),
    ("database", "démarre, arrête ou décrit la base de données"),
    ("rule", "liste, montre et exécute les règles de droit"),
    ("estate", "importe le patrimoine"),
    ("leases", "importe les baux"),
    ("applications", "importe les demandes de logement"),
    ("allocation", "rejoue une commission, prouve ce qui pèse"),
    ("accounts", "reprend les comptes de l’ancien logiciel"),
    ("parallel", "compare douze mois de l’ancien logiciel à Palier"),
    ("rent", "calcule, scelle et édite le mois"),
    ("bank", "lit les fichiers de la banque et lui écrit"),
    ("payslips", "prend, diffuse ou annule les bulletins de paie"),
    ("ledger", "sort la comptabilité, la vérifie et clôt les mois"),
    ("aid", "importe ce que la CAF paie"),
    ("campaign", "écrit les lettres d’une campagne et les sort pour la poste"),
    ("mail", "le courrier sortant : registre, envois, papier à imprimer"),
    ("adoption", "mesure ce que donnent les campagnes qui proposent l’espace"),
    ("notice", "vérifie un avis d’échéance à partir de son seul fichier"),
    ("documents", "prouve, contrôle et range les documents gardés"),
    ("policy", "met en place et vérifie la politique d’accès"),
    ("retention", "efface, rend anonyme ou archive ce qui est échu, et le certifie"),
    ("rights", "fait la copie du dossier d’une personne"),
    ("incident", "écrit les lettres après une violation de données"),
    ("audit", "écrit le dossier de l’auditeur, sans aucun nom"),
    ("comments", "audite les commentaires d’un ancien logiciel, sans base de données"),
    ("journal", "scelle, publie, vérifie et transmet le journal des lectures"),
    ("backup", "sauvegarde le bailleur, répète sa restauration"),
    ("restore", "restaure une sauvegarde dans un dossier neuf"),
    ("export", "écrit tout le bailleur en fichiers ouverts"),
    ("import", "reprend un bailleur entier dans une base vide"),
    ("access", "prépare les lettres d’accès des locataires et les sort pour la poste"),
    ("account", "liste, invite, réinitialise, ferme et rouvre les comptes qui entrent"),
    ("help-window", "ouvre, ferme ou raconte une fenêtre d’assistance de l’éditeur"),
    ("screen", "lit des textes libres et dit ce qui ne peut pas être gardé"),
    ("bench", "mesure les grands travaux"),
)

_FRENCH = {
    "usage: ": "utilisation : ",
    "positional arguments": "arguments",
    "options": "options",
    "show this help message and exit": "affiche cette aide et s’arrête",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s\n",
    "the following arguments are required: %s": "il manque : %s",
    "unrecognized arguments: %s": "arguments inconnus : %s",
    "expected one argument": "une valeur est attendue",
    "expected at least one argument": "au moins une valeur est attendue",
    "ambiguous option: %(option)s could match %(matches)s": "option ambiguë : %(option)s peut être %(matches)s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "invalid %(type)s value: %(value)r": "valeur refusée : %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)": "« %(value)s » est inconnu (au choix : %(choices)s)",
    "not allowed with argument %s": "incompatible avec %s",
    "can't open '%(filename)s': %(error)s": "« %(filename)s » ne s’ouvre pas : %(error)s",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    # argparse takes its sentences from gettext under this name, and offers no other door to another language.
    vars(argparse)["_"] = lambda message: _FRENCH.get(message, message)
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        namespace = _parser(given).parse_args(given)
        load_settings(home_of(os.environ), os.environ)
        code: int = namespace.run(namespace)
        sys.stdout.flush()
    except Refusal as refusal:
        # It may quote a file.
        print("\n".join(legible(line) for line in str(refusal).split("\n")), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrompu.", file=sys.stderr)
        return 130
    except _database_errors() as error:
        print(_refusal_of(error), file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader left (`palier rule list | head`): nothing more to say, not even while Python shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def _database_errors() -> tuple[type[Exception], ...]:
    """The driver's own, Django's and the queue's, in the commands that loaded them."""
    known = (("psycopg", "Error"), ("django.db", "Error"), ("procrastinate.exceptions", "ConnectorException"))
    return tuple(getattr(sys.modules[module], name) for module, name in known if module in sys.modules)


def _refusal_of(error: Exception) -> Refusal:
    """What the fall of the server or its full disk become for who runs the command. Raises any other error again."""
    # Django keeps the driver's error as the cause of its own.
    told = error.__cause__ if hasattr(error.__cause__, "sqlstate") else error
    code: str | None = getattr(told, "sqlstate", None)
    if code == "53100":
        return DatabaseDiskFull()
    is_missing = "does not exist" in str(told)
    # A table, a schema, a role to take that is not there: the home is new.
    if code in ("42P01", "3F000") or (code == "22023" and is_missing):
        return NothingInstalled()
    if code is None and is_missing and "FATAL" in str(told):
        return DatabaseAbsent()
    # 57P: shut down; 08: connection exception. A connection that breaks has no code at all.
    is_about_the_connection = type(told).__name__ in ("OperationalError", "InterfaceError")
    if (code is None and is_about_the_connection) or (code or "").startswith(("57P", "08")):
        return DatabaseFell()
    raise error


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="palier",
        description="Palier, le système d’information d’un bailleur social.",
        epilog="« palier COMMANDE --help » décrit une commande.",
        allow_abbrev=False,
    )
    subparsers = parser.add_subparsers(title="commandes", metavar="COMMANDE", required=True, dest="command")
    asked = next((word for word in given if not word.startswith("-")), None)
    for name, summary in COMMANDS:
        if name == asked:
            importlib.import_module(module_of(name)).register(subparsers)
        else:
            subparsers.add_parser(name, help=summary).set_defaults(run=_not_loaded)
    return parser


def module_of(command: str) -> str:
    """The module that holds a command."""
    return f"palier.cli.{_FILES.get(command, command.replace('-', '_'))}"


def _not_loaded(namespace: argparse.Namespace) -> NoReturn:
    raise AssertionError(f"the command {namespace.command} was parsed without its module")
