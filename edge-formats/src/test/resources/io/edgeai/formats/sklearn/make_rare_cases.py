"""Writes rare-<version>.zip: estimators that are seldom deployed, with inputs and scikit-learn's own answers.

Run once for each version of scikit-learn: python make_rare_cases.py rare-1.2.1.zip
"""
import pickle
import sys
import warnings
import zipfile

import numpy as np
from sklearn.cluster import BisectingKMeans, FeatureAgglomeration
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, Matern, WhiteKernel
from sklearn.kernel_approximation import AdditiveChi2Sampler, SkewedChi2Sampler
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import RadiusNeighborsClassifier, RadiusNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.semi_supervised import LabelPropagation, LabelSpreading

warnings.filterwarnings("ignore")
random = np.random.RandomState(9)
X = np.round(random.gamma(3, 1.5, (70, 4)), 2)
X[random.rand(70, 4) < 0.1] = 0
THREE = np.digitize(X @ [1, 2, -1, 0.3], [6, 12])
TWO = (X[:, 0] > X[:, 1]).astype(int)
SOME = np.where(random.rand(70) < 0.5, -1, THREE)
NUMBER = X @ [1.0, -2.0, 0.5, 2.0]
PAIR = np.stack([NUMBER, NUMBER**2], 1)
ASKED = np.vstack([X[:6], X[:12] + 0.013])
FAR = np.vstack([ASKED, np.full((1, 4), 1e3)])
CASES = {
    "bisecting": (BisectingKMeans(5, random_state=0), X, None, FAR),
    "bisecting_largest": (BisectingKMeans(4, bisecting_strategy="largest_cluster", random_state=0), X, None, FAR),
    "bisecting_one": (BisectingKMeans(1, random_state=0), X, None, ASKED),
    "process": (GaussianProcessClassifier(RBF(3.0)), X[:40], TWO[:40], FAR),
    "process_fixed": (GaussianProcessClassifier(), X[:40], np.array(["no", "yes"])[TWO[:40]], ASKED),
    "process_rest": (GaussianProcessClassifier(ConstantKernel(2.0) * Matern(2.0, nu=1.5)), X[:40], THREE[:40], ASKED),
    "process_pairs": (GaussianProcessClassifier(RBF(2.0), multi_class="one_vs_one"), X[:40], THREE[:40], ASKED),
    "process_sum": (GaussianProcessClassifier(DotProduct(1.0) + WhiteKernel(0.5), optimizer=None), X[:40], TWO[:40], ASKED),
    "merged": (FeatureAgglomeration(2), X, None, FAR),
    "merged_max": (FeatureAgglomeration(3, pooling_func=np.max), X, None, ASKED),
    "additive": (AdditiveChi2Sampler(), X, None, ASKED),
    "additive_one": (AdditiveChi2Sampler(sample_steps=1), X, None, ASKED),
    "additive_many": (AdditiveChi2Sampler(sample_steps=5, sample_interval=0.3), X, None, ASKED),
    "skewed": (SkewedChi2Sampler(skewedness=0.5, n_components=7, random_state=0), X, None, ASKED),
    "skewed_pipe": (
        make_pipeline(SkewedChi2Sampler(n_components=9, random_state=1), LogisticRegression()), X, THREE, ASKED
    ),
    "propagated": (LabelPropagation(gamma=0.5), X, SOME, ASKED),
    "spread": (LabelSpreading(gamma=0.2, alpha=0.3), X, SOME, ASKED),
    "spread_nearest": (LabelSpreading(kernel="knn", n_neighbors=5), X, SOME, X[:12] + 0.013),
    "radius": (RadiusNeighborsClassifier(4.0), X, THREE, ASKED),
    "radius_distance": (RadiusNeighborsClassifier(5.0, weights="distance", p=1), X, THREE, ASKED),
    "radius_number": (RadiusNeighborsRegressor(3.0), X, NUMBER, FAR),
    "radius_pair": (RadiusNeighborsRegressor(6.0, weights="distance", metric="chebyshev"), X, PAIR, ASKED),
}


def text(values):
    rows = np.asarray(values).reshape(len(values), -1).tolist()
    return "".join(",".join(value if isinstance(value, str) else repr(value) for value in row) + "\n" for row in rows)


with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:

    def write(path, content):
        archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)

    for name, (model, rows, targets, asked) in CASES.items():
        model.fit(rows, targets)
        write(f"{name}/input.csv", text(asked))
        for method in ("predict", "predict_proba", "transform"):
            if hasattr(model, method) and not (method == "predict_proba" and name == "process_pairs"):
                write(f"{name}/{method}.csv", text(getattr(model, method)(asked)))
        write(f"{name}/model.pkl", pickle.dumps(model, protocol=4))
