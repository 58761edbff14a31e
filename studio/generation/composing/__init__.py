"""How the program composes without a model: styles, harmony, melody and accompaniment by rules and a seed."""
