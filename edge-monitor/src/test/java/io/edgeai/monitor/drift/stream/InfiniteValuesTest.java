package io.edgeai.monitor.drift.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A division by zero upstream neither blinds a detector for ever nor makes it cry. */
class InfiniteValuesTest {
    @ParameterizedTest
    @EnumSource(
            value = ChangeDetectors.class,
            names = {"ADWIN", "PAGE_HINKLEY", "CUSUM", "LIKELIHOOD_RATIO", "KSWIN"})
    void changesAreThoseOfTheStreamWithoutThem(ChangeDetectors kind) {
        ChangeDetector plain = kind.create();
        ChangeDetector dirty = kind.create();
        Random random = new Random(17);
        int changes = 0;
        for (int row = 0; row < 2400; row++) {
            if (row == 10 || row == 700) {
                assertThat(dirty.update(row == 10 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY))
                        .as("row %s, seed 17", row)
                        .isFalse();
            }
            double value = (row < 1200 ? 0.2 : 0.8) + 0.1 * random.nextGaussian();
            boolean found = plain.update(value);
            boolean foundBeside = dirty.update(value);
            if (kind != ChangeDetectors.ADWIN) { // which looks at every 32nd row, those passed over included
                assertThat(foundBeside).as("row %s, seed 17", row).isEqualTo(found);
            }
            changes += found ? 1 : 0;
        }
        assertThat(changes).isPositive();
        assertThat(dirty.lastChange()).isPresent();
        assertThat(dirty.lastChange().orElseThrow().before()).isFinite();
        assertThat(dirty.rows()).isEqualTo(plain.rows() + 2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1e-9, 1.5, 2})
    void detectorsOfErrorsRefuseWhatIsNone(double value) {
        for (ChangeDetectors kind :
                new ChangeDetectors[] {ChangeDetectors.ERROR_RATE, ChangeDetectors.DDM, ChangeDetectors.HDDM}) {
            ChangeDetector detector = kind.create();
            assertThatThrownBy(() -> detector.update(value))
                    .as(kind.label())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + value + ")")
                    .hasMessageContaining("Maybe");
        }
    }
}
