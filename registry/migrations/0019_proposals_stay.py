"""What waits for a second person is what the first one proposed."""

from django.db import migrations

from registry.guards import AddGuard, Guard

PROPOSAL = "registry_proposal"
ORIGIN = ("listing_id", "act", "base_version", "maker_id", "proposed_at", "expires_at")
OTHER = " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in ORIGIN)
# Erasure empties it, once it is decided on.
EMPTIED = "OLD.outcome <> '' AND NEW.payload = '{}' AND NEW.sealed IS NULL"
GUARDS = [
    Guard("proposal_origin_never_changes", PROPOSAL, "UPDATE", OTHER),
    Guard(
        "proposal_stays_as_proposed",
        PROPOSAL,
        "UPDATE",
        "(differ[OLD.payload|NEW.payload] OR differ[OLD.sealed|NEW.sealed])"
        f" AND NOT ({EMPTIED})",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0018_long_lists")]
    operations = [*map(AddGuard, GUARDS)]
