"""A month closed at a small size among those who browse: it is closed, every page answered, each figure is one."""

import pytest
from tests.conftest import Cluster
from tests.operations.test_bench import bench

from palier.bench.visits import Visit, times, told

STAGES = {
    "run", "seal", "notices", "debits_draft", "debits_file", "debits_posting", "aid", "statements", "rejects",
    "closing_list", "closing_signed",
}  # fmt: skip


@pytest.mark.timeout(300)
def test_a_month_is_closed_whole_while_agents_browse_without_a_failure(cluster: Cluster) -> None:
    browsing = ("--agents", "3", "--think-seconds", "0.2", "--control-seconds", "3")
    figures = bench("close", "--dwellings", "60", *browsing)
    assert figures["month_closed"] is True
    during, control, seconds = figures["during"], figures["control"], figures["seconds"]
    assert isinstance(during, dict)
    assert isinstance(control, dict)
    assert isinstance(seconds, dict)
    assert (figures["errors"], during["failures"]) == (0, {})
    assert (control["errors"], control["failures"]) == (0, {})
    assert set(seconds) == STAGES
    assert all(each > 0 for each in seconds.values())
    for each in (during, control):
        assert each["pages"] > 0
        assert 0 < each["p50_ms"] <= each["p95_ms"] <= each["max_ms"]
        assert sum(page["pages"] for page in each["by_page"].values()) == each["pages"]
    # An agent, a caretaker and an accountant: each opened pages of their own site.
    assert {"field_home", "tenants", "accountant_tenants"} & set(control["by_page"])
    for count in ("bills", "debits", "aid_rows", "statement_entries", "close_peak_rss_mb", "server_peak_rss_mb"):
        value = figures[count]
        assert isinstance(value, int)
        assert value > 0, count


def test_what_does_not_answer_200_is_an_error_that_names_its_page() -> None:
    visits = [Visit("account", 0.0, 20.0), Visit("account", 1.0, 40.0, "404"), Visit("month", 2.0, 5.0, "TimeoutError")]
    figures = told(visits)
    assert figures["errors"] == 2
    assert figures["failures"] == {"account: 404": 1, "month: TimeoutError": 1}
    assert times(visits) == {"pages": 3, "p50_ms": 20.0, "p95_ms": 40.0, "max_ms": 40.0}
