package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.Arrays;
import java.util.Map;

/** Baselines that ignore their input, and regressors of transformed targets. */
final class Simple {
    private Simple() {}

    static void register(Map<String, Converter> all) {
        all.put("DummyClassifier", Simple::dummy);
        all.put("DummyRegressor", Simple::dummyRegressor);
        all.put("TransformedTargetRegressor", Simple::transformedTarget);
    }

    private static Fitted dummy(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        double[] prior = e.doubles("class_prior_");
        int top = 0;
        for (int k = 1; k < prior.length; k++) {
            top = prior[k] > prior[top] ? k : top;
        }
        String strategy = e.text("prior", "strategy");
        double[] proba = new double[prior.length];
        switch (strategy) {
            case "prior" -> proba = prior;
            case "most_frequent" -> proba[top] = 1;
            case "constant" -> {
                Object constant = e.require("constant");
                top = labels.indexOf(
                        constant instanceof io.edgeai.formats.pickle.NumpyArray array
                                ? array.values().get(0)
                                : constant);
                proba[top] = 1;
            }
            default -> throw new UnsupportedOperatorException("strategy = " + strategy + ", which is random");
        }
        String like = any(x, out);
        long[] index = {top};
        String indices = out.squeeze(out.repeat(like, out.longs(index, 1, 1)), 1);
        return new Fitted()
                .proba(out.repeat(like, out.row(proba)), proba.length)
                .classes(out, labels, indices);
    }

    /** Any value with a row for each sample. */
    private static String any(Features x, Emitter out) {
        return x.width() == 0 ? x.parts().get(0).value() : x.column(out, 0).value();
    }

    private static Fitted dummyRegressor(Estimator e, Features x, Context c) {
        double[] constant = e.doubles("constant_");
        return new Fitted()
                .predict(c.out().repeat(any(x, c.out()), c.out().row(constant)), constant.length, constant.length == 1);
    }

    private static Fitted transformedTarget(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Fitted inner = c.convert(e.inner("regressor_"), x);
        Estimator transformer = e.inner("transformer_");
        String value = inner.predict();
        boolean flat = !e.has("_training_dim") || e.integer("_training_dim") == 1;
        return new Fitted().predict(inverse(transformer, value, out), inner.outputs(), flat);
    }

    private static String inverse(Estimator e, String value, Emitter out) {
        switch (e.kind()) {
            case "FunctionTransformer" -> {
                return e.has("inverse_func") ? Powers.apply(out, value, Powers.name(e.get("inverse_func"))) : value;
            }
            case "PowerTransformer" -> {
                String scaled = e.flag(true, "standardize") && e.has("_scaler")
                        ? Scalers.inverse(e.inner("_scaler"), value, out)
                        : value;
                double[] lambdas = e.doubles("lambdas_");
                if (Arrays.stream(lambdas).distinct().count() != 1) {
                    throw new UnsupportedOperatorException("inverse of a power transform of several targets");
                }
                return e.text("yeo-johnson", "method").equals("box-cox")
                        ? inverseBoxCox(out, scaled, lambdas[0])
                        : inverseYeoJohnson(out, scaled, lambdas[0]);
            }
            case "QuantileTransformer" -> {
                double[][] quantiles = Matrices.transpose(e.matrix("quantiles_"));
                if (quantiles.length != 1
                        || !e.text("uniform", "output_distribution").equals("uniform")) {
                    throw new UnsupportedOperatorException("inverse of a quantile transform to normal");
                }
                return Interpolation.linear(out, value, e.doubles("references_"), quantiles[0]);
            }
            default -> {
                return Scalers.inverse(e, value, out);
            }
        }
    }

    private static String inverseBoxCox(Emitter out, String y, double lambda) {
        return lambda == 0
                ? out.op("Exp", y)
                : out.op("Exp", out.scale(Powers.log1p(out, out.scale(y, lambda)), 1 / lambda));
    }

    private static String inverseYeoJohnson(Emitter out, String y, double lambda) {
        String positive = Math.abs(lambda) < Math.ulp(1.0)
                ? Powers.expm1(out, y)
                : Powers.expm1(out, out.scale(Powers.log1p(out, out.scale(y, lambda)), 1 / lambda));
        String negative = Math.abs(lambda - 2) > Math.ulp(1.0)
                ? out.op(
                        "Neg",
                        Powers.expm1(out, out.scale(Powers.log1p(out, out.scale(y, lambda - 2)), 1 / (2 - lambda))))
                : out.op("Neg", Powers.expm1(out, out.op("Neg", y)));
        return out.where(out.op("Less", y, out.scalar(0)), negative, positive);
    }
}
