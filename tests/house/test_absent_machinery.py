"""What the program does not do: each absence answers requirements of `security/asvs.toml` that begin by « if »."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.tree import ROOT, SOURCE, named, project_files, tree_of

SOURCES = [path for path in project_files() if path.suffix == ".py" and SOURCE in path.parents]
SCRIPTS = [
    path for path in project_files() if path.suffix == ".js" and SOURCE in path.parents and "vendor" not in path.parts
]
TEMPLATES = [path for path in project_files() if path.suffix == ".html" and SOURCE in path.parents]

# Machinery by the requirements it would bring.
SPEAKING = {
    "a directory": ("ldap", "ldap3", "django_auth_ldap"),
    "a shared cache": ("memcache", "pymemcache", "pylibmc", "redis", "django_redis"),
    "a graph of queries": ("graphql", "graphene", "strawberry", "ariadne"),
    "sockets kept open": ("channels", "websockets", "daphne", "socketio"),
    "voice or video": ("aiortc", "aioice", "pjsua2"),
    "assertions in XML": ("saml2", "onelogin", "pysaml2", "djangosaml2"),
    "an authorization server": ("oauth2_provider", "oidc_provider", "django_oauth_toolkit"),
    "LaTeX": ("pylatex", "latex"),
    "another browser's engine": ("selenium", "pyppeteer"),
    "objects read from bytes": ("pickle", "cPickle", "marshal", "shelve", "dill", "jsonpickle", "yaml"),
    "messages by telephone": ("twilio", "vonage", "ovh"),
}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def calls_of(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_there_is_code_to_look_at() -> None:
    assert len(SOURCES) > 200
    assert SCRIPTS
    assert len(TEMPLATES) > 40


@pytest.mark.parametrize("machinery", SPEAKING)
def test_the_program_has_no_use_of(machinery: str) -> None:
    refused = SPEAKING[machinery]
    found = [f"{named(path)}: {name}" for path in SOURCES for name in imports_of(path) if name.split(".")[0] in refused]
    locks = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    installed = set(re.findall(r"^([a-z0-9_.-]+)==", locks, re.MULTILINE | re.IGNORECASE))
    assert found == []
    if machinery != "objects read from bytes":
        assert {name.replace("_", "-") for name in refused}.isdisjoint(name.lower() for name in installed)


def test_no_code_is_made_from_text() -> None:
    refused = {"eval", "exec", "compile", "__import__"}
    assert [
        f"{named(path)}:{call.lineno}" for path in SOURCES for name, call in calls_of(path) if name in refused
    ] == []


def test_no_command_goes_through_a_shell() -> None:
    faults = []
    for path in SOURCES:
        for name, call in calls_of(path):
            through_shell = any(word.arg == "shell" for word in call.keywords)
            if through_shell or name in {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}:
                faults.append(f"{named(path)}:{call.lineno}")
    assert faults == []


def test_no_template_of_a_page_is_made_from_text() -> None:
    refused = {"Template", "engines", "from_string"}
    found = [
        f"{named(path)}:{call.lineno}"
        for path in SOURCES
        for name, call in calls_of(path)
        if name.rsplit(".", 1)[-1] in refused
    ]
    assert found == []


def test_no_weak_digest_is_taken() -> None:
    refused = {"md5", "sha1", "new"}
    found = [
        f"{named(path)}:{call.lineno}"
        for path in SOURCES
        for name, call in calls_of(path)
        if name in {f"hashlib.{weak}" for weak in refused} or name in {"md5", "sha1"}
    ]
    assert found == []


def test_no_cipher_goes_without_its_seal() -> None:
    refused = re.compile(r"\b(ECB|CBC|CTR|TripleDES|ARC4|Blowfish)\b")
    assert [named(path) for path in SOURCES if refused.search(path.read_text(encoding="utf-8"))] == []


def test_chance_that_must_not_be_guessed_is_never_the_reproducible_one() -> None:
    # A seeded landlord, a seeded measure, a sample that must be drawn again the same.
    allowed = {"demo", "bench", "screening"}
    found = {path.relative_to(SOURCE).parts[0] for path in SOURCES for name in imports_of(path) if name == "random"}
    assert found <= allowed


def test_files_in_markup_are_read_without_entities() -> None:
    refused = {"xml.etree", "xml.etree.ElementTree", "xml.dom", "xml.dom.minidom", "xml.sax", "lxml", "lxml.etree"}
    # Files of banks must be held against their schema, which only libxml2 does; those of applications stream, in any
    # encoding, with their lines. One door to it, closed on entities: the rooms are given elements.
    door = SOURCE / "foundation/markup.py"
    rooms = (SOURCE / "banking/formats", SOURCE / "demandes/imports")
    found = [path for path in SOURCES for name in imports_of(path) if name in refused]
    assert [named(path) for path in found if path != door and not any(room in path.parents for room in rooms)] == []
    opens = re.compile(r"etree\.(?:parse|fromstring|XML|iterparse|XMLParser|XMLPullParser)\(.*")
    opened = {
        named(path): opens.findall(text) for path in SOURCES if opens.search(text := path.read_text(encoding="utf-8"))
    }
    assert opened == {
        named(door): ["etree.XMLPullParser("],
        # The schemas carried here, whose bytes the manifest holds.
        named(SOURCE / "banking/formats/markup.py"): [
            "etree.parse(stream, etree.XMLParser(resolve_entities=False, no_network=True)))"
        ],
    }
    assert "resolve_entities=False" in door.read_text(encoding="utf-8")


def test_scripts_write_text_and_never_markup() -> None:
    refused = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\([\"']"
    )
    assert [named(path) for path in SCRIPTS if refused.search(path.read_text(encoding="utf-8"))] == []


def test_scripts_alter_no_prototype_and_read_no_object_by_a_name_typed() -> None:
    refused = re.compile(r"__proto__|\.prototype\b|Object\.assign\(")
    assert [named(path) for path in SCRIPTS if refused.search(path.read_text(encoding="utf-8"))] == []


def test_scripts_open_no_window_and_take_no_message_from_one() -> None:
    refused = re.compile(
        r"window\.open\(|window\.opener|window\.addEventListener\(\s*[\"']message|\bonmessage\s*=\s*.*window"
    )
    assert [named(path) for path in SCRIPTS if refused.search(path.read_text(encoding="utf-8"))] == []


def test_scripts_keep_nothing_in_the_browsers_storage() -> None:
    refused = re.compile(r"\b(localStorage|sessionStorage)\.setItem")
    assert [named(path) for path in SCRIPTS if refused.search(path.read_text(encoding="utf-8"))] == []


def test_no_page_takes_text_for_markup() -> None:
    refused = re.compile(r"\|\s*safe\b|autoescape off|target=\"_blank\"")
    assert [named(path) for path in TEMPLATES if refused.search(path.read_text(encoding="utf-8"))] == []


def test_no_form_takes_every_field_of_a_table() -> None:
    found = [named(path) for path in SOURCES for name in imports_of(path) if "ModelForm" in name]
    texts = [named(path) for path in SOURCES if "ModelForm" in path.read_text(encoding="utf-8")]
    assert (found, texts) == ([], [])


def test_the_linter_refuses_dangerous_calls() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        lint = tomllib.load(file)["tool"]["ruff"]["lint"]
    assert {"S", "BLE", "B", "DTZ"} <= set(lint["select"])
    # Programs started and statements composed: two tests of this file look at them instead.
    assert {rule for rule in lint["ignore"] if rule.startswith("S")} == {"S603", "S607", "S608"}


def test_statements_are_never_written_with_what_was_typed() -> None:
    """A statement made with an f-string takes names of our own (tables, columns), never a value of a request."""
    typed = re.compile(r"request|POST|GET|cleaned_data|args\.|query\b|terms\b")
    faults = []
    for path in SOURCES:
        for name, call in calls_of(path):
            if name.rsplit(".", 1)[-1] in {"execute", "executemany"} and call.args:
                statement = call.args[0]
                if isinstance(statement, ast.JoinedStr) and typed.search(ast.unparse(statement)):
                    faults.append(f"{named(path)}:{call.lineno}")
    assert faults == []


def test_the_installed_parts_are_all_pinned_by_their_digest() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        pinned = re.findall(r"^[A-Za-z0-9_.\[\]-]+==", text, re.MULTILINE)
        with_digest = re.findall(r"^[A-Za-z0-9_.\[\]-]+==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE)
        assert len(pinned) == len(with_digest) > 20
