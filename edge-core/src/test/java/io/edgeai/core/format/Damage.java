package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Damages files in the ways that downloads, disks and attackers do, and keeps account of what looking into them costs the
 * calling thread. Not thread-safe.
 */
final class Damage {
    private static final long[] LENGTHS = {
        -1, 0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffffL, 0xffffffffL, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE
    };

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long id = Thread.currentThread().getId();
    private final Path folder;
    private int looks;
    private int refused;
    private long mostBytes;
    private double mostRatio;
    private long slowest;
    private long total;

    Damage(Path folder) {
        this.folder = folder;
    }

    /** Cut off, flipped, something put in or taken out, or a length replaced. */
    static byte[] variant(byte[] good, Random random) {
        int at = random.nextInt(good.length);
        byte[] bad = good.clone();
        switch (random.nextInt(6)) {
            case 0 -> bad = Arrays.copyOf(good, at);
            case 1 -> {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> {
                byte[] extra = new byte[1 + random.nextInt(16)];
                random.nextBytes(extra);
                bad = Arrays.copyOf(good, good.length + extra.length);
                System.arraycopy(extra, 0, bad, at, extra.length);
                System.arraycopy(good, at, bad, at + extra.length, good.length - at);
            }
            case 3 -> {
                int gone = Math.min(1 + random.nextInt(16), good.length - at);
                bad = Arrays.copyOf(good, good.length - gone);
                System.arraycopy(good, at + gone, bad, at, good.length - at - gone);
            }
            case 4 -> {
                long length = LENGTHS[random.nextInt(LENGTHS.length)] + random.nextInt(3) - 1;
                boolean little = random.nextBoolean();
                int width = 1 << random.nextInt(4);
                for (int i = 0; i < width && at + i < bad.length; i++) {
                    bad[at + i] = (byte) (length >>> 8 * (little ? i : width - 1 - i));
                }
            }
            default -> Arrays.fill(bad, at, Math.min(bad.length, at + 1 + random.nextInt(9)), (byte) 0xff);
        }
        return bad;
    }

    /**
     * Detects and inspects it: an answer, or the one error that says what to do, within bounds.
     *
     * @param fixed bytes that windows, buffers and messages take whatever the file
     * @param perByte bytes allowed for each byte of the file
     */
    void look(byte[] bytes, String what, long fixed, long perByte) throws IOException {
        Path file = folder.resolve("v" + looks);
        Files.write(file, bytes);
        long allocated = threads.getThreadAllocatedBytes(id);
        long time = threads.getThreadCpuTime(id);
        try {
            ModelFormatDetector.detect(file);
            ModelInspector.inspect(file);
        } catch (ModelFormatException e) {
            refused++;
            assertThat(e.getMessage()).as(what).contains("Maybe");
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what + ": " + e, e);
        }
        time = threads.getThreadCpuTime(id) - time;
        allocated = threads.getThreadAllocatedBytes(id) - allocated;
        Files.delete(file);
        looks++;
        total += time;
        slowest = Math.max(slowest, time);
        mostBytes = Math.max(mostBytes, allocated);
        mostRatio = Math.max(mostRatio, Math.max(0, allocated - fixed) / (double) Math.max(1, bytes.length));
        // All that is ever allocated bounds what is held at once from above.
        assertThat(allocated).as(what + ": bytes allocated").isLessThan(fixed + perByte * bytes.length);
        assertThat(time).as(what + ": CPU nanoseconds").isLessThan(1_000_000_000L);
    }

    int refused() {
        return refused;
    }

    /** What it came to. */
    Map<String, String> figures() {
        Map<String, String> figures = new TreeMap<>();
        figures.put("variants", Integer.toString(looks));
        figures.put("refused", Integer.toString(refused));
        figures.put("mean CPU ms", String.format("%.3f", total / 1e6 / Math.max(1, looks)));
        figures.put("slowest CPU ms", String.format("%.1f", slowest / 1e6));
        figures.put("most bytes allocated", Long.toString(mostBytes));
        figures.put("most above the fixed part, per byte of file", String.format("%.2f", mostRatio));
        return figures;
    }
}
