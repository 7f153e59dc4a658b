"""The benchmarks at a small size: the product’s own path, the figures that scripts read, no assertion on time."""

import json
import os
import subprocess
import sys

import pytest
from tests.conftest import Cluster
from tests.own_home import TEST_HOME

RENT_RUN = {
    "leases", "lines", "postings", "compute_seconds", "seal_seconds", "seconds", "leases_per_second",
    "raw_copy_seconds", "ratio_to_raw_copy", "peak_rss_mb",
}  # fmt: skip


def bench(*arguments: str) -> dict[str, object]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}
    done = subprocess.run(
        [sys.executable, "-m", "palier", "bench", *arguments, "--json"],
        env=environment | {"PALIER_HOME": str(TEST_HOME)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures: dict[str, object] = json.loads(done.stdout)
    return figures


@pytest.mark.timeout(300)
def test_the_month_is_measured_on_a_copy_with_its_raw_copy_beside(cluster: Cluster) -> None:
    first = bench("rent-run", "--dwellings", "60")
    again = bench("rent-run", "--dwellings", "60")
    assert set(first) == RENT_RUN
    assert first["leases"] == again["leases"]
    assert first["postings"] == again["postings"]
    assert isinstance(first["peak_rss_mb"], int)
    assert 0 < first["peak_rss_mb"] < 400


def test_notices_are_measured_with_code_attachment_and_store() -> None:
    figures = bench("notices", "--count", "40")
    assert {"documents_per_second_per_core", "bytes_per_document", "peak_rss_mb"} <= set(figures)
    assert figures["documents"] == 40


def test_the_files_of_a_bank_are_read_and_written() -> None:
    figures = bench("bank", "--count", "1000")
    assert figures["count"] == 1000
    for work in ("camt053", "cfonb120", "pain008"):
        assert figures[f"{work}_peak_mb"]
        assert figures[f"{work}_file_mb"]


@pytest.mark.timeout(300)
def test_a_statement_of_one_transfer_a_lease_is_matched_alone_and_the_bank_agrees(cluster: Cluster) -> None:
    figures = bench("statement", "--dwellings", "60")
    assert figures["entries"] == figures["created"]
    assert isinstance(figures["matched_percent"], float)
    assert figures["matched_percent"] > 90
    assert figures["again_created"] == 0
    assert figures["bank_agrees"] is True


def test_an_old_suite_is_left_with_equal_balances_and_every_planted_fault_found_by_its_cause(cluster: Cluster) -> None:
    figures = bench("takeover", "--dwellings", "300")
    assert figures["sheet_agrees"] is True
    assert figures["balances_in_cents"] == figures["balances_out_cents"]
    assert figures["found"] == figures["planted"]
    assert figures["is_every_fault_found_and_nothing_else"] is True


@pytest.mark.timeout(300)
def test_applications_are_imported_scored_matched_and_tried_on_another_grid(cluster: Cluster) -> None:
    figures = bench("matching", "--applications", "300", "--dwellings", "60")
    assert {
        "import_seconds", "score_seconds", "match_p95_ms", "grid_simulation_seconds", "peak_rss_mb",
    } <= set(figures)  # fmt: skip
    assert figures["applications"] == 300
    assert figures["again_created"] == 0
    assert isinstance(figures["peak_rss_mb"], int)
    assert 0 < figures["peak_rss_mb"] < 400
