package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels by their formulas, in each of the models that use them. */
class KernelModelsTest {
    private static final double[][] POINTS = Rows.random(new Random(31), 5, 3);
    private static final double[][] ASKED = Rows.random(new Random(32), 6, 3);
    private static final double[] WEIGHTS = {0.5, -1, 2, 0.25, -0.75};

    /** A kernel of two rows. */
    interface Kernel extends ToDoubleBiFunction<double[], double[]> {}

    private static double[] sums(Kernel kernel) {
        return Rows.each(ASKED, row -> IntStream.range(0, 5)
                .mapToDouble(i -> WEIGHTS[i] * kernel.applyAsDouble(row, POINTS[i]))
                .sum());
    }

    private static double distance(double[] a, double[] b) {
        return Math.sqrt(Rows.squaredDistance(a, b));
    }

    private static double[] scaled(double[] a) {
        return new double[] {a[0], a[1] / 2, a[2] / 3};
    }

    private static Made.Obj matern(double nu) {
        return sk("Matern").with("nu", nu).with("length_scale", 1.5);
    }

    static Stream<Arguments> processKernels() {
        double root3 = Math.sqrt(3) / 1.5;
        double root5 = Math.sqrt(5) / 1.5;
        Kernel rbf = (a, b) -> Math.exp(-Rows.squaredDistance(a, b) / (2 * 1.5 * 1.5));
        Made.Obj plain = sk("RBF").with("length_scale", 1.5);
        Kernel dot = (a, b) -> 0.25 + Rows.dot(a, b);
        Made.Obj product = sk("DotProduct").with("sigma_0", 0.5);
        Made.Obj constant = sk("ConstantKernel").with("constant_value", 3.0);
        Made.Obj square = sk("Exponentiation").with("kernel", product).with("exponent", 2.0);
        return Stream.of(
                Arguments.of("RBF", plain, rbf),
                Arguments.of("RBF by column", sk("RBF").with("length_scale", new double[] {1, 2, 3}), (Kernel)
                        (a, b) -> Math.exp(-Rows.squaredDistance(scaled(a), scaled(b)) / 2)),
                Arguments.of("Matern 1/2", matern(0.5), (Kernel) (a, b) -> Math.exp(-distance(a, b) / 1.5)),
                Arguments.of("Matern 3/2", matern(1.5), (Kernel)
                        (a, b) -> (1 + root3 * distance(a, b)) * Math.exp(-root3 * distance(a, b))),
                Arguments.of("Matern 5/2", matern(2.5), (Kernel) (a, b) -> {
                    double k = root5 * distance(a, b);
                    return (1 + k + k * k / 3) * Math.exp(-k);
                }),
                Arguments.of("Matern smooth", matern(Double.POSITIVE_INFINITY), rbf),
                Arguments.of(
                        "RationalQuadratic",
                        sk("RationalQuadratic").with("alpha", 0.7).with("length_scale", 1.5),
                        (Kernel) (a, b) -> Math.pow(1 + Rows.squaredDistance(a, b) / (2 * 0.7 * 2.25), -0.7)),
                Arguments.of(
                        "ExpSineSquared",
                        sk("ExpSineSquared").with("periodicity", 1.7).with("length_scale", 0.8),
                        (Kernel) (a, b) -> Math.exp(-2 * Math.pow(Math.sin(Math.PI * distance(a, b) / 1.7) / 0.8, 2))),
                Arguments.of("DotProduct", product, dot),
                Arguments.of("Constant", constant, (Kernel) (a, b) -> 3),
                Arguments.of("White", sk("WhiteKernel").with("noise_level", 9.0), (Kernel) (a, b) -> 0),
                Arguments.of("Exponentiation", square, (Kernel) (a, b) -> Math.pow(dot.applyAsDouble(a, b), 2)),
                Arguments.of(
                        "Sum of a product",
                        sk("Sum")
                                .with("k1", sk("Product").with("k1", constant).with("k2", plain))
                                .with("k2", product),
                        (Kernel) (a, b) -> 3 * rbf.applyAsDouble(a, b) + dot.applyAsDouble(a, b)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("processKernels")
    void processesPredictTheMeanOfTheirKernel(String name, Made.Obj kernel, Kernel formula) {
        Made.Obj model = sk("GaussianProcessRegressor")
                .with("kernel_", kernel)
                .with("X_train_", POINTS)
                .with("alpha_", WEIGHTS)
                .with("_y_train_mean", 10.0)
                .with("_y_train_std", 2.0);
        double[] expected = Arrays.stream(sums(formula)).map(s -> 10 + 2 * s).toArray();
        assertThat(Asked.predict(model, ASKED)).as(name).containsExactly(expected, within(1e-12));
    }

    @Test
    void processesOfSeveralTargets() {
        Object model = sk("GaussianProcessRegressor")
                .with("kernel_", sk("DotProduct").with("sigma_0", 0.0))
                .with("X_train_", new double[][] {{1}, {2}})
                .with("alpha_", new double[][] {{1, 0}, {0, 3}})
                .with("_y_train_mean", new double[] {5, 0})
                .with("_y_train_std", new double[] {1, 10});
        Tensor answer = Asked.all(model, new double[][] {{2}, {-1}}).get("predict");
        assertThat(answer.shape()).containsExactly(2, 2);
        assertThat(answer.doubles()).containsExactly(7, 120, 4, -60);
    }

    @Test
    void kernelsThatAreNotConvertedAreNamed() {
        Made.Obj model = sk("GaussianProcessRegressor").with("X_train_", POINTS).with("alpha_", WEIGHTS);
        Map<String, Made.Obj> refused = Map.of(
                "Matern nu = 0.7", matern(0.7),
                "kernel PairwiseKernel", sk("PairwiseKernel"),
                "kernel CompoundKernel", sk("CompoundKernel"));
        for (Map.Entry<String, Made.Obj> entry : refused.entrySet()) {
            assertThatThrownBy(() -> Asked.imported(model.with("kernel_", entry.getValue())))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining(entry.getKey());
        }
        Made.Obj wrong = sk("RBF").with("length_scale", new double[] {1, 2});
        assertThatThrownBy(() -> Asked.imported(model.with("kernel_", wrong)))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("(2) length scales for 3 columns");
    }

    /** {@code sklearn.metrics.pairwise} with gamma 0.4 and coef0 0.3, or the defaults 1/columns and 1. */
    private static Kernel pairwise(String name, double gamma, double coef0, double degree) {
        return switch (name) {
            case "linear" -> Rows::dot;
            case "poly", "polynomial" -> (a, b) -> Math.pow(gamma * Rows.dot(a, b) + coef0, degree);
            case "rbf" -> (a, b) -> Math.exp(-gamma * Rows.squaredDistance(a, b));
            case "sigmoid" -> (a, b) -> Math.tanh(gamma * Rows.dot(a, b) + coef0);
            case "laplacian" ->
                (a, b) -> Math.exp(-gamma
                        * IntStream.range(0, 3)
                                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                                .sum());
            default -> (a, b) -> Rows.dot(a, b) / Rows.norm(a) / Rows.norm(b);
        };
    }

    @ParameterizedTest
    @CsvSource({"linear, 3", "poly, 2", "polynomial, 3", "poly, 0", "rbf, 3", "sigmoid, 3", "laplacian, 3", "cosine, 3"
    })
    void ridgesUseAnyPairwiseKernel(String kernel, double degree) {
        Made.Obj model = sk("KernelRidge")
                .with("X_fit_", POINTS)
                .with("dual_coef_", WEIGHTS)
                .with("kernel", kernel)
                .with("degree", degree);
        assertThat(Asked.predict(model.with("gamma", 0.4).with("coef0", 0.3), ASKED))
                .containsExactly(sums(pairwise(kernel, 0.4, 0.3, degree)), within(1e-12));
        assertThat(Asked.predict(model, ASKED))
                .as("defaults")
                .containsExactly(sums(pairwise(kernel, 1 / 3.0, 1, degree)), within(1e-12));
    }

    /** A power that is no whole number needs values above zero. */
    @Test
    void powersNeedNotBeWhole() {
        double[][] points = {{1, 2, 3}};
        Object model = sk("KernelRidge")
                .with("X_fit_", points)
                .with("dual_coef_", new double[] {2})
                .with("kernel", "poly")
                .with("gamma", 1.0)
                .with("degree", 2.5);
        assertThat(Asked.predict(model, new double[] {1, 1, 1})[0]).isCloseTo(2 * Math.pow(7, 2.5), within(1e-11));
    }

    @ParameterizedTest
    @CsvSource({"eigenvalues_, eigenvectors_", "lambdas_, alphas_"})
    void componentsOfAKernelAreScaledByTheRootOfTheirValue(String values, String vectors) {
        double[] columns = {0.1, 0.2, 0.3, 0.4, 0.5};
        double[][] axes = Rows.random(new Random(33), 5, 3);
        Object model = sk("KernelPCA")
                .with("X_fit_", POINTS)
                .with("kernel", "rbf")
                .with("gamma_", 0.4)
                .with("gamma", 99.0)
                .with(
                        "_centerer",
                        sk("KernelCenterer").with("K_fit_rows_", columns).with("K_fit_all_", 0.25))
                .with(values, new double[] {4, 0.25, 0})
                .with(vectors, axes);
        Kernel kernel = pairwise("rbf", 0.4, 1, 3);
        double[] expected = Rows.map(ASKED, row -> {
            double[] own = Arrays.stream(POINTS)
                    .mapToDouble(p -> kernel.applyAsDouble(row, p))
                    .toArray();
            double mean = Arrays.stream(own).average().orElseThrow();
            double[] scores = new double[3];
            for (int i = 0; i < 5; i++) {
                double centered = own[i] - columns[i] - mean + 0.25;
                scores[0] += centered * axes[i][0] / 2;
                scores[1] += centered * axes[i][1] / 0.5;
            }
            return scores;
        });
        assertThat(Asked.transform(model, ASKED)).containsExactly(expected, within(1e-13));
    }

    @ParameterizedTest
    @CsvSource({"rbf", "laplacian", "cosine", "sigmoid", "linear"})
    void nystroemMapsThroughItsBasis(String kernel) {
        double[][] normalization = Rows.random(new Random(34), 5, 5);
        Object model = sk("Nystroem")
                .with("components_", POINTS)
                .with("normalization_", normalization)
                .with("kernel", kernel)
                .with("gamma", 0.4)
                .with("coef0", 0.3);
        Kernel formula = pairwise(kernel, 0.4, 0.3, 3);
        double[] expected = Rows.map(ASKED, row -> IntStream.range(0, 5)
                .mapToDouble(k -> IntStream.range(0, 5)
                        .mapToDouble(i -> formula.applyAsDouble(row, POINTS[i]) * normalization[k][i])
                        .sum())
                .toArray());
        assertThat(Asked.transform(model, ASKED)).containsExactly(expected, within(1e-12));
    }

    @Test
    void kernelsWithoutTheirParametersAreNamed() {
        Made.Obj model = sk("Nystroem").with("components_", POINTS).with("normalization_", new double[5][5]);
        assertThatThrownBy(() -> Asked.imported(model.with("kernel", "polynomial")))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("kernel = polynomial without coef0");
        assertThatThrownBy(() -> Asked.imported(model.with("kernel", "chi2"))).hasMessageContaining("kernel = chi2");
    }

    /** Rahimi and Recht 2007: sqrt(2/D) cos(x w + b). */
    @Test
    void randomFeaturesAreCosines() {
        double[][] weights = Rows.random(new Random(35), 3, 4);
        double[] offsets = {0, 1, 3, 6};
        Object model = sk("RBFSampler")
                .with("random_weights_", weights)
                .with("random_offset_", offsets)
                .with("n_features_in_", 3);
        double[] expected = Rows.map(ASKED, row -> IntStream.range(0, 4)
                .mapToDouble(k -> Math.sqrt(0.5)
                        * Math.cos(
                                row[0] * weights[0][k] + row[1] * weights[1][k] + row[2] * weights[2][k] + offsets[k]))
                .toArray());
        assertThat(Asked.transform(model, ASKED)).containsExactly(expected, within(1e-14));
    }
}
