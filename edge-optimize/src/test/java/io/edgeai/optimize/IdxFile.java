package io.edgeai.optimize;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads gzipped IDX files (MNIST's container) of bytes, 32-bit integers and floats. */
final class IdxFile {
    final int[] dims;
    final float[] values;

    private IdxFile(int[] dims, float[] values) {
        this.dims = dims;
        this.values = values;
    }

    static IdxFile read(Path file, int most) {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16))) {
            in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int[] dims = new int[in.readUnsignedByte()];
            int count = 1;
            for (int i = 0; i < dims.length; i++) {
                dims[i] = in.readInt();
                dims[i] = i == 0 ? Math.min(most, dims[i]) : dims[i];
                count *= dims[i];
            }
            float[] values = new float[count];
            byte[] bytes = new byte[count * (type == 8 ? 1 : 4)];
            in.readFully(bytes);
            java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
            for (int i = 0; i < count; i++) {
                values[i] = type == 8 ? bytes[i] & 0xFF : type == 0x0C ? buffer.getInt() : buffer.getFloat();
            }
            return new IdxFile(dims, values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int count() {
        return dims[0];
    }

    float[] row(int index) {
        int width = values.length / dims[0];
        return java.util.Arrays.copyOfRange(values, index * width, (index + 1) * width);
    }

    /** Each row with {@code (value / scale - mean[channel]) / std[channel]}. */
    float[][] normalized(float scale, float[] mean, float[] std) {
        float[][] rows = new float[count()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row(i);
            int plane = rows[i].length / mean.length;
            for (int j = 0; j < rows[i].length; j++) {
                int channel = j / plane;
                rows[i][j] = (rows[i][j] / scale - mean[channel]) / std[channel];
            }
        }
        return rows;
    }

    int[] labels() {
        int[] labels = new int[values.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (int) values[i];
        }
        return labels;
    }
}
