package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Power and quantile transforms, and numpy's functions of one column. */
class PowersTest {
    private static final double[] LAMBDAS = {-2, -1e-3, 0, 1e-9, 0.5, 1, 2, 2 - 1e-10, 3.25};

    private static Made.Obj power(String method, double... lambdas) {
        return sk("PowerTransformer")
                .with("method", method)
                .with("lambdas_", lambdas)
                .with("standardize", false);
    }

    /** Box and Cox 1964: (x^l - 1) / l, and ln x where l is 0; in the form that keeps small exponents. */
    private static double boxCox(double x, double l) {
        return l == 0 ? Math.log(x) : Math.expm1(l * Math.log(x)) / l;
    }

    /** Yeo and Johnson 2000, equation 2.1. */
    private static double yeoJohnson(double x, double l) {
        if (x >= 0) {
            return boxCox(1 + x, l);
        }
        return l == 2 ? -Math.log1p(-x) : -Math.expm1((2 - l) * Math.log1p(-x)) / (2 - l);
    }

    @ParameterizedTest
    @ValueSource(strings = {"box-cox", "yeo-johnson"})
    void regressionPowersKeepTheirPrecisionNearZero(String method) {
        boolean box = method.equals("box-cox");
        for (double x : new double[] {1e-3, 0.5, 1, 3, 40, -0.25, -7}) {
            if (box && x < 0) {
                continue;
            }
            double[] row = new double[LAMBDAS.length];
            Arrays.fill(row, x);
            double[] expected = Arrays.stream(LAMBDAS)
                    .map(l -> box ? boxCox(x, l) : yeoJohnson(x, l))
                    .toArray();
            double[] answer = Asked.transform(power(method, LAMBDAS), row);
            for (int i = 0; i < expected.length; i++) {
                double tolerance = 1e-12 * Math.abs(expected[i]);
                assertThat(answer[i]).as(x + " to " + LAMBDAS[i]).isCloseTo(expected[i], within(tolerance));
            }
        }
    }

    @Test
    void powersPassMissingValuesOnAndAreScaledLast() {
        Made.Obj model = power("yeo-johnson", 0.5, 1.0)
                .with("standardize", true)
                .with(
                        "_scaler",
                        sk("StandardScaler").with("mean_", new double[] {1, 2}).with("scale_", new double[] {2, 4}));
        double[] answer = Asked.transform(model, new double[] {3, Double.NaN});
        assertThat(answer[0]).isCloseTo((2 - 1) / 2.0, within(1e-15));
        assertThat(answer[1]).isNaN();
    }

    /** {@code numpy.interp} both from the left and from the right, averaged, as scikit-learn does over repeated values. */
    @Test
    void quantilesAreReadOffTheirTable() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int n = 3 + random.nextInt(8);
            double[] knots = random.doubles(n, 0, 6).map(Math::floor).sorted().toArray();
            double[] references = new double[n];
            Arrays.setAll(references, i -> i / (n - 1.0));
            double[][] rows = new double[14][1];
            Arrays.setAll(rows, i -> new double[] {i % 2 == 0 ? Math.floorDiv(i, 2) : 6 * random.nextDouble()});
            Object model = sk("QuantileTransformer")
                    .with("quantiles_", Rows.transposed(new double[][] {knots}))
                    .with("references_", references)
                    .with("output_distribution", "uniform");
            double[] expected = Rows.each(rows, row -> quantile(row[0], knots, references));
            assertThat(Asked.transform(model, rows)).as("seed " + seed).containsExactly(expected, within(1e-14));
        }
    }

    private static double quantile(double x, double[] knots, double[] references) {
        int n = knots.length;
        if (x <= knots[0]) {
            return 0;
        }
        if (x >= knots[n - 1]) {
            return 1;
        }
        int last = 0;
        int first = n - 1;
        for (int i = 0; i < n; i++) {
            last = knots[i] <= x ? i : last;
            first = knots[n - 1 - i] >= x ? n - 1 - i : first;
        }
        double right = line(x, knots, references, last, last + 1);
        double left = line(x, knots, references, first - 1, first);
        return (left + right) / 2;
    }

    private static double line(double x, double[] knots, double[] references, int from, int to) {
        double slope = (references[to] - references[from]) / (knots[to] - knots[from]);
        return references[from] + slope * (x - knots[from]);
    }

    static Stream<Arguments> functions() {
        Map<String, DoubleUnaryOperator> functions = Map.ofEntries(
                Map.entry("log", Math::log),
                Map.entry("log1p", Math::log1p),
                Map.entry("log2", x -> Math.log(x) / Math.log(2)),
                Map.entry("log10", Math::log10),
                Map.entry("exp", Math::exp),
                Map.entry("expm1", Math::expm1),
                Map.entry("sqrt", Math::sqrt),
                Map.entry("square", x -> x * x),
                Map.entry("absolute", Math::abs),
                Map.entry("abs", Math::abs),
                Map.entry("fabs", Math::abs),
                Map.entry("negative", x -> -x),
                Map.entry("reciprocal", x -> 1 / x),
                Map.entry("sign", Math::signum),
                Map.entry("floor", Math::floor),
                Map.entry("ceil", Math::ceil),
                Map.entry("rint", Math::rint),
                Map.entry("tanh", Math::tanh),
                Map.entry("sin", Math::sin));
        return functions.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    /** Functions of numpy by their name, and as pickles of ufuncs and partials reach them. */
    @ParameterizedTest
    @MethodSource("functions")
    void functionsOfNumpyAreThoseOfJava(String name, DoubleUnaryOperator function) {
        double[][] rows = {{1e-9}, {0.5}, {1.5}, {2.5}, {30}, {700}};
        double[] expected = Rows.each(rows, row -> function.applyAsDouble(row[0]));
        Object plain = new Made.Global("numpy", name);
        Object pickled = new Made.Call(new Made.Global("numpy.core", "_ufunc_reconstruct"), "numpy", name);
        for (Object how : new Object[] {plain, pickled}) {
            Object model = sk("FunctionTransformer").with("func", how).with("n_features_in_", 1);
            double[] answer = Asked.transform(model, rows);
            for (int i = 0; i < expected.length; i++) {
                assertThat(answer[i])
                        .as(name + " of " + rows[i][0])
                        .isCloseTo(expected[i], within(2e-15 * Math.abs(expected[i]) + 1e-300));
            }
        }
    }

    @Test
    void transformersWithoutAFunctionPassOn() {
        double[][] rows = {{1, -2}};
        assertThat(Asked.transform(sk("FunctionTransformer").with("func", null).with("n_features_in_", 2), rows))
                .containsExactly(1, -2);
        Object check = new Made.Call(
                new Made.Global("functools", "partial"), new Made.Global("sklearn.utils.validation", "check_array"));
        assertThat(Asked.transform(sk("FunctionTransformer").with("func", check).with("n_features_in_", 2), rows))
                .containsExactly(1, -2);
    }

    @Test
    void functionsOfYourOwnAndTheirArgumentsAreNamed() {
        Made.Obj own = sk("FunctionTransformer").with("func", new Made.Global("__main__", "scale"));
        assertThatThrownBy(() -> Asked.imported(own))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("function __main__.scale");
        Made.Obj partial = own.with("func", new Made.Call(new Made.Global("functools", "partial"), "x"));
        assertThatThrownBy(() -> Asked.imported(partial)).hasMessageContaining("function functools.partial");
        Made.Obj options = own.with("func", new Made.Global("numpy", "log")).with("kw_args", Map.of("out", 1));
        assertThatThrownBy(() -> Asked.imported(options)).hasMessageContaining("kw_args of a function");
    }
}
