import roots  # isort: skip # noqa: F401
import unittest

from acme.messages.mail.mail import mail


class MailTest(unittest.TestCase):
    def test_mail(self):
        assert mail("a@example.com", "Ann")["To"] == "a@example.com"
