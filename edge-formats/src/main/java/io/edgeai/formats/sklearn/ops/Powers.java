package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.PyGlobal;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Transformers that bend each column: power and quantile transforms, and functions of numpy. */
final class Powers {
    private static final double BOUNDS = 1e-7;

    private Powers() {}

    static void register(Map<String, Converter> all) {
        all.put("PowerTransformer", Powers::power);
        all.put("QuantileTransformer", Powers::quantile);
        all.put("FunctionTransformer", Powers::function);
    }

    private static Fitted power(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[] lambdas = e.doubles("lambdas_");
        LinearModels.requireWidth(e, x, lambdas.length);
        boolean box = e.text("yeo-johnson", "method").equals("box-cox");
        String value = x.matrix(out);
        List<String> parts = new ArrayList<>();
        for (int f = 0; f < lambdas.length; f++) {
            String column = out.columns(value, f);
            parts.add(box ? boxCox(out, column, lambdas[f]) : yeoJohnson(out, column, lambdas[f]));
        }
        Features bent = Features.of(out.concat(1, parts), parts.size());
        return e.flag(true, "standardize") && e.has("_scaler")
                ? c.convert(e.inner("_scaler"), bent)
                : Fitted.transformer(bent);
    }

    private static String boxCox(Emitter out, String x, double lambda) {
        return lambda == 0
                ? out.op("Log", x)
                : out.div(expm1(out, out.scale(out.op("Log", x), lambda)), out.scalar(lambda));
    }

    private static String yeoJohnson(Emitter out, String x, double lambda) {
        String up = log1p(out, out.op("Max", x, out.scalar(0)));
        String down = log1p(out, out.op("Max", out.op("Neg", x), out.scalar(0)));
        String positive =
                Math.abs(lambda) < Math.ulp(1.0) ? up : out.div(expm1(out, out.scale(up, lambda)), out.scalar(lambda));
        String negative = Math.abs(lambda - 2) > Math.ulp(1.0)
                ? out.div(expm1(out, out.scale(down, 2 - lambda)), out.scalar(lambda - 2))
                : out.op("Neg", down);
        String bent = out.where(out.op("Less", x, out.scalar(0)), negative, positive);
        return out.where(out.op("IsNaN", x), x, bent);
    }

    private static Fitted quantile(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] quantiles = Matrices.transpose(e.matrix("quantiles_"));
        double[] references = e.doubles("references_");
        LinearModels.requireWidth(e, x, quantiles.length);
        boolean normal = e.text("uniform", "output_distribution").equals("normal");
        String value = x.matrix(out);
        List<String> parts = new ArrayList<>();
        for (int f = 0; f < quantiles.length; f++) {
            String column = out.columns(value, f);
            String up = Interpolation.linear(out, column, quantiles[f], references);
            String down = Interpolation.linear(
                    out,
                    out.op("Neg", column),
                    Interpolation.reversedNegated(quantiles[f]),
                    Interpolation.reversedNegated(references));
            String mapped = out.scale(out.sub(up, down), 0.5);
            double low = quantiles[f][0];
            double high = quantiles[f][quantiles[f].length - 1];
            String above = normal
                    ? out.op("Greater", out.plus(column, BOUNDS), out.scalar(high))
                    : out.op("Equal", column, out.scalar(high));
            String below = normal
                    ? out.op("Less", out.plus(column, -BOUNDS), out.scalar(low))
                    : out.op("Equal", column, out.scalar(low));
            mapped = out.where(below, out.scalar(0), out.where(above, out.scalar(1), mapped));
            parts.add(mapped);
        }
        String all = out.concat(1, parts);
        return Fitted.transformer(
                Features.of(normal ? NormalQuantile.emit(out, all, BOUNDS - Math.ulp(1.0)) : all, parts.size()));
    }

    private static Fitted function(Estimator e, Features x, Context c) {
        Object function = e.get("func");
        if (function == null || passes(function)) {
            return Fitted.transformer(x);
        }
        if (e.has("kw_args") && e.get("kw_args") instanceof io.edgeai.formats.pickle.PyDict dict && dict.size() > 0) {
            throw new UnsupportedOperatorException("kw_args of a function");
        }
        return Scalers.same(e, x, apply(c.out(), x.matrix(c.out()), name(function)));
    }

    /** Checks of input that change nothing. */
    private static boolean passes(Object function) {
        if (function instanceof PyObject partial
                && partial.name().equals("partial")
                && !partial.args().isEmpty()) {
            return passes(partial.args().get(0));
        }
        return function instanceof PyGlobal global && global.qualified().equals("sklearn.utils.validation.check_array");
    }

    /** The name of a numpy function, however it is pickled; empty for all others. */
    static String name(@Nullable Object function) {
        if (function instanceof PyGlobal global && global.module().startsWith("numpy")) {
            return global.name();
        }
        if (function instanceof PyObject object
                && object.name().endsWith("ufunc_reconstruct")
                && object.args().size() == 2) {
            return String.valueOf(object.args().get(1));
        }
        return function instanceof PyGlobal global
                ? global.qualified()
                : function instanceof PyObject object ? object.type().qualified() : String.valueOf(function);
    }

    /** Applies a numpy function of one argument. */
    static String apply(Emitter out, String x, String function) {
        return switch (function) {
            case "log" -> out.op("Log", x);
            case "log1p" -> log1p(out, x);
            case "log2" -> out.scale(out.op("Log", x), 1 / Math.log(2));
            case "log10" -> out.scale(out.op("Log", x), 1 / Math.log(10));
            case "exp" -> out.op("Exp", x);
            case "expm1" -> expm1(out, x);
            case "sqrt" -> out.op("Sqrt", x);
            case "square" -> out.square(x);
            case "abs", "absolute", "fabs" -> out.op("Abs", x);
            case "negative" -> out.op("Neg", x);
            case "reciprocal" -> out.div(out.scalar(1), x);
            case "sign" -> out.op("Sign", x);
            case "floor" -> out.op("Floor", x);
            case "ceil" -> out.op("Ceil", x);
            case "rint" -> out.op("Round", x);
            case "tanh" -> out.op("Tanh", x);
            case "sin" -> out.op("Sin", x);
            default -> throw new UnsupportedOperatorException("function " + function);
        };
    }

    /** ln(1 + x) without losing small x: x ln(u) / (u - 1) with u = 1 + x (Kahan). */
    static String log1p(Emitter out, String x) {
        String u = out.plus(x, 1);
        String gap = out.plus(u, -1);
        String none = out.op("Equal", gap, out.scalar(0));
        String infinite = out.op("Equal", x, out.scalar(Double.POSITIVE_INFINITY));
        String ratio = out.div(out.mul(out.op("Log", u), x), out.where(none, out.scalar(1), gap));
        return out.where(infinite, x, out.where(none, x, ratio));
    }

    /** exp(x) - 1 without losing small x: (u - 1) x / ln(u) with u = exp(x) (Kahan). */
    static String expm1(Emitter out, String x) {
        String u = out.op("Exp", x);
        String gap = out.plus(u, -1);
        String small = out.op("Less", out.op("Abs", x), out.scalar(0.5));
        String same = out.op("Equal", u, out.scalar(1));
        String safe = out.where(same, out.scalar(2), u);
        String precise = out.where(same, x, out.div(out.mul(gap, x), out.op("Log", safe)));
        return out.where(small, precise, gap);
    }
}
