package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.pickle.PyTuple;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Products of columns and B-splines of columns. */
final class Polynomials {
    private static final int MOST_TERMS = 100_000;
    private static final int MOST_DEGREE = 32;

    private Polynomials() {}

    static void register(Map<String, Converter> all) {
        all.put("PolynomialFeatures", Polynomials::polynomial);
        all.put("SplineTransformer", Polynomials::spline);
    }

    private static Fitted polynomial(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        int width = e.has("n_features_in_") ? e.integer("n_features_in_") : e.integer("n_input_features_");
        LinearModels.requireWidth(e, x, width);
        int low = 0;
        int high = 2;
        if (e.get("degree") instanceof PyTuple || e.get("degree") instanceof List<?>) {
            low = (int) e.longs("degree")[0];
            high = (int) e.longs("degree")[1];
        } else {
            high = e.has("degree") ? e.integer("degree") : 2;
        }
        if (low < 0 || high < low || high > MOST_DEGREE) {
            throw new UnsupportedOperatorException("degree = " + low + " to " + high);
        }
        boolean distinct = e.flag(false, "interaction_only");
        List<int[]> terms = new ArrayList<>();
        if (e.flag(true, "include_bias")) {
            terms.add(new int[0]);
        }
        for (int degree = Math.max(1, low); degree <= high; degree++) {
            combine(terms, new int[degree], 0, 0, width, distinct);
        }
        // Each factor is a selection of columns, so that the whole transform is a few products of matrices' columns.
        String ones = out.plus(out.scale(out.columns(x.matrix(out), 0), 0), 1);
        String extended = out.concat(1, List.of(out.where(out.op("IsNaN", ones), out.scalar(1), ones), x.matrix(out)));
        String product = "";
        for (int factor = 0; factor < Math.max(1, high); factor++) {
            int[] columns = new int[terms.size()];
            for (int t = 0; t < columns.length; t++) {
                columns[t] = factor < terms.get(t).length ? 1 + terms.get(t)[factor] : 0;
            }
            String part = out.columns(extended, columns);
            product = product.isEmpty() ? part : out.mul(product, part);
        }
        return Fitted.transformer(Features.of(product, terms.size()));
    }

    private static void combine(List<int[]> terms, int[] term, int at, int from, int width, boolean distinct) {
        if (at == term.length) {
            terms.add(term.clone());
            if (terms.size() > MOST_TERMS) {
                throw new UnsupportedOperatorException("more than " + MOST_TERMS + " polynomial terms");
            }
            return;
        }
        for (int column = from; column < width; column++) {
            term[at] = column;
            combine(terms, term, at + 1, distinct ? column + 1 : column, width, distinct);
        }
    }

    private static Fitted spline(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Object> splines = e.list("bsplines_");
        LinearModels.requireWidth(e, x, splines.size());
        String value = x.matrix(out);
        String extrapolation = e.text("constant", "extrapolation");
        boolean bias = e.flag(true, "include_bias");
        int degree = e.has("degree") ? e.integer("degree") : 3;
        List<String> parts = new ArrayList<>();
        int width = 0;
        for (int f = 0; f < splines.size(); f++) {
            if (!(splines.get(f) instanceof PyObject spline) || !(part(spline, "t") instanceof NumpyArray t)) {
                throw new UnsupportedOperatorException("splines saved in another form");
            }
            double[] knots = t.doubles();
            if (degree < 0 || degree > MOST_DEGREE || knots.length < 2 * degree + 2) {
                throw new UnsupportedOperatorException("degree = " + degree + " with (" + knots.length + ") knots");
            }
            int bases = knots.length - degree - 1;
            boolean periodic = extrapolation.equals("periodic");
            Splines basis = new Splines(out, knots, degree);
            String columns = basis.emit(out.columns(value, f), extrapolation);
            int kept = periodic ? bases - degree : bases;
            if (periodic) {
                columns = basis.wrapped(columns);
            }
            if (!bias) {
                kept--;
                int[] first = java.util.stream.IntStream.range(0, kept).toArray();
                columns = out.columns(columns, first);
            }
            parts.add(columns);
            width += kept;
        }
        return Fitted.transformer(Features.of(out.concat(1, parts), width));
    }

    /** A part of scipy's BSpline, whose state is its attributes. */
    private static Object part(PyObject spline, String name) {
        Object found = spline.attribute(name);
        found = found == null ? spline.attribute("_" + name) : found;
        return found == null ? name : found;
    }
}
