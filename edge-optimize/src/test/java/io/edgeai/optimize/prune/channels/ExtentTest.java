package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExtentTest {
    private static Extent of(String symbol) {
        Extent extent = Extent.of(Dim.symbolic(symbol));
        assertThat(extent).isNotNull();
        return extent == null ? Extent.ONE : extent;
    }

    @Test
    void aProductIsItsNumberAndItsNames() {
        assertThat(of("4*batch")).isEqualTo(new Extent(4, List.of("batch")));
        assertThat(of("batch*4x")).isEqualTo(new Extent(1, List.of("4x", "batch")));
        assertThat(of("12*time*batch")).isEqualTo(new Extent(12, List.of("batch", "time")));
        assertThat(of("7")).isEqualTo(new Extent(1, List.of("7")));
    }

    @Test
    void sumsStayAsTheyAre() {
        assertThat(of("4*batch+1")).isEqualTo(new Extent(1, List.of("4*batch+1")));
        assertThat(of("4*")).isEqualTo(new Extent(1, List.of("4*")));
    }

    @Test
    void sizesMultiplyInAnyOrder() {
        assertThat(of("4*b").times(of("3*a"))).isEqualTo(of("12*a*b"));
        assertThat(of("b").times(of("b"))).isEqualTo(of("b*b")).isNotEqualTo(of("b"));
        assertThat(of("b").times(Extent.ONE)).isEqualTo(of("b"));
    }

    @Test
    void nothingIsKnownOfANamelessSize() {
        assertThat(Extent.of(Dim.UNKNOWN)).isNull();
        assertThat(Factor.known(Factor.of(List.of(Dim.UNKNOWN), 0, 1))).isFalse();
    }

    /** Brute force over all cuts: the shortest blocks whose products agree. */
    @Test
    void anAxisThatRepeatsIsTwoFactors() {
        List<Factor> these = Factor.of(List.of(Dim.of(10), Dim.symbolic("4*b"), Dim.of(8)), 0, 3);
        assertThat(these).extracting(Factor::axis).containsExactly(0, 1, 1, 2);
        assertThat(these).extracting(Factor::width).containsExactly(10, 1, 4, 8);
        assertThat(these).extracting(Factor::open).containsExactly(false, true, false, false);
        List<Factor> those = Factor.of(List.of(Dim.symbolic("10*b"), Dim.of(32)), 0, 2);
        assertThat(IntStream.rangeClosed(1, 7).map(axes -> Factor.boundary(these, those, axes)))
                .as("2 of these are 2 of those, 4 of these 3 of those")
                .containsExactly(-1, -1, -1, 2, -1, -1, 4);
    }
}
