#!/usr/bin/env python3
"""Checks the proof of one document kept by Palier. One file, Python 3.11 or later: neither Palier nor a database.

    python3 palier_document_verify.py PREUVE.json [--document FICHIER.pdf] [--heads EMPREINTES.jsonl] [--json]

The proof (docs/guide/documents.md) holds what happened to the document, and the way from each event to the head of its
day. The file of heads holds what was published, a line a head: without it, a chain made again whole would not be seen.
Exit 0: all holds. 1: something does not, and each line says what. 2: wrong usage.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

FORMAT = "palier-document-proof/1"
EVENT = ("version", "ref", "at", "kind", "sha256", "by")
ROOT = ("version", "number", "day", "leaves", "root", "previous")


def findings_of(proof: Mapping[str, object], *, document: bytes | None, heads: Mapping[int, str] | None) -> list[str]:
    """What does not hold, as French sentences; none = the proof holds. Raises KeyError, TypeError, ValueError."""
    if proof["format"] != FORMAT:
        raise ValueError("ce n’est pas la preuve d’un document de Palier")
    digest, found = str(proof["sha256"]), []
    if document is not None and hashlib.sha256(document).hexdigest() != digest:
        found.append("Ce fichier n’est pas le document de la preuve\u00a0: son empreinte est différente.")
    events = _list(proof["events"])
    if not events:
        found.append("La preuve ne porte aucun événement.")
    for entry in events:
        found += _event_findings(_dict(entry), digest, heads)
    return found


def _event_findings(entry: dict[str, object], digest: str, heads: Mapping[int, str] | None) -> list[str]:
    event, root = _dict(entry["event"]), _dict(entry["root"])
    name = f"{event['kind']} du {event['at']}"
    found = []
    if event["sha256"] != digest:
        found.append(f"{name}\u00a0: cet événement est celui d’un autre document.")
    at = hashlib.sha256(b"\x00" + _canonical([event[key] for key in EVENT])).digest()
    for step in _list(entry["path"]):
        side, beside = _list(step)
        other = bytes.fromhex(str(beside))
        at = hashlib.sha256(b"\x01" + (other + at if side == "left" else at + other)).digest()
    if at.hex() != root["root"]:
        found.append(f"{name}\u00a0: il n’est pas dans la racine du {root['day']}.")
    if hashlib.sha256(_canonical([root[key] for key in ROOT])).hexdigest() != root["head"]:
        found.append(f"{name}\u00a0: l’empreinte n°\u00a0{root['number']} n’est pas celle de sa racine.")
    if heads is not None:
        published = heads.get(int(str(root["number"])))
        if published is None:
            found.append(f"{name}\u00a0: l’empreinte n°\u00a0{root['number']} n’est pas dans le fichier publié.")
        elif published != root["head"]:
            found.append(f"{name}\u00a0: l’empreinte n°\u00a0{root['number']} n’est pas celle qui a été publiée.")
    return found


def _canonical(values: list[object]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


def _dict(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("un objet était attendu")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("une liste était attendue")
    return value


def read_heads(path: Path) -> dict[int, str]:
    """The heads published in a file, by number. Raises ValueError when two do not agree, or a line is not one."""
    heads: dict[int, str] = {}
    for line in filter(str.strip, path.read_text(encoding="utf-8").splitlines()):
        told = json.loads(line)
        if heads.setdefault(int(told["number"]), str(told["head"])) != told["head"]:
            raise ValueError(f"deux empreintes n° {told['number']} ont été publiées")
    return heads


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Vérifie la preuve d’un document gardé par Palier.")
    parser.add_argument("proof", type=Path, help="la preuve, en JSON")
    parser.add_argument("--document", type=Path, help="le document lui-même")
    parser.add_argument("--heads", type=Path, help="les empreintes publiées, une par ligne")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        proof = json.loads(asked.proof.read_text(encoding="utf-8"))
        found = findings_of(
            proof,
            document=asked.document.read_bytes() if asked.document else None,
            heads=read_heads(asked.heads) if asked.heads else None,
        )
        count = len(proof["events"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"Ce fichier ne se lit pas\u00a0: {error}", file=sys.stderr)
        return 1
    if asked.json:
        print(json.dumps({"holds": not found, "events": count, "findings": found}, ensure_ascii=False))
    for sentence in found:
        print(sentence, file=sys.stderr)
    if not found and not asked.json:
        print(f"La preuve se tient\u00a0: {count} événements.")
        if not asked.heads:
            print("Sans les empreintes publiées (--heads), une chaîne entièrement refaite ne se verrait pas.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
