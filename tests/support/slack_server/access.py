"""Who may call what: token kinds, tokens that ended, scopes."""

from __future__ import annotations

from aiohttp import web

from tests.support.slack_server.refusal import Refusal
from tests.support.slack_server.world import Conversation

BOT_TOKEN = "xoxb-1234-5678-local"
APP_TOKEN = "xapp-1-A0KATA-1234-local"

ALL_SCOPES = frozenset(
    {
        "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history",
        "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "reactions:write",
        "users:read",
    }
)  # fmt: skip

NEEDED = {
    "assistant.threads.setStatus": "chat:write",
    "bots.info": "users:read",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "users.info": "users:read",
    "users.list": "users:read",
}
"""Methods whose scope does not depend on the conversation."""

FAMILY = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


class Access:
    """The tokens of one installed app."""

    def __init__(self) -> None:
        self.scopes = set(ALL_SCOPES)
        self.ended: dict[str, str] = {}
        """Tokens that are no good any more, with the error that says why."""

    def check(self, request: web.Request, form_token: str, method: str) -> None:
        """Let a call pass, or refuse it as Slack does."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or form_token
        if not token:
            raise Refusal("not_authed")
        if token in self.ended:
            raise Refusal(self.ended[token])
        if token not in (BOT_TOKEN, APP_TOKEN):
            raise Refusal("invalid_auth")
        if (method == "apps.connections.open") != (token == APP_TOKEN):
            raise Refusal("not_allowed_token_type")
        if scope := NEEDED.get(method):
            self.need(scope)

    def need(self, scope: str) -> None:
        """Refuse when the app was not granted a scope."""
        if scope not in self.scopes:
            raise Refusal("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def need_for(self, conversation: Conversation, ending: str) -> None:
        """Refuse when the app may not read this family of conversations."""
        self.need(f"{FAMILY[conversation.kind]}:{ending}")
