package io.edgeai.server;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void thoseBeyondTheLimitAreTurnedAwayUntilOneIsAnswered() {
        Admission admission = new Admission(2, 0, LONG);
        Admission.Visit first = admission.await();
        admission.await();

        assertThatThrownBy(() -> admission.await())
                .isInstanceOfSatisfying(OverloadedException.class, e -> assertThat(e.retriable())
                        .isTrue());
        first.answered();
        admission.await();

        assertThat(admission.inFlight())
                .as("an answer that has not left is in flight")
                .isEqualTo(3);
    }

    private static CompletableFuture<Admission.Visit> comes(Admission admission, int waiting) {
        CompletableFuture<Admission.Visit> visit =
                CompletableFuture.supplyAsync(() -> admission.await(), task -> new Thread(task).start());
        patiently().until(() -> admission.waiting() == waiting);
        return visit;
    }

    @Test
    void theyWaitInTheOrderTheyCameForPlacesThatAreLeft() {
        Admission admission = new Admission(1, 2, LONG);
        Admission.Visit first = admission.await();
        CompletableFuture<Admission.Visit> second = comes(admission, 1);
        CompletableFuture<Admission.Visit> third = comes(admission, 2);

        assertThatThrownBy(() -> admission.await())
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("(2) wait");
        admission.leave(first);
        Admission.Visit entered = second.join();
        assertThat(third).isNotDone();
        assertThat(admission.waiting()).isEqualTo(1);
        admission.leave(entered);
        admission.leave(third.join());

        assertThat(admission.inFlight()).isZero();
        admission.await();
    }

    /** Notes who came in, on which thread, and leaves when its answer is known. */
    private static final class Guest implements Admission.Entrant {
        private final List<Guest> inside;
        private volatile @Nullable Thread thread;
        private volatile @Nullable EdgeException why;

        private Guest(List<Guest> inside) {
            this.inside = inside;
        }

        @Override
        public void enter(Admission.Visit visit) {
            inside.add(this);
            thread = Thread.currentThread();
            visit.answered();
            visit.left();
        }

        @Override
        public void refused(EdgeException reason) {
            why = reason;
        }
    }

    /** Whoever brought the first has a connection to go on with. */
    @Test
    void thoseInTheLineAreAnsweredOneAfterTheOtherOnAThreadOfItsOwn() {
        Admission admission = new Admission(1, 3, LONG);
        List<Guest> inside = new CopyOnWriteArrayList<>();
        List<Guest> guests = List.of(new Guest(inside), new Guest(inside), new Guest(inside));
        Admission.Turn turn = admission.ask(guests.get(0));
        assertThat(admission.ask(guests.get(1))).isNull();
        assertThat(admission.ask(guests.get(2))).isNull();
        assertThat(inside).isEmpty();

        admission.follow(turn);

        patiently().until(() -> admission.inFlight() + admission.waiting() == 0);
        assertThat(inside).containsExactlyElementsOf(guests);
        assertThat(guests.get(0).thread).isSameAs(Thread.currentThread());
        assertThat(guests.get(1).thread)
                .isSameAs(guests.get(2).thread)
                .isNotSameAs(Thread.currentThread())
                .satisfies(thread -> assertThat(thread.isDaemon()).isTrue());
    }

    @Test
    void whoWaitsInVainIsToldWhy() {
        Admission admission = new Admission(1, 2, Duration.ofMillis(20));
        Admission.Visit first = admission.await();
        List<Guest> inside = new CopyOnWriteArrayList<>();
        Guest one = new Guest(inside);
        Guest two = new Guest(inside);
        assertThat(admission.ask(one)).isNull();
        assertThat(admission.ask(two)).isNull();
        patiently().until(() -> admission.waiting() == 0);
        patiently().until(() -> one.why != null && two.why != null);
        assertThat(one.why).isInstanceOf(OverloadedException.class).hasMessageContaining("(PT0.02S)");

        assertThat(admission.ask(one)).as("the line is there again").isNull();
        admission.leave(first);
        patiently().until(() -> admission.inFlight() == 0);
        assertThat(inside).doesNotContain(two);
    }

    @Test
    void aWaitEndsAfterItsTimeAndTakesNothingWithIt() {
        Admission admission = new Admission(1, 1, Duration.ofMillis(1));
        Admission.Visit first = admission.await();

        assertThatThrownBy(() -> admission.await())
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("(PT0.001S)");
        assertThat(admission.waiting()).isZero();
        admission.leave(first);
        admission.leave(admission.await());
        assertThat(admission.inFlight()).isZero();
    }

    @Test
    void whoIsInterruptedWhileItWaitsTakesNoPlaceWithIt() {
        Admission admission = new Admission(1, 1, LONG);
        Admission.Visit first = admission.await();

        Thread.currentThread().interrupt();
        assertThatThrownBy(admission::await).isInstanceOf(LifecycleException.class);
        assertThat(Thread.interrupted()).isTrue();
        admission.leave(first);

        patiently().until(() -> admission.inFlight() + admission.waiting() == 0);
        admission.leave(admission.await());
    }

    @Test
    void closingSendsHomeWhoWaits() {
        Admission admission = new Admission(1, 1, LONG);
        Admission.Visit first = admission.await();
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
                            Admission.Visit visit = admission.await();
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            Thread.onSpinWait();
                            inside.decrementAndGet();
                            admission.leave(visit);
                        }
                    },
                    task -> new Thread(task).start()));
        }
        callers.forEach(CompletableFuture::join);
        assertThat(most.get()).isBetween(1, 3);
        assertThat(admission.inFlight() + admission.waiting()).isZero();
        for (int i = 0; i < 3; i++) {
            admission.await();
        }
        assertThat(admission.waiting()).as("all three places are there").isZero();
    }

    @Test
    void othersAreCountedButNotLimited() {
        Admission admission = new Admission(1, 0, LONG);
        admission.await();

        admission.enter();

        assertThat(admission.inFlight()).isEqualTo(2);
    }

    @Test
    void everyStepCountsOnce() {
        Admission admission = new Admission(2, 0, LONG);
        admission.await();
        Admission.Visit visit = admission.await();

        visit.answered();
        visit.answered();
        visit.left();
        visit.left();

        assertThat(admission.inFlight()).isEqualTo(1);
        admission.await();
        assertThatThrownBy(() -> admission.await()).isInstanceOf(OverloadedException.class);
    }

    @Test
    void closingWaitsForTheLastAndLetsNobodyIn() {
        Admission admission = new Admission(1, 0, LONG);
        Admission.Visit visit = admission.await();

        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> admission.close(LONG));
        patiently().until(admission::closed);
        assertThatThrownBy(() -> admission.enter()).isInstanceOf(LifecycleException.class);
        visit.left();

        assertThat(closing.join()).isTrue();
    }

    @Test
    void closingGivesUpAfterItsTime() {
        Admission admission = new Admission(1, 0, LONG);
        admission.await();

        assertThat(admission.close(Duration.ofMillis(1))).isFalse();
    }
}
