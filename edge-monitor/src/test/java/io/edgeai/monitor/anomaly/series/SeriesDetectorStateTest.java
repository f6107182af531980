package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.Signals;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesDetectorStateTest {
    private static final FalseAlarmBudget BUDGET = FalseAlarmBudget.ofDefaults();

    /** A detector that is saved and restored at any time gives the scores of one that is not, to the last bit. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 29, 1000, 5000})
    void aRestartLeavesNoTrace(int restart) {
        DoubleSupplier signal = Signals.of("diurnal", 4, 288);
        SeriesDetector running = new SeriesDetector(BUDGET);
        SeriesDetector restarted = new SeriesDetector(BUDGET);
        int alerts = 0;
        for (int row = 0; row < 8000; row++) {
            double value = signal.getAsDouble() + (row % 1700 == 1699 ? 40 : 0);
            if (row == restart) {
                restarted = SeriesDetector.restore(BUDGET, restarted.save());
            }
            double score = running.update(300_000L * row, value);
            assertThat(restarted.update(300_000L * row, value))
                    .as("row %s", row)
                    .isEqualTo(score);
            alerts += score >= 0.5 ? 1 : 0;
        }
        assertThat(alerts).isPositive();
        assertThat(restarted.save()).isEqualTo(running.save()).hasSizeLessThan(65_536);
    }

    @Test
    void whatIsNoStateIsRefused() {
        byte[] state = new SeriesDetector(BUDGET).save();
        byte[] damaged = state.clone();
        damaged[1000] ^= 1;
        byte[] longer = Arrays.copyOf(state, state.length + 8);

        for (byte[] wrong : new byte[][] {{}, new byte[100], Arrays.copyOf(state, 5000), damaged, longer}) {
            assertThatThrownBy(() -> SeriesDetector.restore(BUDGET, wrong))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + wrong.length + ") bytes")
                    .hasMessageContaining("Maybe");
        }
    }
}
