package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.drift.Column;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftTest;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From views and drift reports to words and shares of health. */
class SignalViewTest {
    /** With all eight signals known, one that is lost entirely costs weight / 125 of the points. */
    @ParameterizedTest
    @CsvSource({
        "ERRORS,30",
        "LATENCY,25",
        "ACCURACY,20",
        "THROUGHPUT,10",
        "RESOURCE,10",
        "DATA_DRIFT,10",
        "PREDICTION_DRIFT,10",
        "CONCEPT_DRIFT,10"
    })
    void aLostSignalCostsItsWeight(SignalKind lost, double weight) {
        List<HealthPart> parts = SignalKind.ofVersions().stream()
                .map(signal -> new SignalView(signal, 0, "-", signal == lost ? 0 : 1).part())
                .toList();
        double score = Health.of("m@1", Instant.EPOCH, parts).score().orElseThrow();
        assertThat(score).isCloseTo(100 - 100 * weight / 125, within(1e-9));
    }

    @Test
    void anUnknownViewHasNoScoreAndNoShare() {
        SignalView view = SignalView.unknown(SignalKind.LATENCY, "idle");
        assertThat(view.score()).isZero();
        assertThat(view.part().known()).isFalse();
        assertThat(view.part().reason()).isEqualTo("idle");
    }

    private static DriftReport report(int columns, int drifted, double shift) {
        Random random = new Random(7);
        List<Column> before = new ArrayList<>();
        List<Column> now = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            double by = c < drifted ? shift : 0;
            before.add(Column.numeric("c" + c, normals(random, 500, 0)));
            now.add(Column.numeric("c" + c, normals(random, 500, by)));
        }
        return DriftTest.of(1e-4, 1).compare(before, now);
    }

    private static double[] normals(Random random, int count, double mean) {
        return random.doubles(count).map(u -> mean + random.nextGaussian()).toArray();
    }

    /** 1 without drift; from the first drifted column on at most half, and nothing when all drifted. */
    @ParameterizedTest
    @CsvSource({"5,0,1", "5,1,0.4", "4,2,0.25", "3,3,0"})
    void healthFallsWithTheShareOfDriftedFeatures(int columns, int drifted, double value) {
        SignalView view = DriftSignals.view(SignalKind.DATA_DRIFT, report(columns, drifted, 2));
        assertThat(view.value()).isCloseTo(value, within(1e-12));
        assertThat(view.score() >= 0.5).isEqualTo(drifted > 0);
    }

    @Test
    void theStrongestFeatureIsDescribedInInterquartileRanges() {
        SignalView view = DriftSignals.view(SignalKind.DATA_DRIFT, report(5, 1, 1.349));
        assertThat(view.sentence())
                .startsWith("1 of 5 features of the inputs changed, most of all c0 (median moved ")
                .matches(".*moved (0\\.9|1\\.0|1\\.1)\\d interquartile ranges, spread times (0\\.9|1\\.0)\\d, .*");
        assertThat(DriftSignals.view(SignalKind.PREDICTION_DRIFT, report(2, 0, 0))
                        .sentence())
                .isEqualTo("The answers look like the reference.");
    }

    @Test
    void ofNamesTheStabilityIndexIsTold() {
        List<String> before = new ArrayList<>();
        List<String> now = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            before.add(i % 2 == 0 ? "a" : "b");
            now.add(i % 4 == 0 ? "a" : "b");
        }
        DriftReport report = DriftTest.ofDefaults()
                .compare(List.of(Column.categorical("kind", before)), List.of(Column.categorical("kind", now)));
        // Σ (q − p)·ln(q/p) = −0.25·ln 0.5 + 0.25·ln 1.5 = 0.27
        assertThat(DriftSignals.view(SignalKind.PREDICTION_DRIFT, report).sentence())
                .startsWith("1 of 1 features of the answers changed, most of all kind (PSI 0.27, adjusted p ");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 ns",
        "999,999 ns",
        "1000,1.0 µs",
        "999940,999.9 µs",
        "1500000,1.5 ms",
        "2500000000,2.5 s",
        "4398046511103,4398.0 s"
    })
    void latenciesAreWrittenInTheirUnit(double nanos, String text) {
        assertThat(Words.nanos(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0.00 %", "0.0012,0.12 %", "0.0999,9.99 %", "0.1,10.0 %", "1,100.0 %"})
    void smallSharesHaveTwoPlaces(double share, String text) {
        assertThat(Words.percent(share)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1048576,1 MiB", "1072693248,1023 MiB", "1073741824,1.0 GiB", "6442450944,6.0 GiB"})
    void memoryIsWrittenInBinaryUnits(double bytes, String text) {
        assertThat(Words.bytes(bytes)).isEqualTo(text);
    }
}
