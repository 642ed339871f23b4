"""Local service: keeps a program running that the owner names, such as a tunnel or a local model server."""
