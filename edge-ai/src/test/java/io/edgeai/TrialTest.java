package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialTest {
    @TempDir
    Path home;

    private final CompletableFuture<Thread> later = new CompletableFuture<>();
    private final CompletableFuture<Thread> seen = new CompletableFuture<>();
    private volatile int learned;

    /** What is kept. */
    record Kept(int learned) {}

    /** Whoever looks first at what it learned is slow to write it down: until the later one has done so, or waits for him. */
    private final class Slow extends Trial<Kept> {
        Slow(StateFile<Kept> file) {
            super(file);
        }

        @Override
        Kept state() {
            Kept state = new Kept(learned);
            if (seen.complete(Thread.currentThread())) {
                Thread other = later.join();
                patiently().until(() -> other.getState() == Thread.State.BLOCKED || !other.isAlive());
            }
            return state;
        }

        @Override
        TrafficSplit split() {
            return TrafficSplit.all(VersionRef.of("m", 1));
        }

        @Override
        boolean hears(VersionRef version) {
            return false;
        }

        @Override
        void answered(VersionRef version, long latencyNanos) {}

        @Override
        void failed(VersionRef version) {}
    }

    /** Regression: a canary's verdict, kept while it closed, was overwritten by what the clock's thread had seen before it. */
    @Test
    void whatWasLearnedLastIsWhatStays() throws InterruptedException {
        StateFile<Kept> file = new StateFile<>(home, "trials", "m", Kept.class);
        Slow trial = new Slow(file);
        learned = 1;
        trial.markChanged();
        Thread first = new Thread(trial::keep);
        first.start();
        seen.join();

        learned = 2;
        trial.markChanged();
        Thread second = new Thread(trial::keep);
        second.start();
        later.complete(second);
        first.join();
        second.join();

        assertThat(file.read()).contains(new Kept(2));
    }
}
