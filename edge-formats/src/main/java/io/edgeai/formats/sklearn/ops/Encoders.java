package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyNone;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encoders of categories. Where scikit-learn would raise an error on an unknown category, its columns are NaN: a graph
 * cannot raise.
 */
final class Encoders {
    private static final int NOWHERE = -1;
    private static final int REFUSED = -2;

    private Encoders() {}

    static void register(Map<String, Converter> all) {
        all.put("OneHotEncoder", Encoders::oneHot);
        all.put("OrdinalEncoder", Encoders::ordinal);
        all.put("TargetEncoder", Encoders::target);
        all.put("LabelEncoder", Encoders::label);
        all.put("LabelBinarizer", Encoders::binarizer);
    }

    private static List<NumpyArray> categories(Estimator e, Features x) {
        List<NumpyArray> categories = new ArrayList<>();
        for (Object one : e.list("categories_")) {
            categories.add(e.arrayOf(one, "categories_"));
        }
        LinearModels.requireWidth(e, x, categories.size());
        return categories;
    }

    /** For each category the group it belongs to once infrequent ones are joined, or null where none are. */
    private static int @Nullable [] groups(Estimator e, int column) {
        if (!e.flag(false, "_infrequent_enabled") || !e.has("_default_to_infrequent_mappings")) {
            return null;
        }
        Object mapping = e.list("_default_to_infrequent_mappings").get(column);
        if (mapping == PyNone.NONE) {
            return null;
        }
        int[] groups = Tree.ints(e.arrayOf(mapping, "_default_to_infrequent_mappings"));
        if (Arrays.stream(groups).anyMatch(group -> group < 0 || group >= groups.length)) {
            throw new ModelFormatException(
                    e.what() + " joins categories of column (" + column + ") into impossible groups.");
        }
        return groups;
    }

    private static int largest(int[] groups) {
        return Arrays.stream(groups).max().orElse(0);
    }

    private static Fitted oneHot(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<NumpyArray> categories = categories(e, x);
        String unknown = e.text("error", "handle_unknown");
        List<String> parts = new ArrayList<>();
        int width = 0;
        for (int f = 0; f < categories.size(); f++) {
            String index = Categories.indices(out, x.column(out, f), categories.get(f));
            int[] groups = groups(e, f);
            int count = categories.get(f).size();
            int[] group = groups != null
                    ? groups
                    : java.util.stream.IntStream.range(0, count).toArray();
            int columns = groups != null ? largest(groups) + 1 : count;
            int dropped = dropped(e, f, groups);
            boolean toInfrequent = groups != null && (unknown.equals("infrequent_if_exist") || unknown.equals("warn"));
            // The column of each category; the last entry stands for unknown values, whose index is -1.
            double[] codes = new double[count + 1];
            for (int i = 0; i <= count; i++) {
                int at =
                        i < count ? group[i] : toInfrequent ? columns - 1 : unknown.equals("error") ? REFUSED : NOWHERE;
                codes[i] = at == dropped ? NOWHERE : dropped >= 0 && at > dropped ? at - 1 : at;
            }
            int kept = columns - (dropped >= 0 ? 1 : 0);
            if (kept > 0) {
                parts.add(hot(
                        out, out.gather(out.constant(codes, codes.length), index, 0), kept, unknown.equals("error")));
                width += kept;
            }
        }
        return Fitted.transformer(Features.of(out.concat(1, parts), width));
    }

    /** A row of zeros with a one at the code, NaN all along where the code is {@link #REFUSED}. */
    static String hot(Emitter out, String code, int width, boolean refuses) {
        double[] positions = new double[width];
        Arrays.setAll(positions, i -> i);
        String row = out.toDouble(out.op("Equal", code, out.row(positions)));
        return refuses ? out.where(out.op("Equal", code, out.scalar(REFUSED)), out.scalar(Double.NaN), row) : row;
    }

    /** The column left out, after grouping; -1 for none. */
    private static int dropped(Estimator e, int column, int @Nullable [] groups) {
        Object all = e.get("_drop_idx_after_grouping", "drop_idx_");
        if (all == null) {
            return -1;
        }
        Object one = e.items(all, "drop_idx_").get(column);
        if (!(one instanceof Number number)) {
            return -1;
        }
        int index = number.intValue();
        return e.has("_drop_idx_after_grouping") || groups == null ? index : groups[index];
    }

    private static Fitted ordinal(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<NumpyArray> categories = categories(e, x);
        boolean encoded = e.text("error", "handle_unknown").equals("use_encoded_value");
        double unknown = encoded ? e.realOr(Double.NaN, "unknown_value") : Double.NaN;
        double missing = e.realOr(Double.NaN, "encoded_missing_value");
        List<String> parts = new ArrayList<>();
        for (int f = 0; f < categories.size(); f++) {
            int count = categories.get(f).size();
            int[] groups = groups(e, f);
            double[] codes = new double[count + 1];
            for (int i = 0; i < count; i++) {
                boolean gone = Categories.missing(categories.get(f).values().get(i));
                codes[i] = gone ? missing : groups != null ? groups[i] : i;
            }
            codes[count] = unknown;
            String index = Categories.indices(out, x.column(out, f), categories.get(f));
            parts.add(out.gather(out.constant(codes, codes.length), index, 0));
        }
        return Fitted.transformer(Features.of(out.concat(1, parts), parts.size()));
    }

    private static Fitted target(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<NumpyArray> categories = categories(e, x);
        List<Object> encodings = e.list("encodings_");
        double[] means = e.doubles("target_mean_");
        int classes = encodings.size() / categories.size();
        List<String> parts = new ArrayList<>();
        for (int f = 0; f < categories.size(); f++) {
            String index = Categories.indices(out, x.column(out, f), categories.get(f));
            for (int k = 0; k < classes; k++) {
                double[] known =
                        e.arrayOf(encodings.get(f * classes + k), "encodings_").doubles();
                double[] table = Arrays.copyOf(known, known.length + 1);
                table[known.length] = means[means.length == 1 ? 0 : k];
                parts.add(out.gather(out.constant(table, table.length), index, 0));
            }
        }
        return Fitted.transformer(Features.of(out.concat(1, parts), parts.size()));
    }

    private static Fitted label(Estimator e, Features x, Context c) {
        String index = Categories.indices(c.out(), x.column(c.out(), 0), e.array("classes_"));
        return Fitted.transformer(new Features(List.of(new Features.Part(index, ElementType.INT64, 1))));
    }

    private static Fitted binarizer(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        int k = labels.size();
        double low = e.realOr(0, "neg_label");
        double high = e.realOr(1, "pos_label");
        if (e.text("multiclass", "y_type_").startsWith("multilabel")) {
            throw new UnsupportedOperatorException("multilabel targets");
        }
        String index = Categories.indices(out, x.column(out, 0), e.array("classes_"));
        int width = k == 2 ? 1 : k;
        double[][] table = new double[k + 1][width];
        for (int i = 0; i <= k; i++) {
            for (int j = 0; j < width; j++) {
                table[i][j] = (k == 2 ? i == 1 : k > 2 && i == j) ? high : low;
            }
        }
        if (k < 1) {
            throw new ModelFormatException(e.what() + " has no classes.");
        }
        return Fitted.transformer(Features.of(out.gather(out.matrix(table), out.squeeze(index, 1), 0), width));
    }
}
