"""Which Grafana dashboards are there? One file each, built when netmon is developed; the folder is the list."""
