package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.sklearn.graph.Estimator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Which columns a model takes, found from the first estimators that see them: encoders of text take text, vectorizers
 * one column of text, all others numbers.
 *
 * @param names of the columns, empty where the model was fitted on an array
 * @param texts for each column whether it is text
 * @param uses for each column whether anything reads it
 */
public record ColumnKinds(List<String> names, List<Boolean> texts, List<Boolean> uses) {
    private static final Set<String> VECTORIZERS = Set.of("CountVectorizer", "TfidfVectorizer", "HashingVectorizer");

    private static final List<String> MATRICES = List.of(
            "coef_",
            "_fit_X",
            "X_fit_",
            "X_train_",
            "support_vectors_",
            "cluster_centers_",
            "subcluster_centers_",
            "centroids_",
            "means_",
            "theta_",
            "feature_log_prob_",
            "components_");
    private static final List<String> VECTORS = List.of(
            "scale_",
            "mean_",
            "center_",
            "variances_",
            "lambdas_",
            "statistics_",
            "scores_",
            "pvalues_",
            "support_",
            "bin_edges_",
            "bsplines_",
            "idf_",
            "location_",
            "_x_mean");

    public ColumnKinds {
        names = List.copyOf(names);
        texts = List.copyOf(texts);
        uses = List.copyOf(uses);
    }

    public int width() {
        return texts.size();
    }

    public boolean text(int column) {
        return texts.get(column);
    }

    public boolean used(int column) {
        return uses.get(column);
    }

    /** The columns of a whole model. */
    public static ColumnKinds of(Estimator top) {
        int width = width(top);
        Boolean[] text = new Boolean[width];
        boolean[] used = new boolean[width];
        int[] all = new int[width];
        Arrays.setAll(all, i -> i);
        mark(top, all, text, used, 0);
        List<Boolean> texts = new ArrayList<>();
        List<Boolean> uses = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            texts.add(Boolean.TRUE.equals(text[i]));
            uses.add(used[i]);
        }
        List<String> names = new ArrayList<>();
        Estimator keys = keys(top, 0);
        if (keys != null) {
            names.addAll(DictColumns.of(keys).names());
        }
        Estimator namer = keys == null ? named(top, 0) : null;
        if (namer != null) {
            namer.list("feature_names_in_").forEach(name -> names.add(String.valueOf(name)));
        }
        return new ColumnKinds(
                names.size() == width && Set.copyOf(names).size() == width ? names : List.of(), texts, uses);
    }

    /** The class name, which means nothing where the class is somebody else's. */
    private static String kind(Estimator e) {
        return Converters.covers(e.object().module()) ? e.kind() : "";
    }

    private static @org.jspecify.annotations.Nullable Estimator keys(Estimator e, int depth) {
        if (kind(e).equals("DictVectorizer")) {
            return e;
        }
        Estimator inner = depth > 32 ? null : first(e);
        return inner == null ? null : keys(inner, depth + 1);
    }

    private static @org.jspecify.annotations.Nullable Estimator named(Estimator e, int depth) {
        if (e.has("feature_names_in_")) {
            return e;
        }
        Estimator inner = depth > 32 ? null : first(e);
        return inner == null ? null : named(inner, depth + 1);
    }

    private static @org.jspecify.annotations.Nullable Estimator first(Estimator e) {
        switch (kind(e)) {
            case "Pipeline" -> {
                for (Object step : e.list("steps")) {
                    List<Object> pair = Compose.entry(e, step, 2);
                    if (pair.get(1) instanceof PyObject) {
                        return e.inner(pair.get(1), String.valueOf(pair.get(0)));
                    }
                }
                return null;
            }
            case "FeatureUnion" -> {
                for (Object step : e.list("transformer_list")) {
                    List<Object> pair = Compose.entry(e, step, 2);
                    if (pair.get(1) instanceof PyObject) {
                        return e.inner(pair.get(1), String.valueOf(pair.get(0)));
                    }
                }
                return null;
            }
            default -> {
                for (String name : new String[] {"best_estimator_", "estimator_", "regressor_", "base_estimator_"}) {
                    if (e.get(name) instanceof PyObject) {
                        return e.inner(name);
                    }
                }
                if (e.has("estimators_")) {
                    List<Object> members = e.list("estimators_");
                    if (!members.isEmpty() && members.get(0) instanceof PyObject) {
                        return e.inner(members.get(0), "estimator 0");
                    }
                }
                if (e.has("calibrated_classifiers_")) {
                    Estimator calibrated =
                            e.inner(e.list("calibrated_classifiers_").get(0), "calibrated 0");
                    return calibrated.inner(calibrated.require("estimator", "base_estimator"), "estimator");
                }
                return e.get("estimator") instanceof PyObject ? e.inner("estimator") : null;
            }
        }
    }

    private static int width(Estimator top) {
        Estimator e = top;
        for (int depth = 0; depth < 32; depth++) {
            if (VECTORIZERS.contains(kind(e))) {
                return 1;
            }
            if (kind(e).equals("DictVectorizer")) {
                return DictColumns.of(e).names().size();
            }
            if (kind(e).equals("LabelEncoder") || kind(e).equals("LabelBinarizer")) {
                return 1;
            }
            if (e.has("n_features_in_", "n_features_", "_n_features")) {
                return e.integer("n_features_in_", "n_features_", "_n_features");
            }
            if (e.has("categories_")) {
                return e.list("categories_").size();
            }
            if (XgboostModels.covers(e)) {
                return XgboostModels.features(e);
            }
            if (LightGbm.booster(e)) {
                return LightGbm.features(e);
            }
            if (kind(e).equals("ColumnTransformer") && e.has("_n_features")) {
                return e.integer("_n_features");
            }
            if (e.has("tree_")) {
                return Tree.features(e);
            }
            int fitted = fittedWidth(e);
            if (fitted > 0) {
                return fitted;
            }
            Estimator inner = first(e);
            if (inner == null) {
                break;
            }
            e = inner;
        }
        return e.inputWidth(kind(e).startsWith("Dummy") ? 0 : 1);
    }

    /** The width of what an estimator keeps one value for each column of; 0 where it keeps nothing such. */
    private static int fittedWidth(Estimator e) {
        for (String name : MATRICES) {
            if (e.get(name) instanceof NumpyArray array && array.rank() > 0) {
                return array.dim(array.rank() - 1);
            }
        }
        for (String name : VECTORS) {
            if (e.get(name) instanceof NumpyArray array && array.rank() == 1) {
                return array.size();
            }
            if (e.get(name) instanceof List<?> list) {
                return list.size();
            }
        }
        return 0;
    }

    private static void mark(Estimator e, int[] columns, Boolean[] text, boolean[] used, int depth) {
        if (depth > 32) {
            return;
        }
        switch (kind(e)) {
            case "Pipeline" -> {
                for (Object step : e.list("steps")) {
                    List<Object> pair = Compose.entry(e, step, 2);
                    if (pair.get(1) instanceof PyObject object) {
                        mark(e.inner(object, ""), columns, text, used, depth + 1);
                        if (!keepsText(object)) {
                            return;
                        }
                    }
                }
            }
            case "FeatureUnion" -> {
                for (Object step : e.list("transformer_list")) {
                    List<Object> pair = Compose.entry(e, step, 2);
                    if (pair.get(1) instanceof PyObject) {
                        mark(e.inner(pair.get(1), ""), columns, text, used, depth + 1);
                    }
                }
            }
            case "ColumnTransformer" -> {
                for (Compose.Branch branch : Compose.branches(e, columns.length)) {
                    if (!branch.dropped()) {
                        int[] own = Arrays.stream(branch.columns())
                                .map(i -> columns[i])
                                .toArray();
                        Arrays.stream(own).forEach(i -> used[i] = true);
                        if (branch.transformer() instanceof PyObject) {
                            mark(e.inner(branch.transformer(), ""), own, text, used, depth + 1);
                        }
                    }
                }
            }
            default -> leaf(e, columns, text, used, depth);
        }
    }

    private static void leaf(Estimator e, int[] columns, Boolean[] text, boolean[] used, int depth) {
        Arrays.stream(columns).forEach(i -> used[i] = true);
        if (kind(e).equals("DictVectorizer")) {
            DictColumns keys = DictColumns.of(e);
            for (int i = 0; i < columns.length; i++) {
                text[columns[i]] = keys.text(i);
            }
        } else if (VECTORIZERS.contains(kind(e))) {
            Arrays.stream(columns).forEach(i -> text[i] = true);
        } else if (e.get("_preprocessor") instanceof PyObject) {
            mark(e.inner("_preprocessor"), columns, text, used, depth + 1);
        } else if (e.has("categories_") && e.list("categories_").size() == columns.length) {
            List<Object> categories = e.list("categories_");
            for (int i = 0; i < columns.length; i++) {
                text[columns[i]] = Categories.text(e.arrayOf(categories.get(i), "categories_"));
            }
        } else if (kind(e).equals("SimpleImputer") && e.get("statistics_") instanceof NumpyArray fills) {
            List<Object> values = fills.values();
            for (int i = 0; i < Math.min(columns.length, values.size()); i++) {
                if (values.get(i) instanceof String) {
                    text[columns[i]] = true;
                }
            }
        } else if ((kind(e).equals("LabelEncoder") || kind(e).equals("LabelBinarizer")) && columns.length == 1) {
            text[columns[0]] = Categories.text(e.array("classes_"));
        } else {
            Estimator inner = first(e);
            if (inner != null && !e.has("tree_") && !inner.has("tree_")) {
                mark(inner, columns, text, used, depth + 1);
            }
        }
    }

    /** Steps after which columns may still be the text they were. */
    private static boolean keepsText(PyObject step) {
        return Set.of("SimpleImputer", "FunctionTransformer").contains(step.name());
    }
}
