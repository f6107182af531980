package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns made of columns: products, B-splines, bins. */
class BasesTest {
    private static void products(List<int[]> terms, int[] chosen, int from, int width, int degree, boolean distinct) {
        if (chosen.length == degree) {
            terms.add(chosen);
            return;
        }
        for (int i = from; i < width; i++) {
            int[] longer = Arrays.copyOf(chosen, chosen.length + 1);
            longer[chosen.length] = i;
            products(terms, longer, distinct ? i + 1 : i, width, degree, distinct);
        }
    }

    /** {@code itertools.combinations(_with_replacement)} of each degree in turn. */
    @ParameterizedTest
    @CsvSource({
        "0, 2, false, true",
        "0, 3, true, true",
        "2, 3, false, false",
        "1, 1, false, false",
        "3, 3, true, true",
        "0, 4, false, false"
    })
    void polynomialsAreTheProductsOfEachDegree(int low, int high, boolean distinct, boolean bias) {
        double[][] rows = Rows.random(new Random(high), 4, 3);
        Made.Obj model = sk("PolynomialFeatures")
                .with("degree", low == 0 ? high : (Object) Made.tuple(low, high))
                .with("interaction_only", distinct)
                .with("include_bias", bias)
                .with("n_features_in_", 3);
        List<int[]> terms = new ArrayList<>();
        if (bias) {
            terms.add(new int[0]);
        }
        for (int degree = Math.max(1, low); degree <= high; degree++) {
            products(terms, new int[0], 0, 3, degree, distinct);
        }
        double[] expected = Rows.map(rows, row -> terms.stream()
                .mapToDouble(
                        term -> Arrays.stream(term).mapToDouble(i -> row[i]).reduce(1, (a, b) -> a * b))
                .toArray());
        assertThat(Asked.transform(model, rows)).containsExactly(expected, within(1e-13));
    }

    @Test
    void infiniteValuesLeaveTheOtherColumnsAlone() {
        Object model = sk("PolynomialFeatures")
                .with("degree", 2)
                .with("n_input_features_", 2)
                .with("n_features_in_", 2);
        assertThat(Asked.transform(model, new double[] {Double.POSITIVE_INFINITY, 3}))
                .containsExactly(1, Double.POSITIVE_INFINITY, 3, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 9);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33})
    void impossibleDegreesAreNamed(int degree) {
        Object model = sk("PolynomialFeatures").with("degree", degree).with("n_features_in_", 2);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("degree = 0 to " + degree);
    }

    @Test
    void tooManyTermsAreRefusedBeforeTheyAreListed() {
        Object model = sk("PolynomialFeatures").with("degree", 20).with("n_features_in_", 40);
        assertThatThrownBy(() -> Asked.imported(model)).hasMessageContaining("more than 100000 polynomial terms");
    }

    private static final double[] KNOTS = {-3, -2, -1, 0, 0.5, 1.25, 2, 3, 4, 5};

    private static Made.Obj spline(double[] knots, int degree, String extrapolation) {
        Object basis = Made.of("scipy.interpolate._bsplines", "BSpline", "_t", knots, "k", degree);
        return sk("SplineTransformer")
                .with("bsplines_", List.of(basis))
                .with("degree", degree)
                .with("extrapolation", extrapolation);
    }

    /** De Boor's recurrence: N(i,0) is one on its piece, N(i,p) weighs two of the degree below. */
    private static double basis(double[] t, int i, int p, double x) {
        if (p == 0) {
            return t[i] <= x && x < t[i + 1] ? 1 : 0;
        }
        return (x - t[i]) / (t[i + p] - t[i]) * basis(t, i, p - 1, x)
                + (t[i + p + 1] - x) / (t[i + p + 1] - t[i + 1]) * basis(t, i + 1, p - 1, x);
    }

    private static double[] bases(int degree, double x) {
        double[] values = new double[KNOTS.length - degree - 1];
        Arrays.setAll(values, i -> basis(KNOTS, i, degree, x));
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void splinesWithinTheirEndsFollowTheRecurrence(int degree) {
        double low = KNOTS[degree];
        double high = KNOTS[KNOTS.length - 1 - degree];
        double[][] rows = new double[25][1];
        Arrays.setAll(rows, i -> new double[] {low + (high - low) * i / 25.0});
        double[] expected = Rows.map(rows, row -> bases(degree, row[0]));
        for (String how : List.of("constant", "linear", "continue", "error")) {
            assertThat(Asked.transform(spline(KNOTS, degree, how), rows))
                    .as(how)
                    .containsExactly(expected, within(1e-14));
        }
    }

    /** Beyond an end: its value, its straight line, its polynomial, or no number where scikit-learn raises. */
    @Test
    void splinesBeyondTheirEnds() {
        double high = KNOTS[KNOTS.length - 3];
        double step = 0.25;
        double[] end = bases(2, high - 1e-13);
        double[] before = bases(2, high - 2 * step);
        double[] middle = bases(2, high - step);
        double[] constant = Asked.transform(spline(KNOTS, 2, "constant"), new double[] {high + 2});
        assertThat(constant).containsExactly(end, within(1e-12));
        double[] linear = Asked.transform(spline(KNOTS, 2, "linear"), new double[] {high + 2});
        double[] going = Asked.transform(spline(KNOTS, 2, "continue"), new double[] {high + 2});
        for (int i = 0; i < end.length; i++) {
            double curve = (end[i] - 2 * middle[i] + before[i]) / step / step;
            double slope = (3 * end[i] - 4 * middle[i] + before[i]) / (2 * step);
            assertThat(linear[i]).isCloseTo(end[i] + 2 * slope, within(1e-10));
            assertThat(going[i]).isCloseTo(end[i] + 2 * slope + 2 * curve, within(1e-10));
        }
        double sum = Arrays.stream(going).sum();
        assertThat(sum).as("bases add up to one").isCloseTo(1, within(1e-12));
    }

    @Test
    void regressionSplinesThatMayNotLeaveTheirEndsAreNotANumberThere() {
        double[] answer = Asked.transform(spline(KNOTS, 2, "error"), new double[][] {{-1.5}, {0.25}, {9}});
        int width = KNOTS.length - 3;
        assertThat(answer[0]).isNaN();
        assertThat(Arrays.copyOfRange(answer, width, 2 * width)).containsExactly(bases(2, 0.25), within(1e-14));
        assertThat(answer[2 * width]).isNaN();
    }

    @Test
    void periodicSplinesRepeat() {
        double[] even = {-2, -1, 0, 1, 2, 3, 4, 5, 6};
        Made.Obj model = spline(even, 2, "periodic");
        double[] answer = Asked.transform(model, new double[][] {{0.75}, {4.75}, {-7.25}});
        int width = answer.length / 3;
        assertThat(width).as("as many bases as pieces").isEqualTo(4);
        for (int i = 0; i < width; i++) {
            assertThat(answer[width + i]).isCloseTo(answer[i], within(1e-14));
            assertThat(answer[2 * width + i]).isCloseTo(answer[i], within(1e-14));
        }
        double[] without = Asked.transform(model.with("include_bias", false), new double[][] {{0.75}});
        assertThat(without).containsExactly(Arrays.copyOf(answer, 3));
    }

    @Test
    void splinesOfOtherFormsAreRefused() {
        Made.Obj none =
                sk("SplineTransformer").with("bsplines_", List.of("spline")).with("degree", 2);
        assertThatThrownBy(() -> Asked.imported(none)).hasMessageContaining("splines saved in another form");
        assertThatThrownBy(() -> Asked.imported(spline(new double[] {0, 1, 2}, 2, "constant")))
                .hasMessageContaining("degree = 2 with (3) knots");
        assertThatThrownBy(() -> Asked.imported(spline(KNOTS, 2, "mirror")))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("extrapolation = mirror");
    }

    private static Made.Obj bins(String encode) {
        return sk("KBinsDiscretizer")
                .with("bin_edges_", List.of(new double[] {0, 1, 2.5, 4}, new double[] {5, 6}))
                .with("encode", encode);
    }

    /** {@code searchsorted(edges[1:-1], x, side="right")}: an edge belongs to the bin above it. */
    @Test
    void binsAreCountedOrMarked() {
        double[][] rows = {{-9, 5}, {1, 99}, {2.4999999, 0}, {2.5, 5.5}, {4, 6}};
        assertThat(Asked.transform(bins("ordinal"), rows)).containsExactly(0, 0, 1, 0, 1, 0, 2, 0, 2, 0);
        for (String encode : List.of("onehot", "onehot-dense")) {
            assertThat(Asked.transform(bins(encode), rows))
                    .containsExactly(1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1);
        }
    }

    /** Before version 1.1 a value counted as on the edge where it was 1e-8 and 1e-5 of itself below it. */
    @ParameterizedTest
    @CsvSource({"1.0.2, 1", "1.1, 0", "1.9.1, 0"})
    void oldBinsHadATolerance(String version, double bin) {
        Made.Obj model = bins("ordinal").with("_sklearn_version", version);
        assertThat(Asked.transform(model, new double[] {1 - 5e-6, 5})).containsExactly(bin, 0);
    }
}
