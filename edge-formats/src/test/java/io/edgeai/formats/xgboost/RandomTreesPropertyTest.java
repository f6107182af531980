package io.edgeai.formats.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random ensembles written as XGBoost writes them, against an evaluator that walks each tree by hand. */
class RandomTreesPropertyTest {
    private static final int FEATURES = 4;

    @TempDir
    Path folder;

    /** A node by hand: a leaf where {@code left} is null. */
    private record Node(int feature, float value, boolean missingLeft, Node left, Node right) {
        float answer(float[] row) {
            if (left == null) {
                return value;
            }
            float x = row[feature];
            boolean goesLeft = Float.isNaN(x) ? missingLeft : x < value;
            return goesLeft ? left.answer(row) : right.answer(row);
        }
    }

    private static Node grow(SplittableRandom random, int depth) {
        // Thresholds on a coarse grid, so that rows often hit one exactly.
        float value = random.nextInt(-4, 5) / 2f;
        if (depth == 0 || random.nextInt(5) == 0) {
            return new Node(0, (float) random.nextDouble(-1, 1), false, null, null);
        }
        return new Node(
                random.nextInt(FEATURES),
                value,
                random.nextBoolean(),
                grow(random, depth - 1),
                grow(random, depth - 1));
    }

    private static String json(Node root) {
        List<Node> nodes = new ArrayList<>(List.of(root));
        List<Integer> left = new ArrayList<>();
        List<Integer> right = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            left.add(node.left() == null ? -1 : nodes.size());
            right.add(node.left() == null ? -1 : nodes.size() + 1);
            if (node.left() != null) {
                nodes.add(node.left());
                nodes.add(node.right());
            }
        }
        return "{\"default_left\":"
                + nodes.stream().map(node -> node.missingLeft() ? 1 : 0).toList()
                + ",\"split_conditions\":" + nodes.stream().map(Node::value).toList()
                + ",\"left_children\":" + left
                + ",\"split_indices\":" + nodes.stream().map(Node::feature).toList()
                + ",\"right_children\":" + right
                + ",\"categories\":[],\"tree_param\":{\"size_leaf_vector\":\"0\"}}";
    }

    @Test
    void ensemblesAnswerAsTheirTreesDo() throws IOException, OrtException {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int groups = random.nextInt(1, 4);
            boolean dart = random.nextBoolean();
            List<Node> trees = new ArrayList<>();
            List<Integer> info = new ArrayList<>();
            List<Float> weights = new ArrayList<>();
            for (int t = random.nextInt(1, 9); t > 0; t--) {
                trees.add(grow(random, 4));
                info.add(random.nextInt(groups));
                weights.add(dart ? (float) random.nextDouble(0.1, 1) : 1f);
            }
            float base = random.nextInt(-2, 3) / 4f;
            String text = document(groups, base(random, base, groups), dart, trees, info, weights);
            Path file = Files.writeString(folder.resolve("model.json"), text);
            float[][] rows = rows(random);

            float[][] margins =
                    run(OnnxWriter.toBytes(new XgboostImporter().read(file).graph()), rows);

            for (int row = 0; row < rows.length; row++) {
                double[] expected = new double[groups];
                java.util.Arrays.fill(expected, base);
                for (int t = 0; t < trees.size(); t++) {
                    expected[info.get(t)] +=
                            (double) weights.get(t) * trees.get(t).answer(rows[row]);
                }
                for (int group = 0; group < groups; group++) {
                    assertThat((double) margins[row][group])
                            .as("seed %d, row %d, output %d", seed, row, group)
                            .isCloseTo(expected[group], within(1e-5));
                }
            }
        }
    }

    /** The forms of releases up to 3.0 and since. */
    private static String base(SplittableRandom random, float base, int groups) {
        return switch (random.nextInt(3)) {
            case 0 -> String.format(Locale.ROOT, "%E", base);
            case 1 -> "[" + String.join(",", java.util.Collections.nCopies(groups, base + "E0")) + "]";
            default -> Float.toString(base);
        };
    }

    private static String document(
            int groups, String base, boolean dart, List<Node> trees, List<Integer> info, List<Float> weights) {
        String model = "{\"tree_info\":" + info + ",\"trees\":"
                + trees.stream().map(RandomTreesPropertyTest::json).toList() + "}";
        String booster = dart
                ? "{\"name\":\"dart\",\"weight_drop\":" + weights + ",\"gbtree\":{\"model\":" + model + "}}"
                : "{\"model\":" + model + ",\"name\":\"gbtree\"}";
        return "{\"version\":[2,1,0],\"learner\":{\"objective\":{\"name\":\"reg:squarederror\"},"
                + "\"learner_model_param\":{\"num_target\":\"" + groups + "\",\"num_feature\":\"" + FEATURES
                + "\",\"num_class\":\"0\",\"base_score\":\"" + base + "\"},\"gradient_booster\":" + booster + "}}";
    }

    private static float[][] rows(SplittableRandom random) {
        float[][] rows = new float[50][FEATURES];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextInt(6) == 0 ? Float.NaN : random.nextInt(-5, 6) / 2f;
            }
        }
        return rows;
    }

    private static float[][] run(byte[] model, float[][] input) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(model, options);
                OnnxTensor tensor = OnnxTensor.createTensor(environment, input);
                OrtSession.Result result = session.run(Map.of("input", tensor))) {
            return (float[][]) result.get("margin").orElseThrow().getValue();
        }
    }
}
