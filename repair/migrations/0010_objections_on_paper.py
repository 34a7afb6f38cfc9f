"""Staff enter objections that came on paper, as they enter applications."""

from django.db import migrations, models

from registry.guards import AddGuard, Guard, GuardsAside

# Whoever has the secret asks for a review, by the web, however the first paper came.
OTHER_WAY = """NEW.act = 'object' AND NOT EXISTS (
  SELECT 1 FROM repair_objection o JOIN repair_filing f ON f.id = o.filing_id
  WHERE o.id = NEW.objection_id
    AND (NEW.by_id IS NULL) = (f.channel = 'web' OR o.kind = 'review'))"""
GUARDS = [
    Guard("repair_step_objects_the_way_it_came", "repair_step", "INSERT", OTHER_WAY),
]

CHANGED_TABLE = [
    migrations.RemoveConstraint(model_name="step", name="repair_step_of_staff_says_who"),
    migrations.AddConstraint(
        model_name="step",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("act__in", ("file", "object")),
                models.Q(("act__in", ("complete", "withdraw", "recount")), ("by", None)),
                models.Q(
                    (
                        "act__in",
                        (
                            "accept",
                            "decline",
                            "return",
                            "propose",
                            "send_back",
                            "grant",
                            "refuse",
                            "extend",
                            "assign",
                            "note",
                            "clear",
                            "withhold",
                            "correct",
                            "end",
                            "reject",
                            "shield",
                            "prolong",
                        ),
                    ),
                    ("by__isnull", False),
                ),
                _connector="OR",
            ),
            name="repair_step_of_staff_says_who",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("repair", "0009_reorganisation")]

    operations = [GuardsAside(CHANGED_TABLE), *map(AddGuard, GUARDS)]
