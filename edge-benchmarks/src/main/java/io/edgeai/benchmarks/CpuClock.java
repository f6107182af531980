package io.edgeai.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time of this process without that of the JVM's compiler threads, whose work falls into whichever side runs while
 * they happen to compile. On systems without {@code /proc} theirs is counted too.
 */
final class CpuClock {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Path> compilers;

    private CpuClock(List<Path> compilers) {
        this.compilers = compilers;
    }

    static CpuClock start() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return new CpuClock(tasks.filter(CpuClock::compiles)
                    .map(task -> task.resolve("schedstat"))
                    .toList());
        } catch (IOException e) {
            return new CpuClock(List.of());
        }
    }

    long nanos() {
        long nanos = SYSTEM.getProcessCpuTime();
        for (Path schedstat : compilers) {
            nanos -= spent(schedstat);
        }
        return nanos;
    }

    /**
     * CPU time of the Java threads that live now, without the one that asks: to the nanosecond, where the system counts a
     * process in ticks of 10 ms, but without collecting garbage.
     */
    static long ofLivingThreads() {
        long own = Thread.currentThread().getId();
        long[] ids =
                Arrays.stream(THREADS.getAllThreadIds()).filter(id -> id != own).toArray();
        return Arrays.stream(THREADS.getThreadCpuTime(ids))
                .filter(nanos -> nanos > 0)
                .sum();
    }

    /** CPU time of the thread that asks. */
    static long ofThisThread() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static long spent(Path schedstat) {
        try {
            return Long.parseLong(Files.readString(schedstat).split(" ")[0]);
        } catch (IOException e) {
            return 0; // the thread has ended
        }
    }

    private static boolean compiles(Path task) {
        try {
            String name = Files.readString(task.resolve("comm"));
            return name.startsWith("C1 Comp") || name.startsWith("C2 Comp");
        } catch (IOException e) {
            return false;
        }
    }
}
