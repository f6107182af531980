package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever nodes a graph holds, inference ends in facts and problems, never in an exception. */
class HostileGraphsPropertyTest {
    private static final List<String> KEYS = List.of(
            "axis",
            "axes",
            "perm",
            "pads",
            "kernel_shape",
            "strides",
            "dilations",
            "group",
            "auto_pad",
            "to",
            "dtype",
            "shape",
            "split",
            "starts",
            "ends",
            "keepdims",
            "equation",
            "blocksize",
            "hidden_size",
            "direction",
            "body",
            "then_branch",
            "else_branch",
            "num_scan_inputs",
            "scan_input_axes",
            "value",
            "output_shape",
            "batch_dims",
            "scales",
            "ngram_indexes",
            "inputdimensions",
            "qkv_hidden_sizes",
            "pooled_shape",
            "output_dtype",
            "N",
            "K",
            "layout",
            "start",
            "end",
            "k",
            "ceil_mode",
            "allowzero",
            "stash_type",
            "n_targets",
            "output_padding");

    @Test
    void inferenceNeverThrows() {
        List<String> operators = new ArrayList<>(Rules.operators());
        operators.sort(null);
        int problems = 0;
        for (long seed = 0; seed < 2500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            OnnxGraph graph = graph(random, operators, 2);
            assertThatCode(() -> ShapeInference.infer(graph))
                    .as("seed %d", seed)
                    .doesNotThrowAnyException();
            problems += ShapeInference.infer(graph).problems().size();
        }
        assertThat(problems).as("nonsense is noticed").isGreaterThan(500);
    }

    private static OnnxGraph graph(SplittableRandom random, List<String> operators, int depth) {
        OnnxGraph graph = OnnxGraph.create("g", random.nextInt(1, 24));
        graph.info().opsets().put("ai.onnx.ml", 3L);
        List<String> names = new ArrayList<>(List.of("", "absent"));
        for (int i = 0; i < 4; i++) {
            graph.inputs().add(new OnnxValue("x" + i, type(random)));
            names.add("x" + i);
            graph.initializers().put("c" + i, constant(random));
            names.add("c" + i);
        }
        for (int i = 0; i < 5; i++) {
            String operator = operators.get(random.nextInt(operators.size()));
            int colon = operator.indexOf(':');
            List<String> inputs = new ArrayList<>();
            for (int in = random.nextInt(6); in > 0; in--) {
                inputs.add(names.get(random.nextInt(names.size())));
            }
            List<String> outputs = new ArrayList<>();
            for (int out = random.nextInt(4); out > 0; out--) {
                outputs.add("n" + i + "." + out);
            }
            OnnxNode node = graph.add(operator.substring(colon + 1), "n" + i, inputs, outputs);
            node.domain(colon < 0 ? "" : operator.substring(0, colon));
            for (int key = random.nextInt(5); key > 0; key--) {
                node.attribute(KEYS.get(random.nextInt(KEYS.size())), attribute(random, operators, depth));
            }
            names.addAll(outputs);
        }
        graph.outputs().add(new OnnxValue(names.get(random.nextInt(names.size())), type(random)));
        return graph;
    }

    private static OnnxType type(SplittableRandom random) {
        if (random.nextInt(8) == 0) {
            return new OnnxType.OfSequence(OnnxType.OfTensor.of(ElementType.FLOAT, 2, 3));
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            dims.add(random.nextInt(5) == 0 ? Dim.symbolic("s" + i) : Dim.of(number(random)));
        }
        ElementType[] types = ElementType.values();
        return new OnnxType.OfTensor(types[random.nextInt(types.length)], random.nextInt(9) == 0 ? null : dims);
    }

    private static long number(SplittableRandom random) {
        return switch (random.nextInt(9)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> Long.MIN_VALUE;
            case 2 -> Integer.MAX_VALUE;
            case 3 -> 0;
            default -> random.nextInt(-3, 7);
        };
    }

    private static OnnxTensor constant(SplittableRandom random) {
        int count = random.nextInt(5);
        long[] values = random.longs(count, -3, 8).toArray();
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(3) == 0 ? number(random) : values[i];
        }
        return switch (random.nextInt(4)) {
            case 0 -> OnnxTensor.ofLongs(new long[] {number(random)});
            case 1 -> OnnxTensor.ofFloats(new float[] {random.nextInt(4), Float.NaN, Float.POSITIVE_INFINITY, .5f}, 4);
            default -> OnnxTensor.ofLongs(values, count);
        };
    }

    private static OnnxAttribute attribute(SplittableRandom random, List<String> operators, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 5)) {
            case 0, 1 -> new OnnxAttribute.OfInt(number(random));
            case 2 -> {
                long[] values = random.longs(random.nextInt(7), -2, 6).toArray();
                yield OnnxAttribute.OfInts.of(values);
            }
            case 3 -> OnnxAttribute.OfString.of(random.nextBoolean() ? "ij,jk->ik" : "SAME_UPPER");
            case 4 -> new OnnxAttribute.OfTensor(constant(random));
            default -> new OnnxAttribute.OfGraph(graph(random, operators, depth - 1));
        };
    }
}
