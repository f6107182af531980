package io.edgeai.server;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void thoseBeyondTheLimitAreTurnedAwayUntilOneIsAnswered() {
        Admission admission = new Admission(2);
        Admission.Visit first = admission.enter(true);
        admission.enter(true);

        assertThatThrownBy(() -> admission.enter(true))
                .isInstanceOfSatisfying(OverloadedException.class, e -> assertThat(e.retriable())
                        .isTrue());
        first.answered();
        admission.enter(true);

        assertThat(admission.inFlight())
                .as("an answer that has not left is in flight")
                .isEqualTo(3);
    }

    @Test
    void othersAreCountedButNotLimited() {
        Admission admission = new Admission(1);
        admission.enter(true);

        admission.enter(false);

        assertThat(admission.inFlight()).isEqualTo(2);
    }

    @Test
    void everyStepCountsOnce() {
        Admission admission = new Admission(2);
        admission.enter(true);
        Admission.Visit visit = admission.enter(true);

        visit.answered();
        visit.answered();
        visit.left();
        visit.left();

        assertThat(admission.inFlight()).isEqualTo(1);
        admission.enter(true);
        assertThatThrownBy(() -> admission.enter(true)).isInstanceOf(OverloadedException.class);
    }

    @Test
    void closingWaitsForTheLastAndLetsNobodyIn() {
        Admission admission = new Admission(1);
        Admission.Visit visit = admission.enter(true);

        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> admission.close(LONG));
        patiently().until(admission::closed);
        assertThatThrownBy(() -> admission.enter(false)).isInstanceOf(LifecycleException.class);
        visit.left();

        assertThat(closing.join()).isTrue();
    }

    @Test
    void closingGivesUpAfterItsTime() {
        Admission admission = new Admission(1);
        admission.enter(true);

        assertThat(admission.close(Duration.ofMillis(1))).isFalse();
    }
}
