package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.monitor.objective.ObjectiveStatus;
import io.edgeai.monitor.openmetrics.MonitorFigures;
import io.edgeai.monitor.openmetrics.OpenMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objectives of a model whose versions are served. */
class EdgeMonitorObjectiveTest {
    private static final VersionRef ONE = VersionRef.of("defects", 1);
    private static final VersionRef TWO = VersionRef.of("defects", 2);

    @TempDir
    private Path dir;

    private final FakeTime time = new FakeTime();
    private final List<AlertRaised> raised = new ArrayList<>();

    private EdgeMonitor open(Objective... objectives) {
        EventBus events = new EventBus((event, failure) -> {});
        events.subscribe(AlertRaised.class, raised::add);
        EdgeMonitor.Builder builder = EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .events(events)
                .signals(Set.of(SignalKind.THROUGHPUT))
                .history(dir)
                .manualTicks();
        for (Objective objective : objectives) {
            builder.objective(objective);
        }
        return builder.build();
    }

    /** Windows of 100 calls to the first version and 20 to the second, of which so many are bad. */
    private void windows(EdgeMonitor monitor, int count, int failed, int slow) {
        for (int window = 0; window < count; window++) {
            for (int call = 0; call < 100; call++) {
                monitor.listener(ONE).success(2_000_000);
            }
            for (int call = 0; call < 20; call++) {
                if (call < failed) {
                    monitor.listener(TWO).failure(1_000_000, new IllegalStateException("Made to fail."));
                } else {
                    monitor.listener(TWO).success(call < failed + slow ? 30_000_000 : 2_000_000);
                }
            }
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
        }
    }

    /** 2 of 120 fail: a share of 1/60, 16.7 times the allowed .001. Alerts in the first window, since it was never better. */
    @Test
    void errorsOfAllVersionsCountAndTheWorstIsBlamed() {
        try (EdgeMonitor monitor = open(Objective.errors("defects", 0.999))) {
            windows(monitor, 2, 2, 0);
            assertThat(raised).as("four bad calls").isEmpty();
            windows(monitor, 1, 2, 0);
            assertThat(raised).singleElement().satisfies(alert -> {
                assertThat(alert.version()).isEqualTo(TWO);
                assertThat(alert.signal()).isEqualTo(SignalKind.OBJECTIVE);
                assertThat(alert.message())
                        .isEqualTo("Objective 99.9 % of calls of defects without error: bad calls come 16.7 times as"
                                + " fast as it allows (1 h: 16.7, 5 min: 16.7), 16.7 times what it allows is used up.");
            });
            ObjectiveStatus status = monitor.objectives().get(0);
            assertThat(status.bad()).isEqualTo(6);
            assertThat(status.good()).isEqualTo(354);
            assertThat(monitor.health(TWO).parts())
                    .extracting(HealthPart::signal)
                    .containsExactly(SignalKind.THROUGHPUT);
        }
    }

    /** An hour without a bad call, a minute of slow ones in the second version: .3 %, no alert; ten minutes of failures are. */
    @Test
    void latencyAndErrorsAreOneAlertWithBothNamed() {
        try (EdgeMonitor monitor =
                open(Objective.errors("defects", 0.999), Objective.latency("defects", 0.99, Duration.ofMillis(20)))) {
            windows(monitor, 360, 0, 0);
            assertThat(monitor.objectives())
                    .extracting(ObjectiveStatus::budgetLeft)
                    .containsExactly(1.0, 1.0);
            windows(monitor, 6, 0, 20);
            ObjectiveStatus slow = monitor.objectives().get(1);
            assertThat(slow.bad()).isEqualTo(120);
            assertThat(slow.budgetLeft()).isCloseTo(1 - 120 / (366 * 120 * 0.01), within(1e-9));
            assertThat(monitor.objectives().get(0).bad()).isZero();
            assertThat(raised).isEmpty();
            windows(monitor, 60, 18, 2);
            assertThat(raised).singleElement().satisfies(alert -> assertThat(alert.message())
                    .contains("without error")
                    .doesNotContain("within"));

            OpenMetrics out = new OpenMetrics();
            MonitorFigures.write(monitor, out);
            assertThat(out.end())
                    .contains("edgeai_objective_target{model=\"defects\",objective=\"latency 20 ms\"} 0.99")
                    .contains("edgeai_objective_budget_left{model=\"defects\",objective=\"errors\"} ")
                    .contains(
                            "edgeai_objective_burn_rate{model=\"defects\",objective=\"errors\",window=\"5m\"} 150.0\n")
                    .containsOnlyOnce(
                            "edgeai_objective_burn_rate{model=\"defects\",objective=\"errors\",window=\"6h\"}")
                    .contains("edgeai_alert_firing{model=\"defects\",signal=\"objective\",version=\"2\"} 1");
        }
    }

    /** A restart inside an alert: nothing is told again, and what was used up stays used up. */
    @Test
    void aRestartForgetsNoBadCall() {
        Objective objective = Objective.errors("defects", 0.999);
        List<ObjectiveStatus> before;
        try (EdgeMonitor monitor = open(objective)) {
            windows(monitor, 10, 6, 0);
            before = monitor.objectives();
            assertThat(raised).hasSize(1);
        }
        try (EdgeMonitor monitor = open(objective)) {
            assertThat(monitor.objectives()).isEqualTo(before);
            windows(monitor, 10, 6, 0);
            assertThat(raised).hasSize(1);
            assertThat(monitor.objectives().get(0).bad()).isEqualTo(120);
            monitor.forget(TWO);
            assertThat(monitor.objectives().get(0).bad())
                    .as("the model's, whoever is served")
                    .isEqualTo(120);
        }
    }

    @Test
    void whatIsNotAskedForIsNotThere() {
        try (EdgeMonitor monitor = open(Objective.errors("others", 0.9))) {
            windows(monitor, 3, 20, 0);
            assertThat(raised).isEmpty();
            assertThat(monitor.objectives()).singleElement().satisfies(status -> assertThat(status.good())
                    .isZero());
        }
        assertThatThrownBy(() -> open(Objective.errors("m", 0.9), Objective.errors("m", 0.99)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(errors) of m")
                .hasMessageContaining("Maybe");
    }
}
