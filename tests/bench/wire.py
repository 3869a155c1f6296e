"""A user of the app at its wire: speaks what the browser speaks with the server, so that many can be had on a small machine."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

DAY = "2026-11-20"


@dataclass
class User:
    """A browser session: what the server drew last, as text, and the fields that it drew, by their keys."""

    wire: ClientConnection
    fields: dict[str, str] = field(default_factory=dict)
    drawn: str = ""

    async def visit(self, page: str = "", **query: str) -> float:
        """Open an address of the app; return seconds until its page has been drawn."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = urlencode({"on": DAY} | query)
        return await self._run(message)

    async def type(self, key: str, text: str) -> float:
        """Type into a field of the page drawn last; return seconds until the page has been drawn anew."""
        message = BackMsg()
        message.rerun_script.query_string = urlencode({"on": DAY})
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.string_value = self.fields[key], text
        return await self._run(message)

    async def _run(self, asked: BackMsg) -> float:
        begun = time.perf_counter()
        self.drawn = ""
        await self.wire.send(asked.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(bytes(await self.wire.recv(decode=False)))
            if message.WhichOneof("type") == "script_finished":
                return time.perf_counter() - begun
            if message.WhichOneof("type") == "delta":
                self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "text_input":
            self.fields[element.text_input.id.rpartition("-")[2]] = element.text_input.id
        if element.WhichOneof("type") == "bidi_component":
            self.drawn += json.dumps(json.loads(element.bidi_component.json or "{}"), ensure_ascii=False)


async def user(address: str) -> User:
    """Connect to a running app, at an address such as http://127.0.0.1:8501."""
    wire = await connect(f"{address.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
    return User(wire)
