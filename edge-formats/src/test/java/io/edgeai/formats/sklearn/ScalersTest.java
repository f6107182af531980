package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalersTest {
    private static final double[][] ROWS = {{1, -2}, {4, 0.5}, {Double.NaN, 8}};
    private static final double[] SHIFT = {3, -1};
    private static final double[] SCALE = {2, 0.25};

    private static double[] expected(boolean shifts, boolean scales) {
        return Rows.map(ROWS, row -> new double[] {
            (row[0] - (shifts ? SHIFT[0] : 0)) / (scales ? SCALE[0] : 1),
            (row[1] - (shifts ? SHIFT[1] : 0)) / (scales ? SCALE[1] : 1)
        });
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void standardScalersDoWhatTheirOptionsSay(boolean mean, boolean deviation) {
        Object model = sk("StandardScaler")
                .with("with_mean", mean)
                .with("with_std", deviation)
                .with("mean_", SHIFT)
                .with("scale_", deviation ? SCALE : null)
                .with("n_features_in_", 2);
        assertThat(Asked.transform(model, ROWS)).isEqualTo(expected(mean, deviation));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void robustScalersDoWhatTheirOptionsSay(boolean centering, boolean scaling) {
        Object model = sk("RobustScaler")
                .with("with_centering", centering)
                .with("with_scaling", scaling)
                .with("center_", centering ? SHIFT : null)
                .with("scale_", scaling ? SCALE : null)
                .with("n_features_in_", 2);
        assertThat(Asked.transform(model, ROWS)).isEqualTo(expected(centering, scaling));
    }

    /** x * scale_ + min_, cut to the range only where asked; a missing value stays missing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void minMaxScalersClipWhereAsked(boolean clips) {
        Object model = sk("MinMaxScaler")
                .with("scale_", SCALE)
                .with("min_", SHIFT)
                .with("clip", clips)
                .with("feature_range", Made.tuple(-1, 2))
                .with("n_features_in_", 2);
        double[] plain = Rows.map(ROWS, row -> new double[] {row[0] * SCALE[0] + 3, row[1] * SCALE[1] - 1});
        double[] clipped =
                Arrays.stream(plain).map(v -> Math.min(Math.max(v, -1), 2)).toArray();
        assertThat(Asked.transform(model, ROWS)).isEqualTo(clips ? clipped : plain);
    }

    @Test
    void largestValuesDivide() {
        Object model = sk("MaxAbsScaler").with("scale_", SCALE).with("n_features_in_", 2);
        assertThat(Asked.transform(model, ROWS)).isEqualTo(expected(false, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"l1", "l2", "max"})
    void rowsAreDividedByTheirNorm(String norm) {
        double[][] rows = Rows.random(new Random(4), 6, 5);
        rows[2] = new double[5];
        Object model = sk("Normalizer").with("norm", norm).with("n_features_in_", 5);
        double[] expected = Rows.map(rows, row -> {
            double size =
                    switch (norm) {
                        case "l1" -> Arrays.stream(row).map(Math::abs).sum();
                        case "l2" -> Rows.norm(row);
                        default -> Arrays.stream(row).map(Math::abs).max().orElseThrow();
                    };
            return Arrays.stream(row).map(v -> size == 0 ? v : v / size).toArray();
        });
        assertThat(Asked.transform(model, rows)).containsExactly(expected, within(1e-15));
    }

    /** Since version 1.0, {@code _handle_zeros_in_scale} takes a norm below ten times the precision for zero. */
    @ParameterizedTest
    @CsvSource({"1.9.1, false", "1.0, false", "0.24.2, true"})
    void regressionTinyRowsStayAsTheyAreInNewVersions(String version, boolean divided) {
        Object model = sk("Normalizer").with("_sklearn_version", version).with("n_features_in_", 2);
        double[] answer = Asked.transform(model, new double[][] {{3e-16, 4e-16}, {3e-15, 4e-15}});
        double[] first = divided ? new double[] {0.6, 0.8} : new double[] {3e-16, 4e-16};
        assertThat(Arrays.copyOf(answer, 2)).containsExactly(first, within(1e-15 * (divided ? 1 : 1e-16)));
        assertThat(Arrays.copyOfRange(answer, 2, 4)).containsExactly(new double[] {0.6, 0.8}, within(1e-15));
    }

    @Test
    void otherNormsAreNamed() {
        assertThatThrownBy(() -> Asked.imported(sk("Normalizer").with("norm", "l3")))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Normalizer: norm = l3)");
    }

    /** Only values above the threshold become one; the threshold itself does not. */
    @ParameterizedTest
    @CsvSource({"0, '0 1 1'", "2, '0 0 1'", "-1, '0 1 1'"})
    void thresholdsMakeOnesAndZeros(double threshold, String expected) {
        Object model = sk("Binarizer").with("threshold", threshold).with("n_features_in_", 1);
        double[] answer = Asked.transform(model, new double[][] {{-1}, {2}, {3}});
        assertThat(answer)
                .isEqualTo(Arrays.stream(expected.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray());
    }

    /** Centering in feature space is the product with I - 1/n on both sides (Schölkopf, Smola and Müller 1998). */
    @Test
    void kernelsAreCenteredInFeatureSpace() {
        Random random = new Random(8);
        double[][] train = Rows.random(random, 5, 3);
        double[][] asked = Rows.random(random, 4, 3);
        double[] mean = new double[3];
        for (double[] row : train) {
            for (int f = 0; f < 3; f++) {
                mean[f] += row[f] / 5;
            }
        }
        double[][] gram = Arrays.stream(asked)
                .map(row ->
                        Arrays.stream(train).mapToDouble(t -> Rows.dot(row, t)).toArray())
                .toArray(double[][]::new);
        double[] columns = Arrays.stream(train)
                .mapToDouble(t ->
                        Arrays.stream(train).mapToDouble(s -> Rows.dot(s, t)).sum() / 5)
                .toArray();
        double all = Arrays.stream(columns).sum() / 5;
        Object model = sk("KernelCenterer")
                .with("K_fit_rows_", columns)
                .with("K_fit_all_", all)
                .with("n_features_in_", 5);
        double[] expected = Rows.map(asked, row -> Arrays.stream(train)
                .mapToDouble(t -> Rows.dot(minus(row, mean), minus(t, mean)))
                .toArray());
        assertThat(Asked.transform(model, gram)).containsExactly(expected, within(1e-14));
    }

    private static double[] minus(double[] a, double[] b) {
        double[] difference = new double[a.length];
        Arrays.setAll(difference, i -> a[i] - b[i]);
        return difference;
    }

    @ParameterizedTest
    @ValueSource(strings = {"StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler"})
    void scalersThatWereNotFittedAreNamed(String name) {
        assertThatThrownBy(() -> Asked.imported(sk(name).with("n_features_in_", 2)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Estimator (" + name + ")")
                .hasMessageContaining("Maybe it was not fitted");
    }
}
