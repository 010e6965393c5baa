"""Which Grafana dashboards are there? One file each, built when netmon is developed; the folder is the list.

Nothing that runs in service imports this package: it needs grafana-foundation-sdk, which only developers install.
"""
