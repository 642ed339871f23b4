"""The local control socket: server side over the services, client side for the command line."""
