package io.edgeai.formats.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.formats.xgboost.Boosters.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random trees with sets of categories, against XGBoost's rule written out: a whole code in the set goes right. */
class CategoricalTreesPropertyTest {
    private static final int FEATURES = 3;
    private static final int CODES = 12;

    @TempDir
    Path folder;

    /** A node by hand: a leaf without sides; {@code set} null compares with {@code value}. */
    private record Split(int feature, BitSet set, float value, boolean missingLeft, Split left, Split right) {
        double answer(float[] row) {
            if (left == null) {
                return value;
            }
            float x = row[feature];
            if (Float.isNaN(x)) {
                return (missingLeft ? left : right).answer(row);
            }
            boolean goesRight = set == null ? !(x < value) : x >= 0 && x < 1 << 24 && set.get((int) x);
            return (goesRight ? right : left).answer(row);
        }
    }

    /** Feature 0 is a number, the others are categories. */
    private static Split grow(SplittableRandom random, int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return new Split(0, null, (float) random.nextDouble(-1, 1), false, null, null);
        }
        int feature = random.nextInt(FEATURES);
        BitSet set = new BitSet();
        for (int code = 0; code < CODES; code++) {
            set.set(code, random.nextInt(3) == 0);
        }
        return new Split(
                feature,
                feature == 0 ? null : random.nextInt(8) == 0 ? new BitSet() : set,
                random.nextInt(-4, 5) / 2f,
                random.nextBoolean(),
                grow(random, depth - 1),
                grow(random, depth - 1));
    }

    private static ObjectNode model(List<Split> roots) {
        List<Node> stumps = new ArrayList<>();
        roots.forEach(root -> stumps.add(Node.leaf(0)));
        ObjectNode model = Boosters.model("reg:squarederror", "0.25", FEATURES, 1, stumps);
        ArrayNode trees = (ArrayNode) model.at("/learner/gradient_booster/model/trees");
        for (int t = 0; t < roots.size(); t++) {
            trees.set(t, tree(roots.get(t)));
        }
        return model;
    }

    private static ObjectNode tree(Split root) {
        List<Split> nodes = new ArrayList<>(List.of(root));
        ObjectNode json = Boosters.JSON.createObjectNode();
        for (String field : List.of(
                "left_children",
                "right_children",
                "split_indices",
                "split_conditions",
                "default_left",
                "categories",
                "categories_nodes",
                "categories_segments",
                "categories_sizes")) {
            json.putArray(field);
        }
        for (int i = 0; i < nodes.size(); i++) {
            Split node = nodes.get(i);
            boolean leaf = node.left() == null;
            json.withArray("left_children").add(leaf ? -1 : nodes.size());
            json.withArray("right_children").add(leaf ? -1 : nodes.size() + 1);
            json.withArray("split_indices").add(node.feature());
            json.withArray("split_conditions").add(node.value());
            json.withArray("default_left").add(node.missingLeft() ? 1 : 0);
            if (node.set() != null) {
                json.withArray("categories_nodes").add(i);
                json.withArray("categories_segments").add(json.get("categories").size());
                json.withArray("categories_sizes").add(node.set().cardinality());
                node.set().stream().forEach(json.withArray("categories")::add);
            }
            if (!leaf) {
                nodes.add(node.left());
                nodes.add(node.right());
            }
        }
        json.putObject("tree_param").put("size_leaf_vector", "1");
        return json;
    }

    private static float code(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> Float.NaN;
            case 1 -> -1 - random.nextInt(3);
            case 2 -> random.nextInt(CODES) + 0.75f;
            case 3 -> -0.25f;
            case 4 -> random.nextBoolean() ? 1e9f : CODES + 5;
            default -> random.nextInt(CODES);
        };
    }

    @Test
    void setsSendTheirMembersRight() throws IOException, OrtException {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Split> roots = new ArrayList<>();
            for (int t = 0; t < 1 + random.nextInt(5); t++) {
                roots.add(grow(random, 1 + random.nextInt(5)));
            }
            Path file = Files.write(folder.resolve("m" + seed), Boosters.json(model(roots)));
            float[][] rows = new float[50][];
            for (int r = 0; r < rows.length; r++) {
                rows[r] = new float[] {random.nextInt(-4, 5) / 2f, code(random), code(random)};
            }

            float[][] margins = Boosters.run(file, "margin", rows);

            for (int r = 0; r < rows.length; r++) {
                float[] row = rows[r];
                double expected = 0.25
                        + roots.stream().mapToDouble(root -> root.answer(row)).sum();
                assertThat((double) margins[r][0])
                        .as("seed %d, row %d %s", seed, r, java.util.Arrays.toString(row))
                        .isCloseTo(expected, within(1e-5));
            }
        }
    }
}
