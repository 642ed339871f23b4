"""Slack: messages from channels, threads and direct conversations, over Socket Mode."""
