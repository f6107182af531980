package io.edgeai.monitor.resource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads process CPU and heap from the JVM's beans, resident memory and energy from Linux' files. The beans are asked for at
 * each reading, so that making a probe loads none of their classes.
 */
final class JdkResourceProbe implements ResourceProbe {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private final ProcessEnergy energy = ProcessEnergy.ofThisMachine(JdkResourceProbe::cpuNanos);

    @Override
    public ResourceReading read() {
        return new ResourceReading(
                cpu(),
                (double)
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                resident(),
                energy.joules());
    }

    private double cpu() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean process) {
            double load = process.getProcessCpuLoad();
            return load < 0 ? Double.NaN : load;
        }
        return Double.NaN;
    }

    private static double cpuNanos() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean process) {
            long nanos = process.getProcessCpuTime();
            return nanos < 0 ? Double.NaN : nanos;
        }
        return Double.NaN;
    }

    private static double resident() {
        if (!Files.isReadable(STATUS)) {
            return Double.NaN;
        }
        try {
            return parseResident(Files.readAllLines(STATUS));
        } catch (IOException e) {
            return Double.NaN; // the value is documented as NaN where it cannot be read
        }
    }

    static double parseResident(List<String> lines) {
        for (String line : lines) {
            if (line.startsWith(RESIDENT)) {
                String digits = line.replaceAll("[^0-9]", "");
                return digits.isEmpty() ? Double.NaN : Double.parseDouble(digits) * 1024;
            }
        }
        return Double.NaN;
    }
}
