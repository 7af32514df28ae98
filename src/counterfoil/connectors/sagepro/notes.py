"""Where a site notes how a payment stands: a column of its own, and the words in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from counterfoil.connectors.sagepro.additions import AddedColumn
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.note import NotedStatus

NOTED_TABLES = (
    *(TableName.ORDERS, TableName.ORDER_HISTORY),
    *(TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY),
)


class NoteColumn(BaseModel):
    """The column of one table; the words are proposed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[str, Field(min_length=1)]
    """The site's own name of it."""
    paid: str = "Paid"
    failed: str = "Failed"
    refunded: str = "Refunded"

    @property
    def words(self) -> Mapping[NotedStatus, str]:
        return {status: getattr(self, status.value) for status in NotedStatus}

    @property
    def added(self) -> Mapping[str, AddedColumn]:
        """The column as one of the site's own."""
        return {self.column: AddedColumn(value="")}
