package io.edgeai.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateTensorTest {
    @Test
    void isNamedByItsInputElseByItsOutput() {
        assertThat(StateTensor.carried("h", "h_next", 2, 3).name()).isEqualTo("h");
        assertThat(StateTensor.held("h", 2).name()).isEqualTo("h");
        assertThat(StateTensor.kept("loss").name()).isEqualTo("loss");
    }

    @Test
    void countsItsValues() {
        assertThat(StateTensor.held("s").elements()).isEqualTo(1);
        assertThat(StateTensor.held("s", 2, 0, 7).elements()).isZero();
        assertThat(StateTensor.held("s", 2, 3, 4).elements()).isEqualTo(24);
        assertThat(StateTensor.held("s", 2, 3).zeros().floats()).containsExactly(0, 0, 0, 0, 0, 0);
        assertThat(StateTensor.held("s", 2, 3).zeros().shape()).containsExactly(2, 3);
    }

    @Test
    void refusesWhatNoBufferHolds() {
        for (List<Long> dims : List.of(
                List.of(-1L),
                List.of(1L << 40),
                List.of(1L << 15, 1L << 15),
                List.of(1L << 62, 4L),
                List.of(3L, -2L))) {
            assertThatThrownBy(() -> new StateTensor("s", "", dims))
                    .as(dims.toString())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(s)");
        }
        assertThat(new StateTensor("s", "", List.of((1L << 29) - 1)).elements()).isEqualTo((1 << 29) - 1);
    }
}
