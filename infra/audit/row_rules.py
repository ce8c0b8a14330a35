"""What the rows of a docket's chain must satisfy by themselves: movements in order, versions that rise."""

from flows.rules.audit_chain import BrokenChain, ParsedEntry, StatedChange
from flows.rules.canonical_json import Json


class RowRules:
    """Checks the rows that one chain states, entry by entry; only a docket's chain has rules here."""

    def __init__(self, chain: str) -> None:
        sort, _, self._docket = chain.partition(":")
        self._applies = sort == "docket"
        self._last: dict[str, Json] = {}

    def take(self, entry: ParsedEntry) -> None:
        """Check the rows of the next entry; one that cannot be raises BrokenChain."""
        if not self._applies:
            return
        for change in entry.changes:
            reason = self._reason_against(change)
            if reason:
                raise BrokenChain(entry.chain, entry.sequence, reason)

    def _reason_against(self, change: StatedChange) -> str | None:
        if change.table == "docket":
            if change.key.get("id", self._docket) != self._docket:
                return "it changes another docket than its own"
            return self._must_rise("version", change.row.get("version"), "the docket's version does not rise")
        if change.table == "movement" and change.do == "insert":
            return self._against_movement(change)
        return None

    def _against_movement(self, change: StatedChange) -> str | None:
        if change.row.get("docket", self._docket) != self._docket:
            return "it states a movement of another docket"
        sequence, before = change.row.get("sequence"), self._last.get("sequence")
        self._last["sequence"] = sequence
        if isinstance(before, int) and sequence != before + 1:
            return f"movement {sequence} follows on movement {before}"
        at = change.row.get("at")
        if isinstance(at, str) and at < str(self._last.get("at", "")):
            return "its movement is earlier than the one before it"
        self._last["at"] = at
        return None

    def _must_rise(self, name: str, value: Json, reason: str) -> str | None:
        before = self._last.get(name)
        if not isinstance(value, int):
            return None
        self._last[name] = value
        return reason if isinstance(before, int) and value <= before else None
