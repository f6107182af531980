package io.edgeai.placement.deploy.site;

import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Verifies an artifact while it arrives, and hashes every byte once where chunks come in order: at each chunk's end the
 * running SHA-256 must be the manifest's prefix, and so at the last one's that of the whole. A chunk before its turn is
 * verified by its own digest, and hashed again when its turn has come. A CRC-32C of each chunk that was hashed tells at
 * the end whether the disk still holds it. Thread-safe.
 */
final class RunningHash {
    /** Early chunks that are kept in memory until their turn; others are read back. */
    private static final int KEPT = 4;

    /** Chunks made up for within one call, so that none takes long. */
    private static final int FEW = 8;

    private final Chunks chunks;
    private final int[] checksums;
    private final BitSet stored;
    private final BitSet early = new BitSet();
    private final Map<Integer, byte[]> kept = new HashMap<>();
    private MessageDigest hash = Digest.sha256();
    private int hashed;
    private boolean rewritten;

    /** @param stored indexes of the chunks that are on the disk already */
    RunningHash(Chunks chunks, BitSet stored) {
        this.chunks = chunks;
        this.checksums = new int[chunks.count()];
        this.stored = stored;
    }

    /** Whether the bytes are those of the manifest. */
    boolean accepts(int index, byte[] bytes, int length) {
        if (length != chunks.length(index)) {
            return false;
        }
        if (!chunks.prefixes().isEmpty()) {
            synchronized (this) {
                if (index == hashed) {
                    rewritten |= early.get(index);
                    return next(bytes, length);
                }
                rewritten |= index < hashed;
                early.set(index);
            }
        }
        return Chunks.digest(bytes, length).equals(chunks.parts().get(index));
    }

    private boolean next(byte[] bytes, int length) {
        MessageDigest before = Chunks.copy(hash);
        hash.update(bytes, 0, length);
        if (!Chunks.soFar(hash).equals(chunks.prefixes().get(hashed))) {
            hash = before;
            return false;
        }
        checksums[hashed++] = checksum(bytes, length);
        return true;
    }

    /** Tells that an accepted chunk is on the disk, and goes on with those that waited for their turn. */
    synchronized void stored(int index, byte[] bytes, int length, ArrivingFile file) throws IOException {
        stored.set(index);
        if (chunks.prefixes().isEmpty()) {
            return;
        }
        if (index > hashed && kept.size() < KEPT) {
            kept.put(index, Arrays.copyOf(bytes, length));
        }
        for (int i = 0; i < FEW && hashed < chunks.count() && stored.get(hashed); i++) {
            byte[] waiting = kept.remove(hashed);
            if (waiting == null) {
                waiting = new byte[chunks.length(hashed)];
                try (FileChannel data = file.read()) {
                    read(data, hashed, waiting);
                }
            }
            if (!next(waiting, waiting.length)) {
                return;
            }
        }
    }

    /**
     * Whether the whole is the artifact. What lies in the system's cache is read back, and what was hashed on its way
     * in is compared by its checksum; what went past the cache is read back where somebody else changed the file, or it
     * was not hashed yet. A manifest without prefixes, and a chunk that was taken twice, cost a hash of the whole.
     */
    synchronized boolean holds(ArrivingFile file) throws IOException {
        kept.clear();
        try (FileChannel data = file.read()) {
            if (data.size() != chunks.sizeBytes()) {
                return false;
            }
            if (chunks.prefixes().isEmpty() || rewritten) {
                return hashOfAll(data).equals(chunks.digest());
            }
            boolean trusted = file.pastCache() && !file.changedByOthers();
            byte[] back = buffer();
            for (int i = trusted ? hashed : 0; i < chunks.count(); i++) {
                int length = read(data, i, back);
                if (i < hashed ? checksum(back, length) != checksums[i] : !next(back, length)) {
                    return false;
                }
            }
            return true;
        }
    }

    private Digest hashOfAll(FileChannel data) throws IOException {
        MessageDigest whole = Digest.sha256();
        byte[] back = buffer();
        for (int i = 0; i < chunks.count(); i++) {
            whole.update(back, 0, read(data, i, back));
        }
        return Chunks.soFar(whole);
    }

    synchronized void lost(int index) {
        stored.clear(index);
    }

    private byte[] buffer() {
        return new byte[(int) Math.min(chunks.chunkBytes(), chunks.sizeBytes())];
    }

    private int read(FileChannel data, int index, byte[] buffer) throws IOException {
        int length = chunks.length(index);
        ChunkLane.read(data, chunks.offset(index), buffer, length);
        return length;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}
