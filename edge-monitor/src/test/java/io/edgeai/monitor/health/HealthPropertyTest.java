package io.edgeai.monitor.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthPropertyTest {
    private static Health health(List<HealthPart> parts) {
        return Health.of("m@1", Instant.EPOCH, parts);
    }

    private static List<HealthPart> parts(Random random) {
        List<HealthPart> parts = new ArrayList<>();
        for (SignalKind signal : SignalKind.values()) {
            double weight = 0.01 + 100 * random.nextDouble();
            parts.add(
                    random.nextInt(3) == 0
                            ? HealthPart.unknown(signal, weight, "-")
                            : HealthPart.of(signal, weight, random.nextDouble(), "-"));
        }
        return parts;
    }

    /** 100·Σ weight·value / Σ weight over the known parts: the weighted mean is the oracle of the decomposition. */
    @RepeatedTest(40)
    void theScoreIsTheWeightedMeanOfTheKnownParts(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        List<HealthPart> parts = parts(random);
        double weights = 0;
        double sum = 0;
        for (HealthPart part : parts) {
            if (part.known()) {
                weights += part.weight();
                sum += part.weight() * part.value();
            }
        }
        Health health = health(parts);
        if (weights == 0) {
            assertThat(health.score()).isEmpty();
        } else {
            assertThat(health.score().orElseThrow())
                    .as("seed %s", info.getCurrentRepetition())
                    .isCloseTo(100 * sum / weights, within(1e-9));
        }
        double most = health.parts().stream()
                .mapToDouble(HealthPart::pointsLost)
                .max()
                .orElse(0);
        assertThat(health.topCause().map(HealthPart::pointsLost).orElse(0.0)).isEqualTo(most);
    }

    @RepeatedTest(40)
    void aWorsePartNeverGivesABetterScore(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        List<HealthPart> parts = parts(random);
        for (int i = 0; i < parts.size(); i++) {
            HealthPart part = parts.get(i);
            if (part.known()) {
                List<HealthPart> worse = new ArrayList<>(parts);
                double value = part.value() * random.nextDouble();
                worse.set(i, HealthPart.of(part.signal(), part.weight(), value, "-"));
                assertThat(health(worse).score().orElseThrow())
                        .as("seed %s part %s", info.getCurrentRepetition(), i)
                        .isLessThanOrEqualTo(health(parts).score().orElseThrow());
            }
        }
    }

    @RepeatedTest(20)
    void partsWithoutDataOrderAndUnitOfWeightDoNotCount(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        List<HealthPart> parts = parts(random);
        double score = health(parts).score().orElse(-1);
        List<HealthPart> known = new ArrayList<>();
        for (HealthPart part : parts) {
            if (part.known()) {
                known.add(HealthPart.of(part.signal(), 7 * part.weight(), part.value(), "-"));
            }
        }
        Collections.shuffle(known, random);
        assertThat(health(known).score().orElse(-1))
                .as("seed %s", info.getCurrentRepetition())
                .isCloseTo(score, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"1,1,100", "0,0,0", "1,0,50", "0.5,0.5,50"})
    void theEndsAreExact(double one, double other, double score) {
        List<HealthPart> parts = List.of(
                HealthPart.of(SignalKind.ERRORS, 1, one, "-"), HealthPart.of(SignalKind.LATENCY, 1, other, "-"));
        assertThat(health(parts).score()).hasValue(score);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "-1,1", "NaN,1", "1,-0.1", "1,1.1"})
    void partsOutOfRangeAreRefused(double weight, double value) {
        assertThatThrownBy(() -> new HealthPart(SignalKind.ERRORS, weight, value, 0, "-"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + weight + ")")
                .hasMessageContaining("(" + value + ")");
    }
}
