package io.edgeai.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ExperimentState.Metric;
import io.edgeai.experiment.ExperimentDefinition.Share;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExperimentJsonTest {
    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsLeftOutHasTheBuildersDefaults() {
        ExperimentDefinition read =
                ExperimentJson.definition(bytes("{\"versions\":[{\"version\":\"3\"},{\"version\":1,\"weight\":0.5}]}"));
        assertThat(read)
                .isEqualTo(new ExperimentDefinition(
                        List.of(new Share(3, 1), new Share(1, 0.5)), List.of(), 0, 0.05, 10_000, 0));
        assertThat(read.control("m")).hasToString("m@3");
    }

    private static ExperimentDefinition random(SplittableRandom random) {
        List<Share> versions = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            versions.add(new Share(1 + 7 * i + random.nextInt(7), random.nextDouble() + 1e-9));
        }
        List<Metric> metrics = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            metrics.add(new Metric(
                    i + "ü\"\\ " + random.nextInt(),
                    random.nextBoolean() ? Direction.HIGHER_IS_BETTER : Direction.LOWER_IS_BETTER));
        }
        return new ExperimentDefinition(
                versions,
                metrics,
                random.nextBoolean() ? 0 : random.nextDouble(),
                Math.max(1e-6, random.nextDouble()),
                1 + random.nextLong(1 << 20),
                random.nextLong(1 << 20));
    }

    @Test
    void aDefinitionIsReadAsItWasWritten() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 2000; i++) {
            ExperimentDefinition one = random(random);
            byte[] json = ExperimentJson.bytes(one);
            assertThat(ExperimentJson.definition(json)).as("seed 7, run " + i).isEqualTo(one);
            assertThat(new ObjectMapper().readValue(json, ExperimentDefinition.class))
                    .as("as a file of state, seed 7, run " + i)
                    .isEqualTo(one);
        }
    }

    /** Bytes that were changed are read or refused as bad input, and nothing else. */
    @Test
    void damagedBytesAreBadInputAtWorst() {
        SplittableRandom random = new SplittableRandom(11);
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            byte[] json = ExperimentJson.bytes(random(random));
            for (int change = 0; change <= random.nextInt(3); change++) {
                json[random.nextInt(json.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(ExperimentJson.definition(json).versions()).hasSizeGreaterThan(1);
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).contains("Maybe");
                refused++;
            }
        }
        assertThat(refused).as("seed 11").isGreaterThan(2500);
    }

    @Test
    void outcomesAreOneOrAList() {
        List<UnitOutcome> one =
                ExperimentJson.outcomes(bytes("{\"unit_id\":4711,\"metric\":\"m\",\"value\":-1e-3,\"covariate\":2}"));
        assertThat(one).containsExactly(new UnitOutcome("4711", "m", -0.001, 2));
        assertThat(ExperimentJson.outcomes(bytes("[{\"unit_id\":\"4711\",\"metric\":\"m\",\"value\":0}]")))
                .containsExactly(new UnitOutcome("4711", "m", 0, 0));
        assertThat(ExperimentJson.outcomes(bytes("[]"))).isEmpty();
    }

    @Test
    void theVersionOfAnEmptyBodyIsNone() {
        assertThat(ExperimentJson.version(new byte[0])).isEmpty();
        assertThat(ExperimentJson.version(bytes("{}"))).isEmpty();
        assertThat(ExperimentJson.version(bytes("{\"version\":\"12\"}"))).isEqualTo(Optional.of(12));
        assertThatThrownBy(() -> ExperimentJson.version(bytes("{\"version\":1234567890}")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Member (version) is (1234567890). Maybe");
    }
}
