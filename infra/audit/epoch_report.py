"""Says in a report what epochs show: restores as remarks, entries that belong to no epoch as faults."""

from flows.rules.audit_epochs import Epochs
from flows.rules.audit_values import encode_time
from infra.audit.report import Report


def tell_epochs(epochs: Epochs, report: Report) -> None:
    """Needs every chain of the office to have been taken, its own one too."""
    for epoch, began in sorted(epochs.begun.items()):
        at = encode_time(began.at)
        report.remarks.append(f"The office was restored from a backup at {at}, which began epoch {epoch}.")
    for fault in epochs.faults():
        report.fault(fault.meaning, chain=fault.place.chain, sequence=fault.place.sequence)
