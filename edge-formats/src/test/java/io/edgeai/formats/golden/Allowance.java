package io.edgeai.formats.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the calling thread may spend on one small file, whatever is wrong with it: a length that lies must not become an
 * array of that length, nor a loop. Not thread-safe.
 */
public final class Allowance {
    /** Parsers, buffers and messages; all that is ever allocated bounds what is held at once from above. */
    private static final long BYTES = 32 << 20;

    private static final long CPU_NANOSECONDS = 5_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long thread = Thread.currentThread().getId();
    private final long bytes = THREADS.getThreadAllocatedBytes(thread);
    private final long time = THREADS.getThreadCpuTime(thread);

    private Allowance() {}

    public static Allowance start() {
        return new Allowance();
    }

    /** Fails where more was spent since the start. */
    public void end(String what, long fileBytes) {
        long spent = THREADS.getThreadAllocatedBytes(thread) - bytes;
        long took = THREADS.getThreadCpuTime(thread) - time;
        assertThat(spent).as(what + ": bytes allocated").isLessThan(BYTES + 2 * fileBytes);
        assertThat(took).as(what + ": CPU nanoseconds").isLessThan(CPU_NANOSECONDS);
    }
}
