"""What the documents do not tell of a workspace's own types and of its secrets."""

import pytest

from intercom_async import ConfigurationError
from tests.test_nouns import Recorder


async def test_an_instance_is_found_by_the_workspaces_id_in_every_version() -> None:
    order = {"id": "22", "type": "Order", "external_id": 123, "custom_attributes": {"total": 9.5}}
    for version in ("2.13", "2.16"):
        intercom = Recorder(order, version=version)
        found = await intercom.custom_object_instances.find_by_external_id("My Order", "a/b")
        assert (found.id, found.external_id, found.custom_attributes) == (
            "22",
            "123",
            {"total": 9.5},
        )
        assert intercom.paths() == ["GET /custom_object_instances/My%20Order?external_id=a%2Fb"]


async def test_what_has_an_id_of_the_workspaces_is_safe_to_write_twice() -> None:
    order, page = {"id": "22", "type": "Order"}, {"id": "21", "type": "external_page"}
    intercom = Recorder(order, order, page, version="2.16")
    await intercom.custom_object_instances.create_or_update("Order", external_id=5)
    await intercom.custom_object_instances.create_or_update("Order", custom_attributes={})
    await intercom.external_pages.create_or_update(
        title="T", html="", locale="en", source_id=1, external_id=2
    )
    assert [call.repeatable for call in intercom.asked] == [True, False, True]


async def test_an_identity_verification_secret_is_told_once_and_never_shown() -> None:
    listed = {"type": "identity_verification_secret", "id": 102, "name": "Web"}
    intercom = Recorder(
        listed | {"secret": "s3cr3t"}, {"type": "list", "data": [listed]}, None, version="Unstable"
    )
    secrets = intercom.identity_verification_secrets
    created = await secrets.create(name="Web", supports_web=True)
    assert intercom.asked[0].asked_type is None  # no answer is refused that tells a secret once
    assert created.secret == "s3cr3t"
    assert "s3cr3t" not in f"{created!r} {created}"
    assert [(each.id, each.secret) async for each in secrets.list()] == [("102", None)]
    await secrets.delete(102)
    assert intercom.paths() == [
        "POST /secure_mode_secrets",
        "GET /secure_mode_secrets",
        "DELETE /secure_mode_secrets/102",
    ]
    with pytest.raises(ConfigurationError, match="version Unstable"):
        await Recorder(version="2.16").identity_verification_secrets.create(name="Web")
