"""No file says which machine made it, where its packages were fetched, or who held the pen."""

import re

import pytest
from tests.house.tree import named, project_files, text_of

# Brackets keep this file from being what it looks for.
REFUSED = {
    "a package registry": re.compile(
        r"[p]ypi\.(org|python)|[f]iles\.pythonhosted|[p]ythonhosted\.org|[n]pmjs\.|[r]egistry\.(npm|yarn)|[d]eb\.debian|"
        r"(?<![\w@.])[d]ebian\.org|[a]rtifactory|[c]rates\.io|[g]hcr\.io|[d]ocker\.io|[i]ndex-url\s*[= ]\s*http",
        re.IGNORECASE,
    ),
    "a path of one machine": re.compile(r"(?<![\w.<])/(?:[w]ork|[r]oot|[U]sers|[m]nt|[h]ome/[a-z]\w*)/"),
    "a secret": re.compile(r"-{5}[B]EGIN [A-Z ]*PRIVATE KEY|\b[A]KIA[0-9A-Z]{16}\b|\bgh[p]_\w{30,}"),
    "a tool that writes": re.compile(
        r"\b(?:[c]laude|[a]nthropic|[o]penai|chat[g]pt|[g]pt-\d|co[p]ilot|[l]lms?|language [m]odel|coding [a]gents?|"
        r"ai [a]ssistants?|ai[- ][g]enerated|sub-?[a]gents?|[p]rompts?)\b",
        re.IGNORECASE,
    ),
    "a work session": re.compile(r"\b(?:[t]his session|[t]he lead|[H]\d{1,2}[ab]? (?:wrote|decides))\b|/tmp/[b]rief"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_no_file_names(what: str) -> None:
    found = [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in project_files()
        if (text := text_of(path)) is not None and "/vendor/" not in named(path)
        for number, line in enumerate(text.splitlines(), 1)
        if REFUSED[what].search(line)
    ]
    assert found == []
