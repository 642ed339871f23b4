"""Telegram as a channel: a bot of one's own, in private chats, groups and topics."""
