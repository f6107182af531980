package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.event.SampleRatioMismatched;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.experiment.Outcome;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units are dealt, so units are counted; which arm a unit is in is read from its answers, and counts are made by hand. */
class ExperimentUnitsTest {
    @TempDir
    Path dir;

    private final TroubledVersions versions = new TroubledVersions(1, 0, 1, 1);
    private final List<SampleRatioMismatched> mismatches = new CopyOnWriteArrayList<>();
    private final Map<Integer, Long> met = new HashMap<>(Map.of(1, 0L, 2, 0L));
    private EdgeAI edge;
    private ModelVersion first;
    private ModelVersion second;

    @BeforeEach
    void open() {
        begin();
        first = Fixtures.times(edge, "m", 1);
        second = Fixtures.times(edge, "m", 2);
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private void begin() {
        edge = versions.open(dir);
        edge.events().subscribe(SampleRatioMismatched.class, mismatches::add);
    }

    private ModelEndpoint serve(Consumer<Serving> more) {
        return edge.serve("m", s -> {
            s.split(first, 1).split(second, 1).noDeadline();
            more.accept(s);
        });
    }

    private static int ask(ModelEndpoint endpoint, String unit) {
        return Math.round(endpoint.predict(unit, new float[] {1, 1})[0]);
    }

    /** Every unit of one version asks 30 times, every unit of the other once. */
    @Test
    void busyUnitsAreNoMismatch() {
        ModelEndpoint endpoint = serve(Serving::experiment);
        long[] requests = new long[3];
        for (int i = 0; i < 1000; i++) {
            int version = ask(endpoint, "u" + i);
            met.merge(version, 1L, Long::sum);
            requests[version]++;
            for (int more = 1; version == 2 && more < 30; more++) {
                ask(endpoint, "u" + i);
                requests[2]++;
            }
            edge.experiment("m").act(); // looked at all the time
        }
        assertThat(chiSquare(met.get(1), met.get(2))).as("units").isLessThan(6.63);
        assertThat(chiSquare(requests[1], requests[2])).as("requests").isGreaterThan(1000);
        ExperimentReport report = edge.experiment("m").report();
        assertThat(report.requests()).isEqualTo(Map.of("m@1", met.get(1), "m@2", met.get(2)));
        assertThat(report.of("m@2", "latency").pairs()).isEqualTo(Math.min(met.get(1), met.get(2)));
        assertThat(report.trustworthy()).isTrue();
        assertThat(mismatches).isEmpty();
    }

    /** A third of one version's units is lost before it asks, and the others ask so often that requests are even. */
    @Test
    void lostUnitsAreAMismatchThatIsToldOnce() {
        ModelEndpoint endpoint = serve(Serving::experiment);
        var dealt = endpoint.split();
        long[] requests = new long[2];
        long[] units = new long[2];
        for (int i = 0; i < 2000; i++) {
            int arm = dealt.armOfBits(dealt.bitsOf("u" + i));
            if (arm == 1 && i % 3 == 0) {
                continue;
            }
            units[arm]++;
            do {
                ask(endpoint, "u" + i);
                requests[arm]++;
            } while (arm == 1 && requests[1] < requests[0]);
        }
        assertThat(chiSquare(requests[0], requests[1])).as("requests").isLessThan(6.63);
        assertThat(chiSquare(units[0], units[1])).as("units").isGreaterThan(20);
        edge.experiment("m").act();
        edge.experiment("m").act();
        ExperimentReport report = edge.experiment("m").report();
        assertThat(report.trustworthy()).isFalse();
        assertThat(mismatches).hasSize(1);
        assertThat(mismatches.get(0).model().name()).isEqualTo("m");
        assertThat(mismatches.get(0).units()).isEqualTo(Map.of("m@1", units[0], "m@2", units[1]));
        assertThat(mismatches.get(0).pValue()).isEqualTo(report.sampleRatioPValue());
    }

    /** One degree of freedom, equal shares; 6.63 is its 99 % quantile. */
    private static double chiSquare(long one, long other) {
        return Math.pow((double) one - other, 2) / (one + other);
    }

    /** Both versions are alike but for one unit that is slow, in whatever version it is. */
    @Test
    void oneSlowUnitDecidesNothing() {
        ModelEndpoint endpoint = serve(s -> s.experiment(e -> e.sharpestAt(100)));
        for (int i = 0; i < 400; i++) {
            ask(endpoint, "u" + i);
        }
        int slow = ask(endpoint, "u0");
        versions.millis[slow] = 50;
        for (int i = 0; i < 2000; i++) {
            ask(endpoint, "u0");
        }
        versions.millis[slow] = 1;
        assertThat(edge.experiment("m").report().of("m@2", "latency").outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(edge.experiment("m").report().of("m@2", "latency").difference())
                .isZero();
    }

    @Test
    void oneUnitThatFailsOverAndOverDoesNotBlameItsVersion() {
        ModelEndpoint endpoint = serve(s -> s.guardErrors(0.01));
        String unit = "";
        for (int i = 0; i < 100; i++) {
            unit = ask(endpoint, "u" + i) == 2 ? "u" + i : unit;
        }
        versions.failing[2] = 1;
        for (int i = 0; i < 200; i++) {
            failing(endpoint, unit);
        }
        assertThat(endpoint.split().arms()).hasSize(2);
        for (int i = 0; i < 100 && endpoint.split().arms().size() == 2; i++) {
            failing(endpoint, "u" + i); // known units fail too: the version is bad
        }
        assertThat(endpoint.split().arms()).hasSize(1);
    }

    private static void failing(ModelEndpoint endpoint, String unit) {
        try {
            ask(endpoint, unit);
        } catch (InferenceException e) {
            assertThat(e).hasMessageContaining("version 2 failed");
        }
    }

    @Test
    void requestsWithoutAUnitAreUnitsOfTheirOwn() {
        ModelEndpoint endpoint = serve(Serving::experiment);
        ask(endpoint, "u");
        for (int i = 0; i < 50; i++) {
            assertThat(endpoint.predict(new float[] {1, 1})).hasSize(2);
        }
        ask(endpoint, "u");
        assertThat(edge.experiment("m").report().requests().values().stream()
                        .mapToLong(n -> n)
                        .sum())
                .isEqualTo(51);
    }

    @Test
    void anOutcomeToldTwiceCountsOnceAlsoAfterARestart() {
        Consumer<Serving> plan = s ->
                s.experiment(e -> e.metric("a", Direction.HIGHER_IS_BETTER).metric("b", Direction.HIGHER_IS_BETTER));
        ModelEndpoint endpoint = serve(plan);
        for (int i = 0; i < 100; i++) {
            met.merge(ask(endpoint, "u" + i), 1L, Long::sum);
        }
        long pairs = Math.min(met.get(1), met.get(2));
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 100; i++) {
                edge.experiment("m").outcome("u" + i, "a", round);
                edge.experiment("m").outcome("u" + i, "b", round);
            }
            assertThat(edge.experiment("m").report().of("m@2", "a").pairs()).isEqualTo(pairs);
            assertThat(edge.experiment("m").report().of("m@2", "b").pairs()).isEqualTo(pairs);
            if (round == 1) {
                edge.close();
                begin();
                serve(plan);
            }
        }
    }

    /** What was kept before units were counted says nothing of units. */
    @Test
    void evidenceOfRequestsIsNotGoneOnFrom() throws IOException {
        ModelEndpoint endpoint = serve(Serving::experiment);
        ask(endpoint, "u");
        edge.close();
        Path file = dir.resolve("experiments/m.json");
        Files.writeString(file, Files.readString(file).replaceFirst(",\"byUnit\":true", ""));
        begin();
        endpoint = serve(Serving::experiment);
        assertThat(edge.experiment("m").report().requests().values()).containsOnly(0L);
        ask(endpoint, "u");
        assertThat(edge.experiment("m").report().requests().values()).containsExactlyInAnyOrder(0L, 1L);
    }
}
