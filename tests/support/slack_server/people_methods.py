"""Web API: who is who."""

from __future__ import annotations

from typing import Any

from tests.support.slack_server.arguments import Arguments, cut_page
from tests.support.slack_server.refusal import Refusal
from tests.support.slack_server.world import APP, BOT, BOT_USER, TEAM, World


class PeopleMethods:
    """People and the bot itself."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.table = {
            "auth.test": self.whoami,
            "bots.info": self.bot,
            "users.info": self.info,
            "users.list": self.list_all,
        }

    def whoami(self, _arguments: Arguments) -> dict[str, Any]:
        """Whose token it is."""
        return {
            "url": "https://acme.slack.example/", "team": "Acme", "user": "kata", "team_id": TEAM,
            "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": False,
        }  # fmt: skip

    def bot(self, arguments: Arguments) -> dict[str, Any]:
        """The bot and the app it belongs to."""
        if arguments.text("bot") != BOT:
            raise Refusal("bot_not_found")
        return {"bot": {"id": BOT, "app_id": APP, "name": "Kata", "user_id": BOT_USER, "deleted": False}}

    def info(self, arguments: Arguments) -> dict[str, Any]:
        """One person."""
        user = self._world.users.get(arguments.text("user"))
        if user is None:
            raise Refusal("user_not_found")
        return {"user": user.wire}

    def list_all(self, arguments: Arguments) -> dict[str, Any]:
        """Everybody, page by page."""
        page, cursor = cut_page([user.wire for user in self._world.users.values()], arguments)
        return {"members": page, "response_metadata": {"next_cursor": cursor}}
