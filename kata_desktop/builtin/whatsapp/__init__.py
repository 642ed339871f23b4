"""WhatsApp: a linked device in a process of its own, and the channel over it."""
