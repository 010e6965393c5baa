"""Which families does netmon export that no collector declares?

The numbers that the frame adds to each poll, what follows for lines and devices from several polls, and netmon's own
health. Those of the verdict and of the inventory are not here: they are told as states and incidents.
"""

from collections.abc import Mapping
from types import MappingProxyType

from netmon.model import Metric

FRAME_METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "netmon_probe_success": Metric("gauge", "Whether the last poll by this collector succeeded.", ("collector",)),
        "netmon_probe_duration_seconds": Metric(
            "gauge", "How long the last poll by this collector took.", ("collector",)
        ),
        "netmon_probe_sent_total": Metric("counter", "Scheduled polls begun.", ("collector",)),
        "netmon_probe_received_total": Metric("counter", "Scheduled polls that brought an answer.", ("collector",)),
    }
)
"""What the frame says of each poll, whatever the collector: a family for each field of `Frame`, in that order."""

BACKUP_METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "netmon_config_backup_success": Metric(
            "gauge", "Whether the last backup of a configuration succeeded (1) or not (0)."
        ),
        "netmon_config_backup_timestamp_seconds": Metric("gauge", "When a configuration was last fetched whole."),
        "netmon_config_backup_lines": Metric("gauge", "Lines of the configuration that was fetched last."),
    }
)
"""What is said of each device whose configuration is kept."""

LINK_USE = "netmon_link_use_ratio"
RESTARTS = "netmon_device_restarts_total"
AGENT_SILENT = "netmon_device_agent_silent"
DERIVED_METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        LINK_USE: Metric("gauge", "Share of a line's bandwidth in use between the last two polls.", ("direction",)),
        RESTARTS: Metric("counter", "Restarts seen, by sysUpTime."),
        AGENT_SILENT: Metric(
            "gauge", "Whether a device's SNMP agent is silent while the device answers otherwise (1) or not (0)."
        ),
    }
)
"""What follows from several polls, by lines and by devices."""

LINK_USE_P95 = "netmon_link_use_p95_ratio"
HISTORY_METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        LINK_USE_P95: Metric(
            "gauge",
            "95th percentile of the 5-minute means of a line's use over the last 7 days (Circular 06/2026, 5.6).",
            ("direction",),
        ),
    }
)
"""What follows from the history. No rule can be about it: a rule takes a quantile of its own."""

DATA_USED = "netmon_data_used_ratio"
HEALTH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        DATA_USED: (),
        "netmon_mute": (),
        "netmon_verdict_steps_total": (),
        "netmon_polls_total": ("collector",),
        "netmon_polls_answered_total": ("collector",),
        "netmon_poll_overlaps_total": (),
        "netmon_poll_skipped_rounds_total": (),
        "netmon_poll_spared_total": (),
        "netmon_poll_backed_off": (),
        "netmon_poll_start_delay_seconds": ("share",),
        "netmon_collector_bugs_total": (),
        "netmon_rows_dropped_total": (),
        "netmon_evidence_dropped_total": (),
        "netmon_journal_write_failures_total": (),
        "netmon_notices_sent_total": ("recipient",),
        "netmon_notices_failed_total": ("recipient",),
        "netmon_notices_retried_total": ("recipient",),
        "netmon_notices_spared_total": ("recipient",),
        "netmon_notices_delayed_total": ("recipient",),
        "netmon_notices_waiting": ("recipient",),
        "netmon_reloads_total": ("outcome",),
        "netmon_traps_received_total": ("kind",),
        "netmon_traps_dropped_total": ("reason",),
        "netmon_traps_unknown_total": ("trap",),
        "netmon_syslog_received_total": ("kind",),
        "netmon_syslog_dropped_total": ("reason",),
        "netmon_duties_total": ("duty", "outcome"),
        "netmon_looks_total": ("outcome",),
        "netmon_config_backups_total": ("outcome",),
        "netmon_own_backup_timestamp_seconds": (),
        "netmon_own_backup_size_bytes": (),
        "netmon_rule_series_dropped_total": (),
        "netmon_history_dropped_total": (),
        "netmon_stage_last_timestamp_seconds": ("stage",),
        "netmon_peer_last_timestamp_seconds": ("peer",),
        "netmon_deadman_pings_total": ("to", "outcome"),
        "netmon_acts_total": ("outcome",),
        "netmon_answers_withheld_total": (),
        "netmon_alerts_received_total": ("outcome",),
        "netmon_export_sent_total": ("exporter",),
        "netmon_export_dropped_total": ("exporter", "reason"),
        "netmon_export_failures_total": ("exporter",),
        "netmon_export_spool_bytes": ("exporter",),
        "netmon_export_spool_lines": ("exporter",),
        "netmon_export_oldest_timestamp_seconds": ("exporter",),
    }
)
"""How netmon itself is, by name: the labels. What ends in `_total` is a counter, all else a gauge."""


def health_metrics() -> dict[str, Metric]:
    """The same as families, without a sentence of help."""
    return {name: Metric("counter" if name.endswith("_total") else "gauge", "", own) for name, own in HEALTH.items()}
