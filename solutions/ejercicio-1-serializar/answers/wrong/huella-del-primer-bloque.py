# Reads one block only.
# loses: card_identifies_the_files, hash_is_that_of_the_content, delivered_model_and_card_agree
# says: todo el contenido
# %% sha256
def sha256_de_archivo(r):
    return hashlib.sha256(r.open("rb").read(4096)).hexdigest()
