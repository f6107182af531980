"""Writes texts-<version>.zip: vectorizers with texts and scikit-learn's own counts.

Run once for each version of scikit-learn: python make_text_cases.py texts-1.2.1.zip
"""
import json
import pickle
import sys
import zipfile

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

random = np.random.RandomState(3)
PIECES = (
    "the cat Dog a CAT été ÉTÉ x1 under_score , ! - 's 3.14 Straße naïve don't re-run A1-b2 in of it \t \n \r\n"
    " \u00a0 ½ ﬁne Ångström İstanbul Crème-Brûlée δέλτα ΔΈΛΤΑ жизнь Ёлка 東京 42 007 a.b@c.de #tag _x ... ab abc abcd"
).split(" ") + ["  ", "   ", "\t ", "é\u0301", "한국어"]


def texts(count):
    made = []
    for _ in range(count):
        parts = random.choice(PIECES, random.randint(0, 18))
        made.append("".join(part + (" " if random.rand() < 0.7 else "") for part in parts))
    return made


TRAINED = texts(40)
ASKED = texts(12) + ["", " ", "  the  ", "a", "ab", "\tab\n", "THE THE the", "in the", "x"]
WORDS = dict(
    plain=dict(),
    runs=dict(ngram_range=(1, 2)),
    english=dict(stop_words="english"),
    english_runs=dict(stop_words="english", ngram_range=(1, 3)),
    own_stops=dict(stop_words=["the", "cat", "3"], ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b"),
    three_letters=dict(token_pattern=r"\b[a-zA-Z]{3,}\b"),
    three_letter_runs=dict(token_pattern=r"\b[a-zA-Z]{3,}\b", ngram_range=(2, 3)),
    digits=dict(token_pattern=r"\d+"),
    numbers=dict(token_pattern=r"[0-9]+(?:\.[0-9]+)?|[a-zé]+", ngram_range=(1, 2)),
    hyphens=dict(token_pattern=r"[\w'-]+"),
    not_space=dict(token_pattern=r"\S+", ngram_range=(1, 2)),
    not_listed=dict(token_pattern=r"[^\s,!.]+"),
    single=dict(token_pattern=r"\w|[^\w\s]"),
    long_words=dict(token_pattern=r"\b\w{4,}\b", ngram_range=(1, 2)),
    no_accents=dict(strip_accents="unicode"),
    no_accents_runs=dict(strip_accents="unicode", ngram_range=(1, 2), stop_words="english"),
    only_ascii=dict(strip_accents="ascii"),
    cased=dict(lowercase=False, strip_accents="unicode"),
    binary=dict(binary=True, ngram_range=(2, 2)),
    frequent=dict(min_df=2, max_features=20, ngram_range=(1, 2)),
)
LETTERS = dict(
    one=dict(ngram_range=(1, 1)),
    some=dict(ngram_range=(1, 3)),
    three=dict(ngram_range=(3, 3)),
    long=dict(ngram_range=(2, 5)),
    no_accents=dict(ngram_range=(2, 3), strip_accents="unicode"),
    only_ascii=dict(ngram_range=(1, 2), strip_accents="ascii"),
    cased=dict(ngram_range=(2, 4), lowercase=False, binary=True),
    stops=dict(ngram_range=(4, 5), stop_words="english"),
)
CASES = {f"word_{name}": CountVectorizer(**options) for name, options in WORDS.items()}
for analyzer in ("char", "char_wb"):
    for name, options in LETTERS.items():
        CASES[f"{analyzer}_{name}"] = CountVectorizer(analyzer=analyzer, **options)
CASES["tfidf_char_wb"] = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
CASES["tfidf_english"] = TfidfVectorizer(stop_words="english", ngram_range=(1, 2), max_df=0.8, strip_accents="ascii")
CASES["fixed"] = CountVectorizer(vocabulary=["the", "cat", "the cat", "cat in the", "x"], stop_words=["the"])

with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:

    def write(path, content):
        archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)

    for name, model in CASES.items():
        model.fit(TRAINED)
        write(f"{name}/model.pkl", pickle.dumps(model, protocol=4))
        write(f"{name}/input.json", json.dumps(ASKED))
        rows = model.transform(ASKED).toarray().tolist()
        write(f"{name}/transform.csv", "".join(",".join(repr(value) for value in row) + "\n" for row in rows))
