"""What happens to netmon when a network of real kernels, routing daemons and SNMP agents breaks?"""
