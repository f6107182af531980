package io.edgeai.monitor.resource;

/** Reads what the process uses; called once a window on the monitor's thread. Implementations need not be thread-safe. */
@FunctionalInterface
public interface ResourceProbe {
    ResourceReading read();

    /** Reads from the JVM and, where there is one, {@code /proc/self/status}. */
    static ResourceProbe jdk() {
        return new JdkResourceProbe();
    }
}
