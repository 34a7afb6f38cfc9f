"""The table of contents of the interface. No address ends in a slash."""

from django.urls import path, re_path

from portal.api import views

app_name = "api"
urlpatterns = [
    path("v1/changes", views.Changes.as_view(), name="changes"),
    path("v1/schema", views.Schema.as_view(), name="schema"),
    path("v1/docs", views.Docs.as_view(), name="docs"),
    re_path("", views.Nowhere.as_view()),
]
