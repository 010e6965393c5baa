"""SNMP: one socket for all v2c agents, one for each v3 agent."""
