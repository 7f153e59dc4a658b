"""What is asked outside is of the web: an address that is set wrong never opens a file of this machine."""

import pytest

from palier.foundation.outbound import AddressNotOfTheWeb, web_request


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "ftp://banque.example/", "banque.example", "", "httpsx://a"]
)
def test_an_address_outside_the_web_is_refused(address: str) -> None:
    with pytest.raises(AddressNotOfTheWeb):
        web_request(address)


def test_a_request_keeps_its_address_its_method_and_what_it_carries() -> None:
    asked = web_request("https://banque.example/a", b"corps", headers={"Accept": "application/json"}, method="PUT")
    assert (asked.full_url, asked.get_method(), asked.data) == ("https://banque.example/a", "PUT", b"corps")
    assert asked.get_header("Accept") == "application/json"
