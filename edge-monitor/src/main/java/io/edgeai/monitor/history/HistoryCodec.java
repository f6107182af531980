package io.edgeai.monitor.history;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.WindowSummary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Windows, alerts and health as bytes, after a byte that names the layout. */
final class HistoryCodec {
    private static final int LAYOUT = 1;
    /** Of windows that tell of their runs; layout 2 is that of a series. */
    private static final int WITH_RUNS = 3;

    private HistoryCodec() {}

    /** A window and whose it is. */
    record VersionWindow(VersionRef version, WindowSummary window) {}

    /** Health and whose it is. */
    record VersionHealth(VersionRef version, Health health) {}

    static byte[] window(VersionRef version, WindowSummary window) {
        return bytes(WITH_RUNS, out -> {
            out.writeUTF(version.toString());
            instant(out, window.start());
            out.writeLong(window.length().toNanos());
            out.writeLong(window.count());
            out.writeLong(window.errors());
            out.writeDouble(window.p50Nanos());
            out.writeDouble(window.p90Nanos());
            out.writeDouble(window.p99Nanos());
            out.writeDouble(window.maxNanos());
            out.writeDouble(window.resources().cpuLoad());
            out.writeDouble(window.resources().heapBytes());
            out.writeDouble(window.resources().residentBytes());
            out.writeBoolean(window.gap());
            out.writeDouble(window.resources().joules());
            RunsCodec.write(out, window.runs());
        });
    }

    static VersionWindow window(ByteBuffer record) {
        return value(
                record,
                WITH_RUNS,
                (in, layout) -> new VersionWindow(VersionRef.parse(in.readUTF()), window(in, layout >= WITH_RUNS)));
    }

    private static WindowSummary window(DataInputStream in, boolean withRuns) throws IOException {
        WindowSummary plain = new WindowSummary(
                instant(in),
                Duration.ofNanos(in.readLong()),
                in.readLong(),
                in.readLong(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                new ResourceReading(in.readDouble(), in.readDouble(), in.readDouble()),
                in.readBoolean());
        return withRuns ? plain.with(in.readDouble(), RunsCodec.read(in)) : plain;
    }

    static byte[] alert(Alert alert) {
        return bytes(out -> {
            out.writeUTF(alert.version().toString());
            out.writeUTF(alert.signal().name());
            out.writeUTF(alert.state().name());
            out.writeDouble(alert.score());
            text(out, alert.message());
            instant(out, alert.since());
            out.writeBoolean(alert.resolvedAt().isPresent());
            instant(out, alert.resolvedAt().orElse(Instant.EPOCH));
        });
    }

    static Alert alert(ByteBuffer record) {
        return value(record, in -> {
            VersionRef version = VersionRef.parse(in.readUTF());
            SignalKind signal = SignalKind.valueOf(in.readUTF());
            AlertState state = AlertState.valueOf(in.readUTF());
            double score = in.readDouble();
            String message = text(in);
            Instant since = instant(in);
            boolean resolved = in.readBoolean();
            Instant end = instant(in);
            return new Alert(
                    version, signal, state, score, message, since, resolved ? Optional.of(end) : Optional.empty());
        });
    }

    static byte[] health(VersionRef version, Health health) {
        return bytes(out -> {
            out.writeUTF(version.toString());
            instant(out, health.at());
            out.writeInt(health.parts().size());
            for (HealthPart part : health.parts()) {
                out.writeUTF(part.signal().name());
                out.writeDouble(part.weight());
                out.writeDouble(part.value());
                out.writeDouble(part.pointsLost());
                text(out, part.reason());
            }
        });
    }

    static VersionHealth health(ByteBuffer record) {
        return value(record, in -> {
            VersionRef version = VersionRef.parse(in.readUTF());
            Instant at = instant(in);
            int count = in.readInt();
            List<HealthPart> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                parts.add(new HealthPart(
                        SignalKind.valueOf(in.readUTF()), in.readDouble(), in.readDouble(), in.readDouble(), text(in)));
            }
            return new VersionHealth(version, new Health(version.toString(), at, parts));
        });
    }

    private static void instant(DataOutputStream out, Instant at) throws IOException {
        out.writeLong(at.getEpochSecond());
        out.writeInt(at.getNano());
    }

    private static Instant instant(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    /** Unlike {@code writeUTF}, of any length. */
    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("Text of (" + length + ") bytes ends after (" + bytes.length + ")");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Writer writer) {
        return bytes(LAYOUT, writer);
    }

    private static byte[] bytes(int layout, Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(200);
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeByte(layout);
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be written.", e);
        }
        return bytes.toByteArray();
    }

    private static <T> T value(ByteBuffer record, Reader<T> reader) {
        return value(record, LAYOUT, (in, layout) -> reader.read(in));
    }

    private static <T> T value(ByteBuffer record, int newest, LayoutReader<T> reader) {
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            int layout = in.readByte();
            if (layout != LAYOUT && layout != newest) {
                throw new IOException("Layout (" + layout + ") is not known");
            }
            return reader.read(in, layout);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DateTimeException | ArithmeticException e) {
            throw new UncheckedIOException(new IOException("A time is out of range", e));
        }
    }

    @FunctionalInterface
    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    @FunctionalInterface
    private interface LayoutReader<T> {
        T read(DataInputStream in, int layout) throws IOException;
    }
}
