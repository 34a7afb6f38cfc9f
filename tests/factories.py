"""Rows for tests: dull, fixed, fictitious. A test states only what it is about.

Every number carries the division 990000, which does not exist, so that none can
be the number of a real organisation.
"""

from datetime import UTC, date, datetime

from django.contrib.auth.models import Group
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from registry import actions, clock
from registry.actions import CaseDraft, Decision
from registry.codes import organisation_digit
from registry.logbook import append, signing
from registry.models import (
    Act,
    Authority,
    Competence,
    DirectoryItem,
    Entity,
    EntityName,
    Identifier,
    LegalBasis,
    Listing,
    ListRule,
    ListType,
    Measure,
    ObjectionTerms,
    Region,
    Role,
    SeverityClass,
    Source,
    User,
)
from registry.names import name_key
from registry.parties import PersonDraft
from registry.step_up import CODE_AT
from registry.terms import read_duration

# Weeks before the day on which tests run.
AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
NOWHERE = "990000"


def make_uscc(serial: int = 1, *, department: str = "91") -> str:
    """A valid unified social credit code of nobody; another serial, another code."""
    organisation = f"{serial:08d}"
    body = f"{department}{NOWHERE}{organisation}{organisation_digit(organisation)}"
    return f"{body}{uscc.calc_check_digit(body)}"


def region(code: str = "510100") -> Region:
    """A division from the reference rows: Chengdu, unless told."""
    return Region.objects.get(code=code)


def make_source(code: str = "TEST_SOURCE", **fields: object) -> Source:
    return Source.objects.create(
        **{"code": code, "name": "测试信息来源", "name_en": "A source for tests"} | fields
    )


def make_authority(name: str = "测试市市场监督管理局", **fields: object) -> Authority:
    # Serials of authorities start high, so that they never meet those of entities.
    usual: dict[str, object] = {
        "uscc": make_uscc(90_000_001 + Authority.objects.count(), department="11"),
        "name": name,
        "level": Authority.Level.PREFECTURE,
        "region": region(),
    }
    authority = Authority.objects.create(**usual | fields)
    # For every list, whatever a test comes to need.
    Competence.objects.create(authority=authority, in_force=date(2000, 1, 1))
    return authority


def make_entity(name: str = "蜀州无名测试有限公司", **fields: object) -> Entity:
    """An enterprise without a number; `make_identifier` gives it one."""
    source, _ = Source.objects.get_or_create(code="REGISTRATION")
    usual: dict[str, object] = {
        "kind": Entity.Kind.ENTERPRISE,
        "name": name,
        "name_key": name_key(name),
        "source": source,
        "source_as_of": AS_OF,
        "created_at": AS_OF,
        "updated_at": AS_OF,
    }
    return Entity.objects.create(**usual | fields)


def make_identifier(
    entity: Entity, value: str | None = None, **fields: object
) -> Identifier:
    usual: dict[str, object] = {
        "kind": Identifier.Kind.USCC,
        "value": make_uscc() if value is None else value,
        "valid": True,
    }
    return Identifier.objects.create(**{"entity": entity} | usual | fields)


def make_name(
    entity: Entity, name: str = "蜀州旧名测试有限公司", **fields: object
) -> EntityName:
    usual: dict[str, object] = {
        "kind": EntityName.Kind.FORMER,
        "name": name,
        "name_key": name_key(name),
        "source": entity.source,
    }
    return EntityName.objects.create(**{"entity": entity} | usual | fields)


def make_basis(code: str = "TEST_BASIS", **fields: object) -> LegalBasis:
    usual: dict[str, object] = {
        "title_zh": "示例条例（虚构）",
        "title_en": "Example Regulation (fictitious)",
        "level": LegalBasis.Level.REGULATION,
    }
    return LegalBasis.objects.get_or_create(code=code, defaults=usual | fields)[0]


def make_directory_item(code: str = "serious_list", **fields: object) -> DirectoryItem:
    usual: dict[str, object] = {
        "category": DirectoryItem.Category.SERIOUS_LIST,
        "name_zh": "严重失信主体名单信息",
        "name_en": "Serious lists",
        "verdict": DirectoryItem.Verdict.ALLOWED,
        "legal_basis": make_basis(),
        "confidence": "H",
    }
    defaults = usual | fields
    return DirectoryItem.objects.get_or_create(code=code, defaults=defaults)[0]


def make_measure(code: str = "TEST_MEASURE", **fields: object) -> Measure:
    usual: dict[str, object] = {
        "kind": Measure.Kind.MANAGEMENT,
        "name_zh": "示例措施",
        "name_en": "Example measure",
        "applied_by_zh": "有关部门",
        "applied_by_en": "Authorities",
        "hits_unit": True,
        "hits_responsible": False,
        "hits_person": False,
        "legal_basis": make_basis(),
        "confidence": Measure.Confidence.HIGH,
    }
    return Measure.objects.create(**{"code": code} | usual | fields)


def make_severity_class(**fields: object) -> SeverityClass:
    usual: dict[str, object] = {
        "severity": "serious",
        "in_force": date(2026, 3, 1),
        "min_months": 12,
        "max_months": 36,
        "legal_basis": make_basis(),
    }
    return SeverityClass.objects.create(**usual | fields)


def make_objection_terms(**fields: object) -> ObjectionTerms:
    """As of a court: fifteen plain days that nothing extends, ten to ask once more."""
    usual: dict[str, object] = {
        "scope": "judicial",
        "in_force": date(2017, 5, 1),
        "mark_wd": 1,
        "decide_n": 15,
        "decide_unit": "d",
        "correct_wd": 3,
        "again_n": 10,
        "again_unit": "d",
        "decide_again_n": 15,
        "decide_again_unit": "d",
        "legal_basis": make_basis(),
        "confidence": "H",
    }
    return ObjectionTerms.objects.create(**usual | fields)


def make_list_type(code: str = "TEST_LIST", **fields: object) -> ListType:
    usual: dict[str, object] = {
        "name_zh": "示例严重失信主体名单",
        "name_en": "Example list",
        "kind": ListType.Kind.BLACKLIST,
        "section": "serious",
        "authority_zh": "有关部门",
        "authority_en": "Authorities",
    }
    return ListType.objects.get_or_create(code=code, defaults=usual | fields)[0]


def make_rule(**fields: object) -> ListRule:
    """Three years from the decision, repair after one, notice counted here."""
    usual: dict[str, object] = {
        "in_force": date(2026, 1, 1),
        "severity": "serious",
        "subjects": "EBN",
        "term_kind": "fixed",
        "term_unit": "m",
        "term_default": 36,
        "term_max": 36,
        "term_start": "decision",
        "on_expiry": "stop",
        "early_exit": "period",
        "early": 12,
        "early_unit": "m",
        "early_from": "decision",
        "notice_kind": "ours",
        "notice_n": 5,
        "notice_unit": "wd",
        "notice_from": "service",
        "publication": "decision",
        "person_lookup": "factor",
        "overrides_class": False,
        "retention_days": 90,
        "confidence": "H",
        "source": "documented",
    }
    if "directory_item" not in fields:
        usual["directory_item"] = make_directory_item()
    if "list_type" not in fields:
        usual["list_type"] = make_list_type()
    if "legal_basis" not in fields:
        usual["legal_basis"] = make_basis()
    return ListRule.objects.create(**usual | fields)


# --- Staff and cases --------------------------------------------------------------------

# The day on which tests run, ten in the morning in Shanghai.
AT = datetime(2026, 3, 16, 2, tzinfo=UTC)


def make_user(
    username: str, authority: Authority | None, *roles: Role, **fields: object
) -> User:
    """A member of staff with no password; sign in with `client.force_login`."""
    user = User.objects.create(
        **{"username": username, "authority": authority, "is_staff": True} | fields
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def sign_in(client: Client, user: User) -> User:
    """With both factors, as far as the site can tell, and just now."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, name="default")
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session[CODE_AT] = int(clock.now().timestamp())
    session.save()
    return user


def make_staff(authority: Authority) -> tuple[User, User]:
    """A maker and a checker of one authority."""
    names = (f"{role}-{authority.pk}" for role in (Role.MAKER, Role.CHECKER))
    maker, checker = (User.objects.filter(username=name).first() for name in names)
    return (
        maker or make_user(f"maker-{authority.pk}", authority, Role.MAKER),
        checker or make_user(f"checker-{authority.pk}", authority, Role.CHECKER),
    )


def make_person(
    serial: int = 1, *, born: str = "19800229", name: str = "甲某"
) -> PersonDraft:
    """A fictitious person: the division of the number does not exist."""
    body = f"{NOWHERE}{born}{serial:03d}"
    number = f"{body}{mod_11_2.calc_check_digit(body)}"
    return PersonDraft(name=name, document="resident", number=number)


def make_case(
    rule: ListRule | None = None,
    *,
    authority: Authority | None = None,
    at: datetime = AT,
    **fields: object,
) -> Listing:
    """A case that its maker has opened; of a new entity, unless `party` is given."""
    rule = rule or make_rule()
    maker, _ = make_staff(authority or an_authority())
    usual: dict[str, object] = {
        "list_code": rule.list_type_id,
        "ground": "示例事由",
        "facts": "示例事实。",
    }
    if "party" not in fields:
        n = Entity.objects.count()
        usual["party"] = make_entity(f"蜀州测试{n}号有限公司")
    return actions.open_case(CaseDraft(**usual | fields), by=maker, at=at)  # type: ignore[arg-type]


def make_entry(case: str, **fields: object) -> int:
    """The leaf of a `list` entry about a case, whatever the rows say."""
    usual: dict[str, object] = {
        "t": "list",
        "case": case,
        "kind": "o",
        "auth": "11990000MB0000000X",
        "rule": 0,
        "decided": "2026-03-16",
        "from": "2026-03-16",
        "term_from": "2026-03-16",
        "until": "2029-03-17",
        "C": "0" * 64,
        "appr": 2,
    }
    return append.add(case, usual | fields)


def an_authority() -> Authority:
    return Authority.objects.first() or make_authority()


def make_listing(
    rule: ListRule | None = None,
    *,
    decided_on: date = date(2026, 3, 16),
    noticed_on: date | None = date(2026, 3, 2),
    at: datetime = AT,
    term: str = "",
    until: date | None = None,
    decision_no: str = "",
    **fields: object,
) -> Listing:
    """A listing that two people have released at `at`."""
    listing = make_case(rule, at=at, **fields)  # type: ignore[arg-type]
    maker, checker = make_staff(listing.authority)
    if noticed_on:
        listing = actions.record_notice(listing, on=noticed_on, by=maker, at=at)
    decision = Decision(
        decision_no or f"示例罚〔2026〕{listing.pk}号",
        decided_on,
        term=read_duration(term) if term else None,
        until=until,
    )
    proposal = actions.propose(listing, Act.RELEASE, decision.payload(), by=maker, at=at)
    listing = actions.accept(proposal, by=checker, at=at)
    # Where a test is one transaction, nothing signs by itself after the act.
    signing.sign(at)
    return listing
