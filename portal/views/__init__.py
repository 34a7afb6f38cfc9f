"""Pages that only read, one module for each kind."""

from portal.views.articles import article, articles
from portal.views.candidates import candidate, candidates_of_list
from portal.views.components import components
from portal.views.entities import entity, section_of_entity
from portal.views.errors import bad_request, forbidden, forged, not_found, server_error
from portal.views.help import glossary, help_index, help_topic
from portal.views.home import home, robots
from portal.views.ledger import leaf, ledger
from portal.views.ledger_files import ledger_file, letter_verifier, receipt, verifier
from portal.views.listings import listing
from portal.views.lists import list_of_type, lists
from portal.views.persons import check_person, receipt_of_person
from portal.views.search import search
from portal.views.statistics import figure_file, statistics
from portal.views.suggestions import suggest
from portal.views.verify import verify, verify_number

__all__ = (
    "article",
    "articles",
    "bad_request",
    "candidate",
    "candidates_of_list",
    "check_person",
    "components",
    "entity",
    "figure_file",
    "forbidden",
    "forged",
    "glossary",
    "help_index",
    "help_topic",
    "home",
    "leaf",
    "ledger",
    "ledger_file",
    "letter_verifier",
    "list_of_type",
    "listing",
    "lists",
    "not_found",
    "receipt",
    "receipt_of_person",
    "robots",
    "search",
    "section_of_entity",
    "server_error",
    "statistics",
    "suggest",
    "verifier",
    "verify",
    "verify_number",
)
