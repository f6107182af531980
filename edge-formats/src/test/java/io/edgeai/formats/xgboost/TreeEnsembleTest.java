package io.edgeai.formats.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.xgboost.Boosters.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's attribute lists against an evaluator written here from the operator's specification, and whole answers. */
class TreeEnsembleTest {
    private static final int FEATURES = 4;

    @TempDir
    Path folder;

    /** {@code ai.onnx.ml TreeEnsembleRegressor} as its document describes it, slowly. */
    private static final class Evaluator {
        private final Map<List<Long>, Integer> places = new HashMap<>();
        private final OnnxNode node;
        private final List<Long> trees;

        Evaluator(OnnxNode node) {
            this.node = node;
            trees = ints("nodes_treeids");
            for (int i = 0; i < trees.size(); i++) {
                Integer twice =
                        places.put(List.of(trees.get(i), ints("nodes_nodeids").get(i)), i);
                assertThat(twice).as("node ids are unique within a tree").isNull();
            }
        }

        private List<Long> ints(String name) {
            return ((OnnxAttribute.OfInts) node.attributes().get(name)).values();
        }

        private List<Float> floats(String name) {
            return ((OnnxAttribute.OfFloats) node.attributes().get(name)).values();
        }

        private String mode(int place) {
            return ((OnnxAttribute.OfStrings) node.attributes().get("nodes_modes"))
                    .values()
                    .get(place)
                    .toStringUtf8();
        }

        double[] answer(float[] row) {
            double[] sums = new double[(int) node.intAttribute("n_targets", -1)];
            for (long tree : trees.stream().distinct().toList()) {
                long at = 0;
                int place = places.get(List.of(tree, at));
                while (!mode(place).equals("LEAF")) {
                    assertThat(mode(place)).isEqualTo("BRANCH_LT");
                    float x = row[ints("nodes_featureids").get(place).intValue()];
                    boolean yes = Float.isNaN(x)
                            ? ints("nodes_missing_value_tracks_true").get(place) == 1
                            : x < floats("nodes_values").get(place);
                    at = ints(yes ? "nodes_truenodeids" : "nodes_falsenodeids").get(place);
                    place = places.get(List.of(tree, at));
                }
                for (int leaf = 0; leaf < ints("target_treeids").size(); leaf++) {
                    if (ints("target_treeids").get(leaf) == tree
                            && ints("target_nodeids").get(leaf) == at) {
                        sums[ints("target_ids").get(leaf).intValue()] +=
                                floats("target_weights").get(leaf);
                    }
                }
            }
            return sums;
        }
    }

    private static Node grow(Random random, int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return Node.leaf((float) random.nextGaussian());
        }
        return new Node(
                random.nextInt(FEATURES),
                threshold(random),
                random.nextBoolean(),
                grow(random, depth - 1),
                grow(random, depth - 1));
    }

    private static float threshold(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0f;
            case 1 -> Float.MIN_NORMAL * random.nextInt(3);
            case 2 -> random.nextInt(-3, 4) / 3f;
            default -> (float) random.nextGaussian();
        };
    }

    private static void thresholds(Node node, List<Float> found) {
        if (node.left() != null) {
            found.add(node.value());
            thresholds(node.left(), found);
            thresholds(node.right(), found);
        }
    }

    /** Each threshold itself and the floats next to it, both zeros, both infinities and the missing value. */
    private static float[] edges(List<Node> trees) {
        List<Float> found = new ArrayList<>(
                List.of(0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE));
        List<Float> thresholds = new ArrayList<>();
        trees.forEach(tree -> thresholds(tree, thresholds));
        for (float threshold : thresholds) {
            found.addAll(List.of(threshold, Math.nextUp(threshold), Math.nextDown(threshold)));
        }
        float[] all = new float[found.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = found.get(i);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theListsDescribeTheTreesAndOnnxRuntimeAgreesAtEveryEdge(long seed) throws IOException, OrtException {
        Random random = new Random(seed);
        int outputs = 1 + random.nextInt(3);
        List<Node> trees = new ArrayList<>();
        int[] groups = new int[1 + random.nextInt(7)];
        for (int i = 0; i < groups.length; i++) {
            trees.add(grow(random, 1 + random.nextInt(5)));
            groups[i] = random.nextInt(outputs);
        }
        ObjectNode json = Boosters.model("reg:squarederror", "0", FEATURES, outputs, trees, groups);
        float[] weights = new float[groups.length];
        ArrayNode dropped = Boosters.JSON.createArrayNode();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextBoolean() ? 1f : random.nextFloat();
            dropped.add(weights[i]);
        }
        Boosters.booster(json).set("weight_drop", dropped);
        float[] edges = edges(trees);
        float[][] rows = new float[200][FEATURES];
        for (float[] row : rows) {
            for (int i = 0; i < FEATURES; i++) {
                row[i] = edges[random.nextInt(edges.length)];
            }
        }
        Evaluator evaluator = new Evaluator(TreeEnsemble.of(Boosters.read(json), "x", "y"));
        float[][] margins = Boosters.run(Files.write(folder.resolve("m"), Boosters.json(json)), "margin", rows);

        for (int r = 0; r < rows.length; r++) {
            double[] expected = new double[outputs];
            for (int t = 0; t < trees.size(); t++) {
                expected[groups[t]] += trees.get(t).answer(rows[r]) * weights[t];
            }
            double[] listed = evaluator.answer(rows[r]);
            for (int g = 0; g < outputs; g++) {
                String where = "seed " + seed + ", row " + java.util.Arrays.toString(rows[r]) + ", output " + g;
                assertThat(listed[g]).as(where).isCloseTo(expected[g], within(1e-6));
                assertThat((double) margins[r][g]).as(where).isCloseTo(expected[g], within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            floats = {
                0f,
                -0f,
                1f,
                0.1f,
                16_777_216f,
                Float.MIN_VALUE,
                -Float.MIN_VALUE,
                Float.MAX_VALUE,
                Float.MIN_NORMAL
            })
    void aThresholdItselfGoesRightAndTheFloatBelowGoesLeft(float threshold) throws IOException, OrtException {
        ObjectNode json =
                Boosters.model("reg:squarederror", "0", 1, 1, List.of(Boosters.stump(0, threshold, false, 1, 2)));
        float[][] rows = {
            {threshold}, {Math.nextDown(threshold)}, {Math.nextUp(threshold)}, {Float.NaN}, {Float.NEGATIVE_INFINITY}
        };
        float[][] answers = Boosters.run(Files.write(folder.resolve("m"), Boosters.json(json)), "margin", rows);
        assertThat(answers).isDeepEqualTo(new float[][] {{2}, {1}, {2}, {2}, {1}});
    }

    @Test
    void missingValuesFollowTheDefaultOfEachNode() throws IOException, OrtException {
        Node right = Boosters.stump(1, 0, true, 10, 20);
        Node left = Boosters.stump(1, 0, false, 30, 40);
        ObjectNode json = Boosters.model(
                "reg:squarederror",
                "0",
                2,
                1,
                List.of(new Node(0, 0, true, left, right), Boosters.stump(1, 5, true, 1, 2)));
        float nan = Float.NaN;
        float[][] rows = {{nan, nan}, {1, nan}, {-1, nan}, {nan, -1}, {nan, 9}};
        assertThat(Boosters.run(Files.write(folder.resolve("m"), Boosters.json(json)), "margin", rows))
                .isDeepEqualTo(new float[][] {{41}, {11}, {41}, {31}, {42}});
    }

    @Test
    void aTreeOfOneLeafAnswersAlways() throws IOException, OrtException {
        ObjectNode json = Boosters.model(
                "reg:squarederror", "1", 1, 2, List.of(Node.leaf(2), Node.leaf(3), Node.leaf(4)), 0, 1, 1);
        assertThat(Boosters.run(
                        Files.write(folder.resolve("m"), Boosters.json(json)), "margin", new float[][] {{7}, {Float.NaN}
                        }))
                .isDeepEqualTo(new float[][] {{3, 8}, {3, 8}});
    }

    /** Each objective's published transform of the margin, in double. */
    @ParameterizedTest
    @CsvSource({
        "reg:squarederror, 3",
        "reg:absoluteerror, 1",
        "binary:logitraw, 1",
        "rank:pairwise, 1",
        "rank:ndcg, 1",
        "rank:map, 1",
        "binary:logistic, 1",
        "reg:logistic, 2",
        "binary:hinge, 1",
        "count:poisson, 1",
        "reg:gamma, 2",
        "reg:tweedie, 1",
        "survival:cox, 1",
        "multi:softprob, 3",
        "multi:softprob, 5",
        "multi:softmax, 4"
    })
    void predictionsAreTheObjectivesTransformOfTheMargin(String objective, int outputs)
            throws IOException, OrtException {
        Random random = new Random(objective.hashCode());
        List<Node> trees = new ArrayList<>();
        int[] groups = new int[3 * outputs];
        for (int i = 0; i < groups.length; i++) {
            trees.add(grow(random, 3));
            groups[i] = i % outputs;
        }
        ObjectNode json = Boosters.model(objective, "5E-1", FEATURES, outputs, trees, groups);
        Path file = Files.write(folder.resolve("m"), Boosters.ubjson(json));
        float[][] rows = new float[40][FEATURES];
        for (float[] row : rows) {
            for (int i = 0; i < FEATURES; i++) {
                row[i] = random.nextInt(5) == 0 ? Float.NaN : (float) random.nextGaussian();
            }
        }
        float[][] predictions = Boosters.run(file, "prediction", rows);
        double base = objective.contains("logistic") ? 0 : transformsByExp(objective) ? Math.log(0.5) : 0.5;
        for (int r = 0; r < rows.length; r++) {
            double[] margin = new double[outputs];
            java.util.Arrays.fill(margin, base);
            for (int t = 0; t < groups.length; t++) {
                margin[groups[t]] += trees.get(t).answer(rows[r]);
            }
            double[] expected = transformed(objective, margin);
            assertThat(predictions[r]).hasSize(expected.length);
            for (int g = 0; g < expected.length; g++) {
                assertThat((double) predictions[r][g])
                        .as("%s, row %d, output %d", objective, r, g)
                        .isCloseTo(expected[g], within(1e-5 * Math.max(1, expected[g])));
            }
        }
    }

    private static boolean transformsByExp(String objective) {
        return List.of("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox")
                .contains(objective);
    }

    private static double[] transformed(String objective, double[] margin) {
        double[] out = margin.clone();
        if (objective.startsWith("multi:")) {
            double sum = java.util.Arrays.stream(margin).map(Math::exp).sum();
            int best = 0;
            for (int i = 0; i < out.length; i++) {
                out[i] = Math.exp(margin[i]) / sum;
                best = margin[i] > margin[best] ? i : best;
            }
            return objective.endsWith("softmax") ? new double[] {best} : out;
        }
        for (int i = 0; i < out.length; i++) {
            if (objective.contains("logistic")) {
                out[i] = 1 / (1 + Math.exp(-margin[i]));
            } else if (objective.equals("binary:hinge")) {
                out[i] = margin[i] > 0 ? 1 : 0;
            } else if (transformsByExp(objective)) {
                out[i] = Math.exp(margin[i]);
            }
        }
        return out;
    }

    /** Regression: one missing value made every output of a linear booster NaN; XGBoost leaves it out of the sum. */
    @Test
    void missingValuesAddNothingToALinearBooster() throws IOException, OrtException {
        ObjectNode json = Boosters.model("reg:squarederror", "5E-1", 2, 2, List.of());
        Boosters.booster(json).put("name", "gblinear");
        ArrayNode weights = ((ObjectNode) Boosters.booster(json).get("model")).putArray("weights");
        for (float weight : new float[] {1, 10, 2, 20, 100, 1000}) { // feature by feature, the bias last
            weights.add(weight);
        }
        float nan = Float.NaN;
        float[][] rows = {{1, 1}, {nan, 1}, {3, nan}, {nan, nan}};
        assertThat(Boosters.run(Files.write(folder.resolve("m"), Boosters.json(json)), "margin", rows))
                .isDeepEqualTo(
                        new float[][] {{103.5f, 1030.5f}, {102.5f, 1020.5f}, {103.5f, 1030.5f}, {100.5f, 1000.5f}});
    }
}
