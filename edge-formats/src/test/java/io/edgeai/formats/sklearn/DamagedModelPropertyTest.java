package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.edgeai.core.error.EdgeException;
import io.edgeai.formats.golden.Allowance;
import io.edgeai.formats.pickle.PickleLimits;
import io.edgeai.formats.pickle.PickleReader;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Models with flipped bits import or give one of the library's own errors. */
class DamagedModelPropertyTest {
    private static List<byte[]> models() {
        double[][] nodes = {{1, 2, 0, 0.3}, {-1, -1, -2, -2}, {-1, -1, -2, -2}};
        Object tree = Made.tree(
                "DecisionTreeClassifier", 2, 2, nodes, new double[][] {{1, 1}, {2, 0}, {0, 2}}, "classes_", new long[] {
                    0, 1
                });
        Object knn = Made.sk(
                "KNeighborsClassifier",
                "_fit_X",
                new double[][] {{0, 1}, {2, 3}, {1, 1}},
                "_y",
                new long[] {0, 1, 1},
                "classes_",
                new long[] {0, 1},
                "n_neighbors",
                2);
        Object svc = Made.sk(
                "SVC",
                "kernel",
                "rbf",
                "_gamma",
                0.5,
                "support_vectors_",
                new double[][] {{0, 1}, {1, 0}},
                "_dual_coef_",
                new double[][] {{1, -1}},
                "_intercept_",
                new double[] {0.1},
                "_n_support",
                new long[] {1, 1},
                "classes_",
                new long[] {0, 1});
        Object text = Made.sk("CountVectorizer", "vocabulary_", Map.of("a", 0, "b", 1));
        Object poly = Made.pipeline(
                "p", Made.sk("PolynomialFeatures", "degree", 2, "n_features_in_", 2),
                "b", Made.sk("KBinsDiscretizer", "bin_edges_", List.of(new double[] {0, 1, 2}), "encode", "onehot"));
        Object onehot = Made.sk(
                "OneHotEncoder",
                "categories_",
                List.of(Made.objects("x", "y"), Made.objects(1L, 2L)),
                "drop_idx_",
                Made.objects(0L, 1L));
        return List.of(tree, knn, svc, text, poly, onehot).stream()
                .map(Made::pickle)
                .toList();
    }

    @Test
    void bitsOfAnyModelMayFlip() {
        List<byte[]> models = models();
        int imported = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = models.get(random.nextInt(models.size())).clone();
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Allowance allowance = Allowance.start();
            try {
                SklearnImporter.convert(PickleReader.read(bytes, new PickleLimits(1 << 20, 10, 100_000, 100)));
                imported++;
            } catch (EdgeException e) {
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                fail("seed " + seed, e);
            }
            allowance.end("seed " + seed, bytes.length);
        }
        assertThat(imported).isBetween(100, 2900);
    }
}
