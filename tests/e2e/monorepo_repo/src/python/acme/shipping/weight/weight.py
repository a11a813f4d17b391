def kilograms(lines):
    return sum(grams * count for grams, count in lines) / 1000
