"""How the weights and the lexicon of masking/persons come to be: corpora, generated municipal text, training, measuring."""
