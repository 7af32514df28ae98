"""The users of one merchant account: passwords, permissions and ceilings."""

from __future__ import annotations

import msgspec

from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.settings import Permission, SandboxUser, Settings
from counterfoil.sandbox.paytrace.shelf import Shelf


class PasswordRow(msgspec.Struct, frozen=True, kw_only=True):
    """A password that replaced the one of the settings, as a keyed digest."""

    digest: str


class Users:
    """Whoever may log in; a changed password outlives the process with the ledger."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._by_name = {user.name: user for user in settings.users}
        self._passwords = Shelf(ledger.documents, "passwords", PasswordRow)

    def find(self, name: str) -> SandboxUser | None:
        return self._by_name.get(name)

    def is_right(self, name: str, password: str) -> bool:
        """Whether the user is known and this is the password."""
        user = self.find(name)
        if user is None:
            return False
        changed = self._passwords.get(name)
        if changed is None:
            return user.password == password
        return changed.digest == self._digest(name, password)

    def may(self, name: str, permission: Permission) -> bool:
        user = self.find(name)
        return user is not None and permission in user.permissions

    def change_password(self, name: str, password: str, new_password: str) -> bool:
        """Whether the password was right, and so was replaced; the user's tokens end with it."""
        if not new_password or not self.is_right(name, password):
            return False
        with self._ledger.changes():
            self._passwords.put(name, PasswordRow(digest=self._digest(name, new_password)))
            self._ledger.tokens.forget(name)
        return True

    def _digest(self, name: str, password: str) -> str:
        return self._ledger.seal.digest(f"{name}\n{password}")
