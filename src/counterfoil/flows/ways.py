"""By which outcomes of one node a run may come to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterfoil.flows.routes import Route


class Ways:
    """The ways through a flow, each looked at once; none begins with an error, which leaves no result."""

    def __init__(self, routes: Mapping[str, Mapping[str, Route]], errors: Mapping[str, Route | None]) -> None:
        self._routes = routes
        self._onward = {
            name: {
                target for route in (*ways.values(), errors.get(name)) if route for target in route.targets
            }
            for name, ways in routes.items()
        }
        self._reached: dict[tuple[str, frozenset[str]], set[str]] = {}

    def before(self, node: str, source: str, outcomes: Iterable[str]) -> list[str]:
        """The outcomes of the source behind which the node may come before the source does again."""
        routes = self._routes.get(source, {})
        return [each for each in outcomes if each in routes and node in self._behind(source, routes[each])]

    def _behind(self, source: str, route: Route) -> set[str]:
        key = (source, frozenset(route.targets))
        if key not in self._reached:
            self._reached[key] = self._walk(route.targets, source)
        return self._reached[key]

    def _walk(self, targets: Iterable[str], source: str) -> set[str]:
        seen: set[str] = set()
        waiting = set(targets)
        while waiting:
            name = waiting.pop()
            seen.add(name)
            if name != source:
                waiting |= self._onward.get(name, set()) - seen
        return seen
