package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreesTest {
    private static final double[][] STUMP = {{1, 2, 0, 0.3}, {-1, -1, -2, -2}, {-1, -1, -2, -2}};

    /** 0.3 as a float is above the double 0.3; scikit-learn compares the float of x with the double threshold. */
    @Test
    void rowsAreFloatsAndThresholdsAreDoubles() {
        Object stump = Made.tree("DecisionTreeRegressor", 1, 1, STUMP, new double[][] {{0}, {-1}, {1}});
        double[][] rows = {{0.3}, {(double) 0.3f}, {Math.nextDown(0.3f)}, {0.299999999}};
        assertThat(Asked.doubles(stump, "predict", rows)).containsExactly(1, 1, -1, 1);
        assertThat((float) 0.299999999).as("the same float as 0.3").isEqualTo(0.3f);
    }

    @Test
    void countsAndFractionsAreBothProbabilities() {
        double[][] counts = {{4, 4}, {3, 1}, {1, 3}};
        double[][] fractions = {{0.5, 0.5}, {0.75, 0.25}, {0.25, 0.75}};
        for (double[][] values : List.of(counts, fractions)) {
            Object stump = Made.tree("DecisionTreeClassifier", 1, 2, STUMP, values, "classes_", Made.objects("a", "b"));
            Map<String, Tensor> answers = Asked.all(stump, new double[][] {{0}, {1}});
            assertThat(answers.get("predict").strings()).containsExactly("a", "b");
            assertThat(answers.get("predict_proba").doubles()).containsExactly(0.75, 0.25, 0.25, 0.75);
        }
    }

    @Test
    void aTreeOfOneLeafAnswersAlways() {
        Object leaf =
                Made.tree("DecisionTreeRegressor", 2, 1, new double[][] {{-1, -1, -2, -2}}, new double[][] {{2.5}});
        assertThat(Asked.doubles(leaf, "predict", new double[][] {{1, Double.NaN}, {-9, 2}}))
                .containsExactly(2.5, 2.5);
    }

    /** Two classes equally likely: the sums must be equal to the last bit so that the first class wins. */
    @Test
    void tiesOfAForestFallToTheFirstClass() {
        double[][] leaf = {{-1, -1, -2, -2}};
        List<Object> trees = new ArrayList<>();
        double[][] shares = {{0.1, 0.9}, {0.9, 0.1}, {0.7, 0.3}, {0.3, 0.7}, {0.2, 0.8}, {0.8, 0.2}};
        double first = 0;
        double second = 0;
        for (double[] share : shares) {
            trees.add(Made.tree("DecisionTreeClassifier", 1, 2, leaf, new double[][] {share}));
            first += share[0];
            second += share[1];
        }
        Object forest = sk("RandomForestClassifier", "estimators_", trees, "classes_", new long[] {7, 8});
        Map<String, Tensor> answers = Asked.all(forest, new double[][] {{0}});
        assertThat(answers.get("predict_proba").doubles()).containsExactly(first / 6, second / 6);
        assertThat(answers.get("predict").longs()).containsExactly(first >= second ? 7 : 8);
    }

    @Test
    void nodesThatLeadBackwardsAreRefused() {
        double[][] circle = {{1, 2, 0, 0.5}, {0, 2, 0, 0.1}, {-1, -1, -2, -2}};
        Object tree = Made.tree("DecisionTreeRegressor", 1, 1, circle, new double[][] {{0}, {0}, {0}});
        assertThatThrownBy(() -> Asked.imported(tree))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Node (1)");
    }

    /** Random forests against a walk through their nodes. */
    @Test
    void randomForestsAnswerAsTheirNodesDo() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int features = 1 + random.nextInt(5);
            int classes = 2 + random.nextInt(3);
            List<Object> trees = new ArrayList<>();
            List<double[][]> structures = new ArrayList<>();
            List<double[][]> contents = new ArrayList<>();
            for (int t = 0; t < 1 + random.nextInt(7); t++) {
                double[][] nodes = randomTree(random, features);
                double[][] values = new double[nodes.length][classes];
                for (double[] value : values) {
                    for (int k = 0; k < classes; k++) {
                        value[k] = 1 + random.nextInt(20);
                    }
                }
                structures.add(nodes);
                contents.add(values);
                trees.add(Made.tree("DecisionTreeClassifier", features, classes, nodes, values));
            }
            long[] labels = new long[classes];
            java.util.Arrays.setAll(labels, k -> 10L * k);
            Object forest = sk("ExtraTreesClassifier", "estimators_", trees, "classes_", labels);
            double[][] rows = new double[17][features];
            for (double[] row : rows) {
                for (int f = 0; f < features; f++) {
                    row[f] = random.nextInt(3) == 0 ? random.nextInt(5) : random.nextGaussian() * 2;
                }
            }
            double[] expected = new double[rows.length * classes];
            for (int r = 0; r < rows.length; r++) {
                for (int t = 0; t < trees.size(); t++) {
                    double[] leaf = contents.get(t)[walk(structures.get(t), rows[r])];
                    double sum = java.util.Arrays.stream(leaf).sum();
                    for (int k = 0; k < classes; k++) {
                        expected[r * classes + k] += leaf[k] / sum;
                    }
                }
            }
            for (int i = 0; i < expected.length; i++) {
                expected[i] /= trees.size();
            }
            assertThat(Asked.doubles(forest, "predict_proba", rows))
                    .as("seed " + seed)
                    .containsExactly(expected);
        }
    }

    private static double[][] randomTree(Random random, int features) {
        List<double[]> nodes = new ArrayList<>();
        grow(nodes, random, features, 0);
        return nodes.toArray(double[][]::new);
    }

    private static int grow(List<double[]> nodes, Random random, int features, int depth) {
        int own = nodes.size();
        nodes.add(new double[] {-1, -1, -2, -2});
        if (depth < 5 && random.nextInt(4) > 0) {
            double threshold = random.nextBoolean() ? random.nextInt(5) : random.nextGaussian();
            int feature = random.nextInt(features);
            double left = grow(nodes, random, features, depth + 1);
            double right = grow(nodes, random, features, depth + 1);
            nodes.set(own, new double[] {left, right, feature, threshold});
        }
        return own;
    }

    private static int walk(double[][] nodes, double[] row) {
        int at = 0;
        while (nodes[at][0] >= 0) {
            at = (int) ((float) row[(int) nodes[at][2]] <= nodes[at][3] ? nodes[at][0] : nodes[at][1]);
        }
        return at;
    }
}
