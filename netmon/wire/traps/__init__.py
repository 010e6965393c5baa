"""SNMP traps and informs: from a datagram to what it says."""
