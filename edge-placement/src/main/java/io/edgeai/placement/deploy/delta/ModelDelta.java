package io.edgeai.placement.deploy.delta;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes and applies deltas. A delta is a header (a mark, both digests, the target's size) and a sequence of windows of
 * at most 256 KiB of the target; each says which bytes of the base it is compared with, and holds nothing where they
 * are equal, else their XOR in byte planes, deflated, or as it is where that is not shorter. Bytes beyond the base's
 * end count as 0. Memory is a few windows, whatever the size of the models. Static functions; thread-safe.
 */
public final class ModelDelta {
    private static final byte[] MARK = {'E', 'D', 'G', 'E', 'D', 'L', 'T', '1'};
    private static final int DIGEST_BYTES = 32;
    private static final int WINDOW = 256 << 10;
    private static final int EQUAL = 0;
    private static final int PACKED = 1;
    private static final int PLAIN = 2;

    private ModelDelta() {}

    /**
     * Writes the delta from one file to another.
     *
     * @return its bytes
     */
    public static long write(Path base, Path target, Path delta) {
        try (FileChannel from = FileChannel.open(base, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(target, StandardOpenOption.READ);
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(delta), WINDOW));
                BytePlanes planes = new BytePlanes(WINDOW)) {
            out.write(MARK);
            out.write(HexFormat.of().parseHex(Digest.of(base).hex()));
            out.write(HexFormat.of().parseHex(Digest.of(target).hex()));
            out.writeLong(to.size());
            long at = 0;
            byte[] old = new byte[WINDOW];
            byte[] now = new byte[WINDOW];
            for (Alignment.Stretch stretch : Alignment.of(from, to)) {
                for (long done = 0; done < stretch.length(); done += WINDOW) {
                    int length = (int) Math.min(WINDOW, stretch.length() - done);
                    read(from, stretch.base() + done, old, length);
                    Bytes.readFully(to, ByteBuffer.wrap(now, 0, length), at);
                    out.writeInt(length);
                    out.writeLong(stretch.base() + done);
                    window(out, planes, old, now, length);
                    at += length;
                }
            }
            out.flush();
            return out.size() == Integer.MAX_VALUE ? Files.size(delta) : out.size();
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot write the delta of (" + base + ") to (" + target + "): " + e.getMessage() + ".", e);
        }
    }

    private static void window(DataOutputStream out, BytePlanes planes, byte[] old, byte[] now, int length)
            throws IOException {
        boolean equal = true;
        for (int i = 0; i < length; i++) {
            now[i] ^= old[i];
            equal &= now[i] == 0;
        }
        if (equal) {
            out.writeByte(EQUAL);
            return;
        }
        int size = planes.pack(now, length);
        if (size < 0) {
            out.writeByte(PLAIN);
            out.write(now, 0, length);
        } else {
            out.writeByte(PACKED);
            out.writeInt(size);
            out.write(planes.packed(), 0, size);
        }
    }

    /** Bytes of what a delta makes, as it says itself. */
    public static long targetBytes(Path delta) {
        try (DataInputStream in = open(delta)) {
            in.skipNBytes(2L * DIGEST_BYTES);
            return in.readLong();
        } catch (IOException e) {
            throw damaged(delta, e);
        }
    }

    /**
     * Makes the target.
     *
     * @param target written anew; its bytes are not synced
     * @param limitBytes longest target to make
     * @return digest of what was made, which is the delta's
     * @throws InvalidInputException where the delta belongs to another base, or makes more than the limit
     * @throws ModelIntegrityException where it is damaged
     */
    public static Digest apply(Path base, Path delta, Path target, long limitBytes) {
        try (DataInputStream in = open(delta);
                FileChannel from = FileChannel.open(base, StandardOpenOption.READ);
                OutputStream out = Files.newOutputStream(target);
                BytePlanes planes = new BytePlanes(WINDOW)) {
            Digest wanted = digest(in);
            if (!wanted.equals(Digest.of(base))) {
                throw new InvalidInputException("Delta (" + delta.getFileName() + ") is for base ("
                        + wanted.abbreviated() + "), not for (" + base.getFileName() + ").");
            }
            Digest promised = digest(in);
            long left = in.readLong();
            if (left < 0 || left > limitBytes) {
                throw new InvalidInputException("Delta (" + delta.getFileName() + ") makes (" + left
                        + ") bytes, more than the limit (" + limitBytes + ").");
            }
            MessageDigest sha = Digest.sha256();
            byte[] old = new byte[WINDOW];
            byte[] now = new byte[WINDOW];
            byte[] packed = new byte[WINDOW];
            while (left > 0) {
                int length = in.readInt();
                long at = in.readLong();
                if (length < 1 || length > Math.min(left, WINDOW) || at < 0) {
                    throw new ModelIntegrityException(
                            "Delta (" + delta.getFileName() + ") is damaged: a window of (" + length + ") bytes.");
                }
                read(from, at, old, length);
                difference(in, planes, packed, now, length);
                for (int i = 0; i < length; i++) {
                    now[i] ^= old[i];
                }
                sha.update(now, 0, length);
                out.write(now, 0, length);
                left -= length;
            }
            Digest made = new Digest(HexFormat.of().formatHex(sha.digest()));
            if (!made.equals(promised)) {
                throw new ModelIntegrityException("Delta (" + delta.getFileName() + ") is damaged: it makes ("
                        + made.abbreviated() + ") and promises (" + promised.abbreviated() + ").");
            }
            return made;
        } catch (IOException e) {
            throw damaged(delta, e);
        }
    }

    private static Digest digest(DataInputStream in) throws IOException {
        byte[] bytes = new byte[DIGEST_BYTES];
        in.readFully(bytes);
        return new Digest(HexFormat.of().formatHex(bytes));
    }

    private static void difference(DataInputStream in, BytePlanes planes, byte[] packed, byte[] now, int length)
            throws IOException {
        int kind = in.readUnsignedByte();
        switch (kind) {
            case EQUAL -> Arrays.fill(now, 0, length, (byte) 0);
            case PLAIN -> in.readFully(now, 0, length);
            case PACKED -> {
                int size = in.readInt();
                if (size < 1 || size > WINDOW) {
                    throw new ModelIntegrityException("The delta is damaged: (" + size + ") packed bytes.");
                }
                in.readFully(packed, 0, size);
                planes.unpack(packed, size, now, length);
            }
            default -> throw new ModelIntegrityException("The delta is damaged: a window of kind (" + kind + ").");
        }
    }

    /** Reads what the base has there; beyond its end there are zeros. */
    private static void read(FileChannel base, long at, byte[] into, int length) throws IOException {
        int there = (int) Math.max(0, Math.min(length, base.size() - at));
        Bytes.readFully(base, ByteBuffer.wrap(into, 0, there), at);
        Arrays.fill(into, there, length, (byte) 0);
    }

    private static DataInputStream open(Path delta) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(delta), WINDOW));
        if (!Arrays.equals(in.readNBytes(MARK.length), MARK)) {
            in.close();
            throw new ModelIntegrityException("File (" + delta.getFileName() + ") is no delta.");
        }
        return in;
    }

    private static EdgeException damaged(Path delta, IOException e) {
        if (e instanceof EOFException) {
            return new ModelIntegrityException("Delta (" + delta.getFileName() + ") is cut off.", e);
        }
        return new StorageException("Delta (" + delta + ") cannot be applied: " + e.getMessage() + ".", e);
    }
}
