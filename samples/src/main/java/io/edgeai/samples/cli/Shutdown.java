package io.edgeai.samples.cli;

import io.edgeai.core.concurrent.Progress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the process is told to end, and holds its end up until the work is put away, at most a minute. An
 * interrupt of the waiting thread ends the waiting too. Single-use.
 */
final class Shutdown {
    private static final long LONGEST_SECONDS = 60;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "edgeai-shutdown");

    private Shutdown() {}

    static Shutdown onSignal() {
        Shutdown shutdown = new Shutdown();
        try {
            Runtime.getRuntime().addShutdownHook(shutdown.hook);
        } catch (IllegalStateException e) {
            shutdown.asked.countDown(); // told to end before it began
        }
        return shutdown;
    }

    /** The same listener, which also cancels once the process is told to end. */
    Progress cancelling(Progress listener) {
        return new Progress() {
            @Override
            public void update(String phase, long finished, long total) {
                listener.update(phase, finished, total);
            }

            @Override
            public boolean cancelled() {
                return asked.getCount() == 0 || listener.cancelled();
            }
        };
    }

    void end() {
        asked.countDown();
        try {
            boolean unused = done.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void await() {
        try {
            asked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the process end. */
    void done() {
        done.countDown();
        if (asked.getCount() > 0) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                asked.countDown(); // told to end just now
            }
        }
    }
}
