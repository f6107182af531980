package io.edgeai.monitor.resource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The counters of a machine's processors and of their memory, in the formats of Linux: power capping zones of Intel's and AMD's
 * processors ({@code intel-rapl:0} and its zone {@code dram}; other zones are parts of these), else the sockets of the sensor
 * {@code amd_energy}. Not thread-safe.
 */
final class EnergyCounters {
    private static final int MOST = 256;

    private final List<EnergyCounter> all;

    private EnergyCounters(List<EnergyCounter> all) {
        this.all = all;
    }

    /**
     * @param powercap as {@code /sys/class/powercap}
     * @param sensors as {@code /sys/class/hwmon}
     */
    static EnergyCounters in(Path powercap, Path sensors) {
        List<EnergyCounter> found = new ArrayList<>();
        for (Path zone : children(powercap, "intel-rapl:*")) {
            String name = text(zone.resolve("name"));
            if (name.startsWith("package") || name.equals("dram")) {
                found.add(new EnergyCounter(
                        zone.resolve("energy_uj"), EnergyCounter.number(zone.resolve("max_energy_range_uj"))));
            }
        }
        if (found.isEmpty()) {
            for (Path sensor : children(sensors, "hwmon*")) {
                if (text(sensor.resolve("name")).equals("amd_energy")) {
                    for (Path label : children(sensor, "energy*_label")) {
                        if (text(label).startsWith("Esocket")) {
                            String input = String.valueOf(label.getFileName()).replace("_label", "_input");
                            found.add(new EnergyCounter(sensor.resolve(input), Double.NaN));
                        }
                    }
                }
            }
        }
        return new EnergyCounters(found);
    }

    boolean none() {
        return all.isEmpty();
    }

    /** Joules of all since the reading before; NaN where one of them is not known. */
    double joules() {
        double sum = all.isEmpty() ? Double.NaN : 0;
        for (EnergyCounter counter : all) {
            sum += counter.joules();
        }
        return sum;
    }

    private static List<Path> children(Path folder, String pattern) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
            for (Path each : stream) {
                if (found.size() < MOST) {
                    found.add(each);
                }
            }
        } catch (IOException e) {
            found.clear(); // not to be read here
        }
        return found;
    }

    private static String text(Path file) {
        try {
            if (!Files.isReadable(file)) {
                return "";
            }
            try (var in = Files.newInputStream(file)) {
                return new String(in.readNBytes(64), StandardCharsets.US_ASCII).strip();
            }
        } catch (IOException e) {
            return "";
        }
    }
}
