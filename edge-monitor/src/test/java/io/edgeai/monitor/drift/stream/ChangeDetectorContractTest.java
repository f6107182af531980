package io.edgeai.monitor.drift.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every detector promises. */
class ChangeDetectorContractTest {
    @ParameterizedTest
    @EnumSource(ChangeDetectors.class)
    void aLargeRiseIsFoundSoon(ChangeDetectors kind) {
        ChangeDetector detector = kind.create();
        int delay = Errors.delay(detector, 0.1, 0.9, 2000, 1);

        assertThat(delay).as("seed 1").isBetween(1, 200);
        Change change = detector.lastChange().orElseThrow();
        assertThat(change.row()).isEqualTo(detector.rows() - 1).isEqualTo(1999L + delay);
        assertThat(change.since()).isBetween(0L, change.row());
    }

    /** Those that say where a change began, within 60 rows. */
    @ParameterizedTest
    @EnumSource(
            value = ChangeDetectors.class,
            names = {"ERROR_RATE", "CUSUM", "LIKELIHOOD_RATIO", "KSWIN", "HDDM"})
    void aChangeIsPlacedWhereItBegan(ChangeDetectors kind) {
        ChangeDetector detector = kind.create();
        Errors.delay(detector, 0.1, 0.9, 2000, 1);

        assertThat(detector.lastChange().orElseThrow().since()).as("seed 1").isBetween(1940L, 2010L);
    }

    @ParameterizedTest
    @EnumSource(ChangeDetectors.class)
    void aConstantIsNoChange(ChangeDetectors kind) {
        ChangeDetector detector = kind.create();
        boolean found = false;
        for (int i = 0; i < 3000; i++) {
            found |= detector.update(0);
        }
        assertThat(found).isFalse();
        assertThat(detector.lastChange()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ChangeDetectors.class)
    void missingValuesArePassedOver(ChangeDetectors kind) {
        ChangeDetector plain = kind.create();
        ChangeDetector holes = kind.create();
        Errors errors = new Errors(2, 0);
        boolean missed = false;
        for (int i = 0; i < 3000; i++) {
            double value = errors.next(i < 2000 ? 0.1 : 0.5);
            plain.update(value);
            missed |= holes.update(Double.NaN);
            holes.update(value);
        }
        assertThat(missed).isFalse();
        assertThat(holes.rows()).isEqualTo(2 * plain.rows());
        assertThat(holes.lastChange().isPresent()).isEqualTo(plain.lastChange().isPresent());
    }

    /** After a change the new rate is usual. */
    @ParameterizedTest
    @EnumSource(
            value = ChangeDetectors.class,
            names = {"ERROR_RATE", "ADWIN", "CUSUM", "LIKELIHOOD_RATIO"})
    void aChangeIsFoundOnce(ChangeDetectors kind) {
        ChangeDetector detector = kind.create();
        Errors.delay(detector, 0.1, 0.6, 2000, 3);
        assertThat(Errors.alarms(detector, 0.6, 0, 4000, 4)).isLessThanOrEqualTo(1);
    }

    @Test
    void namesLeadToDetectors() {
        assertThat(ChangeDetectors.named("page-hinkley").create()).isInstanceOf(PageHinkley.class);
        assertThatThrownBy(() -> ChangeDetectors.named("magic"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(magic)")
                .hasMessageContaining("likelihood-ratio");
        assertThatThrownBy(() -> new Adwin(2)).hasMessageContaining("(2.0)");
        assertThatThrownBy(() -> new PageHinkley(-1, 50)).hasMessageContaining("(-1.0)");
        assertThatThrownBy(() -> Cusum.of(10, 1e-5)).hasMessageContaining("(10)");
        assertThatThrownBy(() -> LikelihoodRatio.of(30, 0, 1)).hasMessageContaining("(0)");
        assertThatThrownBy(() -> new Kswin(0.01, 100, 60, 1)).hasMessageContaining("(60)");
        assertThatThrownBy(() -> new HoeffdingDrift(1)).hasMessageContaining("(1.0)");
    }
}
