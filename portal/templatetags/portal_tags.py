"""Formatting only, never queries."""

from django import template

register = template.Library()
