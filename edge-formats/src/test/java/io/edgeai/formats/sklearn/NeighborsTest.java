package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.ModelFormatException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NeighborsTest {
    @Test
    void votesAreThoseOfTheNearestRows() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int columns = seed % 5 == 4 ? 70 : 1 + random.nextInt(4);
            double[][] points = rows(random, 30, columns);
            double[][] asked = rows(random, 9, columns);
            long[] classes =
                    IntStream.range(0, 30).mapToLong(i -> random.nextInt(3)).toArray();
            int k = 1 + random.nextInt(8);
            Object model = sk(
                    "KNeighborsClassifier",
                    "_fit_X",
                    points,
                    "_y",
                    classes,
                    "classes_",
                    new long[] {0, 1, 2},
                    "n_neighbors",
                    k,
                    "weights",
                    seed % 2 == 0 ? "uniform" : "distance",
                    "effective_metric_",
                    "euclidean");
            double[] proba = Asked.doubles(model, "predict_proba", asked);
            for (int r = 0; r < asked.length; r++) {
                double[] row = asked[r];
                int[] order = IntStream.range(0, 30)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> distance(points[i], row)))
                        .mapToInt(Integer::intValue)
                        .toArray();
                double[] votes = new double[3];
                for (int i = 0; i < k; i++) {
                    votes[(int) classes[order[i]]] += seed % 2 == 0 ? 1 : 1 / distance(points[order[i]], row);
                }
                double sum = Arrays.stream(votes).sum();
                for (int c = 0; c < 3; c++) {
                    assertThat(proba[3 * r + c])
                            .as("seed " + seed + " row " + r)
                            .isCloseTo(votes[c] / sum, within(1e-9));
                }
            }
        }
    }

    private static double[][] rows(Random random, int count, int columns) {
        double[][] rows = new double[count][columns];
        for (double[] row : rows) {
            Arrays.setAll(row, f -> random.nextGaussian() * 3 + 5);
        }
        return rows;
    }

    private static double distance(double[] a, double[] b) {
        return Math.sqrt(IntStream.range(0, a.length)
                .mapToDouble(f -> (a[f] - b[f]) * (a[f] - b[f]))
                .sum());
    }

    @Test
    void aRowOfTheTrainingSetOutweighsAllOthers() {
        Object model = sk(
                "KNeighborsRegressor",
                "_fit_X",
                new double[][] {{0}, {1}, {5}},
                "_y",
                new double[] {10, 20, 90},
                "n_neighbors",
                2,
                "weights",
                "distance",
                "effective_metric_",
                "euclidean");
        assertThat(Asked.doubles(model, "predict", new double[][] {{1}, {0.5}})).containsExactly(20, 15);
    }

    @Test
    void moreNeighboursThanRowsAreRefused() {
        Object model =
                sk("KNeighborsRegressor", "_fit_X", new double[][] {{0}}, "_y", new double[] {1}, "n_neighbors", 2);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(2) neighbours of 1 rows");
    }
}
