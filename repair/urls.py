"""The pages of the procedure, under /repair/."""

from django.urls import path, re_path

from repair import applying, downloads, objecting, views

app_name = "repair"
urlpatterns = [
    path("", views.index, name="index"),
    # A case is 16 bytes in lower hexadecimal; anything else is no address of ours.
    re_path(r"^apply/(?P<case>[0-9a-f]{32})/$", applying.apply, name="apply"),
    path("apply/<uuid:draft>/drop/", applying.drop, name="drop"),
    path("apply/<uuid:draft>/<slug:step>/", applying.step, name="step"),
    path("receipt/", views.receipt, name="receipt"),
    re_path(r"^candidates/(?P<case>[0-9a-f]{32})/$", objecting.object_, name="object"),
    path("candidates/receipt/", objecting.receipt, name="objection_receipt"),
    path("track/", views.track, name="track"),
    path("track/complete/", views.complete, name="complete"),
    path("track/withdraw/", views.withdraw, name="withdraw"),
    path("track/review/", views.review, name="review"),
    path("track/receipt/", views.receipt_of_end, name="receipt_of_end"),
    path("track/paper/", downloads.paper, name="paper"),
]
