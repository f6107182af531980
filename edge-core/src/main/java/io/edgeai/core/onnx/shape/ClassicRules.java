package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators of classic machine learning (ai.onnx.ml). */
final class ClassicRules {
    private ClassicRules() {}

    static void register(Map<String, Rule> table) {
        Rules.put(table, Rules.ML, op -> op.out(op.in(0).withElement(ElementType.FLOAT)), "Scaler", "Normalizer");
        Rules.put(table, Rules.ML, ElementwiseRules::same, "Imputer", "Binarizer");
        Rules.put(table, Rules.ML, ClassicRules::classifier, "TreeEnsembleClassifier", "LinearClassifier");
        table.put(Rules.ML + "SVMClassifier", ClassicRules::supportVectors);
        table.put(Rules.ML + "TreeEnsembleRegressor", op -> regressor(op, "n_targets", ElementType.FLOAT));
        table.put(Rules.ML + "TreeEnsemble", op -> regressor(op, "n_targets", op.element(0)));
        table.put(Rules.ML + "LinearRegressor", op -> regressor(op, "targets", ElementType.FLOAT));
        table.put(Rules.ML + "SVMRegressor", op -> regressor(op, "", ElementType.FLOAT));
        table.put(Rules.ML + "LabelEncoder", ClassicRules::labels);
        table.put(
                Rules.ML + "CategoryMapper",
                op -> op.out(op.in(0)
                        .withElement(op.element(0) == ElementType.STRING ? ElementType.INT64 : ElementType.STRING)));
        table.put(Rules.ML + "OneHotEncoder", ClassicRules::oneHot);
        table.put(Rules.ML + "ArrayFeatureExtractor", ClassicRules::columns);
        table.put(Rules.ML + "FeatureVectorizer", ClassicRules::vectorizer);
        table.put(Rules.ML + "ZipMap", ClassicRules::zipMap);
        table.put(Rules.ML + "DictVectorizer", ClassicRules::dictionary);
    }

    /** Rows of a table; a vector is one row. */
    private static Term rows(Fact x) {
        return x.dims() == null ? Term.UNKNOWN : x.rank() < 2 ? Term.ONE : x.dim(0);
    }

    private static int count(Op op, String key) {
        OnnxAttribute value = op.node().attributes().get(key);
        return value instanceof OnnxAttribute.OfStrings strings
                ? strings.values().size()
                : value instanceof OnnxAttribute.OfInts ints ? ints.values().size() : 0;
    }

    private static int labels(Op op, String strings, String ints) {
        return Math.max(count(op, strings), count(op, ints));
    }

    private static void classifier(Op op) {
        boolean tree = op.node().op().startsWith("Tree");
        String strings = "classlabels_strings";
        String ints = tree ? "classlabels_int64s" : "classlabels_ints";
        int classes = labels(op, strings, ints);
        Term rows = rows(op.in(0));
        op.out(Fact.tensor(count(op, strings) > 0 ? ElementType.STRING : ElementType.INT64, List.of(rows)));
        op.out(1, Fact.tensor(ElementType.FLOAT, List.of(rows, classes > 0 ? Term.of(classes) : Term.UNKNOWN)));
    }

    private static void supportVectors(Op op) {
        int classes = labels(op, "classlabels_strings", "classlabels_ints");
        boolean probabilities = op.node().attributes().get("prob_a") instanceof OnnxAttribute.OfFloats prob
                && !prob.values().isEmpty();
        Term rows = rows(op.in(0));
        op.out(Fact.tensor(
                count(op, "classlabels_strings") > 0 ? ElementType.STRING : ElementType.INT64, List.of(rows)));
        op.out(1, Fact.tensor(ElementType.FLOAT, List.of(rows, probabilities ? Term.of(classes) : Term.UNKNOWN)));
    }

    private static void regressor(Op op, String targets, @Nullable ElementType element) {
        long count = targets.isEmpty() ? 1 : op.attribute(targets, 1);
        op.out(Fact.tensor(element, List.of(rows(op.in(0)), Term.of(count))));
    }

    private static void labels(Op op) {
        Map<String, OnnxAttribute> attributes = op.node().attributes();
        ElementType element = null;
        if (attributes.containsKey("values_int64s")) {
            element = ElementType.INT64;
        } else if (attributes.containsKey("values_strings")) {
            element = ElementType.STRING;
        } else if (attributes.containsKey("values_floats")) {
            element = ElementType.FLOAT;
        } else if (attributes.containsKey("values_tensor")) {
            OnnxTensor values = op.node().tensorAttribute("values_tensor");
            element = values == null ? null : values.type();
        } else if (attributes.containsKey("classes_strings")) {
            element = op.element(0) == ElementType.STRING ? ElementType.INT64 : ElementType.STRING;
        }
        op.out(op.in(0).withElement(element));
    }

    private static void oneHot(Op op) {
        List<Term> dims = op.in(0).dims();
        int categories = labels(op, "cats_strings", "cats_int64s");
        List<Term> more = dims == null ? null : new ArrayList<>(dims);
        if (more != null) {
            more.add(Term.of(categories));
        }
        op.out(Fact.tensor(ElementType.FLOAT, more));
    }

    private static void columns(Op op) {
        Fact x = op.in(0);
        Fact picks = op.in(1);
        List<Term> dims = null;
        if (x.dims() != null && picks.dims() != null && x.rank() > 0) {
            dims = new ArrayList<>(x.rank() == 1 ? List.of(Term.ONE) : x.dims().subList(0, x.rank() - 1));
            dims.add(Term.product(picks.dims()));
        }
        op.out(Fact.tensor(x.element(), dims));
    }

    private static void vectorizer(Op op) {
        long[] widths = op.attributes("inputdimensions");
        Term width =
                widths == null ? Term.UNKNOWN : Term.of(Arrays.stream(widths).sum());
        op.out(Fact.tensor(ElementType.FLOAT, List.of(rows(op.in(0)), width)));
    }

    private static void zipMap(Op op) {
        ElementType key = count(op, "classlabels_strings") > 0 ? ElementType.STRING : ElementType.INT64;
        op.out(Fact.of(
                new OnnxType.OfSequence(new OnnxType.OfMap(key, new OnnxType.OfTensor(ElementType.FLOAT, List.of())))));
    }

    private static void dictionary(Op op) {
        ElementType element =
                op.in(0).other() instanceof OnnxType.OfMap map && map.value() instanceof OnnxType.OfTensor tensor
                        ? tensor.element()
                        : null;
        op.out(Fact.tensor(element, 1, labels(op, "string_vocabulary", "int64_vocabulary")));
    }
}
