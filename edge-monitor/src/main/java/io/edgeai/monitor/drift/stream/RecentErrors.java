package io.edgeai.monitor.drift.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Errors in each 16 of the last 4096 rows, to tell afterwards where a rise most likely began. */
final class RecentErrors {
    private static final int BLOCK = 16;
    private static final int BLOCKS = 256;

    private final byte[] counts = new byte[BLOCKS];
    private long full;
    private int rows;
    private int errors;

    void add(int wrong) {
        errors += wrong;
        if (++rows == BLOCK) {
            counts[(int) (full++ % BLOCKS)] = (byte) errors;
            rows = 0;
            errors = 0;
        }
    }

    void write(DataOutput out) throws IOException {
        out.write(counts);
        out.writeLong(full);
        out.writeInt(rows);
        out.writeInt(errors);
    }

    void read(DataInput in) throws IOException {
        in.readFully(counts);
        full = in.readLong();
        rows = in.readInt();
        errors = in.readInt();
    }

    void clear() {
        full = 0;
        rows = 0;
        errors = 0;
    }

    /**
     * The newest rows that are most likely of another rate than {@code before}: the suffix of whole blocks with the
     * largest likelihood ratio of its own rate.
     */
    Suffix likeliest(double before) {
        long n = rows;
        long k = errors;
        Suffix best = new Suffix(n, k);
        double most = ratio(n, k, before);
        for (long block = full - 1; block >= Math.max(0, full - BLOCKS); block--) {
            n += BLOCK;
            k += counts[(int) (block % BLOCKS)];
            double ratio = ratio(n, k, before);
            if (ratio > most) {
                most = ratio;
                best = new Suffix(n, k);
            }
        }
        return best;
    }

    private static double ratio(long n, long k, double before) {
        return n == 0 || k <= before * n ? 0 : part(k, n, before) + part(n - k, n, 1 - before);
    }

    private static double part(long count, long n, double share) {
        return count == 0 ? 0 : count * Math.log(count / (n * share));
    }

    /**
     * The end of the stream.
     *
     * @param rows how many
     * @param errors how many of them are wrong
     */
    record Suffix(long rows, long errors) {
        double rate() {
            return (double) errors / rows;
        }
    }
}
