"""A 4G modem on a serial port: SMS and calls by AT commands (3GPP TS 27.005, TS 27.007)."""
