"""The other end of a broker: sockets, messages, files on their way. Knows no job."""
