"""The index of numbers has the keys too: the first of many are read from it alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0023_letters_on_a_ruling")]

    operations = [
        migrations.RemoveIndex(
            model_name="listing",
            name="listing_by_number",
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["decision_no", "id"],
                name="listing_by_number",
                opclasses=("varchar_pattern_ops", "int8_ops"),
            ),
        ),
    ]
