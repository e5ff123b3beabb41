# digest() for hexdigest().
# loses: card_identifies_the_files, card_says_how_it_was_made, hash_is_that_of_the_content, saved_model_predicts_elsewhere, delivered_model_and_card_agree
# says: hexdigest
# %% sha256
def sha256_de_archivo(r):
    return hashlib.sha256(r.read_bytes()).digest()
