"""A bare Django page, to measure ours against: one indexed query, and text of a length.

Settings as `startproject` makes them; gunicorn serves `application`.
"""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path
from environs import Env

env = Env()
settings.configure(
    SECRET_KEY=env.str("SECRET_KEY"),
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": env.dj_db_url("DATABASE_URL")},
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    USE_TZ=True,
)
application = get_wsgi_application()

TEXT = "x" * env.int("BENCH_PAGE_BYTES")
PAGE = Template("<!doctype html><title>{{ entity }}</title><p>{{ text }}</p>")
QUERY = "SELECT entity_id FROM registry_identifier WHERE kind = 'uscc' AND value = %s"


def search(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(QUERY, [request.GET["q"]])
        found = cursor.fetchone()
    return HttpResponse(PAGE.render(Context({"entity": found, "text": TEXT})))


urlpatterns = [path("search/", search)]
