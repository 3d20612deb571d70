"""The version of dmh that this package belongs to (messages/version.h)."""

VERSION = "0.1.0"
