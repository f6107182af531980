package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyDict;
import io.edgeai.formats.pickle.PyNone;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Pipelines, unions and column transformers, and wrappers that only pass on. */
final class Compose {
    private Compose() {}

    static void register(Map<String, Converter> all) {
        all.put("Pipeline", Compose::pipeline);
        all.put("FeatureUnion", Compose::union);
        all.put("ColumnTransformer", Compose::columns);
        for (String name :
                new String[] {"GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV"}) {
            all.put(name, (e, x, c) -> c.convert(e.inner("best_estimator_"), x));
        }
        all.put("FrozenEstimator", (e, x, c) -> c.convert(e.inner("estimator"), x));
        all.put(
                "SelfTrainingClassifier",
                (e, x, c) -> c.convert(e.has("estimator_") ? e.inner("estimator_") : e.inner("base_estimator_"), x));
    }

    static boolean passes(Object step) {
        return step == PyNone.NONE || "passthrough".equals(step);
    }

    /** A pair or triple of a pipeline, union or column transformer. */
    static List<Object> entry(Estimator e, Object value, int size) {
        List<Object> parts = e.items(value, "steps");
        if (parts.size() != size) {
            throw new ModelFormatException(e.what() + " has a step of (" + parts.size() + ") parts, not " + size + ".");
        }
        return parts;
    }

    private static Fitted pipeline(Estimator e, Features x, Context c) {
        List<Object> steps = e.list("steps");
        Features features = x;
        Fitted last = Fitted.transformer(x);
        for (int i = 0; i < steps.size(); i++) {
            List<Object> step = entry(e, steps.get(i), 2);
            if (passes(step.get(1))) {
                last = Fitted.transformer(features);
                continue;
            }
            last = c.convert(e.inner(step.get(1), String.valueOf(step.get(0))), features);
            if (i < steps.size() - 1) {
                features = last.transform();
            }
        }
        return last;
    }

    private static Fitted union(Estimator e, Features x, Context c) {
        PyDict weights = e.get("transformer_weights") instanceof PyDict dict ? dict : new PyDict();
        List<Features> parts = new ArrayList<>();
        for (Object value : e.list("transformer_list")) {
            List<Object> pair = entry(e, value, 2);
            if ("drop".equals(pair.get(1))) {
                continue;
            }
            Features part = passes(pair.get(1))
                    ? x
                    : c.convert(e.inner(pair.get(1), String.valueOf(pair.get(0))), x)
                            .transform();
            parts.add(weighted(part, weights.get(pair.get(0)), c));
        }
        return Fitted.transformer(Features.join(parts));
    }

    private static Features weighted(Features part, @Nullable Object weight, Context c) {
        return weight instanceof Number number && number.doubleValue() != 1
                ? Features.of(c.out().scale(part.matrix(c.out()), number.doubleValue()), part.width())
                : part;
    }

    private static Fitted columns(Estimator e, Features x, Context c) {
        PyDict weights = e.get("transformer_weights") instanceof PyDict dict ? dict : new PyDict();
        List<Features> parts = new ArrayList<>();
        for (Branch branch : branches(e, x.width())) {
            if (branch.dropped() || branch.columns().length == 0) {
                continue;
            }
            Features chosen = x.select(c.out(), branch.columns());
            Features part = branch.passes()
                    ? chosen
                    : c.convert(e.inner(branch.transformer(), branch.name()), chosen)
                            .transform();
            parts.add(weighted(part, weights.get(branch.name()), c));
        }
        return Fitted.transformer(Features.join(parts));
    }

    /** One transformer of a column transformer and the columns it gets. */
    static final class Branch {
        private final String name;
        private final Object transformer;
        private final int[] columns;

        Branch(String name, Object transformer, int[] columns) {
            this.name = name;
            this.transformer = transformer;
            this.columns = columns;
        }

        String name() {
            return name;
        }

        Object transformer() {
            return transformer;
        }

        int[] columns() {
            return columns;
        }

        boolean dropped() {
            return "drop".equals(transformer);
        }

        boolean passes() {
            return Compose.passes(transformer)
                    || transformer instanceof PyObject object
                            && object.name().equals("FunctionTransformer")
                            && object.attribute("func") == PyNone.NONE;
        }
    }

    /** The branches of a fitted column transformer, columns as indices. */
    static List<Branch> branches(Estimator e, int width) {
        List<Branch> branches = new ArrayList<>();
        PyDict known = e.get("_transformer_to_input_indices") instanceof PyDict dict ? dict : null;
        for (Object value : e.list("transformers_")) {
            List<Object> triple = entry(e, value, 3);
            String name = String.valueOf(triple.get(0));
            Object indices = known == null ? null : known.get(name);
            int[] columns = indices != null ? Tree.ints(numbers(e, indices)) : columns(e, triple.get(2), width);
            branches.add(new Branch(name, triple.get(1), columns));
        }
        return branches;
    }

    private static NumpyArray numbers(Estimator e, Object value) {
        if (value instanceof NumpyArray array) {
            return array;
        }
        return NumpyArray.ofObjects(e.items(value, "_transformer_to_input_indices"));
    }

    private static int[] columns(Estimator e, Object spec, int width) {
        if (spec instanceof String name) {
            return new int[] {named(e, name)};
        }
        if (spec instanceof Long index) {
            return new int[] {(int) (index < 0 ? width + index : index)};
        }
        if (spec instanceof PyObject slice
                && slice.name().equals("slice")
                && slice.args().size() == 3) {
            return slice(e, slice.args(), width);
        }
        List<Object> items = e.items(spec, "columns");
        if (!items.isEmpty() && items.stream().allMatch(Boolean.class::isInstance)) {
            return IntStream.range(0, items.size())
                    .filter(i -> (Boolean) items.get(i))
                    .toArray();
        }
        return items.stream().mapToInt(item -> columns(e, item, width)[0]).toArray();
    }

    private static int[] slice(Estimator e, List<Object> args, int width) {
        int from = bound(e, args.get(0), 0, width, 0);
        int to = bound(e, args.get(1), width, width, 1);
        if (args.get(2) != PyNone.NONE && !Long.valueOf(1).equals(args.get(2))) {
            throw new UnsupportedOperatorException("a slice of columns with a step");
        }
        return IntStream.range(from, to).toArray();
    }

    private static int bound(Estimator e, Object value, int otherwise, int width, int after) {
        if (value instanceof Long index) {
            return (int) Math.max(0, Math.min(width, index < 0 ? width + index : index));
        }
        return value instanceof String name ? named(e, name) + after : otherwise;
    }

    private static int named(Estimator e, String name) {
        List<Object> names = e.list("feature_names_in_", "_feature_names_in", "_df_columns");
        int index = names.indexOf(name);
        if (index < 0) {
            throw new ModelFormatException(
                    e.what() + " uses column (" + name + "), which is not one of " + names + ".");
        }
        return index;
    }
}
