"""Writes xgboost-<version>.zip: scikit-learn wrappers of XGBoost with inputs and their own answers.

Run: python make_xgboost_cases.py xgboost-1.7.4.zip
"""
import io
import pickle
import sys
import warnings
import zipfile

import numpy as np
import xgboost
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
random = np.random.RandomState(11)
X = np.round(random.gamma(3, 1.5, (90, 4)), 2)
HOLES = np.where(random.rand(90, 4) < 0.2, np.nan, X)
SENTINEL = np.where(np.isnan(HOLES), -1.0, HOLES)
TWO = (X[:, 0] > X[:, 1]).astype(int)
THREE = np.digitize(X @ [1, 2, -1, 0], [6, 12])
NUMBER = X @ [1.0, -2.0, 0.5, 0.1] + 60 + random.rand(90)
CODES = np.stack([random.randint(0, 9, 90).astype(float), X[:, 1]], 1)
PAIR = np.stack([NUMBER, NUMBER**0.5], 1)
MANY = np.stack([TWO, THREE > 0, X[:, 2] > 4], 1).astype(int)
small = dict(n_estimators=6, max_depth=3)
CASES = {
    "two": (xgboost.XGBClassifier(**small), X, TWO),
    "three": (xgboost.XGBClassifier(**small), X, THREE),
    "softmax": (xgboost.XGBClassifier(objective="multi:softmax", **small), X, THREE),
    "hinge": (xgboost.XGBClassifier(objective="binary:hinge", **small), X, TWO),
    "labels": (xgboost.XGBClassifier(**small), X, MANY),
    "holes": (xgboost.XGBClassifier(**small), HOLES, THREE),
    "sentinel": (xgboost.XGBClassifier(missing=-1, **small), SENTINEL, TWO),
    "forest": (xgboost.XGBRFClassifier(**small), X, THREE),
    "forest_number": (xgboost.XGBRFRegressor(**small), X, NUMBER),
    "number": (xgboost.XGBRegressor(**small), X, NUMBER),
    "poisson": (xgboost.XGBRegressor(objective="count:poisson", **small), X, NUMBER),
    "codes": (xgboost.XGBRegressor(tree_method="hist", feature_types=["c", "q"], enable_categorical=True, **small), CODES, NUMBER),
    "pair": (xgboost.XGBRegressor(**small), X, PAIR),
    "linear": (xgboost.XGBRegressor(booster="gblinear", n_estimators=8), HOLES, NUMBER),
    "dart": (xgboost.XGBRegressor(booster="dart", rate_drop=0.3, **small), X, NUMBER),
    "pipeline": (make_pipeline(StandardScaler(), xgboost.XGBClassifier(**small)), X, TWO),
    "voting": (
        VotingClassifier(
            [("a", xgboost.XGBClassifier(**small)), ("b", xgboost.XGBClassifier(n_estimators=3, random_state=1))],
            voting="soft",
        ),
        X,
        THREE,
    ),
    "stacking": (StackingClassifier([("a", xgboost.XGBClassifier(**small))], LogisticRegression(), cv=3), X, TWO),
    "calibrated": (CalibratedClassifierCV(xgboost.XGBClassifier(**small), cv=3), X, TWO),
    "each": (MultiOutputRegressor(xgboost.XGBRegressor(**small)), X, PAIR),
}


def text(values):
    rows = values.reshape(len(values), -1)
    return "".join(",".join(repr(value) for value in row) + "\n" for row in rows.tolist())


with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:

    def write(path, content):
        archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)

    def save(name, model, rows):
        write(f"{name}/model.pkl", pickle.dumps(model, protocol=4))
        write(f"{name}/input.csv", text(rows))
        for method in ("predict", "predict_proba"):  # with multi:softmax XGBoost gives no probabilities
            if hasattr(model, method) and (method == "predict" or name != "softmax"):
                write(f"{name}/{method}.csv", text(np.asarray(getattr(model, method)(rows))))

    for name, (model, rows, target) in CASES.items():
        save(name, model.fit(rows, target), rows[:24])
    stopped = xgboost.XGBRegressor(n_estimators=60, max_depth=4, learning_rate=0.9, early_stopping_rounds=4)
    stopped.fit(X[:60], NUMBER[:60], eval_set=[(X[60:], NUMBER[60:])], verbose=False)
    assert stopped.best_iteration + 1 < stopped.get_booster().num_boosted_rounds()
    save("stopped", stopped, X[:24])
    ranker = xgboost.XGBRanker(objective="rank:pairwise", **small).fit(X, THREE, group=[30, 30, 30])
    save("ranker", ranker, X[:24])
    booster = xgboost.train({"objective": "multi:softprob", "num_class": 3}, xgboost.DMatrix(X, THREE), 5)
    write("booster/model.pkl", pickle.dumps(booster))
    write("booster/input.csv", text(X[:24]))
    write("booster/predict.csv", text(booster.predict(xgboost.DMatrix(X[:24]))))
