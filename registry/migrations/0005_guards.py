"""What no CHECK can say about listings, their trail and the rules they cite."""

from django.db import migrations

from registry.guards import AddGuard, Guard

LISTING, STEP, PERSON = "registry_listing", "registry_step", "registry_person"
RULE, RULE_MEASURES = "registry_listrule", "registry_listrule_measures"
LISTING_MEASURES = "registry_listing_measures"
PROPOSAL = "registry_proposal"

# From the release on these never change; `case` never does.
FIXED_AT_RELEASE = (
    *("list_type_id", "rule_id", "authority_id", "entity_id", "person_id", "party_key"),
    *("conduct_on", "maker_id", "checker_id", "noticed_on", "notice_closes_on"),
    *("decision_no", "decided_on", "released_at", "term_from", "chain_from"),
    *("displayed_from", "repairable_from", "follows_id", "arises_from_id"),
)
OF_RULE = "FROM registry_listrule r WHERE r.id = NEW.rule_id"


def changed(*columns: str) -> str:
    return " OR ".join(f"differ[OLD.{name}|NEW.{name}]" for name in columns)


def both(name: str, table: str, condition: str) -> list[Guard]:
    """The same condition when a row comes and when it changes."""
    return [
        Guard(f"{name}_i", table, "INSERT", condition),
        Guard(f"{name}_u", table, "UPDATE", condition),
    ]


# The last day shown, counted from the first day of the chain, keeps to the maximum.
TOO_LONG = f"""NEW.displayed_until IS NOT NULL AND EXISTS (
  SELECT 1 {OF_RULE} AND r.term_kind IN ('fixed', 'kept') AND NOT (
    r.term_unit = 'd' AND days[NEW.chain_from|eve[NEW.displayed_until]] <= r.term_max
    OR r.term_unit = 'm' AND (
      month[eve[NEW.displayed_until]] < month[NEW.chain_from] + r.term_max
      OR month[eve[NEW.displayed_until]] = month[NEW.chain_from] + r.term_max
         AND day[eve[NEW.displayed_until]] <= day[NEW.chain_from])))"""
# A review at most as many months ahead as the rule says, counted from the last one.
REVIEW_TOO_LATE = f"""NEW.review_by IS NOT NULL AND EXISTS (
  SELECT 1 {OF_RULE} AND (r.term_kind <> 'open'
    OR month[NEW.review_by] > month[COALESCE(NEW.reviewed_on, NEW.displayed_from)]
       + r.review_months
    OR month[NEW.review_by] = month[COALESCE(NEW.reviewed_on, NEW.displayed_from)]
       + r.review_months
       AND day[NEW.review_by] > day[COALESCE(NEW.reviewed_on, NEW.displayed_from)]))"""
ENDLESS = f"""NEW.released_at IS NOT NULL AND EXISTS (
  SELECT 1 {OF_RULE} AND (
    r.term_kind = 'fixed' AND NEW.displayed_until IS NULL
    OR r.term_kind = 'open' AND NEW.displayed_until IS NULL AND NEW.review_by IS NULL
    OR r.term_kind = 'kept' AND NEW.displayed_from IS NOT NULL
    OR r.term_kind <> 'kept' AND NEW.displayed_from IS NULL))"""
OTHER_RULE = f"""NOT EXISTS (
  SELECT 1 {OF_RULE} AND r.list_type_id = NEW.list_type_id)
  OR NEW.decided_on IS NOT NULL AND (
    EXISTS (SELECT 1 {OF_RULE} AND r.in_force > NEW.decided_on)
    OR EXISTS (
      SELECT 1 FROM registry_listrule r, registry_listrule later
      WHERE r.id = NEW.rule_id AND later.list_type_id = r.list_type_id
        AND later.in_force > r.in_force AND later.in_force <= NEW.decided_on))"""
WITHOUT_NOTICE = f"""NEW.released_at IS NOT NULL
  AND (NEW.noticed_on IS NULL OR NEW.notice_closes_on IS NULL)
  AND EXISTS (SELECT 1 {OF_RULE} AND r.notice_kind = 'ours')"""
WRONG_PARTY = f"""EXISTS (
  SELECT 1 {OF_RULE} AND (
    NEW.person_id IS NOT NULL AND r.subjects NOT LIKE '%N%'
    OR EXISTS (
      SELECT 1 FROM registry_entity e WHERE e.id = NEW.entity_id
        AND r.subjects NOT LIKE '%' || CASE e.kind
          WHEN 'enterprise' THEN 'E' WHEN 'individual_business' THEN 'B'
          WHEN 'cooperative' THEN 'F' WHEN 'public_body' THEN 'G'
          WHEN 'social_organisation' THEN 'S' ELSE 'O' END || '%')))"""
STRANGER = """NEW.checker_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM registry_user u
  WHERE u.id = NEW.checker_id AND u.authority_id = NEW.authority_id)"""
STRANGE_MAKER = """NOT EXISTS (
  SELECT 1 FROM registry_user u
  WHERE u.id = NEW.maker_id AND u.authority_id = NEW.authority_id)"""
BREAKS_CHAIN = """NEW.follows_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM registry_listing past WHERE past.id = NEW.follows_id
    AND past.list_type_id = NEW.list_type_id AND past.party_key = NEW.party_key
    AND past.authority_id = NEW.authority_id
    AND (NEW.released_at IS NULL
      OR past.chain_from = NEW.chain_from AND past.ended_at IS NOT NULL))"""
FOREIGN_MEASURE_NOW = """NEW.released_at IS NOT NULL AND OLD.released_at IS NULL AND EXISTS (
  SELECT 1 FROM registry_listing_measures m WHERE m.listing_id = NEW.id
    AND m.measure_id NOT IN (
      SELECT rm.measure_id FROM registry_listrule_measures rm
      WHERE rm.listrule_id = NEW.rule_id))"""
FOREIGN_MEASURE = """NOT EXISTS (
  SELECT 1 FROM registry_listing l, registry_listrule_measures rm
  WHERE l.id = NEW.listing_id AND rm.listrule_id = l.rule_id
    AND rm.measure_id = NEW.measure_id)"""
# An end that comes for a review comes no later than the review would have been due.
LATER_END = """OLD.released_at IS NOT NULL AND (
  OLD.review_by IS NOT NULL AND eve[NEW.displayed_until] > OLD.review_by OR
  OLD.displayed_until IS NOT NULL
    AND (NEW.displayed_until IS NULL OR NEW.displayed_until > OLD.displayed_until)
  OR OLD.review_by IS NOT NULL AND NEW.displayed_until IS NULL
    AND (NEW.review_by IS NULL OR NEW.review_by > OLD.review_by)
    AND (NEW.reviewed_on IS NULL
      OR OLD.reviewed_on IS NOT NULL AND NEW.reviewed_on <= OLD.reviewed_on))"""

GUARDS = [
    *both("listing_term_within_maximum", LISTING, TOO_LONG),
    *both("listing_review_within_months", LISTING, REVIEW_TOO_LATE),
    *both("listing_has_an_end_or_review", LISTING, ENDLESS),
    *both("listing_rule_in_force_at_decision", LISTING, OTHER_RULE),
    *both("listing_notice_where_rule_asks", LISTING, WITHOUT_NOTICE),
    *both("listing_party_fits_rule", LISTING, WRONG_PARTY),
    *both("listing_checker_of_same_authority", LISTING, STRANGER),
    Guard("listing_maker_of_same_authority", LISTING, "INSERT", STRANGE_MAKER),
    *both("listing_follows_its_own_chain", LISTING, BREAKS_CHAIN),
    Guard("listing_measures_of_rule_at_release", LISTING, "UPDATE", FOREIGN_MEASURE_NOW),
    Guard("listing_case_never_changes", LISTING, "UPDATE", changed('"case"')),
    Guard(
        "listing_decision_never_changes",
        LISTING,
        "UPDATE",
        f"OLD.released_at IS NOT NULL AND ({changed(*FIXED_AT_RELEASE)})",
    ),
    Guard("listing_end_never_later", LISTING, "UPDATE", LATER_END),
    Guard(
        "listing_stays_ended",
        LISTING,
        "UPDATE",
        f"OLD.ended_at IS NOT NULL AND ({changed('ended_at', 'end_reason')})",
    ),
    Guard(
        "listing_stays_dropped",
        LISTING,
        "UPDATE",
        f"OLD.dropped_at IS NOT NULL AND ({changed('dropped_at', 'released_at')})",
    ),
    Guard(
        "listing_version_only_rises",
        LISTING,
        "UPDATE",
        "NEW.version < OLD.version",
    ),
    Guard("listing_is_never_deleted", LISTING, "DELETE"),
    Guard("listing_measure_of_rule", LISTING_MEASURES, "INSERT", FOREIGN_MEASURE),
    Guard(
        "person_stays_erased",
        PERSON,
        "UPDATE",
        "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL",
    ),
    Guard("person_is_never_deleted", PERSON, "DELETE"),
    Guard("step_is_never_changed", STEP, "UPDATE"),
    Guard("step_is_never_deleted", STEP, "DELETE"),
    Guard(
        "proposal_stays_decided",
        PROPOSAL,
        "UPDATE",
        f"OLD.outcome <> '' AND ({changed('outcome', 'checker_id', 'decided_at')})",
    ),
    Guard("proposal_is_never_deleted", PROPOSAL, "DELETE"),
    Guard("list_rule_is_never_changed", RULE, "UPDATE"),
    Guard("list_rule_is_never_deleted", RULE, "DELETE"),
    Guard("list_rule_measures_never_change", RULE_MEASURES, "UPDATE"),
    Guard("list_rule_measures_stay", RULE_MEASURES, "DELETE"),
]
# A statement that empties a table fires no row trigger; only PostgreSQL has it.
APPEND_ONLY = (LISTING, STEP, PERSON, PROPOSAL, RULE)


def refuse_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation',"
            " MESSAGE = TG_TABLE_NAME || '_is_append_only'; END $$"
        )
        for table in APPEND_ONLY:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_append_only BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
            )


def allow_truncate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION is_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_listings")]
    operations = [
        *map(AddGuard, GUARDS),
        migrations.RunPython(refuse_truncate, allow_truncate),
    ]
