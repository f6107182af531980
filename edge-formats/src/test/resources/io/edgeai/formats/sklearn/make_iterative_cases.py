"""Writes iterative-<version>.zip: factorizations, topics, densities and hashed texts with scikit-learn's own answers.

Run once: python make_iterative_cases.py iterative-1.9.1.zip
"""
import json
import pickle
import sys
import warnings
import zipfile

import numpy as np
from sklearn.decomposition import NMF, LatentDirichletAllocation, MiniBatchNMF
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline

warnings.filterwarnings("ignore")
random = np.random.RandomState(0)
X = np.abs(random.randn(40, 6)) * random.rand(6)
X[random.rand(40, 6) < 0.2] = 0
ASKED = np.vstack([np.abs(random.randn(9, 6)), np.zeros((1, 6))])
COUNTS = random.poisson(1.5, (50, 8))
COUNTED = np.vstack([random.poisson(2, (8, 8)), np.zeros((1, 8), int)])
CLOUD = random.randn(30, 3)
NEAR = np.vstack([random.randn(12, 3) * 0.7, CLOUD[:3]])
DOCS = [
    f"{a} {b} {c}"
    for a in ("the pump", "a valve", "engine oil")
    for b in ("leaks badly", "is fine", "runs hot hot")
    for c in ("today", "again", "after rain")
]
LEAKS = [int("leaks" in doc) for doc in DOCS]
WORDS = [
    "The pump leaks, the valve is fine!",
    "",
    "a an I",
    "Größe ÄRGER übel Straße naïve",
    "été Été ÉTÉ pump",
    "one two three one two",
    "東京 tokyo 東京",
    "don't stop_me now 12 123",
    "the the the valve valve",
    "ΩMEGA ΔΕ",
]
CASES = {}


def fitted(name, model, rows, asked, targets=None, **options):
    CASES[name] = (model.fit(rows, targets, **options), asked)


fitted("nmf_cd", NMF(3, random_state=0, max_iter=400), X, ASKED)
fitted("nmf_cd_reg", NMF(2, random_state=0, alpha_W=0.05, alpha_H=0.01, l1_ratio=0.4), X, ASKED)
fitted("nmf_cd_tol", NMF(4, random_state=0, tol=1e-8, max_iter=60), X, ASKED)
fitted("nmf_mu", NMF(3, solver="mu", random_state=0), X, ASKED)
for loss in ("kullback-leibler", "itakura-saito", 0.5, 1.5, 3):
    model = NMF(3, solver="mu", beta_loss=loss, random_state=0, init="nndsvda", max_iter=150)
    fitted(f"nmf_mu_{loss}", model, X + 0.1, ASKED + 0.1)
model = NMF(3, solver="mu", beta_loss="kullback-leibler", alpha_W=0.02, l1_ratio=0.5, random_state=0, init="nndsvda")
fitted("nmf_mu_reg", model, X, ASKED)
fitted("nmf_batches", MiniBatchNMF(3, random_state=0, batch_size=10), X, ASKED)
model = MiniBatchNMF(
    2, beta_loss="kullback-leibler", random_state=0, batch_size=10, alpha_W=0.01, transform_max_iter=30
)
fitted("nmf_batches_kl", model, X, ASKED)
fitted("lda", LatentDirichletAllocation(4, random_state=0), COUNTS, COUNTED)
model = LatentDirichletAllocation(
    3,
    learning_method="online",
    random_state=0,
    doc_topic_prior=0.3,
    topic_word_prior=0.2,
    mean_change_tol=1e-6,
    max_doc_update_iter=20,
)
fitted("lda_online", model, COUNTS, COUNTED)
some = DOCS[::4] + ["nothing known"]
fitted("lda_text", make_pipeline(CountVectorizer(), LatentDirichletAllocation(3, random_state=1)), DOCS, some)
fitted("nmf_text", make_pipeline(CountVectorizer(), TfidfTransformer(), NMF(3, random_state=1)), DOCS, some)
for kernel in ("gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine"):
    fitted(f"kde_{kernel}", KernelDensity(kernel=kernel, bandwidth=1.3), CLOUD, NEAR)
    fitted(f"kde1_{kernel}", KernelDensity(kernel=kernel, bandwidth=0.8), CLOUD[:, :1], NEAR[:, :1])
fitted("kde_weights", KernelDensity(bandwidth=0.6), CLOUD, NEAR, sample_weight=random.rand(30))
model = KernelDensity(kernel="linear", bandwidth=2.0, algorithm="ball_tree", metric="manhattan")
fitted("kde_ball", model, CLOUD, NEAR)
fitted("kde_scott", KernelDensity(bandwidth="scott"), CLOUD, NEAR)
for name, options in {
    "16": {"n_features": 16},
    "bigrams": {"n_features": 64, "ngram_range": (1, 2)},
    "three": {"n_features": 32, "ngram_range": (3, 3), "norm": None},
    "stops": {"n_features": 32, "stop_words": "english", "ngram_range": (1, 3), "norm": "l1"},
    "binary": {"n_features": 5, "binary": True, "norm": None},
    "unsigned": {"n_features": 33, "alternate_sign": False, "norm": None, "lowercase": False},
    "accents": {"n_features": 64, "strip_accents": "unicode"},
    "ascii": {"n_features": 64, "strip_accents": "ascii", "token_pattern": r"(?u)\b\w+\b"},
}.items():
    fitted(f"hash_{name}", HashingVectorizer(**options), WORDS, WORDS)
model = make_pipeline(HashingVectorizer(n_features=4096, ngram_range=(1, 2)), TfidfTransformer(), LogisticRegression())
fitted("hash_model", model, DOCS, DOCS[::4] + WORDS[:5], LEAKS)


def text(values):
    values = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    return "".join(",".join(map(repr, row)) + "\n" for row in values.reshape(len(values), -1).tolist())


with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:

    def write(path, content):
        archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)

    for name, (model, asked) in CASES.items():
        if isinstance(asked, list):
            write(f"{name}/input.json", json.dumps(asked))
        else:
            write(f"{name}/input.csv", text(asked))
        for method in ("predict", "predict_proba", "score_samples", "transform"):
            if hasattr(model, method):
                write(f"{name}/{method}.csv", text(getattr(model, method)(asked)))
        write(f"{name}/model.pkl", pickle.dumps(model, protocol=4))
