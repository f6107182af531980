package io.edgeai.monitor.history;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Something learnt, as it was at a moment, in a file of its own: the CRC-32C of the rest, the moment, the bytes. A new one
 * takes the place of the old in one step. Immutable.
 */
public final class StateFile {
    private static final int CHECKSUM = 4;
    private static final int HEADER = CHECKSUM + 12;

    private final Instant at;
    private final byte[] state;

    private StateFile(Instant at, byte[] state) {
        this.at = at;
        this.state = state;
    }

    /** When it was as it is here. */
    public Instant at() {
        return at;
    }

    /** What was learnt; a copy. */
    public byte[] state() {
        return state.clone();
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @throws StorageException where the disk refuses
     */
    static void write(Path folder, String name, Instant at, byte[] state) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + state.length)
                .putInt(0)
                .putLong(at.getEpochSecond())
                .putInt(at.getNano())
                .put(state);
        bytes.putInt(0, checksum(bytes.array()));
        Path fresh = folder.resolve(name + ".new");
        try {
            Files.write(fresh, bytes.array());
            Files.move(
                    fresh, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageException(
                    "State (" + name + ") in (" + folder + ") cannot be written: " + e.getMessage()
                            + ". Maybe the disk is full.",
                    e);
        }
    }

    /**
     * Reads a file; empty where there is none or where it is damaged.
     *
     * @throws StorageException where it cannot be read
     */
    static Optional<StateFile> read(Path folder, String name) {
        Path file = folder.resolve(name);
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (bytes.length < HEADER || in.getInt() != checksum(bytes)) {
                return Optional.empty();
            }
            Instant at = Instant.ofEpochSecond(in.getLong(), in.getInt());
            byte[] state = new byte[in.remaining()];
            in.get(state);
            return Optional.of(new StateFile(at, state));
        } catch (IOException e) {
            throw new StorageException(
                    "State (" + name + ") in (" + folder + ") cannot be read: " + e.getMessage()
                            + ". Maybe the folder belongs to another user.",
                    e);
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKSUM, bytes.length - CHECKSUM);
        return (int) crc.getValue();
    }
}
