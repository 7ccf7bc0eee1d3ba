"""Identity verification secrets: ``intercom.identity_verification_secrets``.

Source: API reference, preview, "Identity Verification Secrets".
"""

from typing import Unpack

from intercom_async.core.inputs import Id, checked
from intercom_async.core.resource import ListableWhole
from intercom_async.models.identity_verification_secret import (
    IdentityVerificationSecret,
    NewIdentityVerificationSecret,
)


class IdentityVerificationSecrets(ListableWhole[IdentityVerificationSecret]):
    """The secrets that Messenger users are signed with: a preview, in version ``Unstable`` alone.

    To change secrets, create another, sign with it everywhere, then delete the former.
    """

    _model = IdentityVerificationSecret
    _all = "/secure_mode_secrets"
    _since = "Unstable"

    async def create(
        self, **new: Unpack[NewIdentityVerificationSecret]
    ) -> IdentityVerificationSecret:
        """Create a secret, which is told this once; see ``NewIdentityVerificationSecret``."""
        body = checked("create", NewIdentityVerificationSecret, new)
        path = "POST /secure_mode_secrets"
        return await self._send(path, IdentityVerificationSecret, body=body)

    async def delete(self, id: Id) -> None:
        """Delete a secret; whoever is signed with it is refused from then on."""
        await self._send("DELETE /secure_mode_secrets/{id}", type(None), id)
