"""The pages of objections to listings, under /objections/."""

from django.urls import path, re_path

from repair import objection_views as views

app_name = "objections"
urlpatterns = [
    path("", views.index, name="index"),
    # A case is 16 bytes in lower hexadecimal; anything else is no address of ours.
    re_path(r"^(?P<case>[0-9a-f]{32})/$", views.object_, name="object"),
    path("receipt/", views.receipt, name="receipt"),
]
