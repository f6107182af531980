package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.HealthChanged;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.HealthLevel;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.AuditAction;
import io.edgeai.core.registry.AuditEntry;
import io.edgeai.core.serving.ModelEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health is told by hand or, once, by the monitor itself; version n answers n·x. */
class DegradationTest {
    @TempDir
    Path dir;

    private final TroubledVersions versions = new TroubledVersions(1000, 0, 1, 1, 1);
    private final List<StageChanged> moves = new CopyOnWriteArrayList<>();
    private EdgeAI edge;
    private VersionRef first;
    private VersionRef second;

    @BeforeEach
    void open() {
        edge = versions.open(dir);
        first = Fixtures.times(edge, "m", 1).ref();
        second = Fixtures.times(edge, "m", 2).ref();
        edge.registry().promote(first, "first release");
        edge.events().subscribe(StageChanged.class, moves::add);
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private ModelEndpoint serve(Consumer<Serving> more) {
        return edge.serve("m", s -> more.accept(s.noDeadline().degradeAt(HealthLevel.POOR)));
    }

    private void health(VersionRef version, HealthLevel level, double score) {
        edge.events()
                .publish(new HealthChanged(
                        version, HealthLevel.UNKNOWN, level, score, "errors rose", versions.time.instant()));
    }

    private Stage stage() {
        return edge.registry().get(first).stage();
    }

    private AuditEntry last() {
        List<AuditEntry> audit = edge.registry().audit("m");
        return audit.get(audit.size() - 1);
    }

    @Test
    void poorHealthIsNotedWithItsReasonAndTakenBackOnceItWasGoodForLong() {
        ModelEndpoint endpoint = serve(s -> {});
        health(first, HealthLevel.FAIR, 70);
        assertThat(stage()).isEqualTo(Stage.ACTIVE);
        health(first, HealthLevel.POOR, 41.6);
        assertThat(stage()).isEqualTo(Stage.DEGRADED);
        assertThat(last().action()).isEqualTo(AuditAction.DEGRADED);
        assertThat(last().detail()).isEqualTo("health 42 of 100: errors rose");
        assertThat(moves)
                .containsExactly(
                        new StageChanged(first, "default", Stage.ACTIVE, Stage.DEGRADED, versions.time.instant()));
        assertThat(endpoint.predict(new float[] {3, 3}))
                .as("it goes on answering")
                .containsExactly(3, 3);

        health(first, HealthLevel.GOOD, 95);
        versions.time.advance(Duration.ofMinutes(10));
        patiently().until(() -> stage() == Stage.ACTIVE);
        assertThat(last().action()).isEqualTo(AuditAction.RECOVERED);
        assertThat(last().detail()).isEqualTo("its health has been good for 10 minutes");
        health(first, HealthLevel.POOR, 10);
        assertThat(stage()).as("again").isEqualTo(Stage.DEGRADED);
    }

    @Test
    void theProcessAfterThisOneTakesItBack() {
        var unused = serve(s -> {});
        health(first, HealthLevel.POOR, 10);
        edge.close();
        edge = versions.open(dir);
        var served = serve(s -> {});
        assertThat(stage()).isEqualTo(Stage.DEGRADED);
        health(first, HealthLevel.GOOD, 99);
        versions.time.advance(Duration.ofMinutes(10));
        patiently().until(() -> stage() == Stage.ACTIVE);
        assertThat(served.closed()).isFalse();
    }

    private Degradation degradation() {
        return new Degradation(edge.registry(), edge.registry().lifecycle(), "m", HealthLevel.POOR, versions.time);
    }

    private HealthChanged to(HealthLevel level) {
        return new HealthChanged(first, HealthLevel.UNKNOWN, level, 50, "", versions.time.instant());
    }

    @Test
    void tenMinutesCountWithoutABreak() {
        Degradation degradation = degradation();
        degradation.heard(to(HealthLevel.POOR));
        for (HealthLevel between : List.of(HealthLevel.FAIR, HealthLevel.POOR, HealthLevel.UNKNOWN)) {
            degradation.heard(to(HealthLevel.GOOD));
            versions.time.advance(Duration.ofMinutes(9));
            degradation.act();
            degradation.heard(to(between));
            versions.time.advance(Duration.ofMinutes(9));
            degradation.act();
            assertThat(stage()).as("after %s", between).isEqualTo(Stage.DEGRADED);
        }
        degradation.heard(to(HealthLevel.GOOD));
        versions.time.advance(Duration.ofMinutes(10).minusMillis(1));
        degradation.act();
        assertThat(stage()).isEqualTo(Stage.DEGRADED);
        versions.time.advance(Duration.ofMillis(1));
        degradation.act();
        assertThat(stage()).isEqualTo(Stage.ACTIVE);
    }

    @Test
    void whatPeopleNotedIsLeftToThem() {
        Degradation degradation = degradation();
        edge.registry().lifecycle().degrade(first, "customers complain");
        degradation.heard(to(HealthLevel.POOR));
        assertThat(last().detail()).isEqualTo("customers complain");
        degradation.heard(to(HealthLevel.GOOD));
        versions.time.advance(Duration.ofMinutes(20));
        degradation.act();
        assertThat(stage()).isEqualTo(Stage.DEGRADED);
        edge.registry().lifecycle().recover(first, "they are happy");
        degradation.heard(to(HealthLevel.POOR));
        edge.registry().promote(second, "repaired");
        degradation.heard(to(HealthLevel.GOOD));
        versions.time.advance(Duration.ofMinutes(20));
        degradation.act();
        assertThat(edge.registry().active("m").ref()).isEqualTo(second);
        assertThat(stage()).as("moved on meanwhile").isEqualTo(Stage.SUPERSEDED);
    }

    @Test
    void onlyTheActiveVersionOfAServedModelIsNoted() {
        ModelEndpoint endpoint = serve(s -> {});
        health(second, HealthLevel.POOR, 10);
        health(VersionRef.of("other", 1), HealthLevel.POOR, 10);
        assertThat(moves).isEmpty();
        endpoint.close();
        health(first, HealthLevel.POOR, 10);
        assertThat(moves).isEmpty();
        var unused = edge.serve("m", Serving::noDeadline);
        health(first, HealthLevel.POOR, 10);
        assertThat(moves).as("nobody asked for it").isEmpty();
        assertThatThrownBy(() -> new Serving("m").degradeAt(HealthLevel.GOOD))
                .isInstanceOf(InvalidInputException.class);
        var fair = edge.serve("m", s -> s.noDeadline().degradeAt(HealthLevel.FAIR));
        health(first, HealthLevel.FAIR, 70);
        assertThat(stage()).isEqualTo(Stage.DEGRADED);
        assertThat(fair.closed()).isFalse();
    }

    @Test
    void anAlertWithoutAWayBackIsNotedAndOneWithRollsBack() {
        var unused = serve(s -> s.rollbackOn(SignalKind.ERRORS));
        edge.events().publish(new AlertRaised(first, SignalKind.ERRORS, 1, "it fails", versions.time.instant()));
        assertThat(stage()).isEqualTo(Stage.DEGRADED);
        assertThat(last().detail()).isEqualTo("alert on ERRORS: it fails");
        edge.registry().promote(second, "repaired");
        edge.events().publish(new AlertRaised(second, SignalKind.ERRORS, 1, "too", versions.time.instant()));
        assertThat(edge.registry().active("m").ref()).isEqualTo(first);
        assertThat(edge.registry().get(second).stage()).isEqualTo(Stage.ROLLED_BACK);
    }

    /** The monitor finds by itself that nine of ten requests fail. */
    @Test
    void theMonitorsOwnFindingsAreHeard() {
        ModelVersion version = edge.registry().get(first);
        ModelEndpoint endpoint = serve(s -> {});
        for (int window = 0; window < 400 && stage() == Stage.ACTIVE; window++) {
            versions.failing[1] = window < 150 ? 0 : 0.9;
            for (int i = 0; i < 20; i++) {
                try {
                    assertThat(endpoint.predict(new float[] {1, 1})).hasSize(2);
                } catch (io.edgeai.core.error.InferenceException e) {
                    assertThat(window).isGreaterThanOrEqualTo(150);
                }
            }
            versions.time.advance(Duration.ofSeconds(10).minusMillis(20));
            edge.monitor().tick();
        }
        assertThat(stage()).isEqualTo(Stage.DEGRADED);
        assertThat(last().ref()).isEqualTo(version.ref());
        assertThat(last().detail()).startsWith("health ").contains("of 100: The error rate rose");
    }
}
