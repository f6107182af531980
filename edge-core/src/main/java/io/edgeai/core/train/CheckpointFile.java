package io.edgeai.core.train;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The file form of a checkpoint, big-endian but for vectors: magic {@code EDGETRN}, version byte 1; position; epochs;
 * vectors as name, length and little-endian floats; SHA-256 of all before it. Each count is checked against the bytes
 * that are left before memory is taken.
 */
final class CheckpointFile {
    private static final byte[] MAGIC = "EDGETRN\1".getBytes(StandardCharsets.ISO_8859_1);
    private static final int DIGEST_BYTES = 32;
    private static final int LONGEST_TEXT = 4096;
    private static final int MOST_VECTORS = 1024;
    private static final int EPOCH_BYTES = Integer.BYTES + 2 * Double.BYTES;
    private static final int CHUNK = 1 << 16;

    private final DataInputStream in;
    private long left;

    private CheckpointFile(DataInputStream in, long left) {
        this.in = in;
        this.left = left;
    }

    static void write(Checkpoint checkpoint, Path file) {
        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try {
                try (FileChannel channel =
                        FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                    OutputStream raw = new BufferedOutputStream(Channels.newOutputStream(channel), CHUNK);
                    DigestOutputStream digest = new DigestOutputStream(raw, Digest.sha256());
                    DataOutputStream out = new DataOutputStream(digest);
                    content(checkpoint, out);
                    out.flush();
                    raw.write(digest.getMessageDigest().digest());
                    raw.flush();
                    channel.force(true);
                }
                move(temporary, target);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Checkpoint (" + file + ") cannot be written: " + e + ". Maybe the folder is missing or full.", e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void content(Checkpoint checkpoint, DataOutputStream out) throws IOException {
        out.write(MAGIC);
        Checkpoint.Position position = checkpoint.position();
        text(position.layout().hex(), out);
        text(position.optimizer(), out);
        out.writeInt(position.examples());
        out.writeInt(position.batchSize());
        out.writeLong(position.seed());
        out.writeLong(position.step());
        out.writeDouble(position.lossSum());
        out.writeInt(checkpoint.history().epochs().size());
        for (TrainingHistory.Epoch epoch : checkpoint.history().epochs()) {
            out.writeInt(epoch.number());
            out.writeDouble(epoch.loss());
            out.writeDouble(epoch.score());
        }
        out.writeInt(checkpoint.live().size());
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (Map.Entry<String, float[]> vector : checkpoint.live().entrySet()) {
            text(vector.getKey(), out);
            float[] values = vector.getValue();
            out.writeInt(values.length);
            for (int from = 0; from < values.length; from += CHUNK / Float.BYTES) {
                int count = Math.min(CHUNK / Float.BYTES, values.length - from);
                chunk.asFloatBuffer().put(values, from, count);
                out.write(chunk.array(), 0, count * Float.BYTES);
            }
        }
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_TEXT) {
            throw new IOException("a name of " + bytes.length + " bytes is longer than " + LONGEST_TEXT);
        }
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static Checkpoint read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            if (size < MAGIC.length + DIGEST_BYTES) {
                throw damaged(file, "has only (" + size + ") bytes");
            }
            DigestInputStream digest = new DigestInputStream(
                    new BufferedInputStream(Channels.newInputStream(channel), CHUNK), Digest.sha256());
            DataInputStream in = new DataInputStream(digest);
            CheckpointFile reader = new CheckpointFile(in, size - DIGEST_BYTES);
            if (!Arrays.equals(reader.bytes(MAGIC.length), MAGIC)) {
                throw damaged(file, "does not begin as a checkpoint of version 1 does");
            }
            Checkpoint checkpoint = reader.content();
            if (reader.left != 0) {
                throw damaged(file, "has (" + reader.left + ") bytes too many");
            }
            byte[] expected = digest.getMessageDigest().digest();
            digest.on(false);
            if (!Arrays.equals(in.readNBytes(DIGEST_BYTES), expected)) {
                throw damaged(file, "does not match its digest");
            }
            return checkpoint;
        } catch (Damage e) {
            throw damaged(file, String.valueOf(e.getMessage()));
        } catch (ModelIntegrityException e) {
            throw e;
        } catch (EdgeException e) {
            throw new ModelIntegrityException("Checkpoint (" + file + ") is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StorageException("Checkpoint (" + file + ") cannot be read. Maybe its path is mistyped?", e);
        }
    }

    private static ModelIntegrityException damaged(Path file, String how) {
        return new ModelIntegrityException("Checkpoint (" + file + ") " + how
                + ". Maybe it was cut off or damaged on the way; go back to an earlier one.");
    }

    private Checkpoint content() throws IOException {
        Checkpoint.Position position = new Checkpoint.Position(
                new Digest(text()),
                text(),
                take(Integer.BYTES).readInt(),
                take(Integer.BYTES).readInt(),
                take(Long.BYTES).readLong(),
                take(Long.BYTES).readLong(),
                take(Double.BYTES).readDouble());
        int epochs = count(EPOCH_BYTES, Integer.MAX_VALUE, "epochs");
        List<TrainingHistory.Epoch> history = new ArrayList<>();
        for (int i = 0; i < epochs; i++) {
            take(EPOCH_BYTES);
            history.add(new TrainingHistory.Epoch(in.readInt(), in.readDouble(), in.readDouble()));
        }
        int count = count(2 * Integer.BYTES, MOST_VECTORS, "vectors");
        Map<String, float[]> vectors = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            vectors.put(text(), floats());
        }
        return new Checkpoint(position, new TrainingHistory(history), vectors);
    }

    private float[] floats() throws IOException {
        float[] values = new float[count(Float.BYTES, Integer.MAX_VALUE, "values")];
        for (int from = 0; from < values.length; from += CHUNK / Float.BYTES) {
            int count = Math.min(CHUNK / Float.BYTES, values.length - from);
            ByteBuffer.wrap(bytes(count * Float.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values, from, count);
        }
        return values;
    }

    private String text() throws IOException {
        return new String(bytes(count(1, LONGEST_TEXT, "characters")), StandardCharsets.UTF_8);
    }

    /** A count of things of at least so many bytes each. */
    private int count(int bytesEach, int most, String what) throws IOException {
        int count = take(Integer.BYTES).readInt();
        if (count < 0 || count > most || (long) count * bytesEach > left) {
            throw new Damage("claims (" + count + ") " + what + " in its last " + left + " bytes");
        }
        return count;
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        take(count).readFully(bytes);
        return bytes;
    }

    private DataInputStream take(int bytes) throws IOException {
        if (bytes > left) {
            throw new Damage("ends too early");
        }
        left -= bytes;
        return in;
    }

    /** What the file says cannot be. */
    private static final class Damage extends IOException {
        private static final long serialVersionUID = 1L;

        Damage(String message) {
            super(message);
        }
    }
}
