package io.edgeai.federated.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Vectors as chunks of little-endian values, float32 where a codec does not say otherwise. Stateless. */
final class Vectors {
    /** Of data in a message. */
    static final int CHUNK_BYTES = 256 << 10;

    private static final int MOST_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private Vectors() {}

    /** The bytes in chunks, without copying: nobody may change them. */
    static Iterator<ByteString> chunks(ByteBuffer bytes) {
        ByteBuffer all = bytes.duplicate();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasRemaining();
            }

            @Override
            public ByteString next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int length = Math.min(CHUNK_BYTES, all.remaining());
                ByteBuffer slice = all.slice(all.position(), length);
                all.position(all.position() + length);
                return UnsafeByteOperations.unsafeWrap(slice);
            }
        };
    }

    /** What arrives in chunks, into memory of the length that was announced. */
    interface Arrival {
        /** @throws InvalidInputException for a chunk that is more than was announced, or cuts a value in two */
        void add(ByteString chunk);

        boolean complete();
    }

    /** A message of a codec, and another vector behind it. */
    static ByteBuffer bytes(byte[] coded, float @Nullable [] more) {
        if (more == null) {
            return ByteBuffer.wrap(coded);
        }
        return ByteBuffer.allocate(coded.length + Float.BYTES * more.length)
                .put(coded)
                .put(bytes(more, null))
                .flip();
    }

    static ByteBuffer bytes(float[] values, float @Nullable [] more) {
        int floats = values.length + (more == null ? 0 : more.length);
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * floats).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        if (more != null) {
            bytes.slice(Float.BYTES * values.length, Float.BYTES * more.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(more);
        }
        return bytes;
    }

    /** Puts chunks together, first into one vector, then into another. Not thread-safe. */
    static final class Assembly implements Arrival {
        private final float[] first;
        private final float[] second;
        private int filled;

        Assembly(int first, int second) {
            this.first = new float[first];
            this.second = new float[second];
        }

        @Override
        public void add(ByteString chunk) {
            int floats = chunk.size() / Float.BYTES;
            if (chunk.size() % Float.BYTES != 0 || floats > first.length + second.length - filled) {
                throw new InvalidInputException("A chunk of (" + chunk.size() + ") bytes does not fit the "
                        + (first.length + second.length - filled) + " values that are still to come.");
            }
            FloatBuffer values =
                    chunk.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            int head = Math.min(floats, Math.max(0, first.length - filled));
            values.get(first, Math.min(filled, first.length), head);
            values.get(second, Math.max(0, filled - first.length), floats - head);
            filled += floats;
        }

        @Override
        public boolean complete() {
            return filled == first.length + second.length;
        }

        float[] first() {
            return first;
        }

        /** Null where nothing of it was announced. */
        float @Nullable [] second() {
            return second.length == 0 ? null : second;
        }
    }

    /** Puts chunks together into a message of a codec, or of whole numbers, and a vector behind it. Not thread-safe. */
    static final class Coded implements Arrival {
        private final ByteBuffer bytes;
        private final int coded;

        /** @throws InvalidInputException for more bytes than an array has */
        Coded(int coded, int more) {
            long all = coded + (long) Float.BYTES * more;
            if (coded < 0 || all > MOST_ARRAY_BYTES) {
                throw new InvalidInputException("A vector of (" + Integer.toUnsignedString(coded) + ") bytes and ("
                        + more + ") values behind it is too long.");
            }
            this.bytes = ByteBuffer.allocate((int) all).order(ByteOrder.LITTLE_ENDIAN);
            this.coded = coded;
        }

        @Override
        public void add(ByteString chunk) {
            if (chunk.size() > bytes.remaining()) {
                throw new InvalidInputException("A chunk of (" + chunk.size() + ") bytes does not fit the "
                        + bytes.remaining() + " that are still to come.");
            }
            chunk.copyTo(bytes);
        }

        @Override
        public boolean complete() {
            return !bytes.hasRemaining();
        }

        byte[] message() {
            return bytes.capacity() == coded ? bytes.array() : Arrays.copyOf(bytes.array(), coded);
        }

        /** Null where nothing of it was announced. */
        float @Nullable [] more() {
            float[] values = new float[(bytes.capacity() - coded) / Float.BYTES];
            bytes.slice(coded, bytes.capacity() - coded)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            return values.length == 0 ? null : values;
        }
    }
}
