"""What ours is measured against: the least program that could do it, and other people's programs."""
