"""What a traceback in the log does not tell."""

import logging

import pytest
from django.db import IntegrityError, transaction

from annotator.config.logs import DiscreetFormatter
from annotator.models import User

pytestmark = pytest.mark.django_db


def test_the_row_that_the_database_refused_is_left_out() -> None:
    name = "-".join(("5f3c2d1e", "who", "i", "am"))  # not as a whole in a line of the traceback
    User.objects.create(username=name)
    with pytest.raises(IntegrityError, match=name) as caught, transaction.atomic():
        User.objects.create(username=name)
    error = (type(caught.value), caught.value, caught.value.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "no", (), error)
    line = DiscreetFormatter("%(message)s").format(record)
    assert "duplicate key value violates unique constraint" in line
    assert "DETAIL: …" in line
    assert name not in line
