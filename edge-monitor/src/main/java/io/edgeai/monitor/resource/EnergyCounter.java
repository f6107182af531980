package io.edgeai.monitor.resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One counter of the kernel's, microjoules in a file, which begins anew above its range. Of two readings between which it did so
 * more than once the difference is too small: a range of 262 kJ lasts 22 minutes at 200 W. Not thread-safe.
 */
final class EnergyCounter {
    private static final int LONGEST = 32;

    private final Path file;
    private final double range;
    private double last = Double.NaN;

    /** @param range microjoules at which it begins anew; NaN where it is not known, and a fall is then unknown energy */
    EnergyCounter(Path file, double range) {
        this.file = file;
        this.range = range;
    }

    /** Joules since the reading before; NaN at the first, and where it cannot be read. */
    double joules() {
        double now = number(file);
        double since = now - last;
        last = now;
        return (since < 0 ? since + range : since) * 1e-6;
    }

    /** The number in a file of one; NaN where there is none to be read. */
    static double number(Path file) {
        try {
            if (!Files.isReadable(file)) {
                return Double.NaN;
            }
            byte[] bytes;
            try (var in = Files.newInputStream(file)) {
                bytes = in.readNBytes(LONGEST);
            }
            String text = new String(bytes, java.nio.charset.StandardCharsets.US_ASCII).strip();
            return text.matches("[0-9]{1,20}") ? Double.parseDouble(text) : Double.NaN;
        } catch (IOException e) {
            return Double.NaN; // documented as not known
        }
    }
}
