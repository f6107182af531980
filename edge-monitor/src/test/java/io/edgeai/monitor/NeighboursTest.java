package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions side by side, each with its own latency of a millisecond times a factor, by a fake clock. */
class NeighboursTest {
    private static final int LEARN = 150;
    private static final VersionRef[] VERSIONS = {
        VersionRef.of("defects", 1), VersionRef.of("defects", 2), VersionRef.of("counting", 1)
    };

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(5);
    private final List<AlertRaised> alerts = new ArrayList<>();
    private final EventBus events = new EventBus((event, failure) -> {
        throw failure;
    });
    private final EdgeMonitor monitor = EdgeMonitor.builder()
            .clock(time)
            .ticker(time)
            .events(events)
            .signals(Set.of(SignalKind.LATENCY))
            .manualTicks()
            .build();

    NeighboursTest() {
        events.subscribe(AlertRaised.class, alerts::add);
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    /** Windows of so many calls to each version of which there is a factor. */
    private void windows(int count, int calls, double... factors) {
        for (int w = 0; w < count; w++) {
            for (int v = 0; v < factors.length; v++) {
                InferenceListener listener = monitor.listener(VERSIONS[v]);
                for (int i = 0; i < calls; i++) {
                    listener.success((long) (1e6 * factors[v] * Math.exp(0.2 * random.nextGaussian())));
                }
            }
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
        }
    }

    /** The third is asked about; the expectation is the rule of the doc: more than 1.1, and half of its own logarithm. */
    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0, 3.0, false",
        "3.0, 3.0, 3.0, true",
        "3.0, 1.0, 3.0, false", // one busy neighbour of two
        "1.9, 1.9, 3.0, true", // ln 1.9 = .64 of 1.10
        "1.5, 1.5, 3.0, false", // ln 1.5 = .41
        "1.3, 1.3, 1.3, true",
        "1.05, 1.05, 1.05, false", // slight
        "3.0, 3.0, 1.0, true", // it has no alert then
    })
    void aRiseIsSharedWhereTheMiddleOfTheOthersRoseByHalf(double first, double second, double third, boolean shared) {
        windows(LEARN, 200, 1, 1, 1);
        windows(1, 200, first, second, third);
        assertThat(monitor.slowAsOthers(VERSIONS[2])).isEqualTo(shared);
    }

    @Test
    void aloneAVersionIsSlowByItself() {
        windows(LEARN, 200, 1);
        windows(1, 200, 3);
        assertThat(monitor.slowAsOthers(VERSIONS[0])).isFalse();
        assertThat(monitor.slowAsOthers(VERSIONS[1])).as("never heard of").isFalse();
    }

    @Test
    void aFewCallsAndOldWindowsOfOthersSayNothing() {
        windows(LEARN, 200, 1, 1);
        windows(1, 9, 3, 3);
        assertThat(monitor.slowAsOthers(VERSIONS[0])).isFalse();
        windows(1, 10, 3, 3);
        assertThat(monitor.slowAsOthers(VERSIONS[0])).isTrue();
        windows(3, 200, 3);
        assertThat(monitor.slowAsOthers(VERSIONS[0]))
                .as("the other one has no calls now")
                .isFalse();
    }

    @Test
    void anAlertSaysThatTheOthersAreSlowToo() {
        windows(LEARN, 200, 1, 1, 1);
        windows(20, 200, 3, 3, 3);
        assertThat(alerts).hasSize(3).allSatisfy(alert -> assertThat(alert.message())
                .matches("(Median|p99) latency rose from .* to .*\\. The others here take (2\\.[6-9]|3\\.[0-4]) times "
                        + "as long as usual too: maybe the machine is busy\\."));
    }

    @Test
    void anAlertOfOneSaysNothingOfOthers() {
        windows(LEARN, 200, 1, 1, 1);
        windows(20, 200, 1, 3, 1);
        assertThat(alerts).singleElement().satisfies(alert -> {
            assertThat(alert.version()).isEqualTo(VERSIONS[1]);
            assertThat(alert.message()).doesNotContain("machine");
        });
    }
}
