package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Factorizations, topics and densities whose answers follow from a closed form. */
class FactorizationsTest {
    private static Made.Obj nmf(double[][] components) {
        return sk("NMF").with("components_", components).with("tol", 1e-12).with("max_iter", 500);
    }

    /** Components that share no column: each weight is a projection of its own, and never below 0. */
    @Test
    void apartComponentsAreProjectedOn() {
        double[][] components = {{2, 0, 1, 0}, {0, 3, 0, 0}};
        double[] answers = Asked.transform(nmf(components), new double[][] {{4, 6, 2, 9}, {1, 0, 0, 0}, {0, 0, 0, 0}});
        assertThat(answers).containsExactly(2, 2, 0.4, 0, 0, 0);
    }

    /** The penalty of a weight: columns times alpha, shared out between |w| and w². */
    @Test
    void penaltiesShrinkWeights() {
        Made.Obj model = nmf(new double[][] {{2, 1}}).with("alpha_W", 0.5).with("l1_ratio", 0.25);
        double absolute = 2 * 0.5 * 0.25;
        double square = 2 * 0.5 * 0.75;
        assertThat(Asked.transform(model, new double[] {3, 4})[0])
                .isCloseTo((3 * 2 + 4 - absolute) / (5 + square), within(1e-12));
    }

    /** Weights of both solvers reach the least squares where those are positive. */
    @Test
    void bothSolversReachTheLeastSquares() {
        double[][] components = {{3, 1, 0.5}, {1, 2, 0}};
        double[] wanted = {0.7, 1.9};
        double[] row = new double[3];
        for (int f = 0; f < 3; f++) {
            row[f] = wanted[0] * components[0][f] + wanted[1] * components[1][f];
        }
        for (String solver : List.of("cd", "mu")) {
            double[] found =
                    Asked.transform(nmf(components).with("solver", solver).with("max_iter", 5000), row);
            assertThat(found[0]).as(solver).isCloseTo(0.7, within(1e-4));
            assertThat(found[1]).as(solver).isCloseTo(1.9, within(1e-4));
        }
    }

    @ParameterizedTest
    @CsvSource({"solver, pg, solver = pg", "beta_loss, mine, beta_loss = mine"})
    void unknownOptionsAreNamed(String option, String value, String said) {
        Made.Obj model = nmf(new double[][] {{1, 1}}).with("solver", "mu").with(option, value);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(said);
    }

    @Test
    void whatIsDrawnAtRandomOrOfOldVersionsIsNamed() {
        assertThatThrownBy(() -> Asked.imported(nmf(new double[][] {{1, 1}}).with("shuffle", true)))
                .hasMessageContaining("shuffle = True");
        assertThatThrownBy(() -> Asked.imported(nmf(new double[][] {{1, 1}}).with("alpha", 0.1)))
                .hasMessageContaining("alpha = 0.1 of a version before 1.0");
    }

    @Test
    void oneTopicIsEveryRows() {
        Made.Obj model = sk("LatentDirichletAllocation")
                .with("n_features_in_", 2)
                .with("exp_dirichlet_component_", new double[][] {{0.2, 0.7}});
        assertThat(Asked.transform(model, new double[][] {{3, 1}, {0, 0}})).containsExactly(1, 1);
    }

    /** Words of one topic only: the other keeps its prior, the first has it and every word. */
    @Test
    void wordsOfOneTopicAreItsOwn() {
        Made.Obj model = sk("LatentDirichletAllocation")
                .with("n_features_in_", 2)
                .with("exp_dirichlet_component_", new double[][] {{0.5, 0}, {0, 0.5}})
                .with("doc_topic_prior_", 0.25);
        double[] shares = Asked.transform(model, new double[][] {{4, 0}, {0, 0}});
        assertThat(shares[0]).isCloseTo(4.25 / 4.5, within(1e-12));
        assertThat(shares[2]).isCloseTo(0.5, within(1e-12));
    }

    private static Made.Obj density(String kernel, double width, double[][] points) {
        Object distance = sk("EuclideanDistance64");
        Object state = Made.tuple(points, new long[] {0}, new long[] {0}, 0, 40, 1, 1, 0, 0, 0, 0, distance, null);
        return sk("KernelDensity")
                .with("kernel", kernel)
                .with("n_features_in_", points[0].length)
                .with("bandwidth_", width)
                .with("tree_", new Made.Obj("sklearn.neighbors._kd_tree", "KDTree", List.of(), Map.of("", state)));
    }

    /** A density whose only point is at 0; its volume is 1, so a sum over a fine grid is as well. */
    @ParameterizedTest
    @CsvSource({"gaussian, 12", "tophat, 3", "epanechnikov, 3", "exponential, 40", "linear, 3", "cosine, 3"})
    void densitiesHaveAVolumeOfOne(String kernel, double reach) {
        int steps = 4000;
        double[][] grid = new double[steps][1];
        for (int i = 0; i < steps; i++) {
            grid[i][0] = reach * (2.0 * i / steps - 1) + reach / steps;
        }
        double[] logs = Asked.doubles(density(kernel, 1.3, new double[][] {{0}}), "score_samples", grid);
        double volume = 0;
        for (double log : logs) {
            volume += Math.exp(log) * 2 * reach / steps;
        }
        assertThat(volume).isCloseTo(1, within(2e-3));
    }

    @Test
    void farFromEveryPointThereIsNothing() {
        double[][] far = {{9, 9}};
        assertThat(Asked.doubles(density("tophat", 1, new double[][] {{0, 0}}), "score_samples", far)[0])
                .isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Asked.doubles(density("gaussian", 1, new double[][] {{0, 0}}), "score_samples", far)[0])
                .isCloseTo(-81 - Math.log(2 * Math.PI), within(1e-12));
    }

    @Test
    void aTreeWithoutPointsIsRefused() {
        Made.Obj model = sk("KernelDensity").with("tree_", sk("KDTree")).with("n_features_in_", 1);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("a tree without points");
    }
}
