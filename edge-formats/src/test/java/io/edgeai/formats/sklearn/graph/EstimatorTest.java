package io.edgeai.formats.sklearn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributes of every kind, asked for as every kind. */
class EstimatorTest {
    @ParameterizedTest
    @CsvSource({
        "1.2.1, 102",
        "0.24.2, 24",
        "1.9.1, 109",
        "1.10, 110",
        "1.4.dev0, 104",
        "12.345.6, 1545",
        "1, 0",
        "dev, 0",
        "1.x, 0",
        "1.2rc1, 0",
        "'', 0"
    })
    void versionsAreMajorAndMinor(String text, int version) {
        Estimator estimator = Read.estimator("Ridge", "S'_sklearn_version'\nS'" + text + "'\n");
        assertThat(Estimator.versionOf(estimator.object())).isEqualTo(version);
    }

    /** A version that is not stated counts as the newest. */
    @ParameterizedTest
    @CsvSource({
        "0, 1, 9, true",
        "102, 1, 2, true",
        "102, 1, 3, false",
        "102, 0, 24, true",
        "110, 1, 9, true",
        "24, 1, 0, false"
    })
    void laterVersionsAreCompared(int version, int major, int minor, boolean since) {
        Estimator estimator = new Estimator(Read.holding("N").object(), "", version);
        assertThat(estimator.since(major, minor)).isEqualTo(since);
    }

    @Test
    void innerEstimatorsInheritPlaceAndVersion() {
        Estimator outer = Read.estimator("Outer", "S'inner'\ncsklearn.made\nInner\n)\u0081");
        assertThat(outer.inner("inner").place()).isEqualTo("inner");
        Estimator placed = new Estimator(outer.object(), "a", 102);
        Estimator inner = placed.inner("inner");
        assertThat(inner.place()).isEqualTo("a/inner");
        assertThat(inner.version()).isEqualTo(102);
        assertThat(inner.kind()).isEqualTo("Inner");
        assertThat(inner.what()).isEqualTo("Estimator (Inner) at (a/inner)");
        assertThat(outer.what()).isEqualTo("Estimator (Outer) at (top)");
        Estimator stated =
                Read.estimator("Outer", "S'inner'\ncsklearn.made\nInner\n)\u0081}S'_sklearn_version'\nS'1.7.0'\nsb");
        assertThat(new Estimator(stated.object(), "", 102).inner("inner").version())
                .isEqualTo(107);
        assertThatThrownBy(() -> Read.holding("K\1").inner("v"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("holds (1) where the estimator (v) belongs");
    }

    /** Names change between versions: the first that is there counts, and None is not there. */
    @Test
    void firstNameThatIsThereCounts() {
        Estimator estimator = Read.estimator("Thing", "S'a'\nNS'b'\nK\2S'c'\nK\3");
        assertThat(estimator.get("a", "b", "c")).isEqualTo(2L);
        assertThat(estimator.get("a", "d")).isNull();
        assertThat(estimator.has("a")).isFalse();
        assertThat(estimator.has("d", "c")).isTrue();
        assertThatThrownBy(() -> estimator.require("a", "d"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Estimator (Thing) at (top) has no (a or d)")
                .hasMessageContaining("Maybe it was not fitted before it was saved");
    }

    @ParameterizedTest
    @CsvSource({"I7, 7", "F2.5, 2.5", "I01, 1", "L99999999999999999999L, 1e20"})
    void singleNumbersAreNumbersAndLists(String code, double value) {
        Estimator estimator = Read.holding(code + "\n");
        assertThat(estimator.real("v")).isEqualTo(value);
        assertThat(estimator.realOr(9, "v")).isEqualTo(value);
        assertThat(estimator.realOr(9, "w")).isEqualTo(9);
        assertThat(estimator.flag(false, "v")).isTrue();
    }

    @Test
    void listsTuplesAndArraysAreVectors() {
        for (String code : List.of("](K\1K\2e", "K\1K\2\u0086", Read.array("i8", "I2\n", 1, 2))) {
            Estimator estimator = Read.holding(code);
            assertThat(estimator.doubles("v")).containsExactly(1, 2);
            assertThat(estimator.longs("v")).containsExactly(1, 2);
            assertThat(estimator.list("v")).containsExactly(1L, 2L);
        }
        assertThat(Read.holding("F0.5\n").doubles("v")).containsExactly(0.5);
        assertThat(Read.holding("K\5").longs("v")).containsExactly(5);
        assertThat(Read.holding("](\u0088F0.5\ne").doubles("v")).containsExactly(1, 0.5);
    }

    @Test
    void matricesAreRowsOfAnyRankUpToTwo() {
        assertThat(Read.holding(Read.SQUARE).matrix("v")).isDeepEqualTo(new double[][] {{1, 2}, {3, 4}});
        assertThat(Read.holding(Read.array("f8", "I2\n", 5, 6)).matrix("v")).isDeepEqualTo(new double[][] {{5, 6}});
        assertThat(Read.holding(Read.array("f8", "", 7)).matrix("v")).isDeepEqualTo(new double[][] {{7}});
        String cube = Read.array("f8", "I1\nI2\nI1\n", 5, 6);
        assertThatThrownBy(() -> Read.holding(cube).matrix("v")).hasMessageContaining("has rank (3) in (v), not 2");
        assertThat(Read.holding(Read.array("f8", "", 7)).real("v"))
                .as("an array of one")
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F1.5\n", "Fnan\n", "Finf\n", "F3e9\n", "L99999999999999999999L\n"})
    void fractionsAndHugeNumbersAreNotWhole(String code) {
        assertThatThrownBy(() -> Read.holding(code).integer("v"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("in (v), not a whole number");
    }

    @Test
    void wholeNumbersMayBeReals() {
        assertThat(Read.holding("F-3.0\n").integer("v")).isEqualTo(-3);
        assertThat(Read.holding("I2147483647\n").integer("v")).isEqualTo(Integer.MAX_VALUE);
        assertThat(Read.holding("I01\n").integer("v")).isEqualTo(1);
    }

    @Test
    void otherKindsOfValuesAreNamed() {
        Estimator text = Read.holding("S'x'\n");
        assertThatThrownBy(() -> text.real("v")).hasMessageContaining("has (x) in (v), not a number");
        assertThatThrownBy(() -> text.array("v")).hasMessageContaining("has (x) in (v), not an array");
        assertThatThrownBy(() -> text.list("v")).hasMessageContaining("has (x) in (v), not a list");
        assertThatThrownBy(() -> text.doubles("v")).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> text.matrix("v")).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> text.flag(true, "v")).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> Read.holding("](S'x'\ne").longs("v")).isInstanceOf(ModelFormatException.class);
    }

    /** An option that is no text, a function for example, is something this version does not convert. */
    @Test
    void optionsAreTextOrUnsupported() {
        assertThat(Read.holding("S'x'\n").text("y", "v")).isEqualTo("x");
        assertThat(Read.holding("N").text("y", "v")).isEqualTo("y");
        assertThatThrownBy(() -> Read.holding("cmine\nf\n").text("y", "v"))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("v = ");
        assertThat(Read.holding("I00\n").flag(true, "v")).isFalse();
        assertThat(Read.holding("K\0").flag(true, "v")).isFalse();
        assertThat(Read.holding("N").flag(true, "v")).isTrue();
    }

    @Test
    void fittedColumnsHaveTwoNames() {
        assertThat(Read.estimator("A", "S'n_features_in_'\nK\3").inputWidth(9)).isEqualTo(3);
        assertThat(Read.estimator("A", "S'n_features_'\nK\4").inputWidth(9)).isEqualTo(4);
        assertThat(Read.estimator("A", "S'other'\nK\4").inputWidth(9)).isEqualTo(9);
    }
}
