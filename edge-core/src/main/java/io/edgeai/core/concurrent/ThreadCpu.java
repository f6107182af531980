package io.edgeai.core.concurrent;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The clock of {@link Ticker#threadCpu()}, whose many classes are loaded when it is first read. */
final class ThreadCpu {
    static final Ticker TICKER = ticker();

    private ThreadCpu() {}

    private static Ticker ticker() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
                ? threads::getCurrentThreadCpuTime
                : Ticker.system();
    }
}
