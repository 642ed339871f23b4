"""From triggers to instants, pure: cron expressions, time zones, clock changes."""
