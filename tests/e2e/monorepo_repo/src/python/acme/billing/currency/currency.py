def symbol(code):
    return {"EUR": "\u20ac", "USD": "$"}.get(code, code)
