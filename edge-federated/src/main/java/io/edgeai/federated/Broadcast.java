package io.edgeai.federated;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What all participants of a round are sent. Nobody changes its arrays; thread-safe. */
final class Broadcast {
    private final float[] parameters;
    private final float @Nullable [] control;
    private @Nullable ByteBuffer bytes;
    private long version;

    Broadcast(float[] parameters, float @Nullable [] control) {
        this.parameters = parameters;
        this.control = control;
    }

    float[] parameters() {
        return parameters;
    }

    float @Nullable [] control() {
        return control;
    }

    /** Parameters, then the control vector where there is one, as little-endian float32; made once. */
    synchronized ByteBuffer bytes() {
        ByteBuffer made = bytes;
        if (made == null) {
            int floats = parameters.length + (control == null ? 0 : control.length);
            made = ByteBuffer.allocate(Float.BYTES * floats).order(ByteOrder.LITTLE_ENDIAN);
            made.asFloatBuffer().put(parameters);
            if (control != null) {
                made.position(Float.BYTES * parameters.length);
                made.asFloatBuffer().put(control);
                made.rewind();
            }
            bytes = made;
        }
        return made.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The first eight bytes of the SHA-256 of {@link #bytes()}, never 0. */
    synchronized long version() {
        if (version == 0) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(bytes());
                version = ByteBuffer.wrap(digest.digest()).getLong() | 1;
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        return version;
    }
}
