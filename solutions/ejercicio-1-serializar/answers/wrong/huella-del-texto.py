# Decodes the file as text, dropping what is not.
# loses: card_identifies_the_files, hash_is_that_of_the_content, delivered_model_and_card_agree
# says: sin decodificarlo
# %% sha256
def sha256_de_archivo(r):
    return hashlib.sha256(r.read_text(errors="ignore").encode()).hexdigest()
