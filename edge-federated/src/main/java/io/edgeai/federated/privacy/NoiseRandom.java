package io.edgeai.federated.privacy;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Random bits for noise: the key stream of AES-128 in counter mode. Noise that an observer could predict protects nothing,
 * so the key comes from the system's secure generator. Not thread-safe.
 */
public final class NoiseRandom {
    private static final int BLOCK = 8192;
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private final Cipher stream;
    private final byte[] zeros = new byte[BLOCK];
    private final byte[] bytes = new byte[BLOCK];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    private final boolean secure;

    private NoiseRandom(byte[] key, boolean secure) {
        this.secure = secure;
        try {
            stream = Cipher.getInstance("AES/CTR/NoPadding");
            stream.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES in counter mode.", e);
        }
        buffer.limit(0);
    }

    /** Keyed by {@link SecureRandom}. */
    public static NoiseRandom secure() {
        byte[] key = new byte[16];
        new SecureRandom().nextBytes(key);
        return new NoiseRandom(key, true);
    }

    /** Repeatable, for tests and simulations: whoever knows the seed can take the noise away again. */
    public static NoiseRandom insecure(long seed) {
        return new NoiseRandom(
                ByteBuffer.allocate(16).putLong(seed).putLong(~seed).array(), false);
    }

    /** Keyed by 16 bytes that are as secret as the noise must be. */
    static NoiseRandom keyed(byte[] key) {
        return new NoiseRandom(key, true);
    }

    /** Whether nobody can predict it. */
    public boolean isSecure() {
        return secure;
    }

    public long bits() {
        if (!buffer.hasRemaining()) {
            refill();
        }
        return buffer.getLong();
    }

    private void refill() {
        try {
            stream.update(zeros, 0, BLOCK, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key stream goes on for ever.", e);
        }
        buffer.clear();
    }

    /** Uniform from 0 to {@code bound − 1}, without bias. */
    long below(long bound) {
        long mask = Long.highestOneBit(bound) * 2 - 1;
        long value = bits() & mask;
        while (value >= bound) {
            value = bits() & mask;
        }
        return value;
    }

    /** Uniform in (0, 1). */
    double uniform() {
        return ((bits() >>> 11) + 0.5) * TWO_TO_MINUS_53;
    }

    /** True with that probability. */
    public boolean chance(double probability) {
        return uniform() < probability;
    }
}
