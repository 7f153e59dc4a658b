"""Reading the sample back: how many unflagged comments someone would have flagged, and what that says of the whole."""

import csv
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.tabular.delimited import delimiter_of, encoding_of
from palier.foundation.tabular.limits import USUAL
from palier.screening.audit import folder
from palier.screening.audit.auditing import Press, read_figures, write_report
from palier.screening.audit.figures import percent
from palier.screening.audit.listing import ANSWER, SAMPLE
from palier.screening.audit.rules import Interval, exact_interval
from palier.screening.audit.scanning import key_of

_YES = frozenset({"oui", "o", "x", "1"})
_NO = frozenset({"non", "n", "0"})


class SampleNotThere(Refusal):
    """Le fichier « {name} » n’existe pas : donnez l’échantillon rempli avec --sample, ou remettez-le dans le dossier du
    rapport."""


class NotTheSample(Refusal):
    """« {name} » n’est pas l’échantillon de cet audit ({reason}) : reprenez « echantillon.csv » et remplissez seulement
    sa dernière colonne."""


class AnswerUnknown(Refusal):
    """Ligne {line} : « {answer} » n’est pas une réponse. Écrivez « oui » si le commentaire aurait dû être signalé,
    sinon « non »."""


class NothingReviewed(Refusal):
    """Aucune réponse dans « {name} » : écrivez « oui » ou « non » dans la colonne « à signaler ? » d’une ligne au
    moins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """`missed` of the `read` unflagged comments should have been flagged; `rate` bounds the share at 95 %."""

    read: int
    missed: int
    unflagged: int
    rate: Interval

    @property
    def fewest(self) -> int:
        return max(self.missed, math.floor(self.rate.low * self.unflagged))

    @property
    def most(self) -> int:
        return min(self.unflagged, math.ceil(self.rate.high * self.unflagged))


def review(report: Path, sample: Path | None, *, press: Press, on: date) -> Reviewed:
    """Read the filled sample, and write the miss rate in the report. Comments without an answer count for nothing.

    Raises NotAReport, SampleNotThere, NotTheSample, AnswerUnknown or NothingReviewed.
    """
    card = folder.read_card(report)
    figures = read_figures(report)
    path = sample or report / SAMPLE
    answers = _answers_of(path, card)
    if not answers:
        raise NothingReviewed(name=path.name)
    missed = sum(answers.values())
    found = Reviewed(
        read=len(answers),
        missed=missed,
        unflagged=card["unflagged"],
        rate=exact_interval(missed, len(answers)),
    )
    figures["review"] = {
        "on": on.isoformat(),
        "read": found.read,
        "missed": found.missed,
        "low": percent(found.rate.low, 2),
        "high": percent(found.rate.high, 2),
        "fewest": found.fewest,
        "most": found.most,
    }
    write_report(report, figures, press=press)
    return found


def _answers_of(path: Path, card: folder.AuditCard) -> dict[int, bool]:
    """What was answered for each row of the sample."""
    if not path.is_file() or not path.stat().st_size:
        raise SampleNotThere(name=path.name)
    answers: dict[int, bool] = {}
    with path.open(encoding=encoding_of(path).codec, newline="") as stream:
        delimiter = delimiter_of(stream, USUAL)
        stream.seek(0)
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            header = next(reader, [""])
            if header[0] != "rang" or ANSWER not in header:
                raise NotTheSample(name=path.name, reason="les colonnes ne sont pas les siennes")
            place = header.index(ANSWER)
            for cells in reader:
                if len(cells) > place and (answer := cells[place].strip().lower()):
                    row = _row_of(path, cells[0], answers, line=reader.line_num)
                    answers[row] = _is_yes(answer, line=reader.line_num)
        except csv.Error as broken:
            raise NotTheSample(name=path.name, reason=f"ligne {reader.line_num} mal découpée") from broken
    _refuse_added(path, answers, card)
    return answers


def _row_of(path: Path, written: str, answers: dict[int, bool], *, line: int) -> int:
    row = int(written) if written.isascii() and written.isdigit() and len(written) < 16 else 0
    if not row or row in answers:
        raise NotTheSample(name=path.name, reason=f"ligne {line}, rang « {written[:20]} »")
    return row


def _is_yes(answer: str, *, line: int) -> bool:
    if answer not in _YES | _NO:
        raise AnswerUnknown(line=line, answer=answer[:30])
    return answer in _YES


def _refuse_added(path: Path, answers: dict[int, bool], card: folder.AuditCard) -> None:
    """Rows chosen by hand are no random sample: only those that the draw gave may answer."""
    if len(answers) > card["sample"]:
        raise NotTheSample(name=path.name, reason=f"{len(answers)} réponses, {card['sample']} commentaires tirés")
    last = max((key_of(card["seed"], row) for row in answers), default=0)
    if last > int(card["last_key"], 16):
        raise NotTheSample(name=path.name, reason="un rang n’a pas été tiré")
