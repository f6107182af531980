package io.edgeai.monitor.resource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleSupplier;

/**
 * Energy of this process: that of the machine's processors by the share of the CPU time that all processes used, so that what an
 * idle machine takes is dealt out too. Not thread-safe.
 */
final class ProcessEnergy {
    private static final int MODES_OF_WORK = 8;
    private static final double NANOS_A_TICK = 1e7;

    private final EnergyCounters counters;
    private final Path stat;
    private final DoubleSupplier cpuNanos;
    private double lastCpu = Double.NaN;
    private double lastBusy = Double.NaN;

    /**
     * @param stat as {@code /proc/stat}
     * @param cpuNanos CPU time of this process so far
     */
    ProcessEnergy(EnergyCounters counters, Path stat, DoubleSupplier cpuNanos) {
        this.counters = counters;
        this.stat = stat;
        this.cpuNanos = cpuNanos;
    }

    static ProcessEnergy ofThisMachine(DoubleSupplier cpuNanos) {
        return new ProcessEnergy(
                EnergyCounters.in(Path.of("/sys/class/powercap"), Path.of("/sys/class/hwmon")),
                Path.of("/proc/stat"),
                cpuNanos);
    }

    /** Joules since the reading before; NaN at the first, and where something cannot be read. */
    double joules() {
        if (counters.none()) {
            return Double.NaN;
        }
        double machine = counters.joules();
        double cpu = cpuNanos.getAsDouble();
        double busy = busyNanos();
        double share = (cpu - lastCpu) / (busy - lastBusy);
        lastCpu = cpu;
        lastBusy = busy;
        return machine * Math.max(0, Math.min(1, share));
    }

    /** CPU time of all processes since the machine started: what its first line has under work, in hundredths of a second. */
    private double busyNanos() {
        try {
            if (!Files.isReadable(stat)) {
                return Double.NaN;
            }
            byte[] head;
            try (var in = Files.newInputStream(stat)) {
                head = in.readNBytes(256);
            }
            String[] fields = new String(head, StandardCharsets.US_ASCII)
                    .split("\n", 2)[0]
                    .strip()
                    .split(" +");
            if (!fields[0].equals("cpu") || fields.length <= MODES_OF_WORK) {
                return Double.NaN;
            }
            double ticks = 0;
            for (int i = 1; i <= MODES_OF_WORK; i++) {
                boolean idle = i == 4 || i == 5;
                ticks += idle ? 0 : Double.parseDouble(fields[i]);
            }
            return ticks * NANOS_A_TICK;
        } catch (IOException | NumberFormatException e) {
            return Double.NaN; // documented as not known
        }
    }
}
