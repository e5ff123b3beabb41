# Hashes the path's text.
# loses: card_identifies_the_files, hash_is_that_of_the_content, delivered_model_and_card_agree
# says: huella del nombre
# %% sha256
def sha256_de_archivo(r):
    return hashlib.sha256(str(r).encode()).hexdigest()
