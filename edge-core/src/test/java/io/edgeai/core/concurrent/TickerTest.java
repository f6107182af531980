package io.edgeai.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class TickerTest {
    private static final long WORK_NANOS = 20_000_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Test
    void cpuTimeOfAThreadIsWhatTheJvmCounts() {
        Assumptions.assumeTrue(threads.isCurrentThreadCpuTimeSupported());
        Ticker ticker = Ticker.threadCpu();
        long before = threads.getCurrentThreadCpuTime();
        long first = ticker.nanos();
        long second = ticker.nanos();
        long after = threads.getCurrentThreadCpuTime();

        assertThat(first).isBetween(before, after);
        assertThat(second).isBetween(first, after);
    }

    @Test
    void workOfAnotherThreadDoesNotCount() throws InterruptedException {
        Assumptions.assumeTrue(threads.isCurrentThreadCpuTimeSupported());
        Ticker ticker = Ticker.threadCpu();
        AtomicLong worked = new AtomicLong();
        long before = ticker.nanos();
        Thread other = new Thread(() -> {
            long start = ticker.nanos();
            while (ticker.nanos() - start < WORK_NANOS) {
                Thread.onSpinWait();
            }
            worked.set(ticker.nanos() - start);
        });
        other.setDaemon(true);
        other.start();
        other.join();

        assertThat(worked.get()).isGreaterThanOrEqualTo(WORK_NANOS);
        assertThat(ticker.nanos() - before).as("this thread only waited").isLessThan(worked.get());
    }
}
