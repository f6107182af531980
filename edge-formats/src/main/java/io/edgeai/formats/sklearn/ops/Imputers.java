package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.formats.pickle.PyNone;
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

/** Imputation of missing values; in text columns a missing value is the empty text. */
final class Imputers {
    private Imputers() {}

    static void register(Map<String, Converter> all) {
        all.put("SimpleImputer", Imputers::simple);
        all.put("MissingIndicator", (e, x, c) -> Fitted.transformer(indicator(e, x, c)));
        all.put("IterativeImputer", Imputers::iterative);
        all.put("KNNImputer", Imputers::neighbors);
    }

    /** BOOL: where values of a column are missing. */
    static String missing(Emitter out, Features.Part part, @Nullable Object marker) {
        if (part.type() == ElementType.STRING) {
            String text = marker instanceof String stated ? stated : "";
            return out.op("Equal", part.value(), out.strings(List.of(text), 1));
        }
        String value = part.type() == ElementType.DOUBLE ? part.value() : out.toDouble(part.value());
        if (marker == null || marker instanceof Double number && number.isNaN()) {
            return out.op("IsNaN", value);
        }
        if (marker instanceof Number number) {
            return out.op("Equal", value, out.scalar(number.doubleValue()));
        }
        throw new UnsupportedOperatorException("missing_values = " + marker);
    }

    private static Fitted simple(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Object> fills = e.list("statistics_");
        LinearModels.requireWidth(e, x, fills.size());
        Object marker = e.get("missing_values");
        boolean constant = e.text("mean", "strategy").equals("constant");
        List<Features> parts = new ArrayList<>();
        if (!x.text()
                && fills.stream()
                        .allMatch(fill -> fill instanceof Number number && !Double.isNaN(number.doubleValue()))) {
            double[] row = fills.stream()
                    .mapToDouble(fill -> ((Number) fill).doubleValue())
                    .toArray();
            String value = x.matrix(out);
            String gone = missing(out, new Features.Part(value, ElementType.DOUBLE, row.length), marker);
            parts.add(Features.of(out.where(gone, out.row(row), value), row.length));
        } else {
            for (int f = 0; f < fills.size(); f++) {
                Features.Part part = x.column(out, f);
                Object fill = fills.get(f);
                boolean empty = fill == PyNone.NONE || fill instanceof Double number && number.isNaN();
                if (empty && !constant && !e.flag(false, "keep_empty_features")) {
                    continue; // a column without any value in training is left out
                }
                parts.add(filled(out, part, fill, missing(out, part, marker)));
            }
        }
        if (e.flag(false, "add_indicator") && e.has("indicator_")) {
            parts.add(indicator(e.inner("indicator_"), x, c));
        }
        return Fitted.transformer(Features.join(parts));
    }

    private static Features filled(Emitter out, Features.Part part, Object fill, String gone) {
        if (part.type() == ElementType.STRING) {
            if (!(fill instanceof String text)) {
                throw new UnsupportedOperatorException("text filled with (" + fill + ")");
            }
            String value = out.where(gone, out.strings(List.of(text), 1), part.value());
            return new Features(List.of(new Features.Part(value, ElementType.STRING, 1)));
        }
        if (!(fill instanceof Number number)) {
            throw new UnsupportedOperatorException("numbers filled with (" + fill + ")");
        }
        String value = part.type() == ElementType.DOUBLE ? part.value() : out.toDouble(part.value());
        return Features.of(out.where(gone, out.scalar(number.doubleValue()), value), 1);
    }

    private static Features indicator(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<String> parts = new ArrayList<>();
        for (int column : Tree.ints(e.array("features_"))) {
            parts.add(missing(out, x.column(out, column), e.get("missing_values")));
        }
        return parts.isEmpty()
                ? new Features(List.of())
                : new Features(List.of(new Features.Part(out.concat(1, parts), ElementType.BOOL, parts.size())));
    }

    /** Rounds of regressions of one column on others, as recorded in training. */
    private static Fitted iterative(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        if (e.flag(false, "sample_posterior")) {
            throw new UnsupportedOperatorException("sample_posterior = True, which is random");
        }
        if (e.flag(false, "keep_empty_features")) {
            throw new UnsupportedOperatorException("keep_empty_features = True");
        }
        Fitted initial = c.convert(e.inner("initial_imputer_"), x);
        Features start = initial.transform();
        if (start.width() != x.width()) {
            throw new UnsupportedOperatorException("columns without any value in training");
        }
        Object marker = e.get("missing_values");
        double[] low = Matrices.ofLength(e.doubles("_min_value"), x.width());
        double[] high = Matrices.ofLength(e.doubles("_max_value"), x.width());
        String[] columns = new String[x.width()];
        String filled = start.matrix(out);
        for (int f = 0; f < columns.length; f++) {
            columns[f] = out.columns(filled, f);
        }
        List<Object> rounds = e.list("imputation_sequence_");
        for (int i = 0; i < rounds.size(); i++) {
            List<Object> triplet =
                    rounds.get(i) instanceof PyObject named ? named.args() : Compose.entry(e, rounds.get(i), 3);
            int target = triplet.get(0) instanceof Long index ? (int) (long) index : -1;
            int[] predictors = Tree.ints(e.arrayOf(triplet.get(1), "imputation_sequence_"));
            List<Features> inputs = new ArrayList<>();
            for (int predictor : predictors) {
                inputs.add(Features.of(columns[predictor], 1));
            }
            Features joined = Features.of(Features.join(inputs).matrix(out), predictors.length);
            String value =
                    c.convert(e.inner(triplet.get(2), "round " + i), joined).predict();
            value = out.clip(value, low[target], high[target]);
            columns[target] = out.where(missing(out, x.column(out, target), marker), value, columns[target]);
        }
        List<Features> parts = new ArrayList<>(List.of(Features.of(out.concat(1, List.of(columns)), columns.length)));
        if (e.flag(false, "add_indicator") && e.has("indicator_")) {
            parts.add(indicator(e.inner("indicator_"), x, c));
        }
        return Fitted.transformer(Features.join(parts));
    }

    /** The mean of the nearest training rows that have the value, by distances over the columns both have. */
    private static Fitted neighbors(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] rows = e.matrix("_fit_X");
        boolean[] valid = Tree.flags(e.array("_valid_mask"));
        LinearModels.requireWidth(e, x, rows[0].length);
        if (e.has("missing_values") && !Double.isNaN(e.real("missing_values"))
                || !e.text("uniform", "weights").equals("uniform")) {
            throw new UnsupportedOperatorException("missing_values or weights other than the defaults");
        }
        if (!e.text("nan_euclidean", "metric").equals("nan_euclidean")) {
            throw new UnsupportedOperatorException("metric = " + e.get("metric"));
        }
        boolean keepEmpty = e.flag(false, "keep_empty_features");
        int k = e.integer("n_neighbors");
        int width = rows[0].length;
        String value = x.matrix(out);
        String distances = "";
        String present = "";
        for (int f = 0; f < width; f++) {
            double[] known = new double[rows.length];
            double[] points = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                known[i] = Double.isNaN(rows[i][f]) ? 0 : 1;
                points[i] = Double.isNaN(rows[i][f]) ? 0 : rows[i][f];
            }
            String column = out.columns(value, f);
            String gone = out.op("IsNaN", column);
            String both = out.mul(out.toDouble(out.op("Not", gone)), out.row(known));
            String difference = out.mul(out.sub(out.where(gone, out.scalar(0), column), out.row(points)), both);
            distances = distances.isEmpty() ? out.square(difference) : out.add(distances, out.square(difference));
            present = present.isEmpty() ? both : out.add(present, both);
        }
        String none = out.op("Equal", present, out.scalar(0));
        distances = out.div(out.scale(distances, width), out.where(none, out.scalar(1), present));
        distances = out.where(none, out.scalar(Double.POSITIVE_INFINITY), distances);
        List<String> columns = new ArrayList<>();
        for (int f = 0; f < width; f++) {
            if (valid[f]) {
                columns.add(neighborColumn(out, out.columns(value, f), distances, rows, f, k));
            } else if (keepEmpty) {
                columns.add(out.repeat(value, out.row(0)));
            }
        }
        List<Features> parts = new ArrayList<>(List.of(Features.of(out.concat(1, columns), columns.size())));
        if (e.flag(false, "add_indicator") && e.has("indicator_")) {
            parts.add(indicator(e.inner("indicator_"), x, c));
        }
        return Fitted.transformer(Features.join(parts));
    }

    private static String neighborColumn(Emitter out, String column, String distances, double[][] rows, int f, int k) {
        List<Long> donors = new ArrayList<>();
        double mean = 0;
        for (int i = 0; i < rows.length; i++) {
            if (!Double.isNaN(rows[i][f])) {
                donors.add((long) i);
                mean += rows[i][f];
            }
        }
        mean /= donors.size();
        double[] values =
                donors.stream().mapToDouble(i -> rows[(int) (long) i][f]).toArray();
        String own = out.gather(
                distances, out.longs(donors.stream().mapToLong(Long::longValue).toArray()), 1);
        int count = Math.min(k, values.length);
        var top = out.graph()
                .add(
                        "TopK",
                        out.fresh("donors"),
                        List.of(own, out.longs(count)),
                        List.of(out.fresh("distance"), out.fresh("index")))
                .attribute("axis", new OnnxAttribute.OfInt(1))
                .attribute("largest", 0L);
        String near = out.toDouble(out.op("Less", top.output(0), out.scalar(Double.POSITIVE_INFINITY)));
        String sum = out.sum(out.mul(out.gather(out.constant(values, values.length), top.output(1), 0), near));
        String number = out.sum(near);
        String nobody = out.op("Equal", number, out.scalar(0));
        String fill = out.where(nobody, out.scalar(mean), out.div(sum, out.where(nobody, out.scalar(1), number)));
        return out.where(out.op("IsNaN", column), fill, column);
    }
}
