"""The connectors a diagram may name. A new one is a module beside these and a line here: docs/adding-a-connector.md."""

from __future__ import annotations

from workers.connectors.contract import CallFailed, Connector
from workers.connectors.registers import Registers

CONNECTORS: dict[str, Connector] = {connector.name: connector for connector in (Registers(),)}


def named(topic: str) -> Connector:
    """The connector of that name; raises CallFailed when there is none."""
    connector = CONNECTORS.get(topic)
    if connector is None:
        known = ", ".join(sorted(CONNECTORS))
        raise CallFailed("no_connector", f"no connector is called {topic!r}; there are: {known}")
    return connector
