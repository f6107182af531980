package io.edgeai.federated;

import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.journal.Words;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What all participants of a round are sent. Nobody changes its arrays; thread-safe. */
final class Broadcast {
    private final float[] parameters;
    private final float @Nullable [] control;
    private final byte @Nullable [] coded;
    private @Nullable ByteBuffer bytes;
    private byte @Nullable [] hash;

    Broadcast(float[] parameters, float @Nullable [] control) {
        this(parameters, control, null);
    }

    private Broadcast(float[] parameters, float @Nullable [] control, byte @Nullable [] coded) {
        this.parameters = parameters;
        this.control = control;
        this.coded = coded;
    }

    /** A model as it travels, in a codec or, without one, as it is; takes over the arrays. */
    static Broadcast of(float[] model, float @Nullable [] control, @Nullable Codec codec) {
        return codec == null ? new Broadcast(model, control) : coded(model, control, codec);
    }

    /** A model in a codec; everybody, also in this process, has the parameters that come out of it. */
    static Broadcast coded(float[] model, float @Nullable [] control, Codec codec) {
        return arrived(codec.nearest().encode(model, 0), model.length, control);
    }

    /**
     * A model as it came in a codec.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the message is none of that many values
     */
    static Broadcast arrived(byte[] message, int size, float @Nullable [] control) {
        return new Broadcast(Codec.decode(message, size), control, message);
    }

    /** The model alone, for {@link #read}. */
    void write(Words words) {
        byte[] message = coded;
        words.put(message == null ? new byte[0] : message).put(message == null ? parameters : new float[0]);
    }

    /** A model of that many parameters, to the bit as it was sent. */
    static Broadcast read(Words words, int size) {
        byte[] message = words.bytes();
        float[] plain = words.floats();
        return message.length == 0 ? new Broadcast(plain, null) : arrived(message, size, null);
    }

    float[] parameters() {
        return parameters;
    }

    float @Nullable [] control() {
        return control;
    }

    /** Bytes of the model in its codec; 0 where it travels as float32. */
    int codedBytes() {
        return coded == null ? 0 : coded.length;
    }

    /** An update of these parameters as one of the exact model, which no codec has changed. */
    float[] exact(float[] updated, float[] model) {
        if (coded == null) {
            return updated;
        }
        float[] moved = new float[updated.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = model[i] + (updated[i] - parameters[i]);
        }
        return moved;
    }

    /** The model, then the control vector where there is one, as they travel, little-endian; made once. */
    synchronized ByteBuffer bytes() {
        ByteBuffer made = bytes;
        if (made == null) {
            int model = coded == null ? Float.BYTES * parameters.length : coded.length;
            made = ByteBuffer.allocate(model + (control == null ? 0 : Float.BYTES * control.length))
                    .order(ByteOrder.LITTLE_ENDIAN);
            if (coded == null) {
                made.asFloatBuffer().put(parameters);
            } else {
                made.put(coded);
            }
            if (control != null) {
                made.position(model);
                made.asFloatBuffer().put(control);
            }
            made.rewind();
            bytes = made;
        }
        return made.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** SHA-256 of {@link #bytes()}. */
    synchronized byte[] hash() {
        byte[] made = hash;
        if (made == null) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(bytes());
                made = digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
            hash = made;
        }
        return made.clone();
    }

    /** The first eight bytes of the hash, never 0. */
    long version() {
        return ByteBuffer.wrap(hash()).getLong() | 1;
    }
}
