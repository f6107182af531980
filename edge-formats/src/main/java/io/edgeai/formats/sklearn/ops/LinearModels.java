package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.SparseMatrix;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.Map;

/** {@code sklearn.linear_model} and the linear machines of {@code sklearn.svm}: one matrix product and a link. */
final class LinearModels {
    private LinearModels() {}

    static void register(Map<String, Converter> all) {
        for (String name : new String[] {
            "LinearRegression",
            "Ridge",
            "RidgeCV",
            "Lasso",
            "LassoCV",
            "LassoLars",
            "LassoLarsCV",
            "LassoLarsIC",
            "Lars",
            "LarsCV",
            "ElasticNet",
            "ElasticNetCV",
            "MultiTaskLasso",
            "MultiTaskLassoCV",
            "MultiTaskElasticNet",
            "MultiTaskElasticNetCV",
            "OrthogonalMatchingPursuit",
            "OrthogonalMatchingPursuitCV",
            "BayesianRidge",
            "ARDRegression",
            "HuberRegressor",
            "TheilSenRegressor",
            "SGDRegressor",
            "PassiveAggressiveRegressor",
            "LinearSVR",
            "QuantileRegressor"
        }) {
            all.put(name, LinearModels::regressor);
        }
        for (String name :
                new String[] {"PoissonRegressor", "GammaRegressor", "TweedieRegressor", "GeneralizedLinearRegressor"}) {
            all.put(name, LinearModels::generalized);
        }
        for (String name : new String[] {"LinearSVC", "Perceptron", "PassiveAggressiveClassifier"}) {
            all.put(name, LinearModels::classifier);
        }
        all.put("RidgeClassifier", LinearModels::ridge);
        all.put("RidgeClassifierCV", LinearModels::ridge);
        all.put("LogisticRegression", LinearModels::logistic);
        all.put("LogisticRegressionCV", LinearModels::logistic);
        all.put("SGDClassifier", LinearModels::stochastic);
        all.put("SGDOneClassSVM", LinearModels::oneClass);
        all.put("RANSACRegressor", (e, x, c) -> c.convert(e.inner("estimator_"), x));
    }

    /** X @ coefT + intercept, [N, outputs]. */
    static String product(Estimator e, Features x, Emitter out) {
        return product(e.matrix("coef_"), e.doubles("intercept_"), e, x, out);
    }

    static String product(double[][] coef, double[] intercept, Estimator e, Features x, Emitter out) {
        requireWidth(e, x, coef[0].length);
        double[] bias = Matrices.ofLength(intercept, coef.length);
        if (bias.length != coef.length) {
            throw new ModelFormatException(
                    e.what() + " has (" + coef.length + ") rows of coefficients but " + bias.length + " intercepts.");
        }
        String linear = out.matmul(x.matrix(out), out.matrix(Matrices.transpose(coef)));
        return out.add(linear, out.row(bias));
    }

    static void requireWidth(Estimator e, Features x, int width) {
        if (x.width() != width) {
            throw new ModelFormatException(
                    e.what() + " was fitted on (" + width + ") columns but gets " + x.width() + ".");
        }
    }

    /** Whether an array of coefficients stands for one output given as [N]. */
    static boolean flat(Estimator e, String attribute) {
        Object value = e.get(attribute);
        return value != null && SparseMatrix.is(value)
                ? e.matrix(attribute).length == 1
                : !(value instanceof NumpyArray array) || array.rank() < 2;
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        return new Fitted().predict(product(e, x, c.out()), e.matrix("coef_").length, flat(e, "coef_"));
    }

    private static Fitted generalized(Estimator e, Features x, Context c) {
        String linear = product(e, x, c.out());
        boolean log = !e.kind().equals("TweedieRegressor");
        if (!log) {
            log = switch (e.text("auto", "link")) {
                case "auto" -> e.realOr(0, "power") > 0;
                case "log" -> true;
                case "identity" -> false;
                default -> throw new UnsupportedOperatorException("link = " + e.text("", "link"));
            };
        }
        return new Fitted().predict(log ? c.out().op("Exp", linear) : linear, 1, true);
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        return Scores.linear(c.out(), product(e, x, c.out()), e.matrix("coef_").length, e.classes());
    }

    private static Fitted ridge(Estimator e, Features x, Context c) {
        Estimator binarizer = e.inner("_label_binarizer");
        if (binarizer.text("multiclass", "y_type_").startsWith("multilabel")) {
            throw new UnsupportedOperatorException("multilabel targets");
        }
        return Scores.linear(c.out(), product(e, x, c.out()), e.matrix("coef_").length, binarizer.classes());
    }

    private static Fitted logistic(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        int width = e.matrix("coef_").length;
        String decision = product(e, x, out);
        boolean separate =
                switch (e.text("auto", "multi_class")) {
                    case "ovr", "warn" -> true;
                    case "multinomial" -> false;
                    default -> labels.size() <= 2 || e.text("lbfgs", "solver").equals("liblinear");
                };
        Fitted fitted = Scores.linear(out, decision, width, labels);
        if (separate) {
            return fitted.proba(Scores.oneVersusRest(out, decision, width), labels.size());
        }
        String both = width == 1 ? out.concat(1, java.util.List.of(out.op("Neg", decision), decision)) : decision;
        return fitted.proba(out.softmax(both), labels.size());
    }

    private static Fitted stochastic(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        int width = e.matrix("coef_").length;
        String decision = product(e, x, out);
        Fitted fitted = Scores.linear(out, decision, width, labels);
        String loss = e.text("hinge", "loss");
        if (loss.equals("log") || loss.equals("log_loss")) {
            fitted.proba(Scores.oneVersusRest(out, decision, width), labels.size());
        } else if (loss.equals("modified_huber")) {
            String p = out.scale(out.plus(out.clip(decision, -1, 1), 1), 0.5);
            if (width == 1) {
                fitted.proba(out.both(p), 2);
            } else {
                String sum = out.sum(p);
                String none = out.op("Equal", sum, out.scalar(0));
                String even = out.where(none, out.scalar(1), p);
                fitted.proba(out.div(even, out.where(none, out.scalar(labels.size()), sum)), labels.size());
            }
        }
        return fitted;
    }

    private static Fitted oneClass(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double offset = e.doubles("offset_")[0];
        String samples = product(e.matrix("coef_"), new double[] {0}, e, x, out);
        return outlier(out, samples, out.plus(samples, -offset));
    }

    /** An outlier detector: 1 where the decision is at least 0, else -1. */
    static Fitted outlier(Emitter out, String samples, String decision) {
        String inside = out.op("GreaterOrEqual", decision, out.scalar(0));
        return new Fitted()
                .scoreSamples(samples)
                .decision(decision, 1)
                .predict(out.where(inside, out.longs(1L), out.longs(-1L)), 1, true);
    }
}
