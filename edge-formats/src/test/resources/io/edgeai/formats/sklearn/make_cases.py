"""Writes cases-<version>.zip: small fitted estimators with inputs and scikit-learn's own answers.

Run once for each version of scikit-learn: python make_cases.py cases-1.2.1.zip
"""
import csv
import importlib
import io
import pickle
import sys
import warnings
import zipfile

import numpy as np
import sklearn
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline

warnings.filterwarnings("ignore")
for module in (
    "linear_model tree ensemble svm neighbors naive_bayes neural_network discriminant_analysis gaussian_process.kernels"
    " gaussian_process cluster mixture decomposition cross_decomposition preprocessing impute feature_selection"
    " feature_extraction.text multiclass multioutput calibration dummy kernel_ridge kernel_approximation"
    " random_projection covariance isotonic semi_supervised"
).split():
    loaded = importlib.import_module("sklearn." + module)
    for name in getattr(loaded, "__all__", [n for n in dir(loaded) if n[0].isupper()]):
        globals().setdefault(name, getattr(loaded, name))
VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
random = np.random.RandomState(5)
X = np.round(random.gamma(3, 1.5, (60, 3)), 2)
THREE = np.digitize(X @ [1, 2, -1], [6, 12])
TWO = (X[:, 0] > X[:, 1]).astype(int)
NUMBER = X @ [1.0, -2.0, 0.5] + 60 + random.rand(60)
PAIR = np.stack([NUMBER, NUMBER**0.5], 1)
HOLES = np.where(random.rand(60, 3) < 0.15, np.nan, X)
COUNTS = random.randint(0, 4, (60, 3)).astype(float)
MANY = np.stack([TWO, THREE > 0, X[:, 2] > 4], 1).astype(int)
PROBE = np.vstack([X[:10] + 0.013, X[10:14], random.gamma(3, 2, (6, 3))])
DATA = {
    "three": (X, THREE, PROBE),
    "two": (X, TWO, PROBE),
    "text": (X, np.array(["red", "green", "blue"])[THREE], PROBE),
    "number": (X, NUMBER, PROBE),
    "pair": (X, PAIR, PROBE),
    "holes": (HOLES, THREE, HOLES[:20] + 0.013),
    "counts": (COUNTS, THREE, COUNTS[:20]),
    "many": (X, MANY, PROBE),
    "one": (X[:, :1], NUMBER, PROBE[:, :1]),
}
CASES = {}


def case(data, **estimators):
    for label, estimator in estimators.items():
        CASES[f"{label}-{data}"] = (estimator, data)


def scaled(estimator):
    return make_pipeline(StandardScaler(), estimator)


for data in ("three", "two"):
    case(
        data,
        logistic=LogisticRegression(max_iter=500),
        svc_linear=LinearSVC(),
        sgd=SGDClassifier(random_state=0),
        sgd_log=scaled(SGDClassifier(loss="log_loss", random_state=0)),
        sgd_huber=SGDClassifier(loss="modified_huber", random_state=0),
        perceptron=Perceptron(),
        ridge=RidgeClassifier(),
        lda=LinearDiscriminantAnalysis(),
        lda_eigen=LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.2),
        lda_lsqr=LinearDiscriminantAnalysis(solver="lsqr"),
        qda=QuadraticDiscriminantAnalysis(reg_param=0.1),
        bayes=GaussianNB(),
        tree=DecisionTreeClassifier(max_depth=3),
        extra=ExtraTreesClassifier(4, max_depth=3, random_state=0),
        forest=RandomForestClassifier(5, max_depth=3, random_state=0),
        boosting=GradientBoostingClassifier(n_estimators=4, max_depth=2),
        boosting_zero=GradientBoostingClassifier(n_estimators=2, max_depth=2, init="zero"),
        hist=HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=5),
        ada=AdaBoostClassifier(n_estimators=4, random_state=0),
        bagging=BaggingClassifier(n_estimators=3, max_features=0.7, random_state=0),
        bagging_svm=BaggingClassifier(LinearSVC(), n_estimators=2, random_state=0),
        svc=SVC(probability=VERSION < (1, 8), random_state=0),
        svc_poly=SVC(kernel="poly", gamma=0.1, coef0=1, decision_function_shape="ovo"),
        svc_ties=SVC(kernel="sigmoid", break_ties=True),
        nusvc=NuSVC(nu=0.2),
        knn=KNeighborsClassifier(),
        knn_distance=KNeighborsClassifier(4, weights="distance", p=1),
        centroid=NearestCentroid(),
        mlp=MLPClassifier((4,), max_iter=50, random_state=0),
        mlp_tanh=MLPClassifier((3, 2), activation="tanh", max_iter=50, random_state=0),
        vote=VotingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier(max_depth=2))], weights=[1, 2]),
        vote_soft=VotingClassifier([("a", GaussianNB()), ("b", LogisticRegression())], voting="soft"),
        stack=StackingClassifier([("a", GaussianNB()), ("b", LinearSVC())], passthrough=True, cv=3),
        rest=OneVsRestClassifier(LogisticRegression()),
        pairs=OneVsOneClassifier(LinearSVC()),
        code=OutputCodeClassifier(LogisticRegression(), random_state=0),
        calibrated=CalibratedClassifierCV(LinearSVC(), cv=2),
        isotonic=CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=2),
        dummy=DummyClassifier(),
        grid=GridSearchCV(DecisionTreeClassifier(), {"max_depth": [2, 3]}, cv=2),
    )
case(
    "text",
    logistic=LogisticRegression(),
    forest=RandomForestClassifier(3, max_depth=3, random_state=0),
    hist=HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5),
    svc=SVC(),
    vote=VotingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier(max_depth=2))]),
    stack=StackingClassifier([("a", GaussianNB()), ("b", LinearSVC())], cv=3),
    mlp=MLPClassifier((4,), max_iter=50, random_state=0),
)
case("two", boosting_exponential=GradientBoostingClassifier(loss="exponential", n_estimators=3, max_depth=2))
case(
    "number",
    linear=LinearRegression(),
    lasso=Lasso(0.1),
    net=ElasticNet(0.1),
    huber=HuberRegressor(),
    bayesian=BayesianRidge(),
    poisson=PoissonRegressor(),
    gamma=GammaRegressor(),
    tweedie=TweedieRegressor(power=1.5),
    ransac=RANSACRegressor(random_state=0),
    svr_linear=LinearSVR(),
    tree=DecisionTreeRegressor(max_depth=3),
    forest=RandomForestRegressor(4, max_depth=3, random_state=0),
    boosting=GradientBoostingRegressor(n_estimators=4, max_depth=2),
    hist=HistGradientBoostingRegressor(max_iter=3, min_samples_leaf=5),
    hist_poisson=HistGradientBoostingRegressor(loss="poisson", max_iter=3, min_samples_leaf=5),
    ada=AdaBoostRegressor(n_estimators=3, random_state=0),
    svr=SVR(),
    nusvr=NuSVR(kernel="poly", degree=2),
    knn=KNeighborsRegressor(),
    knn_distance=KNeighborsRegressor(3, weights="distance"),
    mlp=scaled(MLPRegressor(hidden_layer_sizes=(4,), max_iter=50, random_state=0)),
    vote=VotingRegressor([("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=2))]),
    stack=StackingRegressor([("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=2))], cv=2),
    kernel_ridge=KernelRidge(kernel="rbf", gamma=0.05),
    kernel_poly=KernelRidge(kernel="poly", gamma=0.01, degree=3),
    pls=PLSRegression(2),
    dummy=DummyRegressor(strategy="median"),
    target_log=TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1),
    target_power=TransformedTargetRegressor(Ridge(), transformer=PowerTransformer()),
    process=GaussianProcessRegressor(Matern(nu=2.5) + WhiteKernel(1.0), normalize_y=True),
    process_dot=GaussianProcessRegressor(DotProduct() * ConstantKernel(2.0) + WhiteKernel(1.0)),
    polynomial=scaled(make_pipeline(PolynomialFeatures(2), Ridge())),
    spline=make_pipeline(SplineTransformer(4), Ridge()),
    chosen=make_pipeline(SelectFromModel(RandomForestRegressor(3, random_state=0)), Ridge()),
)
case(
    "pair",
    linear=LinearRegression(),
    tree=DecisionTreeRegressor(max_depth=3),
    forest=RandomForestRegressor(3, max_depth=3, random_state=0),
    knn=KNeighborsRegressor(),
    outputs=MultiOutputRegressor(SVR()),
    chain=RegressorChain(Ridge(), order=[1, 0]),
    pls=PLSRegression(2),
    cca=CCA(2),
)
case("many", rest=OneVsRestClassifier(LogisticRegression()), forest=RandomForestClassifier(3, max_depth=2, random_state=0))
case("counts", multinomial=MultinomialNB(), complement=ComplementNB(), bernoulli=BernoulliNB(), categorical=CategoricalNB(min_categories=4))
case("counts", hist_codes=HistGradientBoostingClassifier(categorical_features=[0, 2], max_iter=3, min_samples_leaf=3))
case(
    "three",
    kmeans=KMeans(3, n_init=1, random_state=0),
    shift=MeanShift(),
    birch=Birch(n_clusters=3),
    mixture=GaussianMixture(2, random_state=0),
    mixture_tied=GaussianMixture(2, covariance_type="tied", random_state=0),
    mixture_diag=GaussianMixture(2, covariance_type="diag", random_state=0),
    mixture_round=GaussianMixture(2, covariance_type="spherical", random_state=0),
    mixture_bayes=BayesianGaussianMixture(n_components=2, random_state=0),
    isolation=IsolationForest(n_estimators=5, max_samples=20, random_state=0),
    one_class=OneClassSVM(nu=0.2),
    envelope=EllipticEnvelope(random_state=0),
    factor=LocalOutlierFactor(5, novelty=True),
    pca=PCA(2),
    pca_white=PCA(2, whiten=True),
    svd=TruncatedSVD(2, random_state=0),
    ica=FastICA(2, random_state=0),
    factors=FactorAnalysis(1, random_state=0),
    kernel_pca=KernelPCA(2, kernel="rbf", gamma=0.1),
    nystroem=Nystroem(n_components=8, random_state=0),
    sampler=RBFSampler(n_components=6, random_state=0),
    projection=GaussianRandomProjection(2, random_state=0),
    standard=StandardScaler(),
    min_max=MinMaxScaler((-1, 2), clip=True),
    max_abs=MaxAbsScaler(),
    robust=RobustScaler(),
    normalizer=Normalizer("max"),
    binarizer=Binarizer(threshold=3.0),
    bins=KBinsDiscretizer(3, encode="ordinal"),
    bins_hot=KBinsDiscretizer(3, encode="onehot-dense", strategy="uniform"),
    power=PowerTransformer(),
    power_box=PowerTransformer("box-cox"),
    quantile=QuantileTransformer(n_quantiles=20),
    quantile_normal=QuantileTransformer(n_quantiles=20, output_distribution="normal"),
    spline_straight=SplineTransformer(4, degree=2, extrapolation="linear"),
    spline_on=SplineTransformer(4, extrapolation="continue", include_bias=False),
    spline_round=SplineTransformer(5, extrapolation="periodic"),
    root=FunctionTransformer(np.sqrt),
    variance=VarianceThreshold(5.0),
    best=SelectKBest(k=2),
    percentile=SelectPercentile(percentile=50),
    eliminated=RFE(LogisticRegression(), n_features_to_select=2),
    union=FeatureUnion([("a", StandardScaler()), ("b", PCA(1))], transformer_weights={"b": 2.0}),
    leaves=RandomTreesEmbedding(n_estimators=2, max_depth=2, random_state=0),
)
case(
    "holes",
    mean=SimpleImputer(),
    median=SimpleImputer(strategy="median", add_indicator=True),
    rounds=IterativeImputer(max_iter=2, random_state=0),
    hist=HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=5),
    pipe=make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()),
)
case("one", steps=IsotonicRegression(out_of_bounds="clip"), linear=scaled(LinearRegression()))
if VERSION >= (1, 4):
    case("holes", forest=RandomForestClassifier(4, max_depth=3, random_state=0))


def text(values):
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    values = np.asarray(values.todense() if hasattr(values, "todense") else values)
    for row in values.reshape(len(values), -1):
        writer.writerow([repr(float(v)) if isinstance(v, (float, np.floating)) else str(v) for v in row])
    return buffer.getvalue()


with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:

    def put(path, content):
        archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)

    for number, (name, (estimator, data)) in enumerate(CASES.items()):
        rows, targets, probe = DATA[data]
        estimator.fit(rows, targets)
        put(f"{name}/model.pkl", pickle.dumps(estimator, protocol=2 + number % 4))
        put(f"{name}/input.csv", text(probe))
        for method in ("predict", "predict_proba", "decision_function", "score_samples", "transform"):
            if hasattr(estimator, method):
                try:
                    answer = getattr(estimator, method)(probe)
                except NotImplementedError:
                    continue
                if not isinstance(answer, list):
                    put(f"{name}/{method}.csv", text(answer))
