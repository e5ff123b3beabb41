# Another hash.
# loses: card_identifies_the_files, hash_is_that_of_the_content, delivered_model_and_card_agree
# says: 64 cifras
# %% sha256
def sha256_de_archivo(r):
    return hashlib.md5(r.read_bytes()).hexdigest()
