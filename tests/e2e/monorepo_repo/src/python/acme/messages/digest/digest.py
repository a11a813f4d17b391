def digest(mails):
    from acme.messages.mail.mail import mail

    return [mail(to, name)["To"] for to, name in mails]
