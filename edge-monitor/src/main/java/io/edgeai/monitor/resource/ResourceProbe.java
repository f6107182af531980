package io.edgeai.monitor.resource;

/** Reads what the process uses; called once a window on the monitor's thread. Implementations need not be thread-safe. */
@FunctionalInterface
public interface ResourceProbe {
    ResourceReading read();

    /**
     * Reads from the JVM and, on Linux, {@code /proc/self/status}, {@code /proc/stat} and the energy counters of {@code
     * /sys/class/powercap}, which most systems let only root read.
     */
    static ResourceProbe jdk() {
        return new JdkResourceProbe();
    }
}
