def postcode(text):
    return "".join(character for character in text if character.isdigit())
