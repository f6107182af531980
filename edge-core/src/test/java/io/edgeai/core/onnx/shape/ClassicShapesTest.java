package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operators of classic machine learning, and those whose result length depends on the data. */
class ClassicShapesTest {
    private static OnnxAttribute floats(float... values) {
        List<Float> list = new java.util.ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return new OnnxAttribute.OfFloats(list);
    }

    private static OnnxAttribute strings(String... values) {
        return new OnnxAttribute.OfStrings(
                Arrays.stream(values).map(ByteString::copyFromUtf8).toList());
    }

    @Test
    void linearModelsAndScalersAgreeWithTheRuntime() {
        Graphs g = new Graphs(17);
        String x = g.floats(4, 3);
        g.node("ai.onnx.ml:LinearClassifier", 2, x)
                .attribute("coefficients", floats(new float[9]))
                .attribute("intercepts", floats(new float[3]))
                .attribute("classlabels_strings", strings("a", "b", "c"));
        g.node("ai.onnx.ml:LinearRegressor", x)
                .attribute("coefficients", floats(new float[6]))
                .attribute("intercepts", floats(new float[2]))
                .attribute("targets", 2);
        g.node("ai.onnx.ml:Scaler", g.input(ElementType.INT64, 2, 3))
                .attribute("offset", floats(0, 0, 0))
                .attribute("scale", floats(1, 1, 1));
        g.node("ai.onnx.ml:Normalizer", x).attribute("norm", "L2");
        g.node("ai.onnx.ml:Binarizer", x).attribute("threshold", 0.5f);
        g.node("ai.onnx.ml:ArrayFeatureExtractor", x, g.constant(OnnxTensor.ofLongs(new long[] {2, 0}, 1, 2)));
        g.node("ai.onnx.ml:OneHotEncoder", g.input(ElementType.INT64, 4))
                .attribute("cats_int64s", new long[] {0, 1, 2});
        g.node("ai.onnx.ml:LabelEncoder", g.input(ElementType.INT64, 5))
                .attribute("keys_int64s", new long[] {0, 1})
                .attribute("values_strings", strings("no", "yes"));
        g.node("ai.onnx.ml:FeatureVectorizer", x, g.floats(4, 2)).attribute("inputdimensions", new long[] {3, 2});

        assertThat(g.compare("classic").open()).isEmpty();
    }

    @Test
    void treesAndMapsAgreeWithTheRuntime() {
        Graphs g = new Graphs(17);
        String x = g.floats(4, 3);
        OnnxNode trees = g.node("ai.onnx.ml:TreeEnsembleClassifier", 2, x);
        tree(trees);
        trees.attribute("class_treeids", new long[] {0, 0})
                .attribute("class_nodeids", new long[] {1, 2})
                .attribute("class_ids", new long[] {0, 1})
                .attribute("class_weights", floats(1, 1))
                .attribute("classlabels_int64s", new long[] {0, 1, 2});
        OnnxNode sums = g.node("ai.onnx.ml:TreeEnsembleRegressor", x);
        tree(sums);
        sums.attribute("target_treeids", new long[] {0, 0})
                .attribute("target_nodeids", new long[] {1, 2})
                .attribute("target_ids", new long[] {0, 1})
                .attribute("target_weights", floats(1, 2))
                .attribute("n_targets", 2);
        String map = g.node("ai.onnx.ml:ZipMap", trees.output(1))
                .attribute("classlabels_int64s", new long[] {0, 1, 2})
                .output(0);

        assertThat(g.compare("trees").open()).isEmpty();
        assertThat(ShapeInference.infer(g.graph).type(map))
                .contains(new OnnxType.OfSequence(
                        new OnnxType.OfMap(ElementType.INT64, OnnxType.OfTensor.of(ElementType.FLOAT))));
    }

    private static void tree(OnnxNode node) {
        node.attribute("nodes_treeids", new long[] {0, 0, 0})
                .attribute("nodes_nodeids", new long[] {0, 1, 2})
                .attribute("nodes_featureids", new long[] {1, 0, 0})
                .attribute("nodes_values", floats(0, 0, 0))
                .attribute("nodes_modes", strings("BRANCH_LEQ", "LEAF", "LEAF"))
                .attribute("nodes_truenodeids", new long[] {1, 0, 0})
                .attribute("nodes_falsenodeids", new long[] {2, 0, 0});
    }

    @Test
    void lengthsThatDependOnDataStayUnknown() {
        Graphs g = new Graphs(17);
        String x = g.floats(3, 4);
        String places = g.node("NonZero", x).output(0);
        g.node("Unique", 4, x);
        String kept = g.node("Compress", x, g.input(ElementType.BOOL, 3))
                .attribute("axis", 0)
                .output(0);
        g.node("Transpose", places);
        g.node("NonMaxSuppression", g.floats(1, 6, 4), g.floats(1, 1, 6), g.constant(OnnxTensor.scalar(3L)));

        ShapeOracle.Coverage coverage = g.compare("data-dependent");

        assertThat(coverage.complete()).isZero();
        assertThat(ShapeInference.infer(g.graph).dims(places).orElseThrow()).hasToString("[2, ?]");
        assertThat(ShapeInference.infer(g.graph).dims(kept).orElseThrow()).hasToString("[?, 4]");
    }

    @Test
    void textOperatorsAgreeWithTheRuntime() {
        Graphs g = new Graphs(17);
        g.node("TfIdfVectorizer", g.input(ElementType.INT64, 2, 5))
                .attribute("mode", "TF")
                .attribute("min_gram_length", 1)
                .attribute("max_gram_length", 1)
                .attribute("max_skip_count", 0)
                .attribute("ngram_counts", new long[] {0})
                .attribute("ngram_indexes", new long[] {0, 1, 2})
                .attribute("pool_int64s", new long[] {0, 1, 2})
                .attribute("weights", new OnnxAttribute.OfFloats(Collections.nCopies(3, 1f)));

        assertThat(g.compare("text").open()).isEmpty();
    }
}
