package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.Arrays;
import java.util.Map;

/** Transformers that shift and scale each column, or each row. */
final class Scalers {
    /** Below this norm scikit-learn takes a dense row for zero and leaves it as it is. */
    static final double SMALLEST = 10 * Math.ulp(1.0);

    private Scalers() {}

    static void register(Map<String, Converter> all) {
        all.put("StandardScaler", Scalers::standard);
        all.put("MinMaxScaler", Scalers::minMax);
        all.put(
                "MaxAbsScaler",
                (e, x, c) -> same(e, x, c.out().div(input(e, x, c), c.out().row(e.doubles("scale_")))));
        all.put("RobustScaler", Scalers::robust);
        all.put("Normalizer", Scalers::normalizer);
        all.put("Binarizer", Scalers::binarizer);
        all.put("KernelCenterer", Scalers::kernelCenterer);
    }

    static String input(Estimator e, Features x, Context c) {
        LinearModels.requireWidth(e, x, e.inputWidth(x.width()));
        return x.matrix(c.out());
    }

    static Fitted same(Estimator e, Features x, String value) {
        return Fitted.transformer(Features.of(value, x.width()));
    }

    private static Fitted standard(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        String value = input(e, x, c);
        if (e.flag(true, "with_mean")) {
            value = out.sub(value, out.row(e.doubles("mean_")));
        }
        if (e.flag(true, "with_std") && e.has("scale_")) {
            value = out.div(value, out.row(e.doubles("scale_")));
        }
        return same(e, x, value);
    }

    private static Fitted minMax(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        String value = out.mul(input(e, x, c), out.row(e.doubles("scale_")));
        value = out.add(value, out.row(e.doubles("min_")));
        if (e.flag(false, "clip")) {
            double[] range = e.doubles("feature_range");
            value = out.clip(value, range[0], range[1]);
        }
        return same(e, x, value);
    }

    private static Fitted robust(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        String value = input(e, x, c);
        if (e.flag(true, "with_centering")) {
            value = out.sub(value, out.row(e.doubles("center_")));
        }
        if (e.flag(true, "with_scaling")) {
            value = out.div(value, out.row(e.doubles("scale_")));
        }
        return same(e, x, value);
    }

    private static Fitted normalizer(Estimator e, Features x, Context c) {
        return same(
                e,
                x,
                normalized(c.out(), input(e, x, c), e.text("l2", "norm"), e.since(1, 0) ? SMALLEST : Double.MIN_VALUE));
    }

    /** Each row divided by its norm; rows of zeros stay. */
    static String normalized(Emitter out, String value, String norm) {
        return normalized(out, value, norm, Double.MIN_VALUE);
    }

    /** Each row divided by its norm; rows with a norm below the smallest stay. */
    static String normalized(Emitter out, String value, String norm, double smallest) {
        String size =
                switch (norm) {
                    case "l1" -> out.sum(out.op("Abs", value));
                    case "l2" -> out.op("Sqrt", out.sum(out.square(value)));
                    case "max" -> out.max(out.op("Abs", value));
                    default -> throw new UnsupportedOperatorException("norm = " + norm);
                };
        String zero = out.op("Less", size, out.scalar(smallest));
        return out.div(value, out.where(zero, out.scalar(1), size));
    }

    private static Fitted binarizer(Estimator e, Features x, Context c) {
        return same(e, x, above(c.out(), input(e, x, c), e.realOr(0, "threshold")));
    }

    static String above(Emitter out, String value, double threshold) {
        return out.toDouble(out.op("Greater", value, out.scalar(threshold)));
    }

    private static Fitted kernelCenterer(Estimator e, Features x, Context c) {
        return same(e, x, centered(e, x.matrix(c.out()), c.out()));
    }

    /** K - column means of the training kernel - row means + their mean. */
    static String centered(Estimator e, String kernel, Emitter out) {
        double[] columns = e.doubles("K_fit_rows_");
        String rows = out.scale(out.sum(kernel), 1.0 / columns.length);
        return out.plus(out.sub(out.sub(kernel, out.row(columns)), rows), e.real("K_fit_all_"));
    }

    /** Undoes a scaler on predictions [N, outputs]; used for transformed targets. */
    static String inverse(Estimator e, String value, Emitter out) {
        switch (e.kind()) {
            case "StandardScaler" -> {
                String scaled = e.flag(true, "with_std") && e.has("scale_")
                        ? out.mul(value, out.row(e.doubles("scale_")))
                        : value;
                return e.flag(true, "with_mean") ? out.add(scaled, out.row(e.doubles("mean_"))) : scaled;
            }
            case "MinMaxScaler" -> {
                return out.div(out.sub(value, out.row(e.doubles("min_"))), out.row(e.doubles("scale_")));
            }
            case "MaxAbsScaler" -> {
                return out.mul(value, out.row(e.doubles("scale_")));
            }
            case "RobustScaler" -> {
                String scaled = e.flag(true, "with_scaling") ? out.mul(value, out.row(e.doubles("scale_"))) : value;
                return e.flag(true, "with_centering") ? out.add(scaled, out.row(e.doubles("center_"))) : scaled;
            }
            default -> throw new UnsupportedOperatorException("inverse of " + e.kind());
        }
    }

    /** Columns of a row of zeros and ones that are one. */
    static int[] chosen(boolean[] mask) {
        return java.util.stream.IntStream.range(0, mask.length)
                .filter(i -> mask[i])
                .toArray();
    }

    static double[] filled(int count, double value) {
        double[] all = new double[count];
        Arrays.fill(all, value);
        return all;
    }
}
