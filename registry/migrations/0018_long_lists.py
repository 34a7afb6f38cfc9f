"""The lists of the workplace are read in the order of an index, however long they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0017_desk"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entity",
            index=models.Index(fields=["kind", "id"], name="entity_by_kind"),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=models.Index(fields=["status", "id"], name="entity_by_status"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["authority", "id"], name="listing_of_authority"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["authority", "list_type", "id"], name="listing_by_list"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["authority", "decided_on", "id"], name="listing_by_day"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["authority", "displayed_until", "id"], name="listing_by_end"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["decided_on", "id"], name="listing_by_day_of_all"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["displayed_until", "id"], name="listing_by_end_of_all"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("dropped_at", None), ("released_at", None)),
                fields=["authority", "id"],
                name="listing_prepared",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("held_since__isnull", False)),
                fields=["authority", "id"],
                name="listing_held",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)),
                fields=["authority", "id"],
                name="listing_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("dropped_at__isnull", False)),
                fields=["authority", "id"],
                name="listing_dropped",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["decision_no"],
                name="listing_by_number",
                opclasses=("varchar_pattern_ops",),
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(fields=["kind", "id"], name="outbox_by_kind"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["outcome", "expires_at", "id"], name="proposal_by_outcome"
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["act", "outcome", "expires_at", "id"], name="proposal_by_act"
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["act", "id"], name="step_by_act"),
        ),
    ]
