"""The operations of help centers, their redirects, and collections."""

from typing import Final

from tests.contract.judge import Calls, Contract

CALLS: Final[Calls] = {
    "listAllCollections": lambda i: i.collections.list(),
    "listAllCollections: resumed": lambda i: i.collections.list(per_page=1, resume="?page=2"),
    "retrieveCollection": lambda i: i.collections.retrieve("1"),
    "createCollection": lambda i: i.collections.create(
        name="N",
        description="d",
        parent_id=5,
        help_center_id="6",
        translated_content={"fr": {"name": "N", "description": "d"}},
    ),
    "updateCollection": lambda i: i.collections.update(
        "1", name="N", description="d", parent_id=None, translated_content={"fr": {"name": "N"}}
    ),
    "deleteCollection": lambda i: i.collections.delete("1"),
    "listHelpCenters": lambda i: i.help_centers.list(),
    "retrieveHelpCenter": lambda i: i.help_centers.retrieve("1"),
    "listHelpCenterRedirects": lambda i: i.help_centers.redirects.list("1"),
    "listHelpCenterRedirects: resumed": lambda i: i.help_centers.redirects.list(
        "1", per_page=250, resume="?page=2"
    ),
    "createHelpCenterRedirect": lambda i: i.help_centers.redirects.create(
        "1", from_url="https://h.example/old", locale="en", target_type="article", target_id=11
    ),
    "retrieveHelpCenterRedirect": lambda i: i.help_centers.redirects.retrieve("1", "2"),
    "deleteHelpCenterRedirect": lambda i: i.help_centers.redirects.delete("1", "2"),
}


class TestHelpCenters(Contract):
    """Help centers, their redirects, and collections."""

    calls = CALLS
