"""What conversations leave on disk: found by turn, taken back when a question is edited, bounded in number."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver

from agent.memory import Memory

# A few kilobytes each. An older question can still be edited, but "it" then has to be named again.
TURNS_KEPT = 50
# The command line and programs begin one with every question.
CONVERSATIONS_KEPT = 1_000
TURN = "turn"
_TURN_OF_ROW = f"json_extract(CAST(metadata AS TEXT), '$.{TURN}')"


class Conversations:
    """The memory after each turn, by conversation; a turn that leaves none (a greeting, a stop) has no entry.

    Args:
        saver: the graph's checkpointer; each of its checkpoints is the end of a turn.
    """

    def __init__(self, saver: SqliteSaver) -> None:
        self._saver = saver
        # The graph would do it at its first turn, but what is read here comes before that.
        saver.setup()
        self._drop_oldest()

    def config(self, conversation_id: str, turn: int | None = None) -> Any:
        """Return the graph's configuration for a conversation; `turn` numbers the checkpoint that it writes."""
        metadata = {} if turn is None else {TURN: turn}
        return {"configurable": {"thread_id": conversation_id}, "metadata": metadata}

    def last(self, conversation_id: str) -> tuple[Memory, int]:
        """Return what the conversation remembers, and the number of the next turn."""
        kept = self._saver.get_tuple(self.config(conversation_id))
        if kept is None:
            return Memory(), 0
        memory = kept.checkpoint["channel_values"].get("memory")
        # langgraph types only the metadata that it writes itself.
        turn: Any = kept.metadata.get(TURN, 0)
        return Memory.model_validate(memory) if memory else Memory(), int(turn) + 1

    def forget(self, conversation_id: str, first_turn: int) -> None:
        """Go back to before a turn, numbered from 0: it and all later ones leave no trace."""
        self._delete(f"thread_id = ? AND {_TURN_OF_ROW} >= ?", conversation_id, first_turn)

    def trim(self, conversation_id: str, turns: int) -> None:
        """Keep the latest of a long conversation's `turns`."""
        self._delete(f"thread_id = ? AND {_TURN_OF_ROW} < ?", conversation_id, turns - TURNS_KEPT)

    def _drop_oldest(self) -> None:
        latest = (
            "SELECT thread_id FROM checkpoints GROUP BY thread_id ORDER BY MAX(checkpoint_id) DESC LIMIT ?"
        )
        self._delete(f"thread_id NOT IN ({latest})", CONVERSATIONS_KEPT)

    def _delete(self, condition: str, *values: object) -> None:
        with self._saver.cursor() as cursor:
            cursor.execute(f"DELETE FROM checkpoints WHERE {condition}", values)
            if cursor.rowcount:
                cursor.execute(
                    "DELETE FROM writes WHERE (thread_id, checkpoint_id) NOT IN "
                    "(SELECT thread_id, checkpoint_id FROM checkpoints)"
                )
