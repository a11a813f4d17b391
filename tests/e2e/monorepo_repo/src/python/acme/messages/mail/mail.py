from email.message import EmailMessage

from acme.messages.templates.templates import fill


def mail(to, name):
    message = EmailMessage()
    message["To"] = to
    message.set_content(fill("Hello $name", name=name))
    return message
