"""`palier rule list | show | run`: the law as code, one JSON case a line, one JSON answer a line."""

import argparse
import io
import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, NoReturn

from palier.attribution.rules import RULES as ATTRIBUTION_RULES
from palier.banking.rules import RULES as BANKING_RULES
from palier.cli import Subparsers
from palier.cli.output import add_json_option
from palier.demandes.rules import RULES as DEMANDES_RULES
from palier.estate.rules import RULES as ESTATE_RULES
from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.foundation.rulebook import Field, JsonValue, Rule
from palier.payroll.rules import RULES as PAYROLL_RULES
from palier.quittancement.rules import RULES as QUITTANCEMENT_RULES

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in sorted(
        (*ESTATE_RULES, *DEMANDES_RULES, *ATTRIBUTION_RULES, *BANKING_RULES, *QUITTANCEMENT_RULES, *PAYROLL_RULES),
        key=lambda rule: rule.name,
    )
}

_LONGEST_LINE = 100_000
_BOM = b"\xef\xbb\xbf"


class CaseFileNotThere(Refusal):
    """Le fichier « {name} » n’existe pas : vérifiez le chemin, ou donnez les cas sur l’entrée standard."""


class CaseFileUnreadable(Refusal):
    """« {name} » ne se lit pas : vérifiez que c’est un fichier et que vous avez le droit de le lire."""


class CaseNotJson(Refusal):
    """Ce n’est pas du JSON (colonne {column}) : écrivez un cas par ligne, comme {{"adults": 2, …}}."""


class CaseNotText(Refusal):
    """Cette ligne n’est pas du texte UTF-8 : enregistrez le fichier en UTF-8."""


class CaseTooLong(Refusal):
    """Cette ligne dépasse {limit} octets : un cas tient sur une ligne courte."""


class CaseTooDeep(Refusal):
    """Ce JSON est trop imbriqué : un cas est un objet simple."""


class NotANumberOfJson(Refusal):
    """« {text} » n’est pas un nombre que JSON connaît : donnez un montant comme "453.20"."""


class NumberTooLong(Refusal):
    """Un nombre de cette ligne est trop long : vérifiez-le."""


class FieldGivenTwice(Refusal):
    """« {name} » est donné deux fois dans le même cas : gardez-en un."""


def register(subparsers: Subparsers) -> None:
    """Add `palier rule` and its three verbs."""
    parser = subparsers.add_parser("rule", help="liste, montre et exécute les règles de droit")
    verbs = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="verb")
    listing = verbs.add_parser("list", help="liste les règles, leur texte et la période couverte")
    add_json_option(listing)
    listing.set_defaults(run=list_rules)
    showing = verbs.add_parser("show", help="montre les données, le texte et un exemple d’une règle")
    showing.add_argument("name", metavar="NOM")
    add_json_option(showing)
    showing.set_defaults(run=show_rule)
    running = verbs.add_parser("run", help="applique une règle à des cas, un objet JSON par ligne")
    running.add_argument("name", metavar="NOM")
    running.add_argument("file", metavar="FICHIER", nargs="?", help="fichier de cas ; par défaut l’entrée standard")
    add_json_option(running)
    running.set_defaults(run=run_rule)


def list_rules(args: argparse.Namespace) -> int:
    """Every rule: name, title, reference, period."""
    _speak_utf8()
    if args.json:
        _print_json({"rules": [_summary(rule) for rule in RULES.values()]})
        return 0
    for rule in RULES.values():
        print(f"{rule.name}\n    {rule.title}\n    {rule.reference}\n    {rule.period.label_fr()}")
    return 0


def show_rule(args: argparse.Namespace) -> int:
    """One rule: inputs, outputs, reference, and an example that is computed now."""
    _speak_utf8()
    rule = RULES.get(args.name)
    if rule is None:
        return _unknown(args.name)
    answer = rule.worked_example().as_json()
    if args.json:
        _print_json({**_summary(rule), **_details(rule), "example": {"input": dict(rule.example), "output": answer}})
        return 0
    print(f"{rule.name} (version {rule.version}, empreinte {rule.digest[:12]})\n{rule.title}")
    print(f"Texte : {rule.reference}\nPériode : {rule.period.label_fr()}\n\nDonnées")
    print("\n".join(_told(each) for each in rule.inputs))
    print("\nRésultats")
    print("\n".join(_told(each) for each in rule.outputs))
    print(f"\nExemple\n    {_dumped(dict(rule.example))}\n    {_dumped(answer)}")
    return 0


def run_rule(args: argparse.Namespace) -> int:
    """One answer a case, in order; a wrong case answers {"error"} and the others go on. 1 if any was wrong."""
    _speak_utf8()
    rule = RULES.get(args.name)
    if rule is None:
        return _unknown(args.name)
    wrong = 0
    with _opened(args.file) as stream:
        for line in _lines(stream):
            try:
                answer = rule.run(_parsed(line)).as_json()
            except Refusal as refusal:
                wrong += 1
                answer = {"error": str(refusal)}
            _print_json(answer)
    if wrong:
        cases = "1 cas refusé" if wrong == 1 else f"{wrong} cas refusés"
        print(f"{cases} : la raison est sur sa ligne, dans « error ».", file=sys.stderr)
    return 1 if wrong else 0


def _unknown(name: str) -> int:
    print(f"Règle inconnue : « {shortened(name)} ». Règles présentes : {', '.join(RULES)}.", file=sys.stderr)
    return 2


def _opened(name: str | None) -> AbstractContextManager[BinaryIO]:
    if name is None:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except FileNotFoundError as missing:
        raise CaseFileNotThere(name=shortened(name, 120)) from missing
    except (OSError, ValueError) as unreadable:
        raise CaseFileUnreadable(name=shortened(name, 120)) from unreadable


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines that hold something, never more than the limit in memory."""
    first = True
    while line := stream.readline(_LONGEST_LINE + 1):
        rest = line
        while not rest.endswith(b"\n") and len(rest) > _LONGEST_LINE:
            rest = stream.readline(_LONGEST_LINE + 1)
        if first:
            line, first = line.removeprefix(_BOM), False
        if line.strip():
            yield line


def _parsed(line: bytes) -> JsonValue:
    """The case of one line. Raises the Case… refusals; a number is read as it is written, never as a binary float."""
    if len(line) > _LONGEST_LINE:
        raise CaseTooLong(limit=_LONGEST_LINE)
    try:
        case: JsonValue = json.loads(
            line.decode("utf-8"),
            parse_float=Decimal,
            parse_int=_whole,
            parse_constant=_refuse_constant,
            object_pairs_hook=_each_once,
        )
    except UnicodeDecodeError as error:
        raise CaseNotText from error
    except json.JSONDecodeError as error:
        raise CaseNotJson(column=error.colno) from error
    except RecursionError as error:
        raise CaseTooDeep from error
    return case


def _whole(digits: str) -> int:
    # Python itself refuses to read an integer of more than 4,300 digits, with a traceback.
    if len(digits) > 100:
        raise NumberTooLong
    return int(digits)


def _refuse_constant(text: str) -> NoReturn:
    raise NotANumberOfJson(text=text)


def _each_once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    case: dict[str, JsonValue] = {}
    for name, value in pairs:
        if name in case:
            raise FieldGivenTwice(name=shortened(name))
        case[name] = value
    return case


def _summary(rule: Rule) -> dict[str, JsonValue]:
    first, last = rule.period.first_day, rule.period.last_day
    period: dict[str, JsonValue] = {
        "first_day": first.isoformat() if first else None,
        "last_day": last.isoformat() if last else None,
        "label": rule.period.label_fr(),
    }
    return {"name": rule.name, "title": rule.title, "reference": rule.reference, "period": period}


def _details(rule: Rule) -> dict[str, JsonValue]:
    return {
        "version": rule.version,
        "digest": rule.digest,
        "inputs": [_field(each) for each in rule.inputs],
        "outputs": [_field(each) for each in rule.outputs],
    }


def _field(field: Field) -> dict[str, JsonValue]:
    described: dict[str, JsonValue] = {
        "name": field.name,
        "type": field.kind.value,
        "unit": field.unit,
        "label": field.label,
    }
    return {**described, "choices": list(field.choices)} if field.choices else described


def _told(field: Field) -> str:
    unit = f", en {field.unit}" if field.unit else ""
    return f"    {field.name} ({field.kind.value}) : {field.label}{unit} ; {field.expected()}"


def _dumped(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print_json(value: JsonValue) -> None:
    # Flushed line by line: a program may hold the conversation, and wait for each answer.
    print(_dumped(value).encode("utf-8", "replace").decode("utf-8"), flush=True)


def _speak_utf8() -> None:
    """The euro sign and the no-break spaces, whatever the terminal's own encoding."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
