package io.edgeai.monitor.history;

import io.edgeai.monitor.series.SeriesWindow;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Windows of a host's series as bytes; they lie among those of versions, told apart by the first byte. */
final class SeriesCodec {
    private static final byte LAYOUT = 2;
    private static final int FIXED = 1 + 4 + 8 + 4 + 8 + 8 + 3 * 8 + 1;

    private SeriesCodec() {}

    /** A window and whose it is. */
    record NamedWindow(String series, SeriesWindow window) {}

    static boolean knows(ByteBuffer record) {
        return record.hasRemaining() && record.get(record.position()) == LAYOUT;
    }

    static byte[] bytes(String series, SeriesWindow window) {
        byte[] name = series.getBytes(StandardCharsets.UTF_8);
        Instant start = window.start();
        return ByteBuffer.allocate(FIXED + name.length)
                .put(LAYOUT)
                .putInt(name.length)
                .put(name)
                .putLong(start.getEpochSecond())
                .putInt(start.getNano())
                .putLong(window.length().toNanos())
                .putLong(window.count())
                .putDouble(window.value())
                .putDouble(window.least())
                .putDouble(window.most())
                .put((byte) (window.gap() ? 1 : 0))
                .array();
    }

    /** @throws IllegalArgumentException where the record is not whole */
    static NamedWindow window(ByteBuffer record) {
        try {
            ByteBuffer in = record.slice();
            in.get();
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new IllegalArgumentException("A name of (" + length + ") bytes is longer than its record.");
            }
            byte[] name = new byte[length];
            in.get(name);
            Instant start = Instant.ofEpochSecond(in.getLong(), in.getInt());
            return new NamedWindow(
                    new String(name, StandardCharsets.UTF_8),
                    new SeriesWindow(
                            start,
                            Duration.ofNanos(in.getLong()),
                            in.getLong(),
                            in.getDouble(),
                            in.getDouble(),
                            in.getDouble(),
                            in.get() != 0));
        } catch (BufferUnderflowException | DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("A record of a series is not whole.", e);
        }
    }
}
