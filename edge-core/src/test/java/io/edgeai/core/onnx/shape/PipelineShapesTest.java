package io.edgeai.core.onnx.shape;

import static io.edgeai.core.model.ElementType.BOOL;
import static io.edgeai.core.model.ElementType.DOUBLE;
import static io.edgeai.core.model.ElementType.FLOAT;
import static io.edgeai.core.model.ElementType.INT64;
import static io.edgeai.core.onnx.shape.Graphs.floatList;
import static io.edgeai.core.onnx.shape.Graphs.textList;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Classic machine learning, text, sequences, optional values, loops and scans: against ONNX Runtime. */
class PipelineShapesTest {
    private static final String ML = "ai.onnx.ml:";

    @TestFactory
    Stream<DynamicTest> supportVectorMachines() {
        return new RuntimeCases()
                .whole("two classes with probabilities", 17, g -> machine(g, 2, 2)
                        .attribute("classlabels_ints", new long[] {0, 1})
                        .attribute("prob_a", floatList(-1))
                        .attribute("prob_b", floatList(0)))
                .whole("three classes with probabilities", 17, g -> machine(g, 3, 3)
                        .attribute("classlabels_strings", textList("a", "b", "c"))
                        .attribute("prob_a", floatList(-1, -1, -1))
                        .attribute("prob_b", floatList(0, 0, 0)))
                .partly("votes of pairs", 17, 1, g -> machine(g, 4, 6)
                        .attribute("classlabels_ints", new long[] {0, 1, 2, 3}))
                .whole("regression", 17, g -> g.node(ML + "SVMRegressor", g.floats(5, 2))
                        .attribute("support_vectors", floatList(1, 2, 3, 4))
                        .attribute("coefficients", floatList(1, -1))
                        .attribute("rho", floatList(0))
                        .attribute("n_supports", 2)
                        .attribute("kernel_type", "RBF")
                        .attribute("kernel_params", floatList(0.5f, 0, 3)))
                .tests();
    }

    /** One support vector for each class, two features. */
    private static OnnxNode machine(Graphs g, int classes, int pairs) {
        return g.node(ML + "SVMClassifier", 2, g.floats(5, 2))
                .attribute("support_vectors", floatList(new float[2 * classes]))
                .attribute(
                        "vectors_per_class",
                        java.util.stream.LongStream.generate(() -> 1)
                                .limit(classes)
                                .toArray())
                .attribute("coefficients", floatList(new float[classes * (classes - 1)]))
                .attribute("rho", floatList(new float[classes == 2 ? 1 : pairs]))
                .attribute("kernel_params", floatList(0.5f, 0, 3))
                .attribute("kernel_type", "LINEAR");
    }

    @TestFactory
    Stream<DynamicTest> linearModels() {
        return new RuntimeCases()
                .whole("one row of weights for two classes", 17, g -> g.node(ML + "LinearClassifier", 2, g.floats(4, 3))
                        .attribute("coefficients", floatList(1, 2, 3))
                        .attribute("intercepts", floatList(0))
                        .attribute("classlabels_ints", new long[] {0, 1})
                        .attribute("post_transform", "LOGISTIC"))
                .whole("one sample without rows", 17, g -> g.node(ML + "LinearRegressor", g.floats(1, 3))
                        .attribute("coefficients", floatList(1, 2, 3)))
                .whole("doubles to scale", 17, g -> g.node(ML + "Scaler", g.input(DOUBLE, 4, 3))
                        .attribute("offset", floatList(1, 1, 1))
                        .attribute("scale", floatList(2, 2, 2)))
                .whole("imputed", 17, g -> {
                    g.node(ML + "Imputer", g.floats(4, 3)).attribute("imputed_value_floats", floatList(1, 2, 3));
                    g.node(ML + "Imputer", g.input(INT64, 4, 3)).attribute("imputed_value_int64s", new long[] {1});
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> encoders() {
        return new RuntimeCases()
                .whole("labels", 17, g -> {
                    String words = g.texts(new long[] {2, 2}, "cat", "dog", "ant", "cat");
                    g.node(ML + "LabelEncoder", words)
                            .attribute("keys_strings", textList("cat", "dog"))
                            .attribute("values_int64s", new long[] {1, 2});
                    g.node(ML + "LabelEncoder", words)
                            .attribute("keys_strings", textList("cat", "dog"))
                            .attribute("values_floats", floatList(1, 2));
                    g.node(ML + "LabelEncoder", g.floats(3))
                            .attribute("keys_floats", floatList(0, 1))
                            .attribute("values_floats", floatList(1, 2));
                })
                .whole("categories", 17, g -> {
                    g.node(ML + "CategoryMapper", g.texts(new long[] {2}, "cat", "dog"))
                            .attribute("cats_strings", textList("cat", "dog"))
                            .attribute("cats_int64s", new long[] {0, 1});
                    g.node(ML + "CategoryMapper", g.input(INT64, 2, 3))
                            .attribute("cats_strings", textList("cat", "dog"))
                            .attribute("cats_int64s", new long[] {0, 1});
                })
                .whole("one-hot words", 17, g -> {
                    g.node(ML + "OneHotEncoder", g.texts(new long[] {2, 1}, "a", "b"))
                            .attribute("cats_strings", textList("a", "b", "c"));
                    g.node(ML + "OneHotEncoder", g.floats(3, 2)).attribute("cats_int64s", new long[] {0, 1});
                })
                .whole("columns", 17, g -> {
                    g.node(ML + "ArrayFeatureExtractor", g.floats(5), g.longs(3, 1));
                    g.node(ML + "ArrayFeatureExtractor", g.floats(2, 3, 4), g.longs(0, 3, 1));
                    g.node(ML + "FeatureVectorizer", g.floats(3, 2), g.floats(3, 4), g.floats(3, 1))
                            .attribute("inputdimensions", new long[] {2, 4, 1});
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> trees() {
        return new RuntimeCases()
                .whole("two classes from one weight", 17, g -> stump(
                                g.node(ML + "TreeEnsembleClassifier", 2, g.floats(4, 3)))
                        .attribute("class_treeids", new long[] {0, 0})
                        .attribute("class_nodeids", new long[] {1, 2})
                        .attribute("class_ids", new long[] {0, 0})
                        .attribute("class_weights", floatList(0.2f, 0.8f))
                        .attribute("classlabels_strings", textList("no", "yes"))
                        .attribute("post_transform", "LOGISTIC"))
                .whole("three targets of doubles", 17, g -> stump(
                                g.node(ML + "TreeEnsembleRegressor", g.input(DOUBLE, 4, 3)))
                        .attribute("target_treeids", new long[] {0, 0})
                        .attribute("target_nodeids", new long[] {1, 2})
                        .attribute("target_ids", new long[] {0, 2})
                        .attribute("target_weights", floatList(1, 2))
                        .attribute("n_targets", 3))
                .tests();
    }

    private static OnnxNode stump(OnnxNode node) {
        return node.attribute("nodes_treeids", new long[] {0, 0, 0})
                .attribute("nodes_nodeids", new long[] {0, 1, 2})
                .attribute("nodes_featureids", new long[] {2, 0, 0})
                .attribute("nodes_values", floatList(0.5f, 0, 0))
                .attribute("nodes_modes", textList("BRANCH_LT", "LEAF", "LEAF"))
                .attribute("nodes_truenodeids", new long[] {1, 0, 0})
                .attribute("nodes_falsenodeids", new long[] {2, 0, 0});
    }

    @TestFactory
    Stream<DynamicTest> texts() {
        return new RuntimeCases()
                .partly("normalized", 17, 2, g -> {
                    g.node("StringNormalizer", g.texts(new long[] {3}, "the", "Cat", "sat"))
                            .attribute("case_change_action", "LOWER")
                            .attribute("locale", "C")
                            .attribute("stopwords", textList("the"));
                    g.node("StringNormalizer", g.texts(new long[] {1, 2}, "a", "b"))
                            .attribute("case_change_action", "UPPER")
                            .attribute("locale", "C");
                })
                .whole("joined and matched", 20, g -> {
                    String left = g.texts(new long[] {2, 1}, "a", "b");
                    String both = g.node("StringConcat", left, g.texts(new long[] {3}, "x", "y", "z"))
                            .output(0);
                    g.node("RegexFullMatch", both).attribute("pattern", "[ab]x");
                })
                .partly("split", 20, 1, g -> g.node("StringSplit", 2, g.texts(new long[] {2}, "a b c", "d"))
                        .attribute("delimiter", " "))
                .whole("grams of words", 17, g -> {
                    for (long[] dims : new long[][] {{4}, {2, 2}}) {
                        g.node("TfIdfVectorizer", g.texts(dims, "a", "b", "a", "c"))
                                .attribute("mode", "IDF")
                                .attribute("min_gram_length", 1)
                                .attribute("max_gram_length", 2)
                                .attribute("max_skip_count", 1)
                                .attribute("ngram_counts", new long[] {0, 2})
                                .attribute("ngram_indexes", new long[] {0, 1, 4})
                                .attribute("pool_strings", textList("a", "b", "a", "b"));
                    }
                })
                .whole("constants of text", 17, g -> {
                    g.node("Constant").attribute("value_strings", textList("a", "b"));
                    g.node("Constant").attribute("value_string", "a");
                    g.node("Identity", g.texts(new long[] {1, 2}, "a", "b"));
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> sequences() {
        return new RuntimeCases()
                .whole("grown and cut", 17, g -> {
                    String list = g.node("SequenceConstruct", g.floats(2, 3)).output(0);
                    String one = g.node("SequenceInsert", list, g.floats(2, 3)).output(0);
                    String two = g.node("SequenceInsert", one, g.floats(2, 3), g.scalar(0L))
                            .output(0);
                    String left = g.node("SequenceErase", two, g.scalar(-1L)).output(0);
                    g.node("SequenceLength", left);
                })
                .partly("stacked anew", 17, 1, g -> {
                    String list = g.node("SequenceConstruct", g.floats(2, 3), g.floats(2, 3))
                            .output(0);
                    g.node("SequenceAt", list, g.scalar(1L));
                    g.node("ConcatFromSequence", list).attribute("axis", -1).attribute("new_axis", 1);
                })
                .whole("split without its axis", 17, g -> {
                    String parts = g.node("SplitToSequence", g.floats(4, 3))
                            .attribute("axis", -1)
                            .attribute("keepdims", 0)
                            .output(0);
                    g.node("SequenceAt", parts, g.scalar(2L));
                })
                .partly("split in sizes", 17, 1, g -> {
                    String parts = g.node("SplitToSequence", g.floats(4, 3), g.longs(1, 3))
                            .output(0);
                    g.node("SequenceAt", parts, g.scalar(0L));
                })
                .tests();
    }

    @Test
    void emptySequencesTakeTheTypeOfWhatEnters() {
        Graphs g = new Graphs(17);
        String list =
                g.node("SequenceEmpty").attribute("dtype", INT64.onnxCode()).output(0);
        String filled = g.node("SequenceInsert", list, g.input(INT64, 4)).output(0);

        Shapes shapes = ShapeInference.infer(g.graph);

        OnnxType any = new OnnxType.OfSequence(new OnnxType.OfTensor(INT64, null));
        assertThat(shapes.type(list)).contains(any);
        assertThat(shapes.type(filled))
                .as("elements that came before are of any shape")
                .contains(any);
    }

    @TestFactory
    Stream<DynamicTest> optionalValues() {
        return new RuntimeCases()
                .partly("of a tensor", 18, 1, g -> {
                    String box = g.node("Optional", g.floats(2, 3)).output(0);
                    g.graph.outputs().clear();
                    g.node("OptionalHasElement", box);
                    g.node("OptionalGetElement", box);
                })
                .whole("opened where nothing is boxed", 18, g -> g.node("OptionalGetElement", g.floats(2, 3)))
                .tests();
    }

    @Test
    void boxesKnowWhatTheyHold() {
        Graphs g = new Graphs(18);
        String box = g.node("Optional", g.floats(2, 3)).output(0);
        String held = g.node("OptionalGetElement", box).output(0);

        Shapes shapes = ShapeInference.infer(g.graph);

        assertThat(shapes.type(box)).contains(new OnnxType.OfOptional(OnnxType.OfTensor.of(FLOAT, 2, 3)));
        assertThat(shapes.dims(held)).contains(List.of(Dim.of(2), Dim.of(3)));
        assertThat(shapes.complete(box)).isFalse();
    }

    @TestFactory
    Stream<DynamicTest> scans() {
        RuntimeCases cases = new RuntimeCases();
        for (int in = -2; in < 2; in++) {
            for (int out = -2; out < 2; out++) {
                int from = in;
                int to = out;
                cases.whole("from axis " + from + " to axis " + to, 17, g -> {
                    OnnxGraph body = g.body("body");
                    long rest = from == 0 || from == -2 ? 5 : 4;
                    body.inputs().add(OnnxValue.tensor("x", FLOAT, rest));
                    body.add("Neg", "n", List.of("x"), List.of("y"));
                    body.outputs().add(OnnxValue.tensor("y", FLOAT, rest));
                    g.node("Scan", g.floats(4, 5))
                            .attribute("num_scan_inputs", 1)
                            .attribute("scan_input_axes", new long[] {from})
                            .attribute("scan_output_axes", new long[] {to})
                            .attribute("body", new OnnxAttribute.OfGraph(body));
                });
            }
        }
        return cases.tests();
    }

    private static OnnxGraph loop(Graphs g, String op, OnnxValue carried) {
        OnnxGraph body = g.body("body");
        body.inputs().add(OnnxValue.tensor("i", INT64));
        body.inputs().add(OnnxValue.tensor("go", BOOL));
        body.inputs().add(carried);
        body.add("Identity", "again", List.of("go"), List.of("go2"));
        body.add(op, "step", List.of("v"), List.of("v2"));
        body.add("Identity", "seen", List.of("v2"), List.of("each"));
        for (String name : List.of("go2", "v2", "each")) {
            body.outputs().add(new OnnxValue(name, null));
        }
        return body;
    }

    @TestFactory
    Stream<DynamicTest> loops() {
        return new RuntimeCases()
                .partly("shapes that stay", 17, 1, g -> g.node(
                                "Loop", 2, g.scalar(3L), g.constant(yes()), g.floats(2, 3))
                        .attribute(
                                "body", new OnnxAttribute.OfGraph(loop(g, "Tanh", OnnxValue.tensor("v", FLOAT, 2, 3)))))
                .partly("shapes that turn", 17, 2, g -> g.node(
                                "Loop", 2, g.scalar(2L), g.constant(yes()), g.floats(2, 3))
                        .attribute(
                                "body",
                                new OnnxAttribute.OfGraph(loop(g, "Transpose", OnnxValue.tensor("v", FLOAT, -1, -1)))))
                .partly("squares that turn", 17, 1, g -> g.node("Loop", 2, g.scalar(3L), "", g.floats(3, 3))
                        .attribute(
                                "body",
                                new OnnxAttribute.OfGraph(loop(g, "Transpose", OnnxValue.tensor("v", FLOAT, -1, -1)))))
                .tests();
    }

    private static io.edgeai.core.onnx.OnnxTensor yes() {
        return io.edgeai.core.onnx.OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1});
    }

    /** A body that adds a dimension in each round has no rank that holds of all. */
    @Test
    void loopsWhoseRankGrowsClaimNothing() {
        Graphs g = new Graphs(17);
        OnnxGraph body = loop(g, "Unsqueeze", new OnnxValue("v", null));
        body.initializers().put("zero", io.edgeai.core.onnx.OnnxTensor.ofLongs(new long[] {0}, 1));
        body.nodes().get(1).inputs().add("zero");
        OnnxNode loop = g.node("Loop", 2, g.scalar(3L), g.constant(yes()), g.floats(2))
                .attribute("body", new OnnxAttribute.OfGraph(body));

        Shapes shapes = ShapeInference.infer(g.graph);

        assertThat(shapes.problems()).isEmpty();
        assertThat(shapes.dims(loop.output(0))).isEmpty();
        assertThat(shapes.element(loop.output(0))).contains(FLOAT);
    }
}
