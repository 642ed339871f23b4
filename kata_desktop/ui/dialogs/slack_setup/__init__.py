"""Setting Slack up step by step."""
