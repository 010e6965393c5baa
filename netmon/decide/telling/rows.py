"""How is a row of a table told that has no phrase of its own?"""

from collections.abc import Mapping


def in_one_line(values: Mapping[str, str]) -> dict[str, str]:
    """Its labels one after another as `row`, and as `what` those that changed, with what they were before."""
    labels = {key: value for key, value in values.items() if key not in ("target", "family")}
    changed = {key.removeprefix("old_"): value for key, value in labels.items() if key.startswith("old_")}
    what = ", ".join(f"{key} {old} → {labels.get(key, '')}" for key, old in changed.items())
    row = ", ".join(
        value
        for key, value in labels.items()
        if f"old_{key}" not in labels and key not in changed and not key.startswith("old_")
    )
    return {"target": values.get("target", ""), "family": values["family"].replace("_", " "), "row": row, "what": what}
