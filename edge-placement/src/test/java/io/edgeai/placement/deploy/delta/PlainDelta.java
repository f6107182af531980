package io.edgeai.placement.deploy.delta;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The format of deltas read and written by another hand: whole files in memory, one loop a rule of the format. */
final class PlainDelta {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final byte[] base;

    PlainDelta(byte[] base, byte[] target) {
        this.base = base;
        header(sha(base), sha(target), target.length);
    }

    /** A delta with any header. */
    PlainDelta(byte[] base, byte[] baseDigest, byte[] targetDigest, long size) {
        this.base = base;
        header(baseDigest, targetDigest, size);
    }

    private void header(byte[] baseDigest, byte[] targetDigest, long size) {
        out.writeBytes(new byte[] {'E', 'D', 'G', 'E', 'D', 'L', 'T', '1'});
        out.writeBytes(baseDigest);
        out.writeBytes(targetDigest);
        out.writeBytes(ByteBuffer.allocate(8).putLong(size).array());
    }

    PlainDelta equal(int length, long at) {
        return window(length, at, 0);
    }

    PlainDelta plain(byte[] wanted, long at) {
        window(wanted.length, at, 2);
        out.writeBytes(difference(wanted, at));
        return this;
    }

    PlainDelta packed(byte[] wanted, long at) {
        byte[] difference = difference(wanted, at);
        byte[] planes = new byte[difference.length];
        int to = 0;
        for (int plane = 0; plane < 4; plane++) {
            for (int i = 0; i < difference.length; i++) {
                if (i % 4 == plane) {
                    planes[to++] = difference[i];
                }
            }
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        deflater.setInput(planes);
        deflater.finish();
        byte[] bytes = new byte[2 * planes.length + 100];
        int size = deflater.deflate(bytes);
        deflater.end();
        window(wanted.length, at, 1);
        out.writeBytes(ByteBuffer.allocate(4).putInt(size).array());
        out.write(bytes, 0, size);
        return this;
    }

    PlainDelta window(int length, long at, int kind) {
        out.writeBytes(ByteBuffer.allocate(13)
                .putInt(length)
                .putLong(at)
                .put((byte) kind)
                .array());
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private byte[] difference(byte[] wanted, long at) {
        byte[] difference = wanted.clone();
        for (int i = 0; i < wanted.length; i++) {
            difference[i] ^= at + i < base.length ? base[(int) at + i] : 0;
        }
        return difference;
    }

    /** What a delta makes of a base, its digests not looked at. */
    static byte[] applied(byte[] base, byte[] delta) throws DataFormatException {
        ByteBuffer in = ByteBuffer.wrap(delta).position(8 + 32 + 32);
        byte[] made = new byte[(int) in.getLong()];
        int done = 0;
        while (in.hasRemaining()) {
            int length = in.getInt();
            long at = in.getLong();
            byte[] difference = new byte[length];
            int kind = in.get();
            if (kind == 2) {
                in.get(difference);
            } else if (kind == 1) {
                byte[] packed = new byte[in.getInt()];
                in.get(packed);
                byte[] planes = inflated(packed, length);
                int from = 0;
                for (int plane = 0; plane < 4; plane++) {
                    for (int i = plane; i < length; i += 4) {
                        difference[i] = planes[from++];
                    }
                }
            }
            for (int i = 0; i < length; i++) {
                made[done++] = (byte) (difference[i] ^ (at + i < base.length ? base[(int) at + i] : 0));
            }
        }
        return made;
    }

    private static byte[] inflated(byte[] packed, int length) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(packed);
        byte[] planes = new byte[length];
        int got = 0;
        while (got < length && !inflater.finished()) {
            got += inflater.inflate(planes, got, length - got);
        }
        inflater.end();
        return planes;
    }

    static byte[] sha(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
