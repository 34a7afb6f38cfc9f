"""The number of a decision about a person is one factor of the check: it is indexed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_roles")]
    operations = [
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=("decision_no",),
                name="listing_by_decision",
                condition=Q(person__isnull=False, ended_at=None),
            ),
        ),
    ]
