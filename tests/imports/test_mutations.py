"""Whatever happens to a file on its way, the answer is a table, a remark with its line, or a French sentence (R8)."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.imports.samples import NASTY, TABLES, TOKENS, WORKBOOKS, assert_answered, csv_bytes, remarks_of

CELLS = st.one_of(st.sampled_from(NASTY), st.text(max_size=30))


@pytest.mark.parametrize("name", TABLES)
def test_the_files_before_mutation_are_sound(tmp_path: Path, name: str) -> None:
    for suffix, content in ((".csv", csv_bytes(TABLES[name])), (".xlsx", WORKBOOKS[name])):
        path = tmp_path / f"sain{suffix}"
        path.write_bytes(content)
        checkings = remarks_of(path, name)
        assert len(checkings) == len(TABLES[name]) - 1
        assert [remark for checking in checkings for remark in checking.remarks] == []


def quietly(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
    )


@pytest.mark.parametrize("name", TABLES)
def test_a_cell_changed_at_random_is_a_remark(tmp_path: Path, name: str) -> None:
    rows = TABLES[name]

    @quietly(60)
    @given(st.lists(st.tuples(st.integers(0, len(rows) - 1), st.integers(0, len(rows[0]) - 1), CELLS), max_size=4))
    def check(changes: list[tuple[int, int, str]]) -> None:
        changed = [list(row) for row in rows]
        for row, column, cell in changes:
            changed[row][column] = cell
        assert_answered(csv_bytes(changed), ".csv", name, tmp_path)

    check()


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_bytes_changed_at_random_are_a_sentence(tmp_path: Path, name: str, suffix: str) -> None:
    sound = WORKBOOKS[name] if suffix == ".xlsx" else csv_bytes(TABLES[name])

    @quietly(60)
    @given(
        st.lists(st.tuples(st.integers(0, len(sound) - 1), st.binary(max_size=4)), max_size=6),
        st.integers(0, len(sound)),
    )
    def check(changes: list[tuple[int, bytes]], cut: int) -> None:
        content = bytearray(sound if cut % 3 else sound[:cut])
        for place, some in changes:
            content[place : place + len(some)] = some
        assert_answered(bytes(content), suffix, name, tmp_path)

    check()


@pytest.mark.parametrize("name", TABLES)
def test_parts_of_a_workbook_changed_at_random_are_a_sentence(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(WORKBOOKS[name])) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    names = sorted(parts)

    @quietly(100)
    @given(
        st.sampled_from(names),
        st.lists(st.tuples(st.floats(0, 1), st.one_of(st.binary(max_size=3), st.sampled_from(TOKENS))), max_size=4),
        st.integers(0, 20),
    )
    def check(part: str, changes: list[tuple[float, bytes]], fate: int) -> None:
        content = bytearray(parts[part])
        for place, some in changes:
            at = int(place * len(content))
            content[at : at + len(some)] = some
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, text in parts.items():
                if member != part:
                    archive.writestr(member, text)
                elif fate:
                    archive.writestr(member, bytes(content))
        assert_answered(stream.getvalue(), ".xlsx", name, tmp_path)

    check()
