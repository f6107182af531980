package io.edgeai;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Models whose answers are known in closed form, and data for them. */
final class Fixtures {
    static final int SIDE = 12;

    private Fixtures() {}

    /** y = factor·x for x [N, 2]. */
    static byte[] times(float factor) {
        OnnxGraph graph = OnnxGraph.create("times", 17);
        graph.inputs().add(floats("x", Dim.symbolic("N"), Dim.of(2)));
        graph.initializers().put("f", OnnxTensor.scalar(factor));
        graph.add("Mul", "mul", List.of("x", "f"), List.of("y"));
        graph.outputs().add(floats("y", Dim.symbolic("N"), Dim.of(2)));
        return OnnxWriter.toBytes(graph);
    }

    /** Registers {@link #times} as the next version of a model, of a type whose deadline of a minute no busy machine reaches. */
    static ModelVersion times(EdgeAI edge, String model, float factor) {
        return edge.registry()
                .register(model, times(factor), registration -> registration.workload(WorkloadType.FEDERATED_LEARNING));
    }

    /** Two convolutions, average, dense: tells images bright on the left (class 0) from those bright on the right. */
    static OnnxGraph conv() {
        SplittableRandom random = new SplittableRandom(3);
        OnnxGraph graph = OnnxGraph.create("sides", 17);
        graph.inputs().add(floats("x", Dim.symbolic("N"), Dim.of(1), Dim.of(SIDE), Dim.of(SIDE)));
        put(graph, "w1", random, 16, 1, 3, 3);
        put(graph, "w2", random, 16, 16, 3, 3);
        graph.add("Conv", "c1", List.of("x", "w1"), List.of("a")).attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("Relu", "r1", List.of("a"), List.of("b"));
        graph.add("Conv", "c2", List.of("b", "w2"), List.of("c")).attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("Relu", "r2", List.of("c"), List.of("d"));
        graph.add("AveragePool", "halves", List.of("d"), List.of("e"))
                .attribute("kernel_shape", new long[] {SIDE, SIDE / 2})
                .attribute("strides", new long[] {SIDE, SIDE / 2});
        graph.add("Flatten", "flat", List.of("e"), List.of("f"));
        float[] dense = new float[2 * 32];
        for (int channel = 0; channel < 16; channel++) {
            dense[2 * (2 * channel)] = 1;
            dense[2 * (2 * channel + 1) + 1] = 1;
        }
        graph.initializers().put("w3", OnnxTensor.ofFloats(dense, 32, 2));
        graph.add("MatMul", "dense", List.of("f", "w3"), List.of("y"));
        graph.outputs().add(floats("y", Dim.symbolic("N"), Dim.of(2)));
        return graph;
    }

    /** Images for {@link #conv}; the class of image i is i modulo 2. */
    static float[][] images(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] images = new float[count][SIDE * SIDE];
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < SIDE * SIDE; p++) {
                boolean bright = (p % SIDE < SIDE / 2) == (i % 2 == 0);
                images[i][p] = (float) (random.nextDouble() * (bright ? 1 : 0.2));
            }
        }
        return images;
    }

    static int[] labels(int count) {
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i % 2);
        return labels;
    }

    /** A tree of XGBoost over 2 features: 1 where x0 is below 0.5, else 2 where x1 is below 3, else 4; plus 10. */
    static Path xgboost(Path folder) throws IOException {
        String tree =
                """
                {"base_weights":[0,1,0,2,4],"categories":[],"categories_nodes":[],"categories_segments":[],
                 "categories_sizes":[],"default_left":[1,0,0,0,0],"id":0,"left_children":[1,-1,3,-1,-1],
                 "loss_changes":[0,0,0,0,0],"parents":[2147483647,0,0,2,2],"right_children":[2,-1,4,-1,-1],
                 "split_conditions":[0.5,1,3,2,4],"split_indices":[0,0,1,0,0],"split_type":[0,0,0,0,0],
                 "sum_hessian":[1,1,1,1,1],
                 "tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"5","size_leaf_vector":"1"}}""";
        String model = "{\"version\":[2,1,0],\"learner\":{\"attributes\":{},\"feature_names\":[],\"feature_types\":[],"
                + "\"objective\":{\"name\":\"reg:squarederror\",\"reg_loss_param\":{}},"
                + "\"learner_model_param\":{\"num_target\":\"1\",\"num_feature\":\"2\",\"num_class\":\"0\","
                + "\"base_score\":\"1E1\"},\"gradient_booster\":{\"name\":\"gbtree\",\"model\":{"
                + "\"gbtree_model_param\":{\"num_parallel_tree\":\"1\",\"num_trees\":\"1\"},"
                + "\"tree_info\":[0],\"trees\":[" + tree + "]}}}}";
        return Files.writeString(folder.resolve("model.json"), model);
    }

    private static void put(OnnxGraph graph, String name, SplittableRandom random, long... dims) {
        float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.3 * random.nextDouble() - 0.05); // mostly positive, so that brightness passes
        }
        graph.initializers().put(name, OnnxTensor.ofFloats(values, dims));
    }

    static OnnxValue floats(String name, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(dims)));
    }
}
