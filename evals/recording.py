"""Writes a cassette: each reply is on disk as it comes."""

from __future__ import annotations

import threading
from pathlib import Path

from evals.cassette import (
    Body,
    Content,
    Entry,
    Header,
    Reply,
    read_cassette,
    read_parts,
    request_key,
    shortened,
    user_message,
    write_line,
)


class Recording:
    """A cassette that is being written: each reply is on disk as it comes, sorted at the end.

    What was recorded before is kept, but for older replies to something that is recorded anew: after a change
    of the prompt they would never be found again. To hear every reply afresh, record into a new file.

    Args:
        path: the cassette; made when it does not exist.
        description: the model and where it runs.

    Raises:
        CassetteUnusable: there is a file, but no cassette.
    """

    def __init__(self, path: Path, description: str) -> None:
        self.path = path
        before = read_cassette(path) if path.exists() else Content(Header(), {})
        self._header = before.header.model_copy(update={"description": description})
        self._entries = before.entries
        self._recorded: set[str] = set()
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write()
        self._file = path.open("a", encoding="utf-8")

    def find(self, body: Body) -> Reply | None:
        """Return what was said to this very request before; it counts as recorded anew."""
        key = request_key(body)
        with self._lock:
            entry = self._entries.get(key)
            if entry:
                self._recorded.add(key)
            return entry.reply if entry else None

    def add(self, body: Body, reply: Reply) -> None:
        """Keep the reply to a request; a later one to the same request takes its place."""
        key, parts = request_key(body), read_parts(body)
        entry = Entry(key=key, question=shortened(user_message(body)), parts=parts, reply=reply)
        with self._lock:
            if self._file.closed:
                return
            self._header.model = parts.model
            self._recorded.add(key)
            # The same words in another time are no news: the line stays as it was, and so does git's view of it.
            if key not in self._entries or not self._entries[key].reply.says_the_same(reply):
                self._entries[key] = entry
                self._file.write(write_line(entry))
                self._file.flush()

    def close(self) -> None:
        """Write the file anew, sorted, so that two recordings differ where the replies do."""
        with self._lock:
            if self._file.closed:
                return
            self._file.close()
            renewed = {self._entries[key].parts.user for key in self._recorded}
            self._entries = {
                key: entry
                for key, entry in self._entries.items()
                if key in self._recorded or entry.parts.user not in renewed
            }
            self._write()

    def _write(self) -> None:
        lines = [write_line(self._header), *(write_line(self._entries[key]) for key in sorted(self._entries))]
        unfinished = self.path.with_name(self.path.name + ".unfinished")
        unfinished.write_text("".join(lines), encoding="utf-8")
        unfinished.replace(self.path)
