package io.edgeai.federated.strategy;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All updates of a round, for rules that need them together: in memory up to a budget, beyond it in a file without a name.
 * Read back in blocks of columns, so that memory is bounded whatever the number of updates. Not thread-safe.
 */
final class KeptUpdates implements AutoCloseable {
    /** Floats of one block over all updates. */
    private static final int BLOCK = 1 << 20;

    private final int parameters;
    private final long budget;
    private final List<float @Nullable []> rows = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private @Nullable FileChannel file;
    private int inMemory;

    /** @param budget bytes of updates in memory */
    KeptUpdates(int parameters, long budget) {
        this.parameters = parameters;
        this.budget = budget;
    }

    /** What one pass does with the columns from..to-1 of all updates; {@code rows[u][i]} is column from + i of update u. */
    interface Block {
        void accept(int from, int to, float[][] rows);
    }

    void add(float[] update, double weight) {
        weights.add(weight);
        if ((inMemory + 1L) * parameters * Float.BYTES <= budget) {
            rows.add(update);
            inMemory++;
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(parameters * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(update);
        try {
            FileChannel target = channel();
            long at = (long) (rows.size() - inMemory) * parameters * Float.BYTES;
            while (bytes.hasRemaining()) {
                at += target.write(bytes, at);
            }
        } catch (IOException e) {
            throw failed(e);
        }
        rows.add(null);
    }

    private FileChannel channel() throws IOException {
        FileChannel open = file;
        if (open == null) {
            Path path = Files.createTempFile("edgeai-updates", ".bin");
            open = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            file = open;
        }
        return open;
    }

    int count() {
        return rows.size();
    }

    int parameters() {
        return parameters;
    }

    double weight(int update) {
        return weights.get(update);
    }

    /** Goes over all columns once, in blocks. */
    void forEach(Block block) {
        int n = rows.size();
        int width = file == null ? parameters : Math.max(1, Math.min(parameters, BLOCK / Math.max(1, n)));
        float[][] view = new float[n][];
        for (int from = 0; from < parameters; from += width) {
            int to = Math.min(parameters, from + width);
            int spilled = 0;
            for (int u = 0; u < n; u++) {
                float[] row = rows.get(u);
                if (row == null) {
                    view[u] = read(spilled++, from, to);
                } else {
                    view[u] = width == parameters ? row : Arrays.copyOfRange(row, from, to);
                }
            }
            block.accept(from, to, view);
        }
    }

    private float[] read(int spilled, int from, int to) {
        FileChannel source = file;
        if (source == null) {
            throw new IllegalStateException("no file");
        }
        ByteBuffer bytes = ByteBuffer.allocate((to - from) * Float.BYTES).order(ByteOrder.nativeOrder());
        long at = ((long) spilled * parameters + from) * Float.BYTES;
        try {
            while (bytes.hasRemaining()) {
                int count = source.read(bytes, at);
                if (count < 0) {
                    throw new IOException("it ends at byte " + at);
                }
                at += count;
            }
        } catch (IOException e) {
            throw failed(e);
        }
        float[] values = new float[to - from];
        bytes.flip().asFloatBuffer().get(values);
        return values;
    }

    /** Squared distances of all updates from a centre. */
    double[] squaredDistances(double[] centre) {
        double[] squares = new double[count()];
        forEach((from, to, block) -> {
            for (int u = 0; u < squares.length; u++) {
                double sum = 0;
                for (int i = from; i < to; i++) {
                    double d = block[u][i - from] - centre[i];
                    sum += d * d;
                }
                squares[u] += sum;
            }
        });
        return squares;
    }

    /** Squared distances between all pairs of updates. */
    double[][] squaredDistances() {
        int n = count();
        double[][] squares = new double[n][n];
        forEach((from, to, block) -> {
            for (int u = 0; u < n; u++) {
                for (int v = 0; v < u; v++) {
                    double sum = 0;
                    for (int i = 0; i < to - from; i++) {
                        double d = (double) block[u][i] - block[v][i];
                        sum += d * d;
                    }
                    squares[u][v] += sum;
                    squares[v][u] += sum;
                }
            }
        });
        return squares;
    }

    /** Σ factor·update over all updates; factors of 0 leave one out. */
    double[] weightedSum(double[] factors) {
        double[] sum = new double[parameters];
        forEach((from, to, block) -> {
            for (int u = 0; u < factors.length; u++) {
                if (factors[u] != 0) {
                    for (int i = from; i < to; i++) {
                        sum[i] += factors[u] * block[u][i - from];
                    }
                }
            }
        });
        return sum;
    }

    private static StorageException failed(IOException cause) {
        return new StorageException(
                "Updates that do not fit in memory cannot be kept in a file: " + cause.getMessage()
                        + ". Maybe the folder for temporary files is full.",
                cause);
    }

    @Override
    public void close() {
        rows.clear();
        FileChannel open = file;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }
}
