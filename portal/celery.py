"""The worker app and its schedule, as one literal table."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Intervals in seconds and UTC, no crontab: schedules that know time zones have
# stopped or doubled at clock changes.
app.conf.beat_schedule = {
    "tick": {"task": "portal.tick", "schedule": 60.0, "options": {"expires": 55}},
    # Often, because somebody looks at the bar; with nothing to do it is one query.
    "intake": {"task": "portal.run_intake", "schedule": 5.0, "options": {"expires": 5}},
}
