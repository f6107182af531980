package io.edgeai.server;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void thoseBeyondTheLimitAreTurnedAwayUntilOneIsAnswered() {
        Admission admission = new Admission(2, 0, LONG);
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

    private static CompletableFuture<Admission.Visit> comes(Admission admission, int waiting) {
        CompletableFuture<Admission.Visit> visit =
                CompletableFuture.supplyAsync(() -> admission.enter(true), task -> new Thread(task).start());
        patiently().until(() -> admission.waiting() == waiting);
        return visit;
    }

    @Test
    void theyWaitInTheOrderTheyCameForPlacesThatAreLeft() {
        Admission admission = new Admission(1, 2, LONG);
        Admission.Visit first = admission.enter(true);
        CompletableFuture<Admission.Visit> second = comes(admission, 1);
        CompletableFuture<Admission.Visit> third = comes(admission, 2);

        assertThatThrownBy(() -> admission.enter(true))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("(2) wait");
        first.answered();
        Admission.Visit entered = second.join();
        assertThat(third).isNotDone();
        assertThat(admission.waiting()).isEqualTo(1);
        entered.left();
        third.join().left();
        first.left();

        assertThat(admission.inFlight()).isZero();
        admission.enter(true);
    }

    @Test
    void aWaitEndsAfterItsTimeAndTakesNothingWithIt() {
        Admission admission = new Admission(1, 1, Duration.ofMillis(1));
        Admission.Visit first = admission.enter(true);

        assertThatThrownBy(() -> admission.enter(true))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("(PT0.001S)");
        assertThat(admission.waiting()).isZero();
        first.left();
        admission.enter(true).left();
        assertThat(admission.inFlight()).isZero();
    }

    @Test
    void closingSendsHomeWhoWaits() {
        Admission admission = new Admission(1, 1, LONG);
        Admission.Visit first = admission.enter(true);
        CompletableFuture<Admission.Visit> second = comes(admission, 1);
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> admission.close(LONG));

        assertThatThrownBy(second::join).hasCauseInstanceOf(LifecycleException.class);
        assertThat(closing).isNotDone();
        first.left();
        assertThat(closing.join()).isTrue();
    }

    /** 8 callers, 3 places, a line for all: never more than 3 inside, nobody refused, nobody lost. */
    @Test
    void placesAreNeitherLostNorDoubled() {
        Admission admission = new Admission(3, 8, LONG);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            callers.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 2_000; i++) {
                            Admission.Visit visit = admission.enter(true);
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            Thread.yield();
                            inside.decrementAndGet();
                            visit.left();
                        }
                    },
                    task -> new Thread(task).start()));
        }
        callers.forEach(CompletableFuture::join);
        assertThat(most.get()).isBetween(1, 3);
        assertThat(admission.inFlight() + admission.waiting()).isZero();
        for (int i = 0; i < 3; i++) {
            admission.enter(true);
        }
        assertThat(admission.waiting()).as("all three places are there").isZero();
    }

    @Test
    void othersAreCountedButNotLimited() {
        Admission admission = new Admission(1, 0, LONG);
        admission.enter(true);

        admission.enter(false);

        assertThat(admission.inFlight()).isEqualTo(2);
    }

    @Test
    void everyStepCountsOnce() {
        Admission admission = new Admission(2, 0, LONG);
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
        Admission admission = new Admission(1, 0, LONG);
        Admission.Visit visit = admission.enter(true);

        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> admission.close(LONG));
        patiently().until(admission::closed);
        assertThatThrownBy(() -> admission.enter(false)).isInstanceOf(LifecycleException.class);
        visit.left();

        assertThat(closing.join()).isTrue();
    }

    @Test
    void closingGivesUpAfterItsTime() {
        Admission admission = new Admission(1, 0, LONG);
        admission.enter(true);

        assertThat(admission.close(Duration.ofMillis(1))).isFalse();
    }
}
