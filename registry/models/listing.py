import secrets
from collections.abc import Collection
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.days import day_of
from registry.ledger import journal
from registry.models.authority import Authority
from registry.models.entity import Entity
from registry.models.head import Head
from registry.models.ledger import Checkpoint, LedgerEntry
from registry.models.list_rule import ListRule
from registry.models.list_type import ListType
from registry.models.listing_constraints import CONSTRAINTS
from registry.models.measure import Measure
from registry.models.person import Person

# In the order in which the workplace lists them, for an authority and for whoever sees
# all; and those of an authority that are few among all it ever had.
LISTED_AT_WORK = (
    models.Index(fields=("authority", "id"), name="listing_of_authority"),
    models.Index(fields=("authority", "list_type", "id"), name="listing_by_list"),
    models.Index(fields=("authority", "decided_on", "id"), name="listing_by_day"),
    models.Index(fields=("authority", "displayed_until", "id"), name="listing_by_end"),
    models.Index(fields=("decided_on", "id"), name="listing_by_day_of_all"),
    models.Index(fields=("displayed_until", "id"), name="listing_by_end_of_all"),
    models.Index(
        fields=("authority", "id"),
        name="listing_prepared",
        condition=Q(released_at=None, dropped_at=None),
    ),
    models.Index(
        fields=("authority", "id"),
        name="listing_held",
        condition=Q(ended_at=None, held_since__isnull=False),
    ),
    models.Index(
        fields=("authority", "id"),
        name="listing_ended",
        condition=Q(ended_at__isnull=False),
    ),
    models.Index(
        fields=("authority", "id"),
        name="listing_dropped",
        condition=Q(dropped_at__isnull=False),
    ),
    # For the beginning of a number, whatever the order of the database's language is; with
    # the key, so that the first of many are read from the index alone.
    models.Index(
        fields=("decision_no", "id"),
        name="listing_by_number",
        opclasses=("varchar_pattern_ops", "int8_ops"),
    ),
)
# Staff, by the setting, because the user belongs to an authority and a listing to both.
STAFF = settings.AUTH_USER_MODEL


def new_case() -> str:
    """The public name of a case: 16 random bytes, so that nobody can guess the next."""
    return secrets.token_hex(16)


class ListingQuerySet(models.QuerySet["Listing"]):
    def on_display(self, at: datetime) -> Self:
        """What the public may see at `at`: the only way a public surface reads listings.

        Starts by the clock given, ends by the latest day the register has ever seen:
        in doubt a listing is hidden. Nothing scheduled has any part in it. What is not
        under a signed checkpoint does not show, and nothing does where the ledger in the
        database is not the one of the journal, as after a restore.
        """
        if (known := journal.head()) is None:
            return self.filter(pk__in=())
        day = day_of(at)
        latest = Coalesce(Head.objects.latest_on(), day, output_field=models.DateField())
        running = Q(displayed_until__gt=day) & Q(displayed_until__gt=latest)
        reviewed = Q(review_by__gte=day) & Q(review_by__gte=latest)
        # Without end and review only where the record prints no end; a guard keeps it so.
        endless = Q(displayed_until=None) & (reviewed | Q(review_by=None))
        # Who is in serious breach is not praised meanwhile, held already or not yet.
        serious = Listing.objects.serious(day).filter(entity=OuterRef("entity"))
        return self.filter(
            running | endless,
            ~(Q(list_type__in=ListType.objects.redlists()) & Q(Exists(serious))),
            Exists(LedgerEntry.objects.last_of(known)),
            leaf__lt=Checkpoint.objects.latest_size(),
            released_at__isnull=False,
            ended_at=None,
            held_since=None,
            displayed_from__lte=day,
        )

    def released(self) -> Self:
        return self.exclude(released_at=None)

    def serious(self, day: date) -> Self:
        """On a list of those in serious breach and not over on a day; also while held."""
        lasts = Q(displayed_until=None) | Q(displayed_until__gt=day)
        kind = ListType.Kind.BLACKLIST
        return self.released().filter(lasts, ended_at=None, list_type__kind=kind)

    def due(self, at: datetime) -> Self:
        """Released, not ended, and the term is over."""
        return self.released().filter(ended_at=None, displayed_until__lte=day_of(at))

    def past_retention(self, over: str, at: datetime) -> Self:
        """Over, by `ended_at` or `dropped_at`, for longer than its rule keeps it, and not
        erased yet; the longest first.
        """
        kept = ListRule.objects.kept_since(at)
        past = [
            Q((f"{over}__lt", since), rule__retention_days=days) for days, since in kept
        ]
        # Said once more for all of them: by this alone the index is found.
        newest = Q((f"{over}__lt", max((since for _, since in kept), default=at)))
        found = self.filter(newest, reduce(or_, past, Q(pk__in=())), erased_at=None)
        return found.order_by(over, "pk")

    def of_entity(self, entity: Entity) -> Self:
        """Of the organisation and of the records that were merged into it."""
        return self.of_entities([entity.pk])

    def of_entities(self, pks: Collection[int]) -> Self:
        """Of several, by their keys. By a list of records first: a condition on either
        the listing or what it joins would be asked of every listing.
        """
        records = Entity.objects.filter(Q(pk__in=pks) | Q(merged_into__in=pks))
        return self.filter(entity__in=records.order_by().values("pk"))

    def of_organisations(self) -> Self:
        """Without natural persons: for everything that can be browsed."""
        return self.exclude(entity=None)

    def for_rows(self) -> Self:
        """With everything a row or a page of a listing reads."""
        return self.select_related(
            "list_type",
            "rule__legal_basis",
            "authority__region",
            "entity__region__parent__parent",
            "person",
        )

    def for_staff(self, user: models.Model) -> Self:
        """Of the user's own authority; nothing for whoever has none."""
        return self.filter(authority=getattr(user, "authority_id", None) or 0)


class Listing(models.Model):
    """One decision by one authority about one party on one list, and its time on display.

    A row exists from the opening of the case. What the decision says stays empty until
    a second person releases it; from then on neither party, authority, list, rule,
    decision nor first day ever changes, an end only comes earlier, and what has ended
    stays ended. Whether it is on display is computed, never stored.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("拟列入")
        NOTIFIED = "notified", _("已告知")
        RELEASED = "released", _("已公示")
        HELD = "held", _("暂停公示")
        ENDED = "ended", _("已终止")
        DROPPED = "dropped", _("不予列入")

    class EndReason(models.TextChoices):
        EXPIRED = "expired", _("期满")
        PERFORMED = "performed", _("已履行")
        CURED = "cured", _("已改正")
        REPAIRED = "repaired", _("信用修复")
        WRONG = "wrong", _("认定有误")
        REVOKED = "revoked", _("决定被撤销")
        DIED = "died", _("死亡")
        DEREGISTERED = "deregistered", _("主体注销")
        SUPERSEDED = "superseded", _("由新的决定代替")

    class HoldGround(models.TextChoices):
        COURT = "court", _("依据法院裁定")
        REVIEW = "review", _("复核期间")
        RESTORE = "restore", _("恢复数据后待核对")

    class Performance(models.TextChoices):
        NONE = "none", _("全部未履行")
        PART = "part", _("部分履行")
        FULL = "full", _("全部履行")

    case = models.CharField(
        max_length=32, unique=True, default=new_case, editable=False, verbose_name=_("编号")
    )
    list_type = models.ForeignKey(ListType, models.PROTECT, related_name="listings")
    # In force on the day of the decision; before that, on the day the case was opened.
    rule = models.ForeignKey(ListRule, models.PROTECT, related_name="listings")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="listings")
    entity = models.ForeignKey(
        Entity, models.PROTECT, null=True, blank=True, related_name="listings"
    )
    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, related_name="listing"
    )
    # `e` and the entity's id, or `p` and the keyed hash of the number.
    party_key = models.CharField(max_length=66)

    # For a person these stay empty and `sealed` holds them, encrypted under the case key.
    ground = models.CharField(_("列入事由"), max_length=300, blank=True)
    facts = models.TextField(_("认定事实"), blank=True)
    # Codes of `rule_codes.Detail` that the rule names, and their text.
    details = models.JSONField(_("其他事项"), default=dict, blank=True)
    defence = models.TextField(_("陈述申辩"), blank=True)
    defence_answer = models.TextField(_("对陈述申辩的答复"), blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    amount = models.DecimalField(
        _("金额（元）"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    performance = models.CharField(
        _("履行情况"), max_length=4, choices=Performance, blank=True
    )
    measures = models.ManyToManyField(Measure, related_name="listings", blank=True)
    conduct_on = models.DateField(_("行为发生日期"), null=True, blank=True)

    maker = models.ForeignKey(STAFF, models.PROTECT, related_name="made_listings")
    opened_at = models.DateTimeField(_("立案时间"))
    noticed_on = models.DateField(_("告知送达日期"), null=True, blank=True)
    # The last day for a defence, counted when the notice was recorded.
    notice_closes_on = models.DateField(_("陈述申辩截止"), null=True, blank=True)
    defended_on = models.DateField(_("收到陈述申辩"), null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    decision_no = models.CharField(_("决定文书号"), max_length=100, blank=True)
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    checker = models.ForeignKey(
        STAFF, models.PROTECT, null=True, blank=True, related_name="checked_listings"
    )
    released_at = models.DateTimeField(_("公示时间"), null=True, blank=True)
    # The day the term counts from, and that of the first listing of a chain of extensions.
    term_from = models.DateField(_("期限起算"), null=True, blank=True)
    chain_from = models.DateField(null=True, blank=True)
    displayed_from = models.DateField(_("公示开始"), null=True, blank=True)
    displayed_until = models.DateField(
        _("公示截止"), null=True, blank=True, help_text=_("当日起不再公示")
    )
    reviewed_on = models.DateField(_("最近复核"), null=True, blank=True)
    review_by = models.DateField(_("复核期限"), null=True, blank=True)
    repairable_from = models.DateField(_("最早可申请修复"), null=True, blank=True)
    held_since = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    held_reason = models.CharField(_("暂停理由"), max_length=300, blank=True)
    # Codes of `HoldGround`, joined by blanks: a restore may come on top of an order.
    held_ground = models.CharField(_("暂停依据"), max_length=14, blank=True)
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    end_reason = models.CharField(
        _("终止原因"), max_length=12, choices=EndReason, blank=True
    )
    end_document = models.CharField(_("终止依据文号"), max_length=100, blank=True)

    # A person's listing for a unit's breach; an extension or restoration of another one.
    arises_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="gave_rise_to"
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    # Its `list` entry in the ledger; a record that is only kept has none.
    leaf = models.OneToOneField(
        LedgerEntry,
        models.PROTECT,
        null=True,
        blank=True,
        db_column="leaf",
        related_name="listing",
    )
    version = models.PositiveIntegerField(default=1)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("名单记录")
        verbose_name_plural = _("名单记录")
        ordering = ("-displayed_from", "-pk")
        indexes = (
            models.Index(
                fields=("list_type", "displayed_from"),
                name="listing_of_list",
                condition=Q(released_at__isnull=False, ended_at=None),
            ),
            # One factor of the check of persons; every wrong number is looked up here too.
            models.Index(
                fields=("decision_no",),
                name="listing_by_decision",
                condition=Q(person__isnull=False, ended_at=None),
            ),
            models.Index(
                fields=("displayed_until",),
                name="listing_due",
                condition=Q(released_at__isnull=False, ended_at=None),
            ),
            models.Index(
                fields=("review_by",),
                name="listing_to_review",
                condition=Q(ended_at=None, review_by__isnull=False),
            ),
            models.Index(
                fields=("ended_at",),
                name="listing_to_erase",
                condition=Q(ended_at__isnull=False, erased_at=None),
            ),
            models.Index(
                fields=("dropped_at",),
                name="listing_dropped_to_erase",
                condition=Q(dropped_at__isnull=False, erased_at=None),
            ),
            models.Index(
                fields=("ended_at",),
                name="listing_to_forget",
                condition=Q(entity__isnull=False, erased_at__isnull=False),
            ),
            *LISTED_AT_WORK,
        )
        constraints = CONSTRAINTS

    def __str__(self) -> str:
        return self.decision_no or self.case[:8]

    def get_absolute_url(self) -> str:
        return reverse("portal:listing", args=[self.case])

    @property
    def state(self) -> "Listing.State":
        """Where the procedure stands; whether it shows is `on_display`'s to say."""
        if self.dropped_at:
            return self.State.DROPPED
        if self.ended_at:
            return self.State.ENDED
        if self.held_since:
            return self.State.HELD
        if self.released_at:
            return self.State.RELEASED
        return self.State.NOTIFIED if self.noticed_on else self.State.PREPARED

    def is_over(self, today: date) -> bool:
        """Ended, or its term is past; the same whether or not the sweep has been there."""
        past = self.displayed_until is not None and self.displayed_until <= today
        return self.ended_at is not None or past
