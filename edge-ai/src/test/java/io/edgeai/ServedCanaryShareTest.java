package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.CanaryPlan;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.rollout.TrafficSplit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A canary that is due its next share while its requests fail at the worst moments. */
class ServedCanaryShareTest {
    private static final VersionRef FIRST = VersionRef.of("m", 1);
    private static final VersionRef SECOND = VersionRef.of("m", 2);

    @TempDir
    Path dir;

    private final FakeTime time = new FakeTime();
    private final Scripted traffic = new Scripted();
    private ServedCanary canary;

    /** An endpoint that does as it is told, and in between what a test says. */
    private final class Scripted implements Traffic {
        private TrafficSplit dealt = TrafficSplit.all(FIRST);
        private boolean late;
        private Runnable beforeDealing = () -> {};
        private Runnable beforeNoting = () -> {};
        private final List<Integer> percents = new ArrayList<>();
        private final List<TrafficSplit> given = new ArrayList<>();
        private boolean noted;

        /** A late request was dealt by the split before, and is counted now. */
        @Override
        public void mismatched(Map<String, Long> units, double pValue) {}

        @Override
        public boolean deals(TrafficSplit split) {
            return late || dealt == split;
        }

        @Override
        public void deal(TrafficSplit split, BooleanSupplier wanted) {
            beforeDealing.run();
            if (wanted.getAsBoolean()) {
                given.add(split);
                dealt = split;
            }
        }

        @Override
        public void reject(VersionRef version, SignalKind signal, String message) {
            if (dealt.arms().size() > 1) {
                dealt = TrafficSplit.all(FIRST);
                canary.rejected(version, message);
            }
        }

        @Override
        public void canary(VersionRef version, double share) {
            beforeNoting.run();
            percents.add((int) Math.round(100 * share));
            noted = true;
        }

        @Override
        public void endCanary(VersionRef version, String why) {
            noted = false;
        }

        @Override
        public void shadow(@Nullable VersionRef version, double fraction) {
            throw new AssertionError("nobody asked for a shadow");
        }

        @Override
        public void promote(VersionRef version, String reason) {
            throw new AssertionError("it did not pass");
        }
    }

    @BeforeEach
    void due() {
        CanaryPlan plan = CanaryPlan.defaults().steps(0.2, 0.5).requests(50).time(Duration.ofSeconds(1));
        canary = ServedCanary.open(
                FIRST, SECOND, plan, time, new StateFile<>(dir, "canaries", "m", ServedCanary.Kept.class));
        traffic.dealt = canary.split();
        canary.attach(traffic);
        canary.begin();
        for (int i = 0; i < 500; i++) {
            canary.answered(i % 5 == 0 ? SECOND : FIRST, 1_000_000);
        }
        time.advance(Duration.ofSeconds(1));
    }

    private void fails() {
        traffic.late = true;
        for (int i = 0; i < 30; i++) {
            canary.failed(SECOND);
        }
        traffic.late = false;
        assertThat(canary.report().status()).isEqualTo(CanaryStatus.ROLLED_BACK);
    }

    private void assertTakenBack() {
        assertThat(traffic.dealt.arms()).singleElement().satisfies(arm -> assertThat(arm.version())
                .isEqualTo(FIRST));
        assertThat(traffic.noted).as("a canary in the registry").isFalse();
        time.advance(Duration.ofSeconds(5));
        canary.act();
        assertThat(traffic.dealt.arms()).hasSize(1);
        assertThat(canary.report().share()).isZero();
    }

    @Test
    void withoutFailuresItGetsIt() {
        canary.act();
        assertThat(traffic.dealt.arms()).last().satisfies(arm -> assertThat(arm.weight())
                .isEqualTo(0.5));
        assertThat(traffic.percents).containsExactly(20, 50);
        assertThat(traffic.noted).isTrue();
    }

    @Test
    void notWhereItWasTakenBackBefore() {
        fails();
        canary.act();
        assertThat(traffic.percents).containsExactly(20);
        assertTakenBack();
    }

    /** Regression: it got the share for a moment, after its rollback. */
    @Test
    void notWhereItIsTakenBackAsItIsDealt() {
        traffic.beforeDealing = this::fails;
        canary.act();
        assertThat(traffic.given).isEmpty();
        assertThat(traffic.percents).containsExactly(20);
        assertTakenBack();
    }

    /** Regression: the registry went on to call it a canary, which other processes followed. */
    @Test
    void notWhereItIsTakenBackAsItsShareIsNoted() {
        traffic.beforeNoting = this::fails;
        canary.act();
        assertTakenBack();
    }
}
